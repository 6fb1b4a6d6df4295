package io.github.integratorio.camel.provisioning;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** What all writes to one account must know of each other, however the account is reached: their order, and whose licenses are new. */
public final class AccountWrites {

    private static final int REMEMBERED = 20_000;

    private final KeyedOrder order = new KeyedOrder();
    private final Set<String> given = Collections.synchronizedSet(Collections.newSetFromMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > REMEMBERED;
        }
    }));

    /** Whose turn it is. */
    KeyedOrder order() {
        return order;
    }

    /** A license was given to somebody as theirs. */
    void given(String licenseId) {
        given.add(licenseId);
    }

    /** Whether a license was given to somebody as theirs: no other creation can have made it. */
    boolean wasGiven(String licenseId) {
        return given.contains(licenseId);
    }
}
