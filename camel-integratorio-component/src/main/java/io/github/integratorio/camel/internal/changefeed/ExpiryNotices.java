package io.github.integratorio.camel.internal.changefeed;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.integratorio.camel.api.ChangeType;
import io.github.integratorio.camel.internal.changefeed.store.Change;
import io.github.integratorio.camel.internal.json.IsoInstants;

/**
 * Finds the expiry notices that are due. A state needs a single moment for them, up to which all notices are recorded: a notice is due
 * now if that moment came since, or if the license has got an earlier end. Knows the end of each row of the base. Not thread-safe.
 */
final class ExpiryNotices {

    /** Fields with the end of a license, the first of which counts. */
    private static final List<String> ENDS = List.of("expires", "trialEndDate");
    /** End of a license without a date. */
    private static final long NEVER = Long.MAX_VALUE;
    /**
     * How long before a look that did not show a license a notice may have been due to be told nevertheless, because lists lag; how far
     * the API's clock may go back; and the maximum time between two recordings of the moment.
     */
    private static final Duration TOLERANCE = Duration.ofHours(1);

    /** In milliseconds before the end, in the order in which they become due. */
    private final List<Long> notices;
    /** End of each row, by its number in the index, in milliseconds. */
    private long[] ends = new long[0];
    /** Times of the last look and the one before, in milliseconds; null if this process has not looked since the last recording. */
    private Long lastLook;
    private Long lookBefore;

    /**
     * What to record.
     *
     * @param until     moment up to which all notices are recorded then
     * @param due       notices, in the order in which they became due
     * @param withdrawn pending notices whose license has got another end or is removed
     */
    record Due(Instant until, List<Notice> due, List<Change> withdrawn) {

        /** Nothing, because notices are not wanted or begin now. */
        static Due nothing(Instant until) {
            return new Due(until, List.of(), List.of());
        }

        /** Returns whether there is something to record. */
        boolean isToRecord(Instant recorded) {
            return !due.isEmpty() || !withdrawn.isEmpty() || (until == null) != (recorded == null)
                    || until != null && Duration.between(recorded, until).abs().compareTo(TOLERANCE) >= 0;
        }
    }

    /** A notice of a license, so many milliseconds before its end. */
    record Notice(String key, long end, long before) {

        long dueAt() {
            return end - before;
        }

        /** Returns the id, the same whenever and wherever the notice is recorded. */
        String id() {
            Duration duration = Duration.ofMillis(before);
            String text = before > 0 && duration.equals(Duration.ofDays(duration.toDays()))
                    ? "P" + duration.toDays() + "D"
                    : duration.toString();
            return key + ':' + IsoInstants.format(Instant.ofEpochMilli(end)) + ':' + text;
        }

        Change change(long version, String row) {
            return new Change(id(), key, before == 0 ? ChangeType.EXPIRED : ChangeType.EXPIRING, version, row, null,
                    Instant.ofEpochMilli(dueAt()));
        }
    }

    ExpiryNotices(Collection<Duration> notices) {
        this.notices = notices.stream().map(Duration::toMillis).sorted(Comparator.reverseOrder()).toList();
    }

    /** Returns whether notices are wanted. */
    boolean isOn() {
        return !notices.isEmpty();
    }

    /** Takes note of a row of the base, which has a number in the index. */
    void put(int number, byte[] row) {
        if (!isOn()) {
            return;
        }
        if (number >= ends.length) {
            int known = ends.length;
            ends = Arrays.copyOf(ends, Math.max(64, number + (number >> 1) + 1));
            Arrays.fill(ends, known, ends.length, NEVER);
        }
        ends[number] = endOf(SnapshotDiff.text(row));
    }

    private static long endOf(String row) {
        Map<String, Object> fields = Change.fields(row);
        Instant end = ENDS.stream().map(fields::get).filter(value -> value != null && !"".equals(value)).findFirst()
                .map(IsoInstants::parseOrNull).orElse(null);
        try {
            return end == null ? NEVER : end.toEpochMilli();
        } catch (ArithmeticException e) {
            return NEVER;
        }
    }

    private Stream<Notice> of(String key, long end) {
        return end == NEVER ? Stream.empty() : notices.stream().map(before -> new Notice(key, end, before));
    }

    /** Takes note of a look that has succeeded and may not be recorded. */
    void looked(Instant now) {
        lookBefore = lastLook;
        lastLook = now.toEpochMilli();
    }

