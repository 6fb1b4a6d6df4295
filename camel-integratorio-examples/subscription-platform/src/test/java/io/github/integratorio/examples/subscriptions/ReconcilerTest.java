package io.github.integratorio.examples.subscriptions;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.github.integratorio.camel.model.License;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The subscriptions and the licenses are compared. */
@ExtendWith(TestEnvironmentExtension.class)
class ReconcilerTest {

    private static final Duration MONTH = Duration.ofDays(30);
    private final TestEnvironment world;
    private final BillingSystem billing;

    ReconcilerTest(TestEnvironment world) {
        this.world = world;
        this.billing = world.billing;
    }

    /** Five customers, of whose licenses four are no more as they must be; and two that are nobody's. */
    private void disorder() throws Exception {
        for (String name : List.of("ann", "bob", "dan", "eve", "flo")) {
            world.send(billing.trial(name, name + "@acme.example", "trial", MONTH));
        }
        world.settle();
        world.send(billing.cancel("dan", world.clock.instant()));
        world.settle();
        world.delete((String) world.license("ann@acme.example").get("_id"));
        change("bob@acme.example", Map.of("opts", Map.of("connectorEdition", "premium")));
        change("dan@acme.example", Map.of("expires", "2031-01-01T00:00:00Z"));
        change("eve@acme.example", Map.of("expires", "2031-01-01T00:00:00Z"));
        add("own@vendor.example", "2031-01-01T00:00:00Z");
        add("past@vendor.example", "2020-01-01T00:00:00Z");
        world.around.api().clearRequests();
    }

    private void change(String email, Map<String, Object> change) {
        world.platform().context().createFluentProducerTemplate().to("integratorio:licenses?operation=update&updateMode=MERGE&connectorId="
                + world.around.connector() + "&licenseId=" + world.license(email).get("_id")).withBody(change).request();
    }

    private void add(String email, String expires) {
        world.around.api().addLicense(world.around.connector(), Map.of("email", email, "expires", expires, "opts", Map.of("connectorEdition", "free")));
    }

    private String reconcile(int status, boolean dryRun, Map<String, String> more) throws Exception {
        ByteArrayOutputStream console = new ByteArrayOutputStream();
        Map<String, String> settings = new HashMap<>(world.settings);
        settings.putAll(more);
        assertEquals(status, PlatformMain.reconcile(dryRun, world.clock, settings, new PrintStream(console, true, StandardCharsets.UTF_8)), console.toString(StandardCharsets.UTF_8));
        return console.toString(StandardCharsets.UTF_8);
    }

    @Test
    void a_dry_run_tells_each_difference_and_changes_nothing() throws Exception {
        disorder();
        String text = reconcile(0, true, Map.of());
        assertTrue(text.startsWith("6 licenses compared: 2 as they must be, 4 to change, 1 to look at, 0 waiting to be written"), text);
        assertTrue(text.matches("(?s).*create +a\\*\\*\\*@acme.example +trial until .*"), text);
        assertTrue(text.matches("(?s).*change +b\\*\\*\\*@acme.example +premium -> trial\\R.*"), text);
        assertTrue(text.matches("(?s).*end +d\\*\\*\\*@acme.example +2031-01-01 00:00Z -> .*"), text);
        assertTrue(text.matches("(?s).*change +e\\*\\*\\*@acme.example +2031-01-01 00:00Z -> .*"), text);
        assertTrue(text.matches("(?s).*no subscription +o\\*\\*\\*@vendor.example +free until 2031-01-01 00:00Z\\R.*"), text);
        assertFalse(text.contains("past@") || text.contains("p***@"), text);
        assertEquals(1, world.around.api().requestCount());
    }

