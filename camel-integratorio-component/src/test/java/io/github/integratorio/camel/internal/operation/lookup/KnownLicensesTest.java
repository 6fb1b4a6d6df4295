package io.github.integratorio.camel.internal.operation.lookup;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.github.integratorio.camel.internal.license.LicenseUser;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What is remembered of licenses, for how long, and what a list that lags behind changes of it. */
class KnownLicensesTest {

    private static final LicenseUser ANN = LicenseUser.of("ann@example.com", false);
    private static final LicenseUser BOB = LicenseUser.of("bob@example.com", false);
    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final long MINUTE = 60 * SECOND;
    /** Times are those of a clock that begins anywhere. */
    private static final long NOW = 1_000_000 * MINUTE;

    private final KnownLicenses known = new KnownLicenses();

    private static Map<String, Object> license(String id, LicenseUser user) {
        return Map.of("_id", id, "user", Map.of("email", user.email()));
    }

    private static LicenseIndex list(Object... idsAndUsers) {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (int i = 0; i < idsAndUsers.length; i += 2) {
            rows.add(license((String) idsAndUsers[i], (LicenseUser) idsAndUsers[i + 1]));
        }
        return new LicenseIndex(rows, id -> false);
    }

    private String find(LicenseUser user, long now) {
        return known.find("c1", user, Duration.ofSeconds(10), now);
    }

    @Test
    void a_license_that_a_list_has_shown_is_known_as_long_as_asked_for() {
        assertNull(find(ANN, NOW));
        assertTrue(known.recordRead("c1", list("a", ANN), NOW));

        assertEquals("a", find(ANN, NOW + 10 * SECOND));
        assertNull(find(ANN, NOW + 10 * SECOND + 1));
        assertNull(find(BOB, NOW));
        assertNull(known.find("c2", ANN, Duration.ofSeconds(10), NOW), "of another connector");
        assertEquals(List.of("a"), known.findAll("c1", ANN));
        assertEquals(List.of(), known.findAll("c1", BOB));
    }

    @Test
    void a_read_of_a_list_counts_as_long_as_asked_for() {
        assertFalse(known.wasRead("c1", Duration.ofSeconds(10), NOW));
        known.recordRead("c1", list(), NOW);

        assertTrue(known.wasRead("c1", Duration.ofSeconds(10), NOW + 10 * SECOND));
        assertFalse(known.wasRead("c1", Duration.ofSeconds(10), NOW + 10 * SECOND + 1));
        assertFalse(known.wasRead("c2", Duration.ofSeconds(10), NOW));
    }

    @Test
    void after_a_creation_only_a_list_tells_whether_it_is_the_only_license() {
        known.recordCreated("c1", ANN, "a", NOW);
        assertNull(find(ANN, NOW));
        assertEquals(List.of("a"), known.findAll("c1", ANN));

        assertFalse(known.recordRead("c1", list("b", ANN), NOW + SECOND));
        assertNull(find(ANN, NOW + SECOND), "the list lacks one that was created here");
        assertEquals(List.of("b", "a"), known.findAll("c1", ANN));

        known.recordRead("c1", list("a", ANN), NOW + 2 * SECOND);
        assertEquals("a", find(ANN, NOW + 2 * SECOND));
        assertEquals(List.of("a"), known.findAll("c1", ANN));
    }

    @Test
    void two_licenses_of_a_user_are_no_known_one() {
        known.recordRead("c1", list("a", ANN, "b", ANN), NOW);
        assertNull(find(ANN, NOW));
        assertEquals(2, known.findAll("c1", ANN).size());

        known.recordDeleted("a");
        assertEquals("b", find(ANN, NOW), "a deleted one does not count");
        assertTrue(known.wasDeletedHere("a"));
        assertFalse(known.wasDeletedHere("b"));
    }

    @Test
    void a_license_that_turns_out_to_be_another_users_is_forgotten() {
        known.forget("c1", ANN, "unknown");
        known.recordCreated("c1", ANN, "a", NOW);
        assertNotEquals(Duration.ZERO, known.unsettledFor("c1", ANN, NOW));
        known.forget("c1", ANN, "a");

        assertEquals(List.of(), known.findAll("c1", ANN));
        assertTrue(known.recordListed("c1", id -> false, 0, NOW + SECOND), "no list has to show it");
    }

    @Test
    void a_list_is_complete_if_it_has_what_was_created_here_before_it_was_read_and_no_fewer_than_the_last_one() {
        assertTrue(known.recordListed("c1", id -> false, 3, NOW));
        assertTrue(known.recordListed("c1", id -> false, 3, NOW));
        assertFalse(known.recordListed("c1", id -> false, 2, NOW));
        assertTrue(known.recordListed("c2", id -> false, 2, NOW), "of another connector");

        known.recordCreated("c1", ANN, "a", NOW + SECOND);
        assertTrue(known.recordListed("c1", id -> false, 2, NOW + SECOND), "a read that began at the same time");
        assertFalse(known.recordListed("c1", id -> false, 2, NOW + SECOND + 1));
        assertTrue(known.recordListed("c2", id -> false, 2, NOW + SECOND + 1), "of another connector");
        assertTrue(known.recordListed("c1", "a"::equals, 2, NOW + SECOND + 1));
        assertTrue(known.recordListed("c1", id -> false, 2, NOW + SECOND + 1), "it has been listed once");
    }

