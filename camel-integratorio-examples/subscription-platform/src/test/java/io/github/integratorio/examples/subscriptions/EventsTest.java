package io.github.integratorio.examples.subscriptions;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What each kind of event makes of a license. */
@ExtendWith(TestEnvironmentExtension.class)
class EventsTest {

    private static final String ANN = "ann@acme.example";
    private static final Duration MONTH = Duration.ofDays(30);
    private static final Duration MARGIN = Duration.ofDays(1);
    private static final Duration GRACE = Duration.ofDays(7);

    private final TestEnvironment world;
    private final BillingSystem billing;

    EventsTest(TestEnvironment world) {
        this.world = world;
        this.billing = world.billing;
    }

    private Instant now() {
        return world.clock.instant();
    }

    private void expect(String edition, Instant expires) {
        world.settle();
        assertEquals(expires, world.expires(ANN));
        assertEquals(edition, world.edition(ANN));
    }

    private boolean isActive(String email) {
        return world.expires(email) != null && world.expires(email).isAfter(now());
    }

    @Test
    void a_trial_lasts_until_its_end_and_not_longer() throws Exception {
        world.send(billing.trial("s1", ANN, "trial", MONTH));
        expect("trial", now().plus(MONTH));
    }

    @Test
    void who_buys_has_the_edition_until_the_paid_time_and_the_margin_are_over() throws Exception {
        world.send(billing.trial("s1", ANN, "trial", MONTH), billing.activate("s1", "standard", MONTH));
        expect("standard", now().plus(MONTH).plus(MARGIN));
    }

    @Test
    void another_edition_changes_the_license_and_not_its_end() throws Exception {
        world.send(billing.trial("s1", ANN, "trial", MONTH), billing.activate("s1", "standard", MONTH));
        world.settle();
        world.send(billing.changeEdition("s1", "premium"));
        expect("premium", now().plus(MONTH).plus(MARGIN));
    }

    @Test
    void a_renewal_extends_the_license() throws Exception {
        world.send(billing.trial("s1", ANN, "trial", MONTH), billing.activate("s1", "standard", MONTH));
        world.settle();
        world.send(billing.renew("s1", MONTH));
        expect("standard", now().plus(MONTH).plus(MONTH).plus(MARGIN));
    }

    @Test
    void a_failed_payment_leaves_some_days_of_grace_and_then_the_license_is_over() throws Exception {
        world.send(billing.trial("s1", ANN, "trial", MONTH), billing.activate("s1", "standard", Duration.ZERO), billing.paymentFailed("s1"));
        expect("standard", now().plus(GRACE));
        Instant end = now().plus(GRACE);

        world.clock.advance(Duration.ofDays(3));
        world.send(billing.paymentFailed("s1"));
        expect("standard", end);
        world.clock.advance(Duration.ofDays(4).minusSeconds(1));
        assertTrue(isActive(ANN), "the grace counts from the first failure to the last second");
        world.clock.advance(Duration.ofSeconds(1));
        assertFalse(isActive(ANN));
        assertEquals(0, world.platform().plan().changes().size());
    }

    @Test
    void who_pays_within_the_grace_goes_on() throws Exception {
        world.send(billing.trial("s1", ANN, "trial", MONTH), billing.activate("s1", "standard", Duration.ZERO), billing.paymentFailed("s1"));
        world.settle();
        world.clock.advance(Duration.ofDays(5));
        world.send(billing.renew("s1", MONTH));
        expect("standard", now().plus(MONTH).plus(MARGIN));
    }

    @Test
    void a_payment_that_fails_early_takes_nothing_that_is_paid() throws Exception {
        world.send(billing.trial("s1", ANN, "trial", MONTH), billing.activate("s1", "standard", MONTH), billing.paymentFailed("s1"));
        expect("standard", now().plus(MONTH));
    }

    @Test
    void who_cancels_at_once_has_no_license_any_more() throws Exception {
        world.send(billing.trial("s1", ANN, "trial", MONTH));
        world.settle();
        world.send(billing.cancel("s1", now()));
        world.settle();
        assertFalse(isActive(ANN));
    }

    @Test
    void who_cancels_for_later_keeps_the_license_until_then() throws Exception {
        world.send(billing.trial("s1", ANN, "trial", MONTH), billing.cancel("s1", now().plus(Duration.ofDays(10))));
        expect("trial", now().plus(Duration.ofDays(10)));
    }

    @Test
    void nobody_gets_a_license_that_is_over_already() throws Exception {
        billing.trial("s1", ANN, "trial", MONTH);
        world.send(billing.cancel("s1", now()));
        world.settle();
        assertNull(world.license(ANN));
        assertEquals(0, world.count("license where problem is not null"));
        assertEquals(0, world.platform().plan().steps().size());
    }

    @Test
    void a_license_that_was_deleted_by_hand_is_over_too() throws Exception {
        world.send(billing.trial("s1", ANN, "trial", MONTH));
        world.settle();
        world.delete((String) world.license(ANN).get("_id"));
        world.send(billing.cancel("s1", now()));
        world.settle();
        assertNull(world.license(ANN));
    }

    @Test
    void who_comes_back_with_a_new_subscription_keeps_the_one_license() throws Exception {
        world.send(billing.trial("s1", ANN, "trial", MONTH), billing.activate("s1", "standard", MONTH), billing.cancel("s1", now()));
        world.settle();
        world.send(billing.trial("s2", "Ann@Acme.example", "trial", MONTH), billing.activate("s2", "premium", MONTH));
        expect("premium", now().plus(MONTH).plus(MARGIN));
    }

    @Test
    void with_another_address_the_license_moves() throws Exception {
        world.send(billing.trial("s1", ANN, "trial", MONTH));
        world.settle();
        billing.changeEmail("s1", "ann@new.example");
        world.send(billing.activate("s1", "standard", MONTH));
        world.settle();
        assertFalse(isActive(ANN));
        assertTrue(isActive("ann@new.example"));
    }

    @Test
    void what_else_stands_in_a_license_is_kept() throws Exception {
        world.around.api().addLicense(world.around.connector(), Map.of("email", ANN, "expires", "2020-01-01T00:00:00Z",
                "opts", Map.of("connectorEdition", "old", "seats", 5)));
        world.send(billing.trial("s1", ANN, "trial", MONTH));
        expect("trial", now().plus(MONTH));
        assertEquals(5, ((Map<?, ?>) world.license(ANN).get("opts")).get("seats"));
    }
}
