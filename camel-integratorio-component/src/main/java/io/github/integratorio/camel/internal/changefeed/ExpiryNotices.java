package io.github.integratorio.camel.internal.changefeed;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.integratorio.camel.api.ChangeType;
import io.github.integratorio.camel.internal.changefeed.store.Change;
import io.github.integratorio.camel.internal.changefeed.store.FeedStore.State;
import io.github.integratorio.camel.internal.json.IsoInstants;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the expiry notices that are due: those whose date the API's clock has passed since the last recording, those of a new license, and
 * those that an end which has moved makes due. What was due an hour or more before the feed first saw a license is not told. A state
 * needs a single moment up to which all notices are recorded, and the moment at which each license was first seen. Knows the end of each
 * row of the base. Not thread-safe.
 */
final class ExpiryNotices {

    private static final Logger LOG = LoggerFactory.getLogger(ExpiryNotices.class);

    /** Fields with the end of a license, the first of which counts. */
    private static final List<String> ENDS = List.of("expires", "trialEndDate");
    /** End of a license without a date. */
    private static final long NEVER = Long.MAX_VALUE;
    /** Moment at which a license was first seen that the feed knew when its notices began. */
    private static final long AT_FIRST = Long.MIN_VALUE;
    /**
     * How long before a license was first seen a notice may have been due to be told nevertheless, because lists lag; how far the API's clock may
     * go back; and the maximum time between two recordings of the moment.
     */
    private static final Duration TOLERANCE = Duration.ofHours(1);

    /** In milliseconds before the end, in the order in which they become due. */
    private final List<Long> notices;
    /** End of each row, by its number in the index, in milliseconds. */
    private long[] ends = new long[0];
    /** When each row was first seen. */
    private long[] seen = new long[0];
    private boolean isUnreadableReported;

    /**
     * What to record.
     *
     * @param until     moment up to which all notices are recorded then; null without notices
     * @param since     moment at which the notices began; null without notices
     * @param due       notices, in the order in which they became due; those of a license that the look has not shown wait in the outbox
     * @param withdrawn pending notices whose license has got another end or is removed
     * @param seen      when the new and changed rows were first seen, by key
     */
    record Due(Instant until, Instant since, List<Notice> due, List<Change> withdrawn, Map<String, Instant> seen) {

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

    /**
     * Takes note of a row of the base.
     *
     * @param number    its number in the index
     * @param firstSeen when it was first seen; null if the feed knew it when its notices began
     */
    void put(int number, byte[] row, Instant firstSeen) {
        if (!isOn()) {
            return;
        }
        if (number >= ends.length) {
            int known = ends.length;
            ends = Arrays.copyOf(ends, Math.max(64, number + (number >> 1) + 1));
            seen = Arrays.copyOf(seen, ends.length);
            Arrays.fill(ends, known, ends.length, NEVER);
        }
        ends[number] = endOf(SnapshotDiff.text(row));
        seen[number] = firstSeen == null ? AT_FIRST : firstSeen.toEpochMilli();
    }

    private long endOf(String row) {
        Map<String, Object> fields = Change.fields(row);
        Object text = ENDS.stream().map(fields::get).filter(value -> value != null && !"".equals(value)).findFirst()
                .orElse(null);
        Instant end = IsoInstants.parseOrNull(text);
        try {
            if (end != null) {
                return end.toEpochMilli();
            }
        } catch (ArithmeticException e) {
            // So far away that it is no date.
        }
        if (text != null && !isUnreadableReported) {
            isUnreadableReported = true;
            LOG.warn("The end of license {} is not a date, so it gets no expiry notices; further ones are not logged",
                    fields.get("_id"));
        }
        return NEVER;
    }

    private Stream<Notice> of(String key, long end) {
        return end == NEVER ? Stream.empty() : notices.stream().map(before -> new Notice(key, end, before));
    }

    /** Begins to record notices, if they are wanted. What was due in the last hour is found by the next look. */
    Due begin(Instant now) {
        return isOn() ? new Due(now.minus(TOLERANCE), now, List.of(), List.of(), Map.of())
                : new Due(null, null, List.of(), List.of(), Map.of());
    }

