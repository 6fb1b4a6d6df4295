package io.github.integratorio.camel.internal.changefeed;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

import io.github.integratorio.camel.api.ChangeType;
import io.github.integratorio.camel.api.MassRemovalException;
import io.github.integratorio.camel.internal.changefeed.store.Change;
import io.github.integratorio.camel.internal.changefeed.store.FeedStore;
import io.github.integratorio.camel.internal.changefeed.store.InMemoryFeedStore;
import io.github.integratorio.camel.support.WatchedList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A feed tells that licenses end. */
class ExpiryNoticesTest {

    private static final Instant START = Instant.parse("2027-01-01T00:00:00Z");
    private static final Set<Duration> NOTICES = Set.of(Duration.ofDays(30), Duration.ofDays(7), Duration.ZERO);

    private final FeedStore store = new InMemoryFeedStore();
    private final WatchedList list = list(NOTICES);

    private WatchedList list(Set<Duration> notices) {
        return new WatchedList(store, WatchedList.settings().withExpiryNotices(notices));
    }

    /** Keeps the list from being empty. */
    private static final String OTHER = "{\"_id\":\"other\"}";

    @BeforeEach
    void begin() throws Exception {
        assertEquals(List.of(), list.at(START).rows(OTHER).poll());
    }

    private static Instant day(long day) {
        return START.plus(Duration.ofDays(day));
    }

    private static String license(String id, Instant expires) {
        return "{\"_id\":\"" + id + "\",\"expires\":\"" + expires + "\"}";
    }

    private static String license(String id, Instant expires, Object value) {
        return "{\"_id\":\"" + id + "\",\"expires\":\"" + expires + "\",\"v\":" + value + "}";
    }

    /** Polls at the beginning of a day, and returns each change as {@code TYPE key}, a notice with the day when it was due. */
    private List<String> poll(WatchedList polled, long day, String... rows) throws Exception {
        List<String> all = new ArrayList<>(List.of(rows));
        all.add(OTHER);
        polled.at(day(day)).rows(all);
        return texts(polled.poll());
    }

    private List<String> poll(long day, String... rows) throws Exception {
        return poll(list, day, rows);
    }

    /** Polls without time passing, and returns the number of changes. */
    private int polls(int number, String... rows) throws Exception {
        List<String> all = new ArrayList<>(List.of(rows));
        all.add(OTHER);
        list.rows(all);
        int changes = 0;
        for (int i = 0; i < number; i++) {
            changes += list.poll().size();
        }
        return changes;
    }

    private static List<String> texts(List<Change> changes) {
        return changes.stream().map(change -> change.type() + " " + change.key() + (change.dueAt() == null ? ""
                : " " + Duration.between(START, change.dueAt()).toDays())).toList();
    }

    @Test
    void each_notice_is_told_once_when_it_is_due() throws Exception {
        String license = license("a", day(100));
        assertEquals(List.of("ADDED a"), poll(1, license));
        assertEquals(List.of(), poll(69, license));
        assertEquals(List.of("EXPIRING a 70"), poll(70, license));
        assertEquals(List.of(), poll(92, license));
        assertEquals(List.of("EXPIRING a 93"), poll(94, license));
        assertEquals(List.of("EXPIRED a 100"), poll(100, license));
        assertEquals(List.of(), poll(1000, license));
    }

    @Test
    void a_notice_has_the_row_and_an_id_made_of_license_date_and_notice() throws Exception {
        poll(1, license("a", day(100)));
        list.at(day(70));
        Change notice = list.poll().get(0);
        assertEquals("a:2027-04-11T00:00:00.000Z:P30D", notice.id());
        assertEquals(license("a", day(100)), notice.content());
        assertEquals(null, notice.previous());
        assertEquals(Set.of(), notice.changedFields());
    }

    @Test
    void notices_that_became_due_while_nobody_looked_are_told_late_and_in_order() throws Exception {
        String license = license("a", day(100));
        poll(1, license);
        list.restart();
        assertEquals(List.of("EXPIRING a 70", "EXPIRING a 93", "EXPIRED a 100"), poll(200, license));
        list.restart();
        assertEquals(List.of(), poll(300, license));
    }

