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

/** Events come in any order, and more than once. */
@ExtendWith(TestEnvironmentExtension.class)
class OrderTest {

    private static final Duration MONTH = Duration.ofDays(30);
    private final TestEnvironment world;
    private final BillingSystem billing;

    OrderTest(TestEnvironment world) {
        this.world = world;
        this.billing = world.billing;
    }

    private List<BillingSystem.Webhook> life(String id) {
        String email = id + "@acme.example";
        List<BillingSystem.Webhook> life = new ArrayList<>();
        life.add(billing.trial(id, email, "trial", MONTH));
        life.add(billing.activate(id, "standard", Duration.ZERO));
        life.add(billing.paymentFailed(id));
        life.add(billing.renew(id, MONTH));
        life.add(billing.changeEdition(id, "premium"));
        if (id.endsWith("7")) {
            life.add(billing.cancel(id, world.clock.instant().plus(Duration.ofDays(2))));
        }
        return life;
    }

    @Test
    void a_late_event_is_stale_and_changes_nothing() throws Exception {
        List<BillingSystem.Webhook> life = life("ann");
        world.send(life.get(4));
        world.settle();
        world.send(life.get(1));
        world.settle();
        assertEquals("premium", world.edition("ann@acme.example"));
        assertEquals(1, world.count("event where outcome = 'STALE'"));
        assertEquals(1, world.count("event where outcome = 'APPLIED'"));
    }

    @Test
    void in_whatever_order_the_events_of_many_come_and_come_again_the_licenses_are_right() throws Exception {
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
                answers.add(senders.submit(() -> billing.send(world.door(), webhook).statusCode()));
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
        world.settle();
        assertEquals(unique, world.count("event"));
        assertEquals(List.of(), LicenseVerifier.differences(billing.subscriptions().values().stream().filter(s -> s.id().startsWith("c")).toList(),
                world.platform().licenses(), world.clock.instant()));
        assertEquals(40, world.around.api().licenses(world.around.connector()).size());
        assertEquals(40, world.around.api().count("POST", ".*/licenses"));
    }
}
