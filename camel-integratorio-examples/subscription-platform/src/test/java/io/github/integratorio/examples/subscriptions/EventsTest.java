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

/** Tests the effect of each type of event on the license. */
@ExtendWith(TestEnvironmentExtension.class)
class EventsTest {

    private static final String ANN = "ann@acme.example";
    private static final Duration MONTH = Duration.ofDays(30);
    private static final Duration MARGIN = Duration.ofDays(1);
    private static final Duration GRACE = Duration.ofDays(7);

    private final TestEnvironment environment;
    private final BillingSystem billing;

    EventsTest(TestEnvironment environment) {
        this.environment = environment;
        this.billing = environment.billing;
    }

    private Instant now() {
        return environment.clock.instant();
    }

    private void expect(String edition, Instant expires) {
        environment.settle();
        assertEquals(expires, environment.expires(ANN));
        assertEquals(edition, environment.edition(ANN));
    }

    private boolean isActive(String email) {
        return environment.expires(email) != null && environment.expires(email).isAfter(now());
    }

    @Test
    void a_trial_lasts_until_its_end() throws Exception {
        environment.send(billing.startTrial("s1", ANN, "trial", MONTH));
        expect("trial", now().plus(MONTH));
    }

    @Test
    void a_subscription_has_its_edition_until_the_end_of_the_paid_period_and_the_margin() throws Exception {
        environment.send(billing.startTrial("s1", ANN, "trial", MONTH), billing.activate("s1", "standard", MONTH));
        expect("standard", now().plus(MONTH).plus(MARGIN));
    }

    @Test
    void an_edition_change_does_not_change_the_expiry() throws Exception {
        environment.send(billing.startTrial("s1", ANN, "trial", MONTH), billing.activate("s1", "standard", MONTH));
        environment.settle();
        environment.send(billing.changeEdition("s1", "premium"));
        expect("premium", now().plus(MONTH).plus(MARGIN));
    }

    @Test
    void a_renewal_extends_the_license() throws Exception {
        environment.send(billing.startTrial("s1", ANN, "trial", MONTH), billing.activate("s1", "standard", MONTH));
        environment.settle();
        environment.send(billing.renew("s1", MONTH));
        expect("standard", now().plus(MONTH).plus(MONTH).plus(MARGIN));
    }

    @Test
    void a_failed_payment_starts_the_grace_period_after_which_the_license_expires() throws Exception {
        environment.send(billing.startTrial("s1", ANN, "trial", MONTH),
                billing.activate("s1", "standard", Duration.ZERO), billing.failPayment("s1"));
        expect("standard", now().plus(GRACE));
        Instant end = now().plus(GRACE);

        environment.clock.advance(Duration.ofDays(3));
        environment.send(billing.failPayment("s1"));
        expect("standard", end);
        environment.clock.advance(Duration.ofDays(4).minusSeconds(1));
        assertTrue(isActive(ANN), "the grace period starts at the first failure");
        environment.clock.advance(Duration.ofSeconds(1));
        assertFalse(isActive(ANN));
        assertEquals(0, environment.platform().createPlan().changes().size());
    }

    @Test
    void a_payment_within_the_grace_period_extends_the_license() throws Exception {
        environment.send(billing.startTrial("s1", ANN, "trial", MONTH),
                billing.activate("s1", "standard", Duration.ZERO), billing.failPayment("s1"));
        environment.settle();
        environment.clock.advance(Duration.ofDays(5));
        environment.send(billing.renew("s1", MONTH));
        expect("standard", now().plus(MONTH).plus(MARGIN));
    }

    @Test
    void a_payment_that_fails_early_does_not_shorten_the_paid_period() throws Exception {
        environment.send(billing.startTrial("s1", ANN, "trial", MONTH), billing.activate("s1", "standard", MONTH),
                billing.failPayment("s1"));
        expect("standard", now().plus(MONTH));
    }

    @Test
    void an_immediate_cancellation_expires_the_license() throws Exception {
        environment.send(billing.startTrial("s1", ANN, "trial", MONTH));
        environment.settle();
        environment.send(billing.cancel("s1", now()));
        environment.settle();
        assertFalse(isActive(ANN));
    }

    @Test
    void a_later_cancellation_expires_the_license_then() throws Exception {
        environment.send(billing.startTrial("s1", ANN, "trial", MONTH),
                billing.cancel("s1", now().plus(Duration.ofDays(10))));
        expect("trial", now().plus(Duration.ofDays(10)));
    }

    @Test
    void no_license_is_created_that_has_already_expired() throws Exception {
        billing.startTrial("s1", ANN, "trial", MONTH);
        environment.send(billing.cancel("s1", now()));
        environment.settle();
        assertNull(environment.license(ANN));
        assertEquals(0, environment.count("license where problem is not null"));
        assertEquals(0, environment.platform().createPlan().steps().size());
    }

    @Test
    void a_license_that_was_deleted_manually_can_be_cancelled() throws Exception {
        environment.send(billing.startTrial("s1", ANN, "trial", MONTH));
        environment.settle();
        environment.delete((String) environment.license(ANN).get("_id"));
        environment.send(billing.cancel("s1", now()));
        environment.settle();
        assertNull(environment.license(ANN));
    }

    @Test
    void a_new_subscription_of_a_former_customer_reuses_the_license() throws Exception {
        environment.send(billing.startTrial("s1", ANN, "trial", MONTH), billing.activate("s1", "standard", MONTH),
                billing.cancel("s1", now()));
        environment.settle();
        environment.send(billing.startTrial("s2", "Ann@Acme.example", "trial", MONTH),
                billing.activate("s2", "premium", MONTH));
        expect("premium", now().plus(MONTH).plus(MARGIN));
    }

    @Test
    void a_changed_address_moves_the_license() throws Exception {
        environment.send(billing.startTrial("s1", ANN, "trial", MONTH));
        environment.settle();
        billing.changeEmail("s1", "ann@new.example");
        environment.send(billing.activate("s1", "standard", MONTH));
        environment.settle();
        assertFalse(isActive(ANN));
        assertTrue(isActive("ann@new.example"));
    }

    @Test
    void other_fields_of_a_license_are_kept() throws Exception {
        environment.services.api().addLicense(environment.services.connector(),
                Map.of("email", ANN, "expires", "2020-01-01T00:00:00Z",
                        "opts", Map.of("connectorEdition", "old", "seats", 5)));
        environment.send(billing.startTrial("s1", ANN, "trial", MONTH));
        expect("trial", now().plus(MONTH));
        assertEquals(5, ((Map<?, ?>) environment.license(ANN).get("opts")).get("seats"));
    }
}
