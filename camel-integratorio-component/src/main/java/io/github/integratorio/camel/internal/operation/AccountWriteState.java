package io.github.integratorio.camel.internal.operation;

import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository;

/** The state that all writes to one API share: their order, and what is known about licenses. */
public final class AccountWriteState {

    private static final int CLAIM_KEYS = 50_000;

    private final KeyedSequencer sequencer = new KeyedSequencer();
    private final KnownLicenses known = new KnownLicenses();
    private final IdempotentRepository claims = MemoryIdempotentRepository.memoryIdempotentRepository(CLAIM_KEYS);

    /** The order of writes. */
    KeyedSequencer sequencer() {
        return sequencer;
    }

    /** The claims of orders whose endpoints have no repository. */
    IdempotentRepository claims() {
        return claims;
    }

    /** What is known about licenses. */
    KnownLicenses known() {
        return known;
    }
}
