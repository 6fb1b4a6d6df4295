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

/** Everything a test of the whole needs: the platform, what is around it, a billing system, and a clock that is moved by hand. */
final class TestEnvironment implements AutoCloseable {

    private final Instant beginning = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    final SimulatorClock clock = SimulatorClock.at(beginning);
    final BillingSystem billing = new BillingSystem(EmbeddedServices.SECRET, clock);
    final EmbeddedServices around;
    final Map<String, String> settings;
    private Platform platform;

    TestEnvironment() throws IOException {
        // A bucket that is filled by a clock which stands still would run dry.
        around = new EmbeddedServices(api -> api.clock(clock).noRateLimit().anyUser());
        settings = around.settings();
        settings.put("queue.delay", "50");
        settings.put("lease", "PT3S");
        settings.put("camel.component.integratorio.maximum-retries", "2");
        settings.put("camel.component.integratorio.retry-delay", "20");
        // Long enough for a machine that is busy with other things.
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

    /** Empties all tables, forgets all licenses and faults, and goes back to the beginning of time. */
    void reset() {
        clock.set(beginning);
        around.api().faults().clear();
        platform.database().sql("truncate inbox, event, subscription, license").update();
        around.api().licenses(around.connector()).forEach(license -> delete((String) license.get("_id")));
        around.api().clearRequests();
    }

    void delete(String license) {
        platform.context().createProducerTemplate().requestBody(
                "integratorio:licenses?operation=delete&connectorId=" + around.connector() + "&licenseId=" + license, (Object) null);
    }

    URI door() {
        return URI.create("http://127.0.0.1:" + settings.get("camel.server.port") + "/webhooks/billing");
    }

    /** Sends webhooks; each must be queued. */
    void send(BillingSystem.Webhook... webhooks) throws Exception {
        for (BillingSystem.Webhook webhook : webhooks) {
            HttpResponse<String> answer = billing.send(door(), webhook);
            assertEquals(202, answer.statusCode(), answer.body());
        }
    }

    /** The one license of somebody, as it really is; null when there is none. */
    Map<String, Object> license(String email) {
        List<Map<String, Object>> all = around.api().licenses(around.connector()).stream()
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

    /** Waits until nothing is in the queue and nothing is to be written. */
    void settle() {
        Awaitility.await().until(() -> count("inbox") == 0 && count("license where due_at is not null") == 0);
    }

    int count(String what) {
        return platform.database().sql("select count(*) from " + what).query(Integer.class).single();
    }

    @Override
    public void close() throws IOException {
        stop();
        around.close();
    }
}