    @Test
    void the_versions_of_late_notices_rise_in_the_order_in_which_they_were_due() throws Exception {
        poll(1, license("a", day(100)), license("b", day(50)));
        List<Change> late = new ArrayList<>(list.at(day(200)).poll());
        assertEquals("EXPIRING b 20", texts(late).get(0));
        late.sort(Comparator.comparingLong(Change::version));
        assertEquals(List.of("EXPIRING b 20", "EXPIRING b 43", "EXPIRED b 50", "EXPIRING a 70", "EXPIRING a 93",
                "EXPIRED a 100"), texts(late));
    }

    @Test
    void when_a_license_was_first_seen_is_known_after_it_has_changed_and_a_restart() throws Exception {
        poll(1);
        list.at(day(9));
        polls(2);
        assertEquals(List.of("ADDED a"), poll(10, license("a", day(5))));
        assertEquals(List.of("UPDATED a"), poll(11, license("a", day(5), 2)));
        list.restart();
        assertEquals(List.of("UPDATED a", "EXPIRED a 10"),
                poll(12, license("a", day(10).plus(Duration.ofHours(12)), 2)));
    }

    @Test
    void a_date_that_is_moved_to_this_moment_is_told_at_once() throws Exception {
        poll(1, license("a", day(100)));
        list.at(day(3));
        polls(2, license("a", day(100)));
        assertEquals(List.of("UPDATED a", "EXPIRING a -26", "EXPIRING a -3", "EXPIRED a 4"),
                poll(4, license("a", day(4))));
    }

    @Test
    void a_notice_that_has_just_been_told_is_not_told_again_for_a_nearer_date() throws Exception {
        poll(1, license("a", day(100)));
        assertEquals(List.of("EXPIRING a 70", "EXPIRING a 93"), poll(93, license("a", day(100))));
        assertEquals(List.of("UPDATED a"), poll(93, license("a", day(99))));
    }

    @Test
    void a_pending_notice_of_the_first_license_of_a_list_stays_one() throws Exception {
        WatchedList first = new WatchedList(new InMemoryFeedStore(), WatchedList.settings().withExpiryNotices(NOTICES));
        first.at(START).rows(license("a", day(100))).poll();
        for (long day : new long[] { 71, 69, 72 }) {
            first.at(day(day));
            first.feed.pollSnapshot(first.source());
        }
        assertEquals(1, first.store.notices(WatchedList.ID).size());
    }

    @Test
    void a_license_created_while_nobody_looked_is_told_what_was_due_in_the_last_hour_and_later() throws Exception {
        poll(1);
        list.restart();
        Instant now = day(20);
        String trial = license("trial", day(33));
        String ended = license("ended", day(12));
        String justEnded = license("justEnded", now.minus(Duration.ofMinutes(59)));
        assertEquals(List.of("ADDED ended", "ADDED justEnded", "ADDED trial", "EXPIRED justEnded 19"),
                poll(20, trial, ended, justEnded).stream().sorted().toList());
        assertEquals(List.of("EXPIRING trial 26", "EXPIRED trial 33"), poll(40, trial, ended, justEnded));
    }

    @Test
    void what_was_due_before_the_feed_first_saw_a_license_is_not_told() throws Exception {
        list.at(day(9));
        polls(2);
        assertEquals(List.of("ADDED ended", "ADDED trial"), poll(10, license("ended", day(5)),
                license("trial", day(24))).stream().sorted().toList());
        assertEquals(List.of("EXPIRING trial 17"), poll(17, license("ended", day(5)), license("trial", day(24))));
        assertEquals(List.of("EXPIRED trial 24"), poll(24, license("ended", day(5)), license("trial", day(24))));
    }

    @Test
    void a_notice_that_was_not_told_because_the_license_was_new_is_told_for_a_later_end() throws Exception {
        poll(1, license("a", day(5)), license("b", day(20)));
        list.restart();
        assertEquals(List.of("EXPIRING a 3", "EXPIRING b 3", "UPDATED a", "UPDATED b"),
                poll(4, license("a", day(10)), license("b", day(10))).stream().sorted().toList());
        assertEquals(List.of("EXPIRED a 10", "EXPIRED b 10"), poll(10, license("a", day(10)), license("b", day(10))));
    }

