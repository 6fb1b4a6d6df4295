package io.github.integratorio.benchmarks;

import java.io.IOException;

/** One way to call the API. */
interface Contender extends AutoCloseable {

    /** Whether {@link #run} returns only when the work is done; else it is at {@link Caller#done()}. */
    boolean blocks(Work work);

    /** Does a piece of work once. */
    void run(Work work, Caller caller) throws Exception;

    /** How many changed rows were seen so far, in polls. */
    default long changes() {
        return 0;
    }

    @Override
    void close() throws IOException;
}
