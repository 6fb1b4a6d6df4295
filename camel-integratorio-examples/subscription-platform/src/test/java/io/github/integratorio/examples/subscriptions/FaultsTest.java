package io.github.integratorio.examples.subscriptions;

import java.time.Duration;
import java.util.List;

import io.github.integratorio.simulator.Fault;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

/** Tests failures of integrator.io and of the platform. */
@ExtendWith(TestEnvironmentExtension.class)
class FaultsTest {

    private static final Duration MONTH = Duration.ofDays(30);
    private final TestEnvironment environment;
    private final BillingSystem billing;

    FaultsTest(TestEnvironment environment) {
        this.environment = environment;
        this.billing = environment.billing;
    }

    @Test
    void webhooks_are_accepted_during_an_outage_and_the_licenses_are_written_afterwards() throws Exception {
        environment.services.api().faults().add(Fault.onAny().always().status(503));
        environment.send(billing.startTrial("s1", "ann@acme.example", "trial", MONTH),
                billing.startTrial("s2", "bob@birch.example", "trial", MONTH));
        Awaitility.await().until(() -> environment.count("license where attempts > 0") == 2);
        assertEquals(List.of(), environment.services.api().licenses(environment.services.connector()));

        environment.send(billing.activate("s1", "standard", MONTH));
        environment.services.api().faults().clear();
        environment.settle();
        assertEquals("standard", environment.edition("ann@acme.example"));
        assertEquals("trial", environment.edition("bob@birch.example"));
        assertEquals(0, environment.count("license where problem is not null"));
    }

    @Test
    void a_rejected_license_does_not_block_others_and_is_written_once_the_reason_is_gone() throws Exception {
        environment.services.api().removeUser("ned@unknown.example");
        environment.services.api().faults().add(Fault.onAny().always().status(503));
        environment.send(billing.startTrial("s1", "ned@unknown.example", "trial", MONTH),
                billing.startTrial("s2", "bob@birch.example", "trial", MONTH),
                billing.startTrial("s3", "eve@cedar.example", "trial", MONTH));
        Awaitility.await().until(() -> environment.count("license where attempts > 0") == 3);
        environment.services.api().faults().clear();
        Awaitility.await().until(() -> environment.count("license where due_at is not null") == 1
                && environment.count("license where separate and problem = '422 invalid_user'") == 1);
        assertEquals("trial", environment.edition("bob@birch.example"));
        assertEquals("trial", environment.edition("eve@cedar.example"));
        assertNull(environment.license("ned@unknown.example"));

        environment.services.api().addUser("ned@unknown.example", "Ned");
        environment.send(billing.activate("s1", "standard", MONTH));
        environment.settle();
        assertEquals("standard", environment.edition("ned@unknown.example"));
    }

    @Test
    void a_create_request_whose_response_is_lost_creates_one_license() throws Exception {
        environment.services.api().faults().add(Fault.on("POST", ".*/licenses").times(1).resetAfter());
        environment.send(billing.startTrial("s1", "ann@acme.example", "trial", MONTH));
        environment.settle();
        assertEquals(1, environment.services.api().licenses(environment.services.connector()).size());
        assertEquals(1, environment.services.api().count("POST", ".*/licenses"));
    }

    @Test
    void an_event_that_cannot_be_applied_does_not_block_others() throws Exception {
        environment.platform().database().sql("insert into inbox (event, body) values ('foreign', 'not an event')")
                .update();
        environment.send(billing.startTrial("s1", "ann@acme.example", "trial", MONTH));
        Awaitility.await().until(() -> environment.license("ann@acme.example") != null);
        Awaitility.await().until(() -> environment.count("inbox where attempts > 0 and problem like '%not JSON'") == 1);
    }

    @Test
    void the_lease_of_a_crashed_process_protects_a_license_until_it_expires() throws Exception {
        environment.services.api().faults().add(Fault.onAny().always().status(503));
        environment.send(billing.startTrial("s1", "ann@acme.example", "trial", MONTH));
        Awaitility.await().until(() -> environment.count("license where attempts > 0 and lease is null") == 1);
        Database database = environment.platform().database();
        database.sql(
                "update license set lease = gen_random_uuid(), leased_until = now() + interval '1 hour', due_at = now(), attempts = 0")
                .update();
        environment.services.api().faults().clear();
        environment.services.api().clearRequests();
        // Another customer's license is written, and this one is not.
        environment.send(billing.startTrial("s2", "bob@birch.example", "trial", MONTH),
                billing.activate("s1", "standard", MONTH));
        Awaitility.await()
                .until(() -> environment.license("bob@birch.example") != null && environment.count("inbox") == 0);
        assertNull(environment.license("ann@acme.example"));
        database.sql("update license set leased_until = now() where lease is not null").update();
        environment.settle();
        assertEquals("standard", environment.edition("ann@acme.example"));
    }
}