    @Test
    void a_notice_that_no_end_of_a_new_license_left_time_for_is_not_told() throws Exception {
        poll(2, license("a", day(5)));
        assertEquals(List.of("UPDATED a"), poll(4, license("a", day(6))));
        assertEquals(List.of("EXPIRED a 6"), poll(6, license("a", day(6))));
    }

    @Test
    void an_empty_list_that_is_not_confirmed_tells_nothing_and_loses_nothing() throws Exception {
        WatchedList doubtful = list(NOTICES);
        poll(1, license("a", day(100)));
        assertEquals(List.of(), doubtful.at(day(70)).rows().poll());
        assertEquals(List.of("EXPIRING a 70"), poll(71, license("a", day(100))));
    }

    @Test
    void a_first_look_tells_only_what_was_due_in_the_last_hour() throws Exception {
        for (boolean emit : new boolean[] { false, true }) {
            WatchedList first = new WatchedList(new InMemoryFeedStore(),
                    new FeedConfig("_id", emit, 20, 1, Set.of()).withExpiryNotices(NOTICES));
            String[] rows = { license("a", day(20)), license("b", day(-20)),
                    license("c", START.minus(Duration.ofMinutes(59))),
                    license("d", START.minus(Duration.ofMinutes(61))),
                    license("e", day(7)) };
            assertEquals(emit ? 6 : 0, poll(first, 0, rows).size());
            first.restart();
            assertEquals(List.of("EXPIRED c 0", "EXPIRING e 0"), poll(first, 0, rows));
            assertEquals(List.of("EXPIRED e 7", "EXPIRING a 13"), poll(first, 14, rows));
        }
    }

    @Test
    void a_date_that_is_moved_away_in_time_is_not_told() throws Exception {
        poll(1, license("a", day(100)));
        assertEquals(List.of("UPDATED a"), poll(70, license("a", day(200))));
        assertEquals(List.of("EXPIRING a 170"), poll(170, license("a", day(200))));
        assertEquals(List.of("UPDATED a"), poll(180, license("a", day(1000))));
        assertEquals(List.of(), poll(900, license("a", day(1000))));
    }

    @Test
    void a_date_that_is_moved_nearer_is_told_at_once() throws Exception {
        poll(1, license("a", day(100)));
        assertEquals(List.of("UPDATED a", "EXPIRING a -15", "EXPIRING a 8"), poll(10, license("a", day(15))));
        polls(2, license("a", day(15)));
        assertEquals(List.of("UPDATED a", "EXPIRED a 9"), poll(11, license("a", day(9))));
        polls(2, license("a", day(9)));
        assertEquals(List.of("UPDATED a"), poll(12, license("a", day(8))));
    }

    @Test
    void an_end_that_is_missing_for_a_moment_tells_nothing_that_was_due_before_the_license_was_first_seen()
            throws Exception {
        String ended = license("ended", day(-20));
        String soon = license("soon", day(20));
        list.at(day(5));
        polls(2, ended, soon);
        for (String without : List.of("null", "\"soon\"", "1")) {
            poll(6, ended.replaceAll("\"2[^\"]*\"", without), soon.replaceAll("\"2[^\"]*\"", without));
            assertEquals(List.of("UPDATED ended", "UPDATED soon"),
                    poll(6, ended, soon).stream().sorted().toList(), without);
        }
        assertEquals(List.of("EXPIRING soon 13"), poll(13, ended, soon));
    }

    @Test
    void a_few_days_of_grace_repeat_no_notice_but_the_last_one() throws Exception {
        poll(1, license("a", day(100)));
        poll(70, license("a", day(100)));
        poll(93, license("a", day(100)));
        list.at(day(98));
        polls(2, license("a", day(100)));
        assertEquals(List.of("UPDATED a"), poll(99, license("a", day(103))));
        assertEquals(List.of("EXPIRED a 103"), poll(103, license("a", day(103))));
        polls(2, license("a", day(103)));
        assertEquals(List.of("UPDATED a"), poll(104, license("a", day(106))));
        assertEquals(List.of("EXPIRED a 106"), poll(106, license("a", day(106))));
    }

