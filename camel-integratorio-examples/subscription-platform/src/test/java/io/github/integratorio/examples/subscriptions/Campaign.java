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

import io.github.integratorio.camel.api.License;
import org.awaitility.Awaitility;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** Sends many webhooks to two instances, kills one of them, and verifies the result. */
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

    /** @param settings additional properties of the instances */
    Campaign(int customers, Map<String, String> settings, PrintStream console) {
        this.customers = customers;
        this.settings = settings;
        this.console = console;
    }

    /**
     * Runs the campaign; fails if a license is wrong.
     *
     * @param emptied tests whether the queue outside of the database is empty
     */
    void run(String name, Callable<Boolean> emptied) throws Exception {
        List<BillingSystem.Webhook> events = events();
        int unique = events.size();
        int late = shuffle(events);
        int again = repeat(events);
        console.printf("%n%s: %d webhooks of %d customers: %d events, %d of them late, %d sent twice%n", name,
                events.size(), customers, unique, late, again);
        try (EmbeddedServices services = new EmbeddedServices(api -> api.anyUser());
                PlatformProcess one = new PlatformProcess(name + "-1", settings(services));
                PlatformProcess two = new PlatformProcess(name + "-2", settings(services))) {
            one.awaitReady();
            two.awaitReady();
            Instant begin = Instant.now();
            send(events.subList(0, events.size() / 2), one, two);
            JdbcTemplate database = new JdbcTemplate(services.postgres().getPostgresDatabase());
            console.printf("  %5.1f s  %d acknowledged, %d applied, %d licenses; kill -9 %d%n", since(begin),
                    queued.get(), count(database, "event"),
                    services.api().licenses(services.connector()).size(), one.pid());
            one.kill();
            send(events.subList(events.size() / 2, events.size()), one, two);
            console.printf(
                    "  %5.1f s  %d acknowledged, %d reported as duplicates, %d sent again because the killed instance did not respond%n",
                    since(begin), queued.get(), repeated.get(), resent.get());
            Awaitility.await().atMost(Duration.ofMinutes(20)).pollInterval(Duration.ofSeconds(1))
                    .until(() -> count(database, "inbox") == 0
                            && count(database, "event") == unique && emptied.call()
                            && count(database, "license where due_at is not null") == 0);
            List<License> licenses = services.api().licenses(services.connector()).stream().map(License::of).toList();
            long creations = services.api().count("POST", ".*/licenses");
            List<String> wrong =
                    LicenseVerifier.findDifferences(billing.subscriptions().values(), licenses, Instant.now());
            console.printf(
                    "  %5.1f s  all licenses are written: %d events processed once each (%d applied, %d stale)%n",
                    since(begin), count(database, "event"), count(database, "event where outcome = 'APPLIED'"),
                    count(database, "event where outcome = 'STALE'"));
            console.printf(
                    "           %d licenses for %d customers by %d create requests of %d requests; %d differences%n",
                    licenses.size(), customers, creations, services.api().requestCount(), wrong.size());
            assertEquals(List.of(), wrong);
            assertEquals(licenses.size(), creations);
            assertEquals(licenses.size(), licenses.stream().map(License::getEmail).distinct().count());
        }
    }

    private Map<String, String> settings(EmbeddedServices services) throws IOException {
        Map<String, String> all = new HashMap<>(services.properties());
        // The instances share the account's rate limit.
        all.put("camel.component.integratorio.requests-per-second", "150");
        all.put("camel.component.integratorio.request-burst", "500");
        all.putAll(settings);
        return all;
    }

    /** Creates one event per customer and round. */
    private List<BillingSystem.Webhook> events() {
        List<BillingSystem.Webhook> events = new ArrayList<>();
        for (int round = 0; round < 5; round++) {
            for (int i = 0; i < customers; i++) {
                String id = "c" + i;
                events.add(switch (round) {
                    case 0 -> billing.startTrial(id, "c" + i + "@acme.example", "trial", MONTH);
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
            case 1 -> billing.failPayment(id);
            case 2 -> billing.cancel(id, Instant.now().truncatedTo(ChronoUnit.MILLIS));
            default -> billing.renew(id, MONTH);
        };
    }

    /** Swaps one event in twenty with the next event of the same customer. */
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

    /** Repeats one event in twenty a little later. */
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

    /** Sends a webhook to the instances in turn until one acknowledges it, like a billing system behind a load balancer. */
    private void deliver(BillingSystem.Webhook webhook, PlatformProcess[] instances, int first)
            throws InterruptedException {
        for (int attempt = 0; attempt < 20; attempt++) {
            try {
                HttpResponse<String> answer =
                        billing.send(instances[(first + attempt) % instances.length].endpoint(), webhook);
                if (answer.statusCode() / 100 == 2) {
                    (answer.statusCode() == 202 ? queued : repeated).incrementAndGet();
                    return;
                }
            } catch (IOException e) {
                // Tries the next instance.
            }
            resent.incrementAndGet();
        }
        throw new IllegalStateException(webhook.id() + " was not acknowledged");
    }

    private static int count(JdbcTemplate database, String what) {
        return database.queryForObject("select count(*) from " + what, Integer.class);
    }

    private static double since(Instant begin) {
        return Duration.between(begin, Instant.now()).toMillis() / 1000.0;
    }
}