    @Test
    void the_plan_is_applied_and_then_there_is_none() throws Exception {
        disorder();
        String text = reconcile(0, false, Map.of());
        assertTrue(text.contains("4 written, 0 not yet"), text);
        ReconciliationPlan left = world.platform().plan();
        assertEquals(List.of(), left.changes());
        assertEquals(6, left.equal(), left.text());
        assertEquals("trial", world.edition("bob@acme.example"));
        assertEquals(world.clock.instant().plus(MONTH), world.expires("ann@acme.example"));
        assertEquals(world.clock.instant(), world.expires("dan@acme.example"));
        assertEquals("2031-01-01T00:00:00Z", world.expires("own@vendor.example").toString());
    }

    @Test
    void a_plan_that_would_change_too_much_changes_nothing() throws Exception {
        disorder();
        String text = reconcile(1, false, Map.of("reconcile.limit", "3"));
        assertTrue(text.contains("reconcile.limit: the plan would change 4 licenses, and 3 are allowed; nothing is changed"), text);
        assertNull(world.license("ann@acme.example"));
        assertEquals("premium", world.edition("bob@acme.example"));
    }

    @Test
    void a_customer_with_several_licenses_is_told_of_and_left_to_a_person() throws Exception {
        world.send(billing.trial("ann", "ann@acme.example", "trial", MONTH));
        world.settle();
        add("ann@acme.example", "2031-01-01T00:00:00Z");
        ReconciliationPlan plan = world.platform().plan();
        assertEquals(List.of(ReconciliationPlan.Kind.SEVERAL, ReconciliationPlan.Kind.SEVERAL), plan.steps().stream().map(ReconciliationPlan.Step::kind).toList());
        assertEquals(List.of(), plan.changes());
    }

    @Test
    void what_waits_to_be_written_is_not_a_difference() throws Exception {
        world.around.api().removeUser("ned@unknown.example");
        world.send(billing.trial("ned", "ned@unknown.example", "trial", MONTH));
        Awaitility.await().until(() -> world.count("license where problem is not null") == 1);
        ReconciliationPlan plan = world.platform().plan();
        assertEquals(1, plan.waiting());
        assertEquals(List.of(), plan.steps());
        world.around.api().addUser("ned@unknown.example", "Ned");
    }

    private Reconciler reconcile() {
        return world.platform().context().getRegistry().lookupByNameAndType("reconcile", Reconciler.class);
    }

    @Test
    void a_long_list_is_compared_as_a_whole() throws Exception {
        world.send(billing.trial("ann", "ann@acme.example", "trial", MONTH));
        world.settle();
        Stream<License> own = Stream.of(License.of(world.license("ann@acme.example")));
        Stream<License> others = IntStream.range(0, 2500).mapToObj(i -> License.of(Map.of("_id", "l" + i, "email", "n" + i + "@vendor.example",
                "expires", "2031-01-01T00:00:00Z")));
        ReconciliationPlan plan = reconcile().plan(reconcile().begin(), Stream.concat(others, own).iterator());
        assertEquals(2501, plan.compared());
        assertEquals(1, plan.equal());
        assertEquals(2500, plan.steps().stream().filter(step -> step.kind() == ReconciliationPlan.Kind.UNKNOWN).count());
    }

    @Test
    void what_was_written_while_the_licenses_were_read_is_not_a_difference() throws Exception {
        OffsetDateTime begun = reconcile().begin();
        world.send(billing.trial("ann", "ann@acme.example", "trial", MONTH));
        world.settle();
        ReconciliationPlan plan = reconcile().plan(begun, List.<License>of().iterator());
        assertEquals(List.of(), plan.steps());
        assertEquals(1, plan.waiting());
        assertEquals(1, reconcile().plan(reconcile().begin(), List.<License>of().iterator()).changes().size());
    }

    @Test
    void the_run_of_the_night_puts_right_what_differs() throws Exception {
        disorder();
        world.stop();
        world.settings.put("reconcile.cron", "* * * * * ?");
        try {
            world.start();
            Awaitility.await().until(() -> world.license("ann@acme.example") != null);
            world.settle();
            assertEquals("trial", world.edition("bob@acme.example"));
            assertEquals(world.clock.instant(), world.expires("dan@acme.example"));
        } finally {
            world.stop();
            world.settings.remove("reconcile.cron");
            world.start();
        }
    }
}