    @Test
    void a_notice_that_is_due_for_the_new_date_at_this_moment_is_told_although_the_former_was() throws Exception {
        poll(1, license("a", day(100)));
        list.at(day(94));
        assertEquals(2, polls(2, license("a", day(100))));
        // The new date was there before its notice was due.
        assertEquals(List.of("UPDATED a", "EXPIRING a 95"), poll(96, license("a", day(102))));
    }

    @Test
    void a_pending_notice_is_withdrawn_if_the_date_moves_or_the_license_is_removed() throws Exception {
        poll(1, license("a", day(100)), license("b", day(100)), license("c", day(100)));
        list.at(day(93));
        list.feed.outbox().beginPoll();
        list.feed.pollSnapshot(list.source());
        list.feed.outbox().endPoll();
        assertEquals(6, store.notices(WatchedList.ID).size());
        list.restart();
        assertEquals(List.of("EXPIRING c 70", "EXPIRING c 93", "REMOVED b", "UPDATED a"),
                poll(94, license("a", day(1000)), license("c", day(100))).stream().sorted().toList());
        assertEquals(List.of(), store.notices(WatchedList.ID));
    }

    @Test
    void a_notice_that_was_pending_for_the_former_date_is_told_for_the_new_one() throws Exception {
        poll(1, license("a", day(100)));
        list.at(day(93));
        list.feed.pollSnapshot(list.source());
        list.restart();
        assertEquals(List.of("UPDATED a", "EXPIRING a 71", "EXPIRING a 94"), poll(98, license("a", day(101))));
    }

    @Test
    void a_pending_notice_is_not_delivered_before_a_look_has_shown_its_date() throws Exception {
        poll(1, license("a", day(100)));
        list.at(day(70));
        list.feed.pollSnapshot(list.source());
        list.restart();
        assertEquals(List.of(), list.take());
        list.thenFails(new IOException("down"));
        list.feed.outbox().beginPoll();
        assertEquals(List.of(), list.feed.outbox().claim(10));
        assertThrows(IOException.class, () -> list.feed.pollSnapshot(list.source()));
        assertEquals(List.of(), list.feed.outbox().claim(10));
        assertEquals(List.of("EXPIRING a 70"), poll(71, license("a", day(100))));
    }

    @Test
    void changes_of_a_row_wait_for_its_notice_and_others_do_not() throws Exception {
        poll(1, license("a", day(100)), license("b", day(500)));
        list.at(day(70));
        list.feed.pollSnapshot(list.source());
        list.rows(license("a", day(100), 2), license("b", day(500), 2), OTHER).at(day(70));
        list.feed.pollSnapshot(list.source());
        list.restart();
        list.feed.outbox().beginPoll();
        assertEquals(List.of("UPDATED b"), texts(list.feed.outbox().claim(10)));
        list.feed.pollSnapshot(list.source());
        List<Change> first = list.feed.outbox().claim(10);
        assertEquals(List.of("EXPIRING a 70"), texts(first));
        list.feed.outbox().acknowledge(first.get(0));
        assertEquals(List.of("UPDATED a"), texts(list.feed.outbox().claim(10)));
    }

    @Test
    void a_notice_that_waits_behind_a_change_in_flight_is_withdrawn_with_its_date() throws Exception {
        poll(1, license("a", day(100)));
        list.rows(license("a", day(100), 2), OTHER).at(day(70));
        list.feed.outbox().beginPoll();
        list.feed.pollSnapshot(list.source());
        List<Change> updated = list.feed.outbox().claim(10);
        assertEquals(List.of("UPDATED a"), texts(updated));
        list.rows(license("a", day(500), 2), OTHER);
        list.feed.pollSnapshot(list.source());
        list.feed.outbox().acknowledge(updated.get(0));
        assertEquals(List.of("UPDATED a"), texts(list.feed.outbox().claim(10)));
    }

