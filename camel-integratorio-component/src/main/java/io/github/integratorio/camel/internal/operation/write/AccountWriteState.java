package io.github.integratorio.camel.internal.operation.write;

import io.github.integratorio.camel.internal.operation.creation.InMemoryClaims;
import io.github.integratorio.camel.internal.operation.lookup.KnownLicenses;

/** The state that all writes to one API share: their order, and what is known about licenses. */
public final class AccountWriteState {

    private final KeyedSequencer sequencer = new KeyedSequencer();
    private final KnownLicenses known = new KnownLicenses();
    private final InMemoryClaims orders = new InMemoryClaims();

    /** The order of writes. */
    public KeyedSequencer sequencer() {
        return sequencer;
    }

    /** The claims of orders whose endpoints have no repository. */
    public InMemoryClaims orders() {
        return orders;
    }

    /** What is known about licenses. */
    public KnownLicenses known() {
        return known;
    }
}
