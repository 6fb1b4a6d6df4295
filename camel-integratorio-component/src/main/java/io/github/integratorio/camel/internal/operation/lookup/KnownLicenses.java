package io.github.integratorio.camel.internal.operation.lookup;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

import io.github.integratorio.camel.internal.license.LicenseUser;

/**
 * What this process knows about the licenses of one API: which were created or deleted here, and what the last lists have shown. A list
 * may lag behind writes, or lack rows; this memory prevents a second license for a user whose first one a list does not show. It holds
 * ids only, so whatever it says is confirmed by reading the license. Times are nanoseconds of the clock that all clients share.
 */
public final class KnownLicenses {

    /** For this long, a list may lag behind a write, and the API may carry out a request that got no response. */
    static final Duration SETTLE_TIME = Duration.ofSeconds(16);

    /** A license that was created here and that no list has shown after this time is no longer expected in one. */
    private static final Duration LISTED_WITHIN = Duration.ofMinutes(10);
    private static final int MAX_USERS = 200_000;
    private static final int MAX_IDS = 20_000;
    private static final int MAX_IDS_OF_USER = 10;

    // All guarded by this.
    private final Map<String, Known> users = bounded(MAX_USERS, true);
    /** When the last complete read of a connector's list began. */
    private final Map<String, Long> reads = bounded(MAX_IDS, false);
    /** The number of licenses in the last complete read of a connector's list. */
    private final Map<String, Integer> sizes = bounded(MAX_IDS, false);
    /** Licenses created here, by id. */
    private final Map<String, Creation> created = bounded(MAX_IDS, false);
    private final Map<String, Long> written = bounded(MAX_IDS, false);
    private final Set<String> deleted = Collections.newSetFromMap(bounded(MAX_IDS, false));

    /** A license that was created here. */
    private static final class Creation {
        private final String connectorId;
        private final long at;
        /** Whether no list has to show it any more. */
        private boolean isListed;
        /** The key of the claim that it was created or found for; null if there is none. */
        private String claim;

        Creation(String connectorId, long at) {
            this.connectorId = connectorId;
            this.at = at;
        }
    }

    /** What is known about the licenses of one user. */
    private static final class Known {
        /** At most {@link #MAX_IDS_OF_USER}. */
        private final List<String> licenseIds = new ArrayList<>(1);
        /** Whether a list has shown these, and none was created here that it may lack. */
        private boolean isWhole;
        private long seenAt;
        /** When a creation ended whose outcome is open; null if there is none. */
        private Long openSince;

        void add(String licenseId) {
            if (!licenseIds.contains(licenseId)) {
                licenseIds.add(licenseId);
                trim();
            }
        }

        void trim() {
            while (licenseIds.size() > MAX_IDS_OF_USER) {
                licenseIds.remove(0);
            }
        }
    }