    @Test
    void a_license_that_a_look_does_not_show_is_told_when_it_is_back() throws Exception {
        WatchedList patient = new WatchedList(new InMemoryFeedStore(),
                new FeedConfig("_id", false, 20, 3, Set.of()).withExpiryNotices(NOTICES));
        String a = license("a", day(40));
        String b = license("b", day(41));
        String c = license("c", day(39));
        assertEquals(List.of(), poll(patient, 0, a, b, c));
        assertEquals(List.of("EXPIRING c 9", "EXPIRING b 11"), poll(patient, 12, b, c));
        patient.restart();
        assertEquals(List.of("EXPIRING a 10"), poll(patient, 13, a, b, c));
        assertEquals(List.of("EXPIRING a 33"), poll(patient, 33, a, b));
        assertEquals(List.of(), poll(patient, 33, a, b));
        assertEquals(List.of("REMOVED c"), poll(patient, 33, a, b));
        assertEquals(List.of(), patient.store.notices(WatchedList.ID));
    }

    @Test
    void notices_of_a_refused_row_wait_until_it_can_be_read() throws Exception {
        for (String tooMuch : List.of("\"" + "y".repeat(FeedConfig.MAX_ROW_SIZE) + "\"",
                "[".repeat(120) + "]".repeat(120), "1".repeat(1_001))) {
            WatchedList one = new WatchedList(new InMemoryFeedStore(),
                    WatchedList.settings().withExpiryNotices(Set.of(Duration.ZERO)));
            String kept = license("kept", day(10));
            assertEquals(List.of(), poll(one, 0, license("a", day(10)), license("b", day(10)), kept));
            String[] refused = { license("a", day(375), tooMuch), license("b", day(10), tooMuch), kept };
            assertEquals(List.of(), poll(one, 1, refused));
            assertEquals(List.of("EXPIRED kept 10"), poll(one, 10, refused));
            one.restart();
            assertEquals(List.of(), poll(one, 11, refused));
            assertEquals(List.of("EXPIRED b 10", "UPDATED a"),
                    poll(one, 12, license("a", day(375)), license("b", day(10)), kept));
        }
    }

    @Test
    void a_license_that_may_be_a_refused_row_without_a_key_waits_and_others_do_not() throws Exception {
        String unnamed = "{\"v\":\"" + "y".repeat(FeedConfig.MAX_ROW_SIZE) + "\",\"_id\":\"a\"}";
        poll(1, license("a", day(10)), license("b", day(10)));
        list.restart();
        assertEquals(List.of("EXPIRING b 3"), poll(4, unnamed, license("b", day(10))));
        assertEquals(List.of("EXPIRING a 3"), poll(4, license("a", day(10)), license("b", day(10))));
    }

    @Test
    void a_held_snapshot_holds_the_notices_too() throws Exception {
        List<String> many = IntStream.range(0, 20).mapToObj(i -> license("l" + i, day(40))).toList();
        poll(1, many.toArray(new String[0]));
        assertThrows(MassRemovalException.class, () -> poll(12, many.get(0)));
        assertEquals(20, poll(13, many.toArray(new String[0])).size());
    }

    @Test
    void all_licenses_may_end_at_once() throws Exception {
        String[] many = IntStream.range(0, 2_000).mapToObj(i -> license("l" + i, day(40))).toArray(String[]::new);
        poll(1, many);
        assertEquals(6_000, poll(50, many).size());
        assertEquals(List.of(), poll(51, many));
    }

    @Test
    void the_end_of_the_trial_counts_without_an_expiry() throws Exception {
        String trial = "{\"_id\":\"a\",\"trialEndDate\":\"" + day(20) + "\"}";
        String both = "{\"_id\":\"a\",\"trialEndDate\":\"" + day(20) + "\",\"expires\":\"" + day(400) + "\"}";
        String empty = "{\"_id\":\"b\",\"trialEndDate\":\"" + day(30) + "\",\"expires\":\"\"}";
        String none = "{\"_id\":\"c\",\"expires\":\"soon\"}";
        String offset = "{\"_id\":\"d\",\"expires\":\"2027-01-31T02:00:00+0200\"}";
        poll(1, trial, empty, none, offset);
        assertEquals(List.of("EXPIRING a 13"), poll(14, trial, empty, none, offset));
        assertEquals(List.of("UPDATED a"), poll(20, both, empty, none, offset));
        assertEquals(List.of("EXPIRED b 30", "EXPIRED d 30", "EXPIRING b 23", "EXPIRING d 23"),
                poll(40, both, empty, none, offset).stream().sorted().toList());
        assertEquals(List.of(), poll(200, both, empty, none, offset));
        assertEquals("a:2027-01-21T00:00:00.000Z:PT0S", new ExpiryNotices.Notice("a", day(20).toEpochMilli(), 0).id());
    }

