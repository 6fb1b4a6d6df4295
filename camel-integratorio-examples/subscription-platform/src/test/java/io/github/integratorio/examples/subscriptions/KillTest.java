package io.github.integratorio.examples.subscriptions;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.github.integratorio.camel.api.License;
import io.github.integratorio.simulator.Fault;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** Tests that acknowledged webhooks survive a crash. */
class KillTest {

    private static final int CUSTOMERS = 60;

    @Test
    void acknowledged_webhooks_become_exactly_one_license_each_after_kill_and_restart() throws Exception {
        BillingSystem billing = new BillingSystem(EmbeddedServices.SECRET, Clock.systemUTC());
        try (EmbeddedServices services = new EmbeddedServices(api -> api.anyUser())) {
            Map<String, String> settings = services.properties();
            settings.put("lease", "PT4S");
            settings.put("camel.component.integratorio.operation-timeout", "2s");
            settings.put("camel.component.integratorio.request-timeout", "1s");
            try (PlatformProcess first = new PlatformProcess("kill-1", settings).awaitReady()) {
                // Delays create requests, so that some are in flight at the kill.
                services.api().faults().add(Fault.on("POST", ".*/licenses").always().delay(Duration.ofMillis(300)));
                for (int i = 0; i < CUSTOMERS; i++) {
                    assertEquals(202, billing.send(first.endpoint(),
                            billing.startTrial("c" + i, "c" + i + "@acme.example", "trial", Duration.ofDays(30)))
                            .statusCode());
                }
                Awaitility.await().atMost(Duration.ofMinutes(4))
                        .until(() -> services.api().count("POST", ".*/licenses") > 0);
                first.kill();
            }
            services.api().faults().clear();
            try (PlatformProcess second = new PlatformProcess("kill-2", settings).awaitReady()) {
                assertEquals(202, billing
                        .send(second.endpoint(), billing.activate("c0", "standard", Duration.ofDays(30))).statusCode());
                Awaitility.await().atMost(Duration.ofMinutes(4))
                        .until(() -> services.api().licenses(services.connector()).size() >= CUSTOMERS
                                && due(services) == 0);
            }
            List<Map<String, Object>> licenses = services.api().licenses(services.connector());
            assertEquals(CUSTOMERS, licenses.size());
            assertEquals(CUSTOMERS, licenses.stream().map(license -> license.get("user")).distinct().count());
            assertEquals(List.of(), LicenseVerifier.findDifferences(billing.subscriptions().values(),
                    licenses.stream().map(License::of).toList(), Clock.systemUTC().instant()));
        }
    }

    private static int due(EmbeddedServices services) throws Exception {
        try (var connection = services.postgres().getPostgresDatabase().getConnection();
                var statement = connection.createStatement();
                var found = statement.executeQuery(
                        "select (select count(*) from inbox) + (select count(*) from license where due_at is not null)")) {
            found.next();
            return found.getInt(1);
        }
    }
}
