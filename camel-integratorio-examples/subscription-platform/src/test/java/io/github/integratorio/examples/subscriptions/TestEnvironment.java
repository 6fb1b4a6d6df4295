package io.github.integratorio.examples.subscriptions;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;

import io.github.integratorio.simulator.SimulatorClock;
import org.awaitility.Awaitility;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** The platform, its embedded services, a simulated billing system, and a clock that tests advance. */
final class TestEnvironment implements AutoCloseable {

    private final Instant beginning = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    final SimulatorClock clock = SimulatorClock.at(beginning);
    final BillingSystem billing = new BillingSystem(EmbeddedServices.SECRET, clock);
    final EmbeddedServices services;
    final Map<String, String> settings;
    private Platform platform;

    TestEnvironment() throws IOException {
        // Without rate limit, since its bucket does not refill while the clock stands still.
        services = new EmbeddedServices(api -> api.clock(clock).noRateLimit().anyUser());
        settings = services.properties();
        settings.put("queue.delay", "50");
        settings.put("lease", "PT4S");
        // While the clock stands still, a new license looks too old to be the one of a lost response, and each look-up ends with this.
        settings.put("camel.component.integratorio.operation-timeout", "3s");
        settings.put("camel.component.integratorio.max-retries", "2");
        settings.put("camel.component.integratorio.retry-delay", "20");
        // Long enough for a busy machine.
        Awaitility.setDefaultTimeout(Duration.ofMinutes(4));
        start();
    }

    void start() {
        platform = new Platform(clock, settings);
        platform.start();
    }

    void stop() {
        platform.close();
    }

    Platform platform() {
        return platform;
    }

    /** Deletes all rows, licenses and faults, and resets the clock. */
    void reset() {
        clock.set(beginning);
        services.api().faults().clear();
        platform.database().sql("truncate inbox, event, subscription, license").update();
        services.api().licenses(services.connector()).forEach(license -> delete((String) license.get("_id")));
        services.api().clearRequests();
    }

    void delete(String license) {
        platform.context().createProducerTemplate().requestBody(
                "integratorio:licenses?operation=delete&connectorId=" + services.connector() + "&licenseId=" + license,
                (Object) null);
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + settings.get("camel.server.port") + "/webhooks/billing");
    }

    /** Sends webhooks and asserts that each is queued. */
    void send(BillingSystem.Webhook... webhooks) throws Exception {
        for (BillingSystem.Webhook webhook : webhooks) {
            HttpResponse<String> answer = billing.send(endpoint(), webhook);
            assertEquals(202, answer.statusCode(), answer.body());
        }
    }

    /** Returns a customer's license from the simulator, or null. */
    Map<String, Object> license(String email) {
        List<Map<String, Object>> all = services.api().licenses(services.connector()).stream()
                .filter(license -> email.equals(((Map<?, ?>) license.get("user")).get("email"))).toList();
        assertEquals(true, all.size() < 2, "several licenses of " + email);
        return all.isEmpty() ? null : all.get(0);
    }

    Instant expires(String email) {
        return license(email) == null ? null : Instant.parse((String) license(email).get("expires"));
    }

    String edition(String email) {
        return (String) ((Map<?, ?>) license(email).get("opts")).get("connectorEdition");
    }

    /** Waits until both queues are empty. */
    void settle() {
        Awaitility.await().until(() -> count("inbox") == 0 && count("license where due_at is not null") == 0);
    }

    int count(String what) {
        return platform.database().sql("select count(*) from " + what).query(Integer.class).single();
    }

    @Override
    public void close() throws IOException {
        stop();
        services.close();
    }
}