    @Test
    void a_clock_that_goes_back_a_little_tells_nothing_twice() throws Exception {
        String license = license("a", day(100));
        poll(1, license);
        assertEquals(1, poll(70, license).size());
        list.restart();
        assertEquals(List.of(), list.at(day(70).minus(Duration.ofMinutes(30))).poll());
        list.restart();
        assertEquals(List.of(), poll(75, license));
    }

    @Test
    void a_clock_that_goes_back_a_little_while_the_list_changes_tells_nothing_twice() throws Exception {
        String license = license("a", day(100));
        String other = license("b", day(500));
        List<String[]> lists = List.of(new String[] { license, other, license("added", day(500)) },
                new String[] { license, license("b", day(500), 2) }, new String[] { license, license("b", day(600)) },
                new String[] { license("a", day(100), 2), other }, new String[] { license });
        for (Duration back : List.of(Duration.ofSeconds(20), Duration.ofMinutes(59))) {
            for (String[] changed : lists) {
                WatchedList one =
                        new WatchedList(new InMemoryFeedStore(), WatchedList.settings().withExpiryNotices(NOTICES));
                assertEquals(List.of(), poll(one, 1, license, other));
                assertEquals(List.of("EXPIRING a 70"), poll(one, 70, license, other));
                List<String> rows = new ArrayList<>(List.of(changed));
                rows.add(OTHER);
                List<String> told = new ArrayList<>();
                for (int look = 0; look < 3; look++) {
                    told.addAll(texts(one.at(day(70).minus(back)).rows(rows).poll()));
                }
                assertEquals(1, told.size(), told::toString);
                assertFalse(told.get(0).startsWith("EXPIR"), told::toString);
                assertEquals(List.of(), poll(one, 70, changed));
                one.restart();
                assertEquals(List.of(), poll(one, 71, changed));
            }
        }
    }

    @Test
    void a_clock_that_goes_back_tells_nothing_early_and_loses_nothing() throws Exception {
        WatchedList ends = list(Set.of(Duration.ofMinutes(10), Duration.ZERO));
        for (Duration ahead : List.of(Duration.ofMinutes(50), Duration.ofDays(40))) {
            String a = license("a" + ahead, minute(45));
            poll(ends, 0, a, license("b" + ahead, minute(45)));
            ends.at(START.plus(ahead)).poll();
            List<String> rows = List.of(a, license("b" + ahead, minute(48)), license("new" + ahead, minute(30)), OTHER);
            List<String> told = texts(ends.at(START).rows(rows).poll()).stream().sorted().toList();
            assertEquals(List.of("ADDED new" + ahead, "UPDATED b" + ahead), told);
            ends.restart();
            assertEquals(List.of("EXPIRING new" + ahead + " 0", "EXPIRED new" + ahead + " 0"),
                    texts(ends.at(minute(31)).rows(rows).poll()));
            assertTrue(texts(ends.at(minute(49)).poll()).contains("EXPIRED b" + ahead + " 0"));
            ends.restart();
            assertEquals(List.of(), texts(ends.at(minute(50)).poll()));
            ends.rows(OTHER).at(START).poll();
        }
    }

    private static Instant minute(long minute) {
        return START.plus(Duration.ofMinutes(minute));
    }

    @Test
    void a_pending_notice_that_is_due_again_because_the_clock_went_back_stays_one() throws Exception {
        poll(1, license("a", day(100)));
        list.at(day(71));
        list.feed.pollSnapshot(list.source());
        list.at(day(69));
        list.feed.pollSnapshot(list.source());
        list.at(day(72));
        list.feed.pollSnapshot(list.source());
        assertEquals(1, store.notices(WatchedList.ID).size());
        assertEquals(List.of("EXPIRING a 70"), poll(73, license("a", day(100))));
    }