    /** @param byUse true to drop the least recently used entry first, false for the oldest */
    private static <K, V> Map<K, V> bounded(int size, boolean byUse) {
        return new LinkedHashMap<>(16, 0.75f, byUse) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > size;
            }
        };
    }

    private Known of(String connectorId, LicenseUser user) {
        return users.computeIfAbsent(user.key(connectorId), key -> new Known());
    }

    /** A creation for a user has returned this license. */
    public synchronized void recordCreated(String connectorId, LicenseUser user, String licenseId, long now) {
        created.put(licenseId, new Creation(connectorId, now));
        Known known = of(connectorId, user);
        known.add(licenseId);
        // The user may have others: only a list can tell.
        known.isWhole = false;
        known.openSince = null;
    }

    /** A license that was created or found here belongs to a claim. */
    public synchronized void recordClaim(String licenseId, String claim) {
        Creation creation = created.get(licenseId);
        if (creation != null) {
            creation.claim = claim;
        }
    }

    /** A creation for a user has ended without a known outcome. */
    public synchronized void recordOpen(String connectorId, LicenseUser user, long now) {
        of(connectorId, user).openSince = now;
    }

    /** A license was changed here. */
    public synchronized void recordWritten(String licenseId, long now) {
        written.put(licenseId, now);
    }

    /** Whether a license was changed here so recently that a list may show it as it was before. */
    synchronized boolean mayBeListedLate(String licenseId, long now) {
        Long at = written.get(licenseId);
        return at != null && now - at < LISTED_WITHIN.toNanos();
    }

    /** A license was deleted here. */
    public synchronized void recordDeleted(String licenseId) {
        deleted.add(licenseId);
    }

    /** A user's license was asked for by its id, and is not that user's. */
    synchronized void forget(String connectorId, LicenseUser user, String licenseId) {
        Known known = users.get(user.key(connectorId));
        if (known != null) {
            known.licenseIds.remove(licenseId);
        }
        Creation creation = created.get(licenseId);
        if (creation != null) {
            creation.isListed = true;
        }
    }

    /**
     * A list was read to its end.
     *
     * @return whether it contains every license that was created here before, and no fewer than the read before
     */
    synchronized boolean recordRead(String connectorId, LicenseIndex licenses, long startedAt) {
        for (LicenseUser user : licenses.users()) {
            Known known = of(connectorId, user);
            known.licenseIds.removeIf(
                    id -> licenses.contains(id) || deleted.contains(id) || !isExpectedInLists(id, startedAt));
            known.isWhole = known.licenseIds.isEmpty();
            // In front: of more than there is room for, those stay that no list shows.
            licenses.all(user).forEach(row -> known.licenseIds.add(0, (String) row.get("_id")));
            known.trim();
            known.seenAt = startedAt;
            known.openSince = null;
        }
        reads.put(connectorId, startedAt);
        return recordListed(connectorId, licenses::contains, licenses.rows().size(), startedAt);
    }

    /** Whether a license was created here, and a list that does not show it may lag behind. */
    private boolean isExpectedInLists(String licenseId, long startedAt) {
        Creation creation = created.get(licenseId);
        return creation != null && !creation.isListed && startedAt - creation.at <= LISTED_WITHIN.toNanos();
    }

    /** As {@link #recordRead}, without taking note of whose licenses the list has. */
    public synchronized boolean recordListed(String connectorId, Predicate<String> isListed, int size, long startedAt) {
        Integer before = sizes.put(connectorId, size);
        created.forEach((id, creation) -> creation.isListed |= isListed.test(id) || deleted.contains(id)
                || startedAt - creation.at > LISTED_WITHIN.toNanos());
        return (before == null || size >= before) && created.values().stream().noneMatch(creation -> !creation.isListed
                && creation.connectorId.equals(connectorId) && creation.at < startedAt);
    }

    /** Whether a connector's list was read within this time. */
    synchronized boolean wasRead(String connectorId, Duration maxAge, long now) {
        Long startedAt = reads.get(connectorId);
        return startedAt != null && now - startedAt <= maxAge.toNanos();
    }

    /** The user's only license if a list has shown it within this time, and none was created here since; null otherwise. */
    synchronized String find(String connectorId, LicenseUser user, Duration maxAge, long now) {
        Known known = users.get(user.key(connectorId));
        List<String> ids = known == null || !known.isWhole || now - known.seenAt > maxAge.toNanos() ? List.of()
                : licenseIds(known);
        return ids.size() == 1 ? ids.get(0) : null;
    }

    /** The licenses that the user is known to have or to have had, however long ago they were seen. */
    synchronized List<String> findAll(String connectorId, LicenseUser user) {
        Known known = users.get(user.key(connectorId));
        return known == null ? List.of() : licenseIds(known);
    }

    private List<String> licenseIds(Known known) {
        List<String> ids = new ArrayList<>(known.licenseIds);
        ids.removeAll(deleted);
        return ids;
    }

    /**
     * How much later a read would have to begin to show certainly what was created for this user: a creation had returned a license a short
     * time before, or its outcome was open.
     *
     * @param  readAt when a read began
     * @return        zero if it shows all
     */
    synchronized Duration unsettledFor(String connectorId, LicenseUser user, long readAt) {
        Known known = users.get(user.key(connectorId));
        if (known == null) {
            return Duration.ZERO;
        }
        long rest = known.openSince == null ? 0 : rest(known.openSince, readAt);
        for (String id : licenseIds(known)) {
            Creation creation = created.get(id);
            rest = creation == null || creation.isListed ? rest : Math.max(rest, rest(creation.at, readAt));
        }
        return Duration.ofNanos(rest);
    }

    private static long rest(long time, long readAt) {
        return Math.max(0, SETTLE_TIME.toNanos() - (readAt - time));
    }

    /** Whether a creation has returned this license, so that no other one can have created it. */
    public synchronized boolean wasCreatedHere(String licenseId) {
        return created.containsKey(licenseId);
    }

    /** As {@link #wasCreatedHere}, for another claim or none. */
    public synchronized boolean wasCreatedForOther(String licenseId, String claim) {
        Creation creation = created.get(licenseId);
        return creation != null && !claim.equals(creation.claim);
    }

    /** Whether the license was deleted here. */
    public synchronized boolean wasDeletedHere(String licenseId) {
        return deleted.contains(licenseId);
    }
}
