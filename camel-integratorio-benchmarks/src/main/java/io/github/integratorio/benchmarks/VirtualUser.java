package io.github.integratorio.benchmarks;

import java.util.Map;

/** A virtual user: performs one operation after the other, each on another connector. */
final class VirtualUser {

    private static final String[] CONNECTORS = new String[64];
    private static final String[] LICENSES = new String[1024];

    static {
        for (int i = 0; i < CONNECTORS.length; i++) {
            CONNECTORS[i] = SampleDocuments.id(i);
        }
        for (int i = 0; i < LICENSES.length; i++) {
            LICENSES[i] = SampleDocuments.id(900_000 + i);
        }
    }

    private final int number;
    private final String email;
    private final LoadGenerator load;
    private final Contender contender;
    private int round;

    VirtualUser(int number, LoadGenerator load, Contender contender) {
        this.number = number;
        this.email = SampleDocuments.email(number);
        this.load = load;
        this.contender = contender;
    }

    String connectorId() {
        return CONNECTORS[number + round & CONNECTORS.length - 1];
    }

    String licenseId() {
        return LICENSES[31 * number + round & LICENSES.length - 1];
    }

    /** Returns the license to create. */
    Map<String, Object> license() {
        return SampleDocuments.license(email, SampleDocuments.EXPIRES);
    }

    /** Performs operations with a blocking contender until the load ends. */
    void loop() {
        try {
            while (load.isRunning()) {
                round++;
                contender.run(load.operation(), this);
                load.operationDone();
            }
            load.userEnded();
        } catch (Exception e) {
            failed(e);
        }
    }

    /** Starts the next operation with a non-blocking contender, unless the load has ended. */
    void next() {
        if (!load.isRunning()) {
            load.userEnded();
            return;
        }
        round++;
        try {
            contender.run(load.operation(), this);
        } catch (Exception e) {
            failed(e);
        }
    }

    /** Completes the operation started by {@link #next()} and starts the next one. */
    void done() {
        load.operationDone();
        next();
    }

    /** Fails the whole turn: no operation may fail. */
    void failed(Throwable error) {
        load.failed(error);
        load.userEnded();
    }
}