    /** Forgets looks, because another process has looked since. */
    void forgetLooks() {
        lastLook = null;
        lookBefore = null;
    }

    /**
     * Finds what is due.
     *
     * @param recorded moment up to which notices are recorded; null if none were wanted
     * @param now      the API's time at the beginning of the look
     * @param index    index of the base
     * @param diff     what the look has shown
     * @param changes  its new and changed rows
     * @param removed  keys of the removed rows
     * @param pending  reads the pending notices
     */
    Due find(Instant recorded, Instant now, RowIndex index, SnapshotDiff diff, SnapshotChanges changes,
            Set<String> removed, Supplier<List<Change>> pending) {
        if (!isOn()) {
            return recorded == null ? Due.nothing(null) : new Due(null, List.of(), pending.get());
        }
        if (recorded == null) {
            return Due.nothing(now);
        }
        // If the API's clock was wrong, notices must not wait until its time has come.
        long after = Math.min(recorded.toEpochMilli(), now.plus(TOLERANCE).toEpochMilli());
        BitSet others = new BitSet();
        Stream.concat(changes.rows().keySet().stream(), removed.stream()).mapToInt(index::findKey)
                .filter(number -> number >= 0).forEach(others::set);
        long until = beforeMissing(after, Math.max(after, now.toEpochMilli()), index, diff, others);
        if (lastLook == null) {
            lastLook = after;
        }
        // An end that this look shows for the first time was not there before. A single look may have been misleading.
        long unseen = (lookBefore == null ? lastLook : lookBefore) - TOLERANCE.toMillis();
        List<Notice> due = new ArrayList<>();
        for (int number = 0; number < index.numbers(); number++) {
            if (index.isLive(number) && !others.get(number) && isAnyDue(ends[number], after, until)) {
                due.addAll(due(of(index.key(number), ends[number]), after, until));
            }
        }
        Map<String, Long> moved = new LinkedHashMap<>();
        changes.rows().forEach((key, row) -> {
            int number = index.findKey(key);
            long end = endOf(row);
            if (number < 0) {
                due.addAll(due(of(key, end), unseen, until));
            } else if (end == ends[number]) {
                due.addAll(due(of(key, end), after, until));
            } else {
                moved.put(key, end);
            }
        });
        List<Change> withdrawn = moved.isEmpty() && removed.isEmpty() ? List.of()
                : pending.get().stream().filter(notice -> moved.containsKey(notice.key())
                        || removed.contains(notice.key())).toList();
        Set<String> untold = withdrawn.stream().map(Change::id).collect(Collectors.toCollection(HashSet::new));
        moved.forEach((key, end) -> {
            long former = ends[index.findKey(key)];
            // A notice that was told for the former end is not told for the new one, unless it becomes due again.
            of(key, end).filter(notice -> notice.dueAt() <= until
                    && (notice.dueAt() > unseen || former == NEVER || former - notice.before() > after
                            || untold.contains(new Notice(key, former, notice.before()).id())))
                    .forEach(due::add);
        });
        due.sort(Comparator.comparingLong(Notice::dueAt).thenComparing(Notice::key));
        return new Due(Instant.ofEpochMilli(until), due, withdrawn);
    }

    /**
     * Returns the moment before the first notice of a row that the look has not shown, although it does not count as removed. Its end may
     * have moved, so that the notice, and all later ones, wait for the next look.
     */
    private long beforeMissing(long after, long until, RowIndex index, SnapshotDiff diff, BitSet others) {
        long first = until;
        if (diff.missing() > 0 && !diff.refused().isAnyUnnamed()) {
            for (int number = 0; number < index.numbers(); number++) {
                if (diff.isMissing(number) && !others.get(number) && ends[number] != NEVER) {
                    for (long before : notices) {
                        long dueAt = ends[number] - before;
                        if (dueAt > after && dueAt <= first) {
                            first = dueAt - 1;
                        }
                    }
                }
            }
        }
        return first;
    }

    // Performance: looks at all rows at each poll; 100,000 rows take less than a millisecond, and no query.
    private boolean isAnyDue(long end, long after, long until) {
        if (end != NEVER) {
            for (long before : notices) {
                if (end - before > after && end - before <= until) {
                    return true;
                }
            }
        }
        return false;
    }

    private static List<Notice> due(Stream<Notice> notices, long after, long until) {
        return notices.filter(notice -> notice.dueAt() > after && notice.dueAt() <= until).toList();
    }
}
