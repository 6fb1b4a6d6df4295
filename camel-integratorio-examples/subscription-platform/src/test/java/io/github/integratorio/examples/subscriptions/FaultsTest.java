package io.github.integratorio.examples.subscriptions;

import java.time.Duration;
import java.util.List;

import io.github.integratorio.simulator.Fault;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

/** What happens while integrator.io does not do as it should. */
@ExtendWith(TestEnvironmentExtension.class)
class FaultsTest {

    private static final Duration MONTH = Duration.ofDays(30);
    private final TestEnvironment world;
    private final BillingSystem billing;

    FaultsTest(TestEnvironment world) {
        this.world = world;
        this.billing = world.billing;
    }

    @Test
    void while_the_api_is_down_webhooks_are_taken_and_when_it_is_back_the_licenses_are_written() throws Exception {
        world.around.api().faults().add(Fault.onAny().always().status(503));
        world.send(billing.trial("s1", "ann@acme.example", "trial", MONTH), billing.trial("s2", "bob@birch.example", "trial", MONTH));
        Awaitility.await().until(() -> world.count("license where attempts > 0") == 2);
        assertEquals(List.of(), world.around.api().licenses(world.around.connector()));

        world.send(billing.activate("s1", "standard", MONTH));
        world.around.api().faults().clear();
        world.settle();
        assertEquals("standard", world.edition("ann@acme.example"));
        assertEquals("trial", world.edition("bob@birch.example"));
        assertEquals(0, world.count("license where problem is not null"));
    }

    @Test
    void one_who_is_refused_does_not_hold_up_the_others_and_gets_the_license_once_the_reason_is_gone() throws Exception {
        world.around.api().removeUser("ned@unknown.example");
        world.around.api().faults().add(Fault.onAny().always().status(503));
        world.send(billing.trial("s1", "ned@unknown.example", "trial", MONTH), billing.trial("s2", "bob@birch.example", "trial", MONTH),
                billing.trial("s3", "eve@cedar.example", "trial", MONTH));
        Awaitility.await().until(() -> world.count("license where attempts > 0") == 3);
        world.around.api().faults().clear();
        Awaitility.await().until(() -> world.count("license where due_at is not null") == 1 && world.count("license where alone and problem = '422 invalid_user'") == 1);
        assertEquals("trial", world.edition("bob@birch.example"));
        assertEquals("trial", world.edition("eve@cedar.example"));
        assertNull(world.license("ned@unknown.example"));

        world.around.api().addUser("ned@unknown.example", "Ned");
        world.send(billing.activate("s1", "standard", MONTH));
        world.settle();
        assertEquals("standard", world.edition("ned@unknown.example"));
    }

    @Test
    void a_creation_whose_answer_is_lost_makes_one_license() throws Exception {
        world.around.api().faults().add(Fault.on("POST", ".*/licenses").times(1).resetAfter());
        world.send(billing.trial("s1", "ann@acme.example", "trial", MONTH));
        world.settle();
        assertEquals(1, world.around.api().licenses(world.around.connector()).size());
        assertEquals(1, world.around.api().count("POST", ".*/licenses"));
    }

    @Test
    void an_event_in_the_queue_that_cannot_be_applied_waits_and_lets_the_others_pass() throws Exception {
        world.platform().database().sql("insert into inbox (event, body) values ('foreign', 'not an event')").update();
        world.send(billing.trial("s1", "ann@acme.example", "trial", MONTH));
        Awaitility.await().until(() -> world.license("ann@acme.example") != null);
        Awaitility.await().until(() -> world.count("inbox where attempts > 0 and problem like '%not JSON'") == 1);
    }

    @Test
    void a_lease_of_a_process_that_died_keeps_others_off_until_it_ends() throws Exception {
        world.around.api().faults().add(Fault.onAny().always().status(503));
        world.send(billing.trial("s1", "ann@acme.example", "trial", MONTH));
        Awaitility.await().until(() -> world.count("license where attempts > 0 and lease is null") == 1);
        Database database = world.platform().database();
        database.sql("update license set lease = gen_random_uuid(), leased_until = now() + interval '1 hour', due_at = now(), attempts = 0").update();
        world.around.api().faults().clear();
        world.around.api().clearRequests();
        // Another customer's license passes, and this one is left alone meanwhile.
        world.send(billing.trial("s2", "bob@birch.example", "trial", MONTH), billing.activate("s1", "standard", MONTH));
        Awaitility.await().until(() -> world.license("bob@birch.example") != null && world.count("inbox") == 0);
        assertNull(world.license("ann@acme.example"));
        database.sql("update license set leased_until = now() where lease is not null").update();
        world.settle();
        assertEquals("standard", world.edition("ann@acme.example"));
    }
}
