package io.github.integratorio.benchmarks;

import java.io.IOException;

/** A client of the API that takes part in the benchmark. */
interface Contender extends AutoCloseable {

    /** Returns true if {@link #run} blocks; if it does not, it calls {@link VirtualUser#done()} later. */
    boolean blocks(Operation operation);

    /** Performs an operation once. */
    void run(Operation operation, VirtualUser user) throws Exception;

    /** Returns a thread, not started, for a virtual user whose operations block. */
    default Thread newThread(Runnable user) {
        Thread thread = new Thread(user);
        thread.setDaemon(true);
        return thread;
    }

    /** Returns the number of changed rows that the polls have detected so far. */
    default long changes() {
        return 0;
    }

    @Override
    void close() throws IOException;
}