    @Test
    void a_license_that_no_list_shows_within_ten_minutes_is_expected_no_longer() {
        known.recordCreated("c1", ANN, "a", NOW);
        assertFalse(known.recordListed("c1", id -> false, 0, NOW + 10 * MINUTE));
        known.recordRead("c1", list("b", ANN), NOW + 10 * MINUTE);
        assertEquals(List.of("b", "a"), known.findAll("c1", ANN));

        known.recordRead("c1", list("b", ANN), NOW + 10 * MINUTE + 1);
        assertEquals(List.of("b"), known.findAll("c1", ANN));
        assertTrue(known.recordListed("c1", id -> false, 1, NOW + 10 * MINUTE + 1));
    }

    @Test
    void a_deleted_license_is_not_expected_in_a_list() {
        known.recordCreated("c1", ANN, "a", NOW);
        known.recordDeleted("a");
        assertTrue(known.recordListed("c1", id -> false, 0, NOW + SECOND));
        known.recordRead("c1", list("b", ANN), NOW + SECOND);
        assertEquals("b", find(ANN, NOW + SECOND));
    }

    @Test
    void a_change_may_be_listed_late_for_ten_minutes() {
        assertFalse(known.mayBeListedLate("a", NOW));
        known.recordWritten("a", NOW);
        assertTrue(known.mayBeListedLate("a", NOW + 10 * MINUTE - 1));
        assertFalse(known.mayBeListedLate("a", NOW + 10 * MINUTE));
    }

    @Test
    void a_creation_is_unsettled_for_sixteen_seconds_or_until_a_list_shows_it() {
        assertEquals(Duration.ZERO, known.unsettledFor("c1", ANN, NOW));
        known.recordCreated("c1", ANN, "a", NOW);
        assertEquals(Duration.ofNanos(1), known.unsettledFor("c1", ANN, NOW + 16 * SECOND - 1));
        assertEquals(Duration.ZERO, known.unsettledFor("c1", ANN, NOW + 16 * SECOND));
        assertEquals(Duration.ZERO, known.unsettledFor("c1", BOB, NOW));

        known.recordRead("c1", list("a", ANN), NOW + SECOND);
        assertEquals(Duration.ZERO, known.unsettledFor("c1", ANN, NOW + SECOND));
    }

    @Test
    void a_creation_whose_outcome_is_open_is_unsettled_until_a_list_or_a_creation_tells() {
        known.recordOpen("c1", ANN, NOW);
        assertEquals(Duration.ofNanos(1), known.unsettledFor("c1", ANN, NOW + 16 * SECOND - 1));
        assertEquals(Duration.ZERO, known.unsettledFor("c1", ANN, NOW + 16 * SECOND));

        known.recordRead("c1", list("x", BOB), NOW + SECOND);
        assertNotEquals(Duration.ZERO, known.unsettledFor("c1", ANN, NOW + SECOND),
                "the list has nothing of this user");
        known.recordRead("c1", list("a", ANN), NOW + SECOND);
        assertEquals(Duration.ZERO, known.unsettledFor("c1", ANN, NOW + SECOND));

        known.recordOpen("c1", BOB, NOW);
        known.recordCreated("c1", BOB, "b", NOW - 20 * SECOND);
        assertEquals(Duration.ZERO, known.unsettledFor("c1", BOB, NOW));
    }

    @Test
    void a_license_belongs_to_the_claim_that_it_was_created_for() {
        known.recordClaim("a", "order-1");
        assertFalse(known.wasCreatedForOther("a", "order-2"), "it was not created here");
        known.recordCreated("c1", ANN, "a", NOW);
        assertTrue(known.wasCreatedForOther("a", "order-1"), "created without a claim");
        known.recordClaim("a", "order-1");

        assertFalse(known.wasCreatedForOther("a", "order-1"));
        assertTrue(known.wasCreatedForOther("a", "order-2"));
        assertTrue(known.wasCreatedHere("a"));
        assertFalse(known.wasCreatedHere("b"));
    }

    @Test
    void of_one_user_ten_licenses_are_remembered_and_those_first_that_no_list_shows() {
        for (int i = 1; i <= 11; i++) {
            known.recordCreated("c1", ANN, "a" + i, NOW);
        }
        assertEquals(List.of("a2", "a3", "a4", "a5", "a6", "a7", "a8", "a9", "a10", "a11"), known.findAll("c1", ANN));
        known.recordCreated("c1", ANN, "a11", NOW);
        assertEquals(10, known.findAll("c1", ANN).size());

        known.recordRead("c1", list("b", ANN), NOW + SECOND);
        assertEquals(List.of("a2", "a3", "a4", "a5", "a6", "a7", "a8", "a9", "a10", "a11"), known.findAll("c1", ANN));
    }

    @Test
    void of_users_that_are_too_many_the_least_recently_used_is_forgotten_and_of_licenses_the_oldest() {
        known.recordCreated("c1", ANN, "a", NOW);
        known.recordCreated("c1", BOB, "b", NOW);
        for (int i = 0; i < 199_998; i++) {
            known.recordOpen("c1", new LicenseUser("u" + i, false), NOW);
        }
        assertEquals(List.of("a"), known.findAll("c1", ANN));
        known.recordOpen("c1", new LicenseUser("one more", false), NOW);
        assertEquals(List.of("a"), known.findAll("c1", ANN));
        assertEquals(List.of(), known.findAll("c1", BOB));

        for (int i = 0; i < 19_998; i++) {
            known.recordCreated("c1", BOB, "n" + i, NOW);
        }
        assertTrue(known.wasCreatedHere("a"));
        known.recordCreated("c1", BOB, "one more", NOW);
        assertFalse(known.wasCreatedHere("a"));
        assertTrue(known.wasCreatedHere("b"));
    }
}
