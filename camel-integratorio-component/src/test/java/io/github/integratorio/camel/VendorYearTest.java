package io.github.integratorio.camel;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

import io.github.integratorio.camel.api.ReconcileSummary;
import io.github.integratorio.simulator.Fault;
import io.github.integratorio.simulator.IntegratorioSimulator;
import io.github.integratorio.simulator.SimulatorClock;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * A year of a vendor: customers try, buy, renew, fail to pay, upgrade, cancel and uninstall; the webhooks of the billing system are lost,
 * repeated and late; the API is down for an hour twice, the application for an afternoon; a reconcile brings the licenses in line each
 * night. Some customers have a sandbox license, too.
 * {@code -Dyear.customers=5000} and {@code -Dyear.days=365} set the size, {@code -Dyear.seed} the random numbers.
 */
class VendorYearTest {

    private static final int CUSTOMERS = Integer.getInteger("year.customers", 40);
    private static final long SEED = Long.getLong("year.seed", new Random().nextLong());
    private static final int DAYS = Integer.getInteger("year.days", 90);
    private static final Instant START = Instant.parse("2031-01-01T00:00:00Z");
    private static final List<String> NOTICES = List.of("P30D", "P7D", "PT0S");
    /** All ends are at noon, so nothing ends between the last payment and the next reconcile. */
    private static final int NOON = 12;
    /** Days and hours of the outages: one hits the reconcile, one the webhooks of an afternoon. */
    private static final Set<Integer> OUTAGES = Set.of(40 * 24 + 2, 80 * 24 + 14);

    /** The application is stopped on the afternoon of this day. */
    private static final int RESTART = DAYS / 2;
    private static final String SANDBOX = " sandbox";

    @TempDir
    Path directory;

    private final Random random = new Random(SEED);
    private final SimulatorClock clock = SimulatorClock.at(START);
    private final IntegratorioSimulator simulator =
            IntegratorioSimulator.builder().anyUser().noRateLimit().recordRequests(false).clock(clock).start();
    private final String connector = simulator.addConnector("Shop to Books");
    private DefaultCamelContext context;
    private ProducerTemplate template;

    /** What each customer has paid for or tries, by address; that of a sandbox license is followed by {@link #SANDBOX}. */
    private final Map<String, Row> billing = new TreeMap<>();
    private final Set<String> inGrace = new HashSet<>();
    private final List<Webhook> webhooks = new ArrayList<>();
    private final Map<String, String> installs = new HashMap<>();

    private final Set<String> mirroredInstalls = new HashSet<>();
    private final Set<String> known = new HashSet<>();
    private final Map<String, Seen> seen = new HashMap<>();
    private final List<String> violations = new ArrayList<>();
    private boolean refusesAll;
    private boolean wasRefused;
    private int refused;
    private int missedReconciles;

    private record Row(Instant expires, String edition) {
    }

    /** A row as it was when the webhook was made; null after a cancellation. */
    private record Webhook(Instant arrives, String key, Row row) {
    }

    /** An end of a license, and when a poll first saw it. */
    private record Seen(Instant end, Instant since) {
    }

    @AfterEach
    void stop() {
        context.stop();
        simulator.close();
    }

    @Test
    void licenses_equal_the_billing_table_each_morning_and_each_notice_is_told_once() throws Exception {
        start();
        Map<Integer, List<String>> signUps = new HashMap<>();
        for (int i = 0; i < CUSTOMERS; i++) {
            int day = i < CUSTOMERS / 5 ? 0 : random.nextInt(DAYS - 60);
            List<String> keys = signUps.computeIfAbsent(day, key -> new ArrayList<>());
            keys.add("c" + i + "@example.com");
            if (i % 5 == 0) {
                keys.add("c" + i + "@example.com" + SANDBOX);
            }
        }
        boolean isReconcileDue = false;
        for (int hour = 0; hour < DAYS * 24; hour++) {
            int day = hour / 24;
            clock.set(START.plus(Duration.ofHours(hour)));
            simulator.faults().clear();
            boolean isOutage = OUTAGES.contains(hour);
            if (isOutage) {
                simulator.faults().add(Fault.onAny().always().status(503));
            }
            switch (hour % 24) {
                case 2 -> isReconcileDue = day > 0;
                case 6 -> morning();
                case 8 -> {
                    signUps.getOrDefault(day, List.of()).forEach(key -> bill(key, trial(day)));
                    List.copyOf(billing.keySet()).forEach(key -> live(key, day));
                }
                case 13 -> {
                    if (day == RESTART) {
                        stopWithoutDelivering();
                    } else {
                        poll();
                    }
                }
                case 21 -> {
                    if (day == RESTART) {
                        start();
                    }
                    poll();
                }
                default -> {
                    // Only webhooks arrive.
                }
            }
            if (isReconcileDue) {
                isReconcileDue = !reconcile(isOutage);
            }
            if (context.isStarted()) {
                arrive(isOutage);
            }
        }
        assertEquals(1, missedReconciles, context());
        assertTrue(refused > 0, context());
    }

