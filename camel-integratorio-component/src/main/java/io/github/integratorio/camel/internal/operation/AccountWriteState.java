package io.github.integratorio.camel.internal.operation;

/** The state that all writes to one API share: their order, and what is known about licenses. */
public final class AccountWriteState {

    private final KeyedSequencer sequencer = new KeyedSequencer();
    private final KnownLicenses known = new KnownLicenses();
    private final OrderMemory orders = new OrderMemory();

    /** The order of writes. */
    KeyedSequencer sequencer() {
        return sequencer;
    }

    /** The claims of orders whose endpoints have no repository. */
    OrderMemory orders() {
        return orders;
    }

    /** What is known about licenses. */
    KnownLicenses known() {
        return known;
    }
}
