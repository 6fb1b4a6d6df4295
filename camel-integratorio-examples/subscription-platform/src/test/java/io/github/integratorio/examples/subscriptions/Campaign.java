package io.github.integratorio.examples.subscriptions;

import java.io.IOException;
import java.io.PrintStream;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.integratorio.camel.model.License;
import org.awaitility.Awaitility;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** Many webhooks to two instances, of which one is killed in the middle; and then everything is counted. */
final class Campaign {

    private static final Duration MONTH = Duration.ofDays(30);
    private static final int SENDERS = 8;

    private final int customers;
    private final Map<String, String> settings;
    private final PrintStream console;
    private final Random random = new Random(7);
    private final BillingSystem billing = new BillingSystem(EmbeddedServices.SECRET, Clock.systemUTC());
    private final AtomicInteger queued = new AtomicInteger();
    private final AtomicInteger repeated = new AtomicInteger();
    private final AtomicInteger resent = new AtomicInteger();

    /** @param settings for the instances, beside what is around them */
    Campaign(int customers, Map<String, String> settings, PrintStream console) {
        this.customers = customers;
        this.settings = settings;
        this.console = console;
    }

    /**
     * Runs it; fails when one license is not as it must be.
     *
     * @param emptied says, beside the tables, whether nothing is in the queue any more
     */
    void run(String name, Callable<Boolean> emptied) throws Exception {
        List<BillingSystem.Webhook> events = events();
        int unique = events.size();
        int late = shuffle(events);
        int again = repeat(events);
        console.printf("%n%s: %d webhooks of %d customers: %d events, %d of them late, %d sent twice%n", name, events.size(), customers, unique, late, again);
        try (EmbeddedServices around = new EmbeddedServices(api -> api.anyUser());
                PlatformProcess one = new PlatformProcess(name + "-1", settings(around)); PlatformProcess two = new PlatformProcess(name + "-2", settings(around))) {
            one.ready();
            two.ready();
            Instant begin = Instant.now();
            send(events.subList(0, events.size() / 2), one, two);
            JdbcTemplate database = new JdbcTemplate(around.postgres().getPostgresDatabase());
            console.printf("  %5.1f s  %d acknowledged, %d applied, %d licenses; kill -9 %d%n", since(begin), queued.get(), count(database, "event"),
                    around.api().licenses(around.connector()).size(), one.pid());
            one.kill();
            send(events.subList(events.size() / 2, events.size()), one, two);
            console.printf("  %5.1f s  %d acknowledged, %d told to be repeated, %d sent again because the killed one did not answer%n", since(begin),
                    queued.get(), repeated.get(), resent.get());
            Awaitility.await().atMost(Duration.ofMinutes(20)).pollInterval(Duration.ofSeconds(1)).until(() -> count(database, "inbox") == 0
                    && count(database, "event") == unique && emptied.call() && count(database, "license where due_at is not null") == 0);
            List<License> licenses = around.api().licenses(around.connector()).stream().map(License::of).toList();
            long creations = around.api().count("POST", ".*/licenses");
            List<String> wrong = LicenseVerifier.differences(billing.subscriptions().values(), licenses, Instant.now());
            console.printf("  %5.1f s  everything is written: %d events once each (%d applied, %d stale)%n", since(begin), count(database, "event"),
                    count(database, "event where outcome = 'APPLIED'"), count(database, "event where outcome = 'STALE'"));
            console.printf("           %d licenses by %d creations for %d customers in %d requests; %d different from the table that was expected%n",
                    licenses.size(), creations, customers, around.api().requestCount(), wrong.size());
            assertEquals(List.of(), wrong);
            assertEquals(licenses.size(), creations);
            assertEquals(licenses.size(), licenses.stream().map(License::getEmail).distinct().count());
        }
    }

    private Map<String, String> settings(EmbeddedServices around) throws IOException {
        Map<String, String> all = new HashMap<>(around.settings());
        // Two instances share what the account may do.
        all.put("camel.component.integratorio.requests-per-second", "150");
        all.put("camel.component.integratorio.request-burst", "500");
        all.putAll(settings);
        return all;
    }

    /** Round by round, something happens to every customer. */
    private List<BillingSystem.Webhook> events() {
        List<BillingSystem.Webhook> events = new ArrayList<>();
        for (int round = 0; round < 5; round++) {
            for (int i = 0; i < customers; i++) {
                String id = "c" + i;
                events.add(switch (round) {
                    case 0 -> billing.trial(id, "c" + i + "@acme.example", "trial", MONTH);
                    case 1 -> billing.activate(id, i % 3 == 0 ? "premium" : "standard", MONTH);
                    default -> next(id);
                });
            }
        }
        return events;
    }

    private BillingSystem.Webhook next(String id) {
        return switch (random.nextInt(6)) {
            case 0 -> billing.changeEdition(id, "premium");
            case 1 -> billing.paymentFailed(id);
            case 2 -> billing.cancel(id, Instant.now().truncatedTo(ChronoUnit.MILLIS));
            default -> billing.renew(id, MONTH);
        };
    }

    /** One event in twenty changes places with the one after it of the same customer. */
    private int shuffle(List<BillingSystem.Webhook> events) {
        int late = 0;
        for (int i = 0; i + customers < events.size(); i++) {
            if (random.nextInt(15) == 0) {
                Collections.swap(events, i, i + customers);
                late++;
            }
        }
        return late;
    }

    /** One event in twenty is sent once more, a little later. */
    private int repeat(List<BillingSystem.Webhook> events) {
        int again = 0;
        int unique = events.size();
        for (int i = 0; i < unique; i++) {
            if (random.nextInt(20) == 0) {
                events.add(Math.min(events.size(), i + again + random.nextInt(200)), events.get(i + again));
                again++;
            }
        }
        return again;
    }

    private void send(List<BillingSystem.Webhook> events, PlatformProcess... instances) throws Exception {
        AtomicInteger next = new AtomicInteger();
        ExecutorService senders = Executors.newFixedThreadPool(SENDERS);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < SENDERS; i++) {
                all.add(senders.submit(() -> {
                    for (int n = next.getAndIncrement(); n < events.size(); n = next.getAndIncrement()) {
                        deliver(events.get(n), instances, n);
                    }
                    return null;
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
        } finally {
            senders.shutdownNow();
        }
    }

    /** As a billing system does it, and a load balancer before the instances: until one of them says that it has the webhook. */
    private void deliver(BillingSystem.Webhook webhook, PlatformProcess[] instances, int first) throws InterruptedException {
        for (int attempt = 0; attempt < 20; attempt++) {
            try {
                HttpResponse<String> answer = billing.send(instances[(first + attempt) % instances.length].door(), webhook);
                if (answer.statusCode() / 100 == 2) {
                    (answer.statusCode() == 202 ? queued : repeated).incrementAndGet();
                    return;
                }
            } catch (IOException e) {
                // The next one, then.
            }
            resent.incrementAndGet();
        }
        throw new IllegalStateException(webhook.id() + " was never taken");
    }

    private static int count(JdbcTemplate database, String what) {
        return database.queryForObject("select count(*) from " + what, Integer.class);
    }

    private static double since(Instant begin) {
        return Duration.between(begin, Instant.now()).toMillis() / 1000.0;
    }
}
