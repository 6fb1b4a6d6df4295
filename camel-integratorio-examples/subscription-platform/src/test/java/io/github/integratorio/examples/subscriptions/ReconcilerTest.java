package io.github.integratorio.examples.subscriptions;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.github.integratorio.camel.api.ReconciledLicense;
import io.github.integratorio.camel.api.WriteOutcome;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Tests plans and their application. */
@ExtendWith(TestEnvironmentExtension.class)
class ReconcilerTest {

    private static final Duration MONTH = Duration.ofDays(30);
    private final TestEnvironment environment;
    private final BillingSystem billing;

    ReconcilerTest(TestEnvironment environment) {
        this.environment = environment;
        this.billing = environment.billing;
    }

    /** Creates five customers, four of them with wrong licenses, and two licenses without a customer. */
    private void createDifferences() throws Exception {
        for (String name : List.of("ann", "bob", "dan", "eve", "flo")) {
            environment.send(billing.startTrial(name, name + "@acme.example", "trial", MONTH));
        }
        environment.settle();
        environment.send(billing.cancel("dan", environment.clock.instant()));
        environment.settle();
        environment.delete((String) environment.license("ann@acme.example").get("_id"));
        change("bob@acme.example", Map.of("opts", Map.of("connectorEdition", "premium")));
        change("dan@acme.example", Map.of("expires", "2031-01-01T00:00:00Z"));
        change("eve@acme.example", Map.of("expires", "2031-01-01T00:00:00Z"));
        add("own@vendor.example", "2031-01-01T00:00:00Z");
        add("past@vendor.example", "2020-01-01T00:00:00Z");
        environment.services.api().clearRequests();
    }

    private void change(String email, Map<String, Object> change) {
        environment.platform().context().createFluentProducerTemplate()
                .to("integratorio:licenses?operation=update&updateMode=MERGE&connectorId="
                        + environment.services.connector() + "&licenseId=" + environment.license(email).get("_id"))
                .withBody(change).request();
    }

    private void add(String email, String expires) {
        environment.services.api().addLicense(environment.services.connector(),
                Map.of("email", email, "expires", expires, "opts", Map.of("connectorEdition", "free")));
    }

    private String reconcile(int status, boolean dryRun, Map<String, String> more) throws Exception {
        ByteArrayOutputStream console = new ByteArrayOutputStream();
        Map<String, String> settings = new HashMap<>(environment.settings);
        settings.putAll(more);
        assertEquals(status,
                PlatformMain.reconcile(dryRun, environment.clock, settings,
                        new PrintStream(console, true, StandardCharsets.UTF_8)),
                console.toString(StandardCharsets.UTF_8));
        return console.toString(StandardCharsets.UTF_8);
    }

    @Test
    void a_dry_run_prints_each_difference_and_changes_nothing() throws Exception {
        createDifferences();
        String text = reconcile(0, true, Map.of());
        assertTrue(text.startsWith("Licenses: 1 correct, 4 to change, 1 to review, 0 waiting to be written"), text);
        assertTrue(
                text.matches("(?s).*create +a\\*\\*\\*@acme.example +expires: .*Z, opts.connectorEdition: trial\\R.*"),
                text);
        assertTrue(text.matches("(?s).*update +b\\*\\*\\*@acme.example +opts.connectorEdition: premium → trial\\R.*"),
                text);
        assertTrue(text.matches("(?s).*expire +d\\*\\*\\*@acme.example +expires: 2031-01-01T00:00:00.*Z\\R.*"), text);
        assertTrue(text.matches("(?s).*update +e\\*\\*\\*@acme.example +expires: 2031-01-01T00:00:00.*Z → .*"), text);
        assertTrue(
                text.matches("(?s).*no subscription +o\\*\\*\\*@vendor.example +expires: 2031-01-01T00:00:00.*Z\\R.*"),
                text);
        assertFalse(text.contains("past@") || text.contains("p***@"), text);
        assertEquals(0, countWrites());
    }

    private long countWrites() {
        return Stream.of("POST", "PUT", "DELETE").mapToLong(method -> environment.services.api().count(method, ".*"))
                .sum();
    }

    @Test
    void after_the_plan_is_applied_there_are_no_differences() throws Exception {
        createDifferences();
        String text = reconcile(0, false, Map.of());
        assertTrue(text.contains("4 written, 0 failed"), text);
        ReconciliationPlan left = environment.platform().createPlan();
        assertEquals(List.of(), left.changes());
        assertEquals(4, left.correct(), left.format());
        assertEquals("trial", environment.edition("bob@acme.example"));
        assertEquals(environment.clock.instant().plus(MONTH), environment.expires("ann@acme.example"));
        assertEquals(environment.clock.instant(), environment.expires("dan@acme.example"));
        assertEquals("2031-01-01T00:00:00Z", environment.expires("own@vendor.example").toString());
    }

    @Test
    void a_plan_that_exceeds_the_limit_changes_nothing() throws Exception {
        createDifferences();
        String text = reconcile(1, false, Map.of("reconcile.limit", "3"));
        assertTrue(
                text.contains(
                        "reconcile.limit: the plan would change 4 licenses, but the limit is 3; nothing was changed"),
                text);
        assertNull(environment.license("ann@acme.example"));
        assertEquals("premium", environment.edition("bob@acme.example"));
    }

