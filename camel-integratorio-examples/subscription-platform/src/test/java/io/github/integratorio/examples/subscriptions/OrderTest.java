package io.github.integratorio.examples.subscriptions;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** Tests events that arrive out of order and repeatedly. */
@ExtendWith(TestEnvironmentExtension.class)
class OrderTest {

    private static final Duration MONTH = Duration.ofDays(30);
    private final TestEnvironment environment;
    private final BillingSystem billing;

    OrderTest(TestEnvironment environment) {
        this.environment = environment;
        this.billing = environment.billing;
    }

    private List<BillingSystem.Webhook> life(String id) {
        String email = id + "@acme.example";
        List<BillingSystem.Webhook> life = new ArrayList<>();
        life.add(billing.startTrial(id, email, "trial", MONTH));
        life.add(billing.activate(id, "standard", Duration.ZERO));
        life.add(billing.failPayment(id));
        life.add(billing.renew(id, MONTH));
        life.add(billing.changeEdition(id, "premium"));
        if (id.endsWith("7")) {
            life.add(billing.cancel(id, environment.clock.instant().plus(Duration.ofDays(2))));
        }
        return life;
    }

    @Test
    void a_late_event_is_stale_and_changes_nothing() throws Exception {
        List<BillingSystem.Webhook> life = life("ann");
        environment.send(life.get(4));
        environment.settle();
        environment.send(life.get(1));
        environment.settle();
        assertEquals("premium", environment.edition("ann@acme.example"));
        assertEquals(1, environment.count("event where outcome = 'STALE'"));
        assertEquals(1, environment.count("event where outcome = 'APPLIED'"));
    }

    @Test
    void with_shuffled_and_repeated_events_of_many_customers_the_licenses_are_correct() throws Exception {
        List<BillingSystem.Webhook> all = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            all.addAll(life("c" + i));
        }
        int unique = all.size();
        all.addAll(all.subList(0, 20));
        Collections.shuffle(all, new Random(4));
        ExecutorService senders = Executors.newFixedThreadPool(4);
        try {
            List<Future<Integer>> answers = new ArrayList<>();
            for (BillingSystem.Webhook webhook : all) {
                answers.add(senders.submit(() -> billing.send(environment.endpoint(), webhook).statusCode()));
            }
            int repeated = 0;
            for (Future<Integer> answer : answers) {
                repeated += answer.get() == 200 ? 1 : 0;
                assertEquals(2, answer.get() / 100);
            }
            assertEquals(20, repeated);
        } finally {
            senders.shutdownNow();
        }
        environment.settle();
        assertEquals(unique, environment.count("event"));
        assertEquals(List.of(),
                LicenseVerifier.findDifferences(
                        billing.subscriptions().values().stream().filter(s -> s.id().startsWith("c")).toList(),
                        environment.platform().listLicenses(), environment.clock.instant()));
        assertEquals(40, environment.services.api().licenses(environment.services.connector()).size());
        assertEquals(40, environment.services.api().count("POST", ".*/licenses"));
    }
}
