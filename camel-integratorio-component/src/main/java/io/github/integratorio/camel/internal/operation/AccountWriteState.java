package io.github.integratorio.camel.internal.operation;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** The state that all writes to an account share: their order, and the licenses that creations have returned. */
public final class AccountWriteState {

    private static final int REMEMBERED = 20_000;

    private final KeyedSequencer sequencer = new KeyedSequencer();
    private final Set<String> returned = Collections.synchronizedSet(Collections.newSetFromMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > REMEMBERED;
        }
    }));

    /** The order of writes. */
    KeyedSequencer sequencer() {
        return sequencer;
    }

    /** A creation has returned this license. */
    void recordReturned(String licenseId) {
        returned.add(licenseId);
    }

    /** Whether a creation has returned this license, so that no other one can have created it. */
    boolean wasReturned(String licenseId) {
        return returned.contains(licenseId);
    }
}