    @Test
    void an_empty_database_gives_no_plan() throws Exception {
        add("own@vendor.example", "2031-01-01T00:00:00Z");
        String text = reconcile(1, false, Map.of());
        assertTrue(text.startsWith("body: the list has no rows, but the connector has 1 licenses, 1 of them valid"),
                text);
        assertEquals("2031-01-01T00:00:00Z", environment.expires("own@vendor.example").toString());
    }

    @Test
    void a_customer_with_several_licenses_is_reported_and_not_changed() throws Exception {
        environment.send(billing.startTrial("ann", "ann@acme.example", "trial", MONTH));
        environment.settle();
        add("ann@acme.example", "2031-01-01T00:00:00Z");
        ReconciliationPlan plan = environment.platform().createPlan();
        assertEquals(List.of("review"), plan.steps().stream().map(ReconciliationPlan.Step::kind).toList());
        assertTrue(plan.format().contains("a***@acme.example") && plan.format().contains("the user has 2 licenses"),
                plan.format());
        assertEquals(List.of(), plan.changes());
    }

    @Test
    void a_sandbox_license_of_a_former_customer_is_reported_and_not_changed() throws Exception {
        environment.send(billing.startTrial("ann", "ann@acme.example", "trial", MONTH),
                billing.startTrial("bob", "bob@acme.example", "trial", MONTH));
        environment.send(billing.cancel("ann", environment.clock.instant()));
        environment.settle();
        environment.services.api().addLicense(environment.services.connector(),
                Map.of("email", "ann@acme.example", "expires", "2031-01-01T00:00:00Z", "sandbox", true));
        ReconciliationPlan plan = environment.platform().createPlan();
        assertEquals(List.of("no subscription"), plan.steps().stream().map(ReconciliationPlan.Step::kind).toList());
        assertEquals(List.of(), plan.changes());
    }

    @Test
    void a_plan_that_is_outdated_undoes_no_payment() throws Exception {
        environment.send(billing.startTrial("ann", "ann@acme.example", "trial", MONTH));
        environment.settle();
        change("ann@acme.example", Map.of("expires", "2031-01-01T00:00:00Z"));
        ReconciliationPlan plan = environment.platform().createPlan();
        environment.send(billing.activate("ann", "standard", MONTH.multipliedBy(12)));
        environment.settle();
        environment.platform().apply(plan);
        environment.settle();
        assertEquals(1, plan.changes().size(), plan.format());
        assertEquals("standard", environment.edition("ann@acme.example"));
        assertEquals(environment.clock.instant().plus(MONTH.multipliedBy(12)).plus(Duration.ofDays(1)),
                environment.expires("ann@acme.example"));
    }

    @Test
    void a_license_that_is_waiting_to_be_written_is_not_a_difference() throws Exception {
        environment.services.api().removeUser("ned@unknown.example");
        environment.send(billing.startTrial("ned", "ned@unknown.example", "trial", MONTH));
        Awaitility.await().until(() -> environment.count("license where problem is not null") == 1);
        ReconciliationPlan plan = environment.platform().createPlan();
        assertEquals(1, plan.waiting());
        assertEquals(List.of(), plan.steps());
        environment.services.api().addUser("ned@unknown.example", "Ned");
    }

    private Reconciler reconciler() {
        return environment.platform().context().getRegistry().lookupByNameAndType("reconciler", Reconciler.class);
    }

    @Test
    void a_long_list_is_compared_completely() throws Exception {
        environment.send(billing.startTrial("ann", "ann@acme.example", "trial", MONTH));
        environment.settle();
        for (int i = 0; i < 1100; i++) {
            add("n" + i + "@vendor.example", "2031-01-01T00:00:00Z");
        }
        ReconciliationPlan plan = environment.platform().createPlan();
        assertEquals(1, plan.correct());
        assertEquals(1100, plan.steps().stream().filter(step -> step.kind().equals("no subscription")).count());
        assertEquals(List.of(), plan.changes());
    }

    @Test
    void a_license_written_during_the_comparison_is_not_a_difference() throws Exception {
        OffsetDateTime begun = reconciler().getStartTime();
        environment.send(billing.startTrial("ann", "ann@acme.example", "trial", MONTH));
        environment.settle();
        List<ReconciledLicense> results = List.of(new ReconciledLicense(1, WriteOutcome.WOULD_CREATE, null,
                "ann@acme.example", null, List.of(), null));
        ReconciliationPlan plan = reconciler().createPlan(begun, results.iterator());
        assertEquals(List.of(), plan.steps());
        assertEquals(1, plan.waiting());
        assertEquals(1, reconciler().createPlan(reconciler().getStartTime(), results.iterator()).changes().size());
    }

    @Test
    void the_nightly_run_corrects_differences() throws Exception {
        createDifferences();
        environment.stop();
        environment.settings.put("reconcile.cron", "* * * * * ?");
        try {
            environment.start();
            Awaitility.await().until(() -> environment.license("ann@acme.example") != null);
            environment.settle();
            assertEquals("trial", environment.edition("bob@acme.example"));
            assertEquals(environment.clock.instant(), environment.expires("dan@acme.example"));
        } finally {
            environment.stop();
            environment.settings.remove("reconcile.cron");
            environment.start();
        }
    }
}