    private void start() throws Exception {
        IntegratorioComponent component = new IntegratorioComponent();
        component.getConfiguration().setBaseUrl(simulator.baseUrl());
        component.getConfiguration().setAccessToken(simulator.token());
        component.getConfiguration().setRequestsPerSecond(100_000);
        component.getConfiguration().setRequestBurst(100_000);
        context = new DefaultCamelContext();
        context.addComponent("integratorio", component);
        String options = "?connectorId=" + connector + "&maxRetries=0&startScheduler=false&stateDirectory=" + directory;
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("integratorio:licenses" + options + "&expiryNotices=" + String.join(",", NOTICES))
                        .routeId("licenses").process(VendorYearTest.this::license);
                from("integratorio:installBase" + options + "&removalConfirmations=1").routeId("installs")
                        .process(VendorYearTest.this::install);
            }
        });
        context.start();
        template = context.createProducerTemplate();
        poll();
    }

    /** The changes of the last poll are known, but the route has accepted none of them. */
    private void stopWithoutDelivering() throws Exception {
        refusesAll = true;
        pollOnce();
        context.stop();
        refusesAll = false;
    }

    private static Row trial(int day) {
        return new Row(noon(day + 14), "standard");
    }

    private static Instant noon(int day) {
        return START.plus(Duration.ofDays(day)).plus(Duration.ofHours(NOON));
    }

    /** Changes the billing table; null ends the license now. The webhook is lost, repeated or late. */
    private void bill(String key, Row row) {
        if (row == null) {
            billing.remove(key);
        } else {
            billing.put(key, row);
        }
        for (int times = random.nextInt(10); times < 9; times += 5) {
            webhooks.add(new Webhook(clock.instant().plus(Duration.ofHours(1 + random.nextInt(9))), key, row));
        }
    }

    /** What a customer does on a day. */
    private void live(String key, int day) {
        Row row = billing.get(key);
        if (!row.expires.isAfter(clock.instant())) {
            billing.remove(key);
            inGrace.remove(key);
            return;
        }
        boolean endsTomorrow = row.expires.equals(noon(day + 1));
        int chance = random.nextInt(100);
        if (endsTomorrow && inGrace.contains(key)) {
            if (chance < 50) {
                inGrace.remove(key);
                bill(key, new Row(noon(day + 25), row.edition));
            }
        } else if (endsTomorrow && chance < 80) {
            bill(key, new Row(noon(day + (chance < 10 ? 366 : 32)), row.edition));
        } else if (endsTomorrow && chance < 95) {
            inGrace.add(key);
            bill(key, new Row(noon(day + 8), row.edition));
        } else if (!endsTomorrow && random.nextInt(60) == 0) {
            bill(key, new Row(row.expires, row.edition.equals("standard") ? "premium" : "standard"));
        } else if (!endsTomorrow && day > 0 && random.nextInt(400) == 0) {
            inGrace.remove(key);
            bill(key, null);
        }
        if (installs.containsKey(key) && random.nextInt(200) == 0) {
            simulator.uninstall(connector, installs.remove(key));
        } else if (!installs.containsKey(key) && random.nextInt(10) == 0) {
            simulator.licenses(connector).stream().filter(license -> key(license).equals(key)).findFirst()
                    .ifPresent(license -> installs.put(key,
                            simulator.install(connector, (String) license.get("_id"))));
        }
    }

    /** Processes the webhooks that arrive; those of an outage are sent again later. */
    private void arrive(boolean isOutage) {
        List<Webhook> arrived = webhooks.stream().filter(webhook -> !webhook.arrives.isAfter(clock.instant()))
                .sorted(Comparator.comparing(Webhook::arrives)).toList();
        webhooks.removeAll(arrived);
        for (Webhook webhook : arrived) {
            try {
                if (webhook.row == null) {
                    template.sendBody(uri("expire") + "&email=" + email(webhook.key) + "&sandbox="
                            + webhook.key.endsWith(SANDBOX), null);
                } else {
                    template.sendBody(uri("upsert"), row(webhook.key, webhook.row));
                }
            } catch (CamelExecutionException e) {
                // A cancellation may come before the webhook that it ends.
                if (isOutage) {
                    webhooks.add(new Webhook(clock.instant().plus(Duration.ofHours(1)), webhook.key, webhook.row));
                } else if (webhook.row != null) {
                    throw new AssertionError(context(), e);
                }
            }
        }
    }

    private String uri(String operation) {
        return "integratorio:licenses?maxRetries=0&connectorId=" + connector + "&operation=" + operation;
    }

    private static Map<String, Object> row(String key, Row row) {
        return Map.of("email", email(key), "sandbox", key.endsWith(SANDBOX), "expires", row.expires.toString(), "opts",
                Map.of("connectorEdition", row.edition));
    }

    private boolean reconcile(boolean isOutage) {
        billing.values().removeIf(row -> !row.expires.isAfter(clock.instant()));
        inGrace.retainAll(billing.keySet());
        List<Map<String, Object>> rows = new ArrayList<>();
        billing.forEach((key, row) -> rows.add(row(key, row)));
        try {
            ReconcileSummary summary = template.requestBody(uri("reconcile") + "&unknownLicenses=expire", rows,
                    ReconcileSummary.class);
            assertEquals(0, summary.failed(), () -> context() + summary.failures());
            return true;
        } catch (CamelExecutionException e) {
            if (!isOutage) {
                throw new AssertionError(context(), e);
            }
            missedReconciles++;
            return false;
        }
    }

    private void morning() throws Exception {
        poll();
        Map<String, Map<String, Object>> licenses = new HashMap<>();
        for (Map<String, Object> license : simulator.licenses(connector)) {
            assertNull(licenses.put(key(license), license), () -> context() + "two licenses of " + key(license));
            Row row = billing.get(key(license));
            if (row == null) {
                assertTrue(!end(license).isAfter(clock.instant()), () -> context() + "valid but not paid: " + license);
            } else {
                assertEquals(row.expires, end(license), () -> context() + license);
                assertEquals(Map.of("connectorEdition", row.edition), license.get("opts"), () -> context() + license);
            }
        }
        assertTrue(licenses.keySet().containsAll(billing.keySet()), () -> context() + "paid but without a license");
        Set<String> installed = new HashSet<>();
        simulator.installBase(connector).forEach(install -> installed.add((String) install.get("_integrationId")));
        assertEquals(installed, mirroredInstalls, this::context);
    }

    /** Polls until the route has accepted everything; then all notices that are due must have been told. */
    private void poll() throws Exception {
        do {
            wasRefused = false;
            pollOnce();
        } while (wasRefused);
        assertEquals(List.of(), violations, this::context);
        for (Map<String, Object> license : simulator.licenses(connector)) {
            String id = (String) license.get("_id");
            Seen now = new Seen(end(license), clock.instant());
            Seen before = seen.merge(id, now, (old, current) -> old.end.equals(current.end) ? old : current);
            for (String notice : NOTICES) {
                Instant due = now.end.minus(Duration.parse(notice));
                if (due.isAfter(before.since) && !due.isAfter(clock.instant())) {
                    assertTrue(known.contains(id + " " + now.end + " " + notice),
                            () -> context() + notice + " was not told for " + license);
                }
            }
        }
    }

    private void pollOnce() throws Exception {
        for (String route : List.of("licenses", "installs")) {
            ((IntegratorioConsumer) context.getRoute(route).getConsumer()).poll();
        }
    }

    private void license(Exchange exchange) {
        if (refusesAll) {
            throw new IllegalStateException("refused");
        }
        String type = exchange.getMessage().getHeader("CamelIntegratorioChangeType").toString();
        if (type.startsWith("EXPIR")) {
            String[] parts = exchange.getMessage().getHeader("CamelIntegratorioChangeId", String.class).split(":", 2);
            int last = parts[1].lastIndexOf(':');
            Instant end = Instant.parse(parts[1].substring(0, last));
            String notice = parts[1].substring(last + 1);
            Map<String, Object> license = simulator.license(connector, parts[0]);
            check(end.equals(end(license)), "told for an end that was moved away: " + String.join(":", parts));
            check(!end.minus(Duration.parse(notice)).isAfter(clock.instant()),
                    "told early: " + String.join(":", parts));
            check(type.equals("EXPIRED") == notice.equals("PT0S"), type + " for " + notice);
            Row row = billing.get(key(license));
            check(type.equals("EXPIRING") || row == null || !row.expires.isAfter(clock.instant()),
                    "EXPIRED, but paid: " + license);
            known.add(parts[0] + " " + end + " " + notice);
        }
        refuseSome();
    }

    private void install(Exchange exchange) {
        if (refusesAll) {
            throw new IllegalStateException("refused");
        }
        String id = exchange.getMessage().getHeader("CamelIntegratorioIntegrationId", String.class);
        if (exchange.getMessage().getHeader("CamelIntegratorioChangeType").toString().equals("REMOVED")) {
            mirroredInstalls.remove(id);
        } else {
            mirroredInstalls.add(id);
        }
        refuseSome();
    }

    /** An assertion within a route would only make the change come again. */
    private void check(boolean isRight, String violation) {
        if (!isRight) {
            violations.add(clock.instant() + " " + violation);
        }
    }

    /** Fails after the work is done, so the change comes again. */
    private void refuseSome() {
        if (random.nextInt(20) == 0) {
            wasRefused = true;
            refused++;
            throw new IllegalStateException("refused");
        }
    }

    private static String key(Map<String, Object> license) {
        return ((Map<?, ?>) license.get("user")).get("email")
                + (Boolean.TRUE.equals(license.get("sandbox")) ? SANDBOX : "");
    }

    private static String email(String key) {
        return key.replace(SANDBOX, "");
    }

    private static Instant end(Map<String, Object> license) {
        return Instant.parse((String) license.get("expires"));
    }

    private String context() {
        return "-Dyear.customers=" + CUSTOMERS + " -Dyear.days=" + DAYS
                + " -Dyear.seed=" + SEED + " at " + clock.instant() + ": ";
    }
}