    @Test
    void a_clock_that_was_years_behind_tells_nothing_that_was_due_before_the_feed_began() throws Exception {
        WatchedList first = new WatchedList(new InMemoryFeedStore(), WatchedList.settings().withExpiryNotices(NOTICES));
        String[] rows = { license("old", day(-100)), license("a", day(100)) };
        poll(first, 0, rows);
        poll(first, 71, rows);
        poll(first, 72, license("old", day(-100)), license("a", day(100)), license("added", day(5)));
        first.restart();
        assertEquals(List.of(), poll(first, -20_000, rows[0], rows[1], license("added", day(5))));
        first.restart();
        assertEquals(List.of("EXPIRING a 70"), poll(first, 72, rows[0], rows[1], license("added", day(5))));
    }

    @Test
    void notices_go_on_after_a_clock_that_was_years_ahead() throws Exception {
        String license = license("a", day(100));
        poll(1, license);
        assertEquals(3, poll(20_000, license).size());
        assertEquals(List.of(), poll(2, license));
        assertEquals(List.of("ADDED b"), poll(3, license, license("b", day(90))));
        assertEquals(List.of("EXPIRING b 60"), poll(61, license, license("b", day(90))));
        list.restart();
        assertEquals(List.of("EXPIRING a 70", "EXPIRING b 83", "EXPIRED b 90"),
                poll(92, license, license("b", day(90))));
    }

    @Test
    void polls_without_due_notices_write_nothing_for_an_hour() throws Exception {
        String license = license("a", day(100));
        poll(1, license);
        FeedStore.State before = store.state(WatchedList.ID).orElseThrow();
        list.at(day(1).plus(Duration.ofMinutes(59)));
        list.poll();
        assertEquals(before, store.state(WatchedList.ID).orElseThrow());
        list.at(day(1).plus(Duration.ofMinutes(60))).poll();
        assertEquals(day(1).plus(Duration.ofMinutes(60)), store.state(WatchedList.ID).orElseThrow().noticedUntil());
        assertEquals(List.of(), store.pending(WatchedList.ID, null, 10).changes());
    }

    @Test
    void notices_that_are_switched_off_are_withdrawn_and_begin_anew_when_switched_on() throws Exception {
        String license = license("a", day(100));
        poll(1, license);
        list.at(day(70));
        list.feed.pollSnapshot(list.source());
        assertEquals(1, store.notices(WatchedList.ID).size());
        assertEquals(List.of(), poll(list(Set.of()), 80, license));
        assertEquals(List.of(), store.notices(WatchedList.ID));
        WatchedList on = list(NOTICES);
        assertEquals(List.of(), poll(on, 96, license));
        assertEquals(List.of("EXPIRED a 100"), poll(on, 101, license));
    }

    @Test
    void versions_rise_and_the_next_recording_continues_after_them() throws Exception {
        String license = license("a", day(100));
        poll(1, license);
        list.restart();
        list.rows(license("a", day(100), 2), OTHER).at(day(200));
        List<Change> changes = list.poll();
        assertEquals(List.of(ChangeType.UPDATED, ChangeType.EXPIRING, ChangeType.EXPIRING, ChangeType.EXPIRED),
                changes.stream().map(Change::type).toList());
        list.rows(license("a", day(100), 3), OTHER);
        changes.addAll(list.poll());
        for (int i = 1; i < changes.size(); i++) {
            assertTrue(changes.get(i).version() > changes.get(i - 1).version(), changes.toString());
        }
    }

    @Test
    void notices_begin_with_a_look_that_shows_an_empty_list() throws Exception {
        WatchedList without = list(Set.of());
        assertEquals(List.of("ADDED a"), poll(without, 1, license("a", day(100))));
        assertEquals(List.of(), list.at(day(2)).rows().poll());
        assertEquals(List.of("EXPIRING a 70"), poll(70, license("a", day(100))));
    }
}