    /**
     * Finds what is due.
     *
     * @param state   state of the feed
     * @param clock   the API's time at the beginning of the look
     * @param index   index of the base
     * @param changes new and changed rows that the look has shown
     * @param removed keys of the removed rows
     * @param pending reads the pending notices
     */
    Due find(State state, Instant clock, RowIndex index, SnapshotChanges changes, Set<String> removed,
            Supplier<List<Change>> pending) {
        boolean isBeginning = state.noticedUntil() == null;
        if (!isOn() && !isBeginning) {
            return new Due(null, null, List.of(), pending.get(), Map.of());
        }
        if (isBeginning) {
            return begin(clock);
        }
        long now = clock.toEpochMilli();
        long recorded = state.noticedUntil().toEpochMilli();
        // If the API's clock was wrong for long, notices must not wait until its time has come.
        long after = recorded - now > TOLERANCE.toMillis() ? now : recorded;
        long until = Math.max(after, now);
        long since = state.noticedSince().toEpochMilli();
        BitSet others = new BitSet();
        Stream.concat(changes.rows().keySet().stream(), removed.stream()).mapToInt(index::findKey)
                .filter(number -> number >= 0).forEach(others::set);
        List<Notice> due = new ArrayList<>();
        for (int number = 0; number < index.numbers(); number++) {
            long from = Math.max(after, tellableAfter(number, since, now));
            if (index.isLive(number) && !others.get(number) && isAnyDue(ends[number], from, until)) {
                due.addAll(due(of(index.key(number), ends[number]), from, until));
            }
        }
        Map<String, Instant> firstSeen = new HashMap<>();
        Map<String, Long> moved = new LinkedHashMap<>();
        changes.rows().forEach((key, row) -> {
            int number = index.findKey(key);
            long end = endOf(row);
            if (number < 0) {
                firstSeen.put(key, clock);
                due.addAll(due(of(key, end), now - TOLERANCE.toMillis(), until));
                return;
            }
            if (seen[number] != AT_FIRST) {
                firstSeen.put(key, Instant.ofEpochMilli(seen[number]));
            }
            if (end == ends[number]) {
                due.addAll(due(of(key, end), Math.max(after, tellableAfter(number, since, now)), until));
            } else {
                moved.put(key, end);
            }
        });
        // Performance: a new license has no pending notices.
        boolean mayWait = due.stream().anyMatch(notice -> index.findKey(notice.key()) >= 0);
        List<Change> waiting = mayWait || !moved.isEmpty() || !removed.isEmpty() ? pending.get() : List.of();
        List<Change> withdrawn = waiting.stream()
                .filter(notice -> moved.containsKey(notice.key()) || removed.contains(notice.key())).toList();
        Set<String> untold = withdrawn.stream().map(Change::id).collect(Collectors.toSet());
        // If the clock went back, one that is due again may still wait.
        Set<String> kept =
                waiting.stream().map(Change::id).filter(id -> !untold.contains(id)).collect(Collectors.toSet());
        due.removeIf(notice -> kept.contains(notice.id()));
        moved.forEach((key, end) -> {
            int number = index.findKey(key);
            long former = ends[number];
            long from = tellableAfter(number, since, now);
            of(key, end).filter(notice -> notice.dueAt() <= until).filter(notice -> {
                long dueForFormer = former == NEVER ? NEVER : former - notice.before();
                boolean isMadeDue = dueForFormer > after
                        || untold.contains(new Notice(key, former, notice.before()).id());
                if (isMadeDue && former != NEVER) {
                    return true;
                }
                // Told for the former end, it is told again if it becomes due again. A former end that is missing may be a faulty list.
                return notice.dueAt() > (isMadeDue || dueForFormer <= from ? from : Math.min(after, now));
            }).forEach(due::add);
        });
        due.sort(Comparator.comparingLong(Notice::dueAt).thenComparing(Notice::key));
        return new Due(Instant.ofEpochMilli(until), state.noticedSince(), due, withdrawn, firstSeen);
    }

    /** Returns the moment up to which nothing is told of a license, because it was due too long before the feed first saw it. */
    private long tellableAfter(int number, long since, long now) {
        // A clock that is behind now may have been ahead then.
        return Math.min(Math.max(seen[number], since), now) - TOLERANCE.toMillis();
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
