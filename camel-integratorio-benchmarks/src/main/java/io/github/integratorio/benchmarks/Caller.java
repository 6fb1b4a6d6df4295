package io.github.integratorio.benchmarks;

import java.util.Map;

/** Who has work done, one piece after the other, each time for another connector. */
final class Caller {

    private static final String[] CONNECTORS = new String[64];
    private static final String[] LICENSES = new String[1024];

    static {
        for (int i = 0; i < CONNECTORS.length; i++) {
            CONNECTORS[i] = Samples.id(i);
        }
        for (int i = 0; i < LICENSES.length; i++) {
            LICENSES[i] = Samples.id(1_000_000 + i);
        }
    }

    private final int number;
    private final String email;
    private final Load load;
    private final Contender contender;
    private int round;

    Caller(int number, Load load, Contender contender) {
        this.number = number;
        this.email = Samples.email(number);
        this.load = load;
        this.contender = contender;
    }

    String connectorId() {
        return CONNECTORS[number + round & CONNECTORS.length - 1];
    }

    String licenseId() {
        return LICENSES[31 * number + round & LICENSES.length - 1];
    }

    /** The license to be created. */
    Map<String, Object> license() {
        return Samples.license(email, Samples.EXPIRES);
    }

    /** Has one piece of work done after the other, by a contender that blocks. */
    void loop() {
        try {
            while (load.mayGoOn()) {
                round++;
                contender.run(load.work(), this);
                load.counted();
            }
            load.ended();
        } catch (Exception e) {
            failed(e);
        }
    }

    /** Begins with the next piece of work, by a contender that does not block. */
    void next() {
        if (!load.mayGoOn()) {
            load.ended();
            return;
        }
        round++;
        try {
            contender.run(load.work(), this);
        } catch (Exception e) {
            failed(e);
        }
    }

    /** What was begun by {@link #next()} is done. */
    void done() {
        load.counted();
        next();
    }

    /** It could not be done, which no contender is allowed. */
    void failed(Throwable error) {
        load.failed(error);
        load.ended();
    }
}
