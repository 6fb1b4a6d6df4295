package io.github.integratorio.camel.internal.operation.creation;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

import io.github.integratorio.camel.internal.license.HashIndex;

/**
 * The claims of orders in the memory of this JVM, for endpoints without a repository. Open claims are never dropped. Of the others, at least
 * the last 500,000 are kept, and never more than twice as many: in about 80 bytes each, and at most 84 MB.
 */
public final class InMemoryClaims {

    /** With three facts each, they fill 2^21 slots of a {@link HashIndex} to the three quarters that it takes. */
    static final int MAX_ORDERS = 520_000;
    static final int MAX_OPEN = 100_000;

    private final int maxOrders;
    private final int maxOpen;
    // All guarded by this.
    /** The orders whose creation has no known outcome. */
    private final Map<String, Open> open = new HashMap<>();
    /** What is known of the orders that were completed, as texts with the number of the order. All facts of one are in the same index. */
    private HashIndex facts = new HashIndex();
    private HashIndex olderFacts = new HashIndex();
    private int lastNumber;

    private record Open(String user, Instant takenAt) {
    }

    public InMemoryClaims() {
        this(MAX_ORDERS, MAX_OPEN);
    }

    public InMemoryClaims(int maxOrders, int maxOpen) {
        this.maxOrders = maxOrders;
        this.maxOpen = maxOpen;
    }

    /** The claim of an order. */
    CreationClaim claim(String connectorId, String order, String user) {
        return new Claim(connectorId, order, user);
    }

    /** The number of a fact; -1 if it is not known. */
    private int find(String fact) {
        int number = facts.get(fact);
        return number >= 0 ? number : olderFacts.get(fact);
    }

    private final class Claim implements CreationClaim {
        private final String connectorId;
        private final String key;
        private final String user;
        /** Whether this object has opened the claim. */
        private boolean isTaken;

        Claim(String connectorId, String order, String user) {
            this.connectorId = connectorId;
            this.key = connectorId + ":o:" + order;
            this.user = user;
        }

        private String doneFact() {
            return "done " + user.length() + ' ' + user + ' ' + key;
        }

        private String licenseFact(String licenseId) {
            return "license " + connectorId + ' ' + licenseId;
        }

        @Override
        public String key() {
            return key;
        }

        @Override
        public boolean take(Instant now) {
            synchronized (InMemoryClaims.this) {
                return find("order " + key) < 0 && add(now);
            }
        }

        private boolean add(Instant now) {
            if (open.size() >= maxOpen && !open.containsKey(key)) {
                throw new IllegalStateException(maxOpen + " creations have no known outcome, and the memory without an"
                        + " idempotentRepository keeps no more");
            }
            isTaken = open.putIfAbsent(key, new Open(user, now)) == null;
            return isTaken;
        }

        @Override
        public boolean takeNext(Instant now) {
            synchronized (InMemoryClaims.this) {
                return isDone() && add(now);
            }
        }

        @Override
        public boolean wasTakenBetween(Instant from, Instant to) {
            synchronized (InMemoryClaims.this) {
                return isOpen() && !open.get(key).takenAt.isBefore(from) && !open.get(key).takenAt.isAfter(to);
            }
        }

        @Override
        public boolean complete(String licenseId, Evidence evidence) {
            synchronized (InMemoryClaims.this) {
                if (evidence != Evidence.CERTAIN && isMade(licenseId) && made(licenseId) == null) {
                    return false;
                }
                // One that was made before does not complete what another attempt has opened since.
                if (isTaken || made(licenseId) == null) {
                    open.remove(key);
                }
                int known = find("order " + key);
                int number = known >= 0 ? known : ++lastNumber;
                if (facts.size() >= 3 * maxOrders) {
                    olderFacts = facts;
                    facts = new HashIndex();
                }
                facts.putIfAbsent("order " + key, number);
                facts.putIfAbsent(doneFact(), number);
                facts.putIfAbsent(licenseFact(licenseId), number);
                return true;
            }
        }

        @Override
        public void release() {
            synchronized (InMemoryClaims.this) {
                if (isTaken) {
                    open.remove(key);
                    isTaken = false;
                }
            }
        }

        @Override
        public Evidence made(String licenseId) {
            synchronized (InMemoryClaims.this) {
                int number = find("order " + key);
                return number >= 0 && find(licenseFact(licenseId)) == number ? Evidence.CERTAIN : null;
            }
        }

        @Override
        public boolean isDone() {
            synchronized (InMemoryClaims.this) {
                return find(doneFact()) >= 0;
            }
        }

        @Override
        public boolean isMade(String licenseId) {
            synchronized (InMemoryClaims.this) {
                return find(licenseFact(licenseId)) >= 0;
            }
        }

        @Override
        public String advice() {
            synchronized (InMemoryClaims.this) {
                boolean isDone = isDone();
                boolean isOthers = !isDone && (find("order " + key) >= 0 || !isOpen());
                return isOthers
                        ? "The order number belongs to the order of another user, or of a parent or child license, or of"
                                + " this user's other license (production or sandbox): give this one its own"
                        : isDone && !open.containsKey(key) ? "The creation of the order was carried out before"
                                : "If it was not created, repeat it with another idempotencyKey";
            }
        }

        private boolean isOpen() {
            Open known = open.get(key);
            return known != null && known.user.equals(user);
        }
    }
}
