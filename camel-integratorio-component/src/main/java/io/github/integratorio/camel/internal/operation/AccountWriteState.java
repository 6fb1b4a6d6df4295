package io.github.integratorio.camel.internal.operation;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** What all writes to one account must know of each other, however the account is reached: their order, and whose licenses are new. */
public final class AccountWriteState {

    private static final int REMEMBERED = 20_000;

    private final KeyedSequencer order = new KeyedSequencer();
    private final Set<String> given = Collections.synchronizedSet(Collections.newSetFromMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > REMEMBERED;
        }
    }));

    /** Whose turn it is. */
    KeyedSequencer order() {
        return order;
    }

    /** A license was given to somebody as theirs. */
    void recordReturned(String licenseId) {
        given.add(licenseId);
    }

    /** Whether a license was given to somebody as theirs: no other creation can have made it. */
    boolean wasReturned(String licenseId) {
        return given.contains(licenseId);
    }
}
