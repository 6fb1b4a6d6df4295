package io.github.integratorio.camel.internal.consumer;

import java.time.Instant;

/**
 * What the poll of a consumer is doing.
 *
 * @param work  kind of work
 * @param since when it began
 */
public record PollActivity(Work work, Instant since) {

    /** Kind of work. */
    public enum Work {
        /** Between two polls. */
        NONE("idle"),
        /** Reads or writes its state. */
        STORE("waiting for its store"),
        /** Reads the list from the API. */
        API("reading the list"),
        /** The route is processing a change on the thread of the poll. */
        ROUTE("delivering");

        private final String text;

        Work(String text) {
            this.text = text;
        }
    }

    /** Begins work of a kind now. */
    public static PollActivity of(Work work) {
        return new PollActivity(work, Instant.now());
    }

    /** Returns the work and its begin, as shown to operators. */
    @Override
    public String toString() {
        return work.text + " since " + since;
    }
}
