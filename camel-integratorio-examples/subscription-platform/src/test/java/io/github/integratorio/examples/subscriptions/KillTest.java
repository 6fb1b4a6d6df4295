package io.github.integratorio.examples.subscriptions;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.github.integratorio.camel.model.License;
import io.github.integratorio.simulator.Fault;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** What was acknowledged is not lost when the process is killed. */
class KillTest {

    private static final int CUSTOMERS = 60;

    @Test
    void webhooks_that_were_acknowledged_become_licenses_after_kill_and_restart_and_none_twice() throws Exception {
        BillingSystem billing = new BillingSystem(EmbeddedServices.SECRET, Clock.systemUTC());
        try (EmbeddedServices around = new EmbeddedServices(api -> api.anyUser())) {
            Map<String, String> settings = around.settings();
            settings.put("lease", "PT4S");
            settings.put("camel.component.integratorio.operation-timeout", "2s");
            settings.put("camel.component.integratorio.request-timeout", "1s");
            try (PlatformProcess first = new PlatformProcess("kill-1", settings).ready()) {
                // Creations take their time, so that the kill comes in the middle of some of them.
                around.api().faults().add(Fault.on("POST", ".*/licenses").always().delay(Duration.ofMillis(300)));
                for (int i = 0; i < CUSTOMERS; i++) {
                    assertEquals(202, billing.send(first.door(), billing.trial("c" + i, "c" + i + "@acme.example", "trial", Duration.ofDays(30))).statusCode());
                }
                Awaitility.await().atMost(Duration.ofMinutes(4)).until(() -> around.api().count("POST", ".*/licenses") > 0);
                first.kill();
            }
            around.api().faults().clear();
            try (PlatformProcess second = new PlatformProcess("kill-2", settings).ready()) {
                assertEquals(202, billing.send(second.door(), billing.activate("c0", "standard", Duration.ofDays(30))).statusCode());
                Awaitility.await().atMost(Duration.ofMinutes(4)).until(() -> around.api().licenses(around.connector()).size() >= CUSTOMERS
                        && due(around) == 0);
            }
            List<Map<String, Object>> licenses = around.api().licenses(around.connector());
            assertEquals(CUSTOMERS, licenses.size());
            assertEquals(CUSTOMERS, licenses.stream().map(license -> license.get("user")).distinct().count());
            assertEquals(List.of(), LicenseVerifier.differences(billing.subscriptions().values(),
                    licenses.stream().map(License::of).toList(), Clock.systemUTC().instant()));
        }
    }

    private static int due(EmbeddedServices around) throws Exception {
        try (var connection = around.postgres().getPostgresDatabase().getConnection(); var statement = connection.createStatement();
                var found = statement.executeQuery("select (select count(*) from inbox) + (select count(*) from license where due_at is not null)")) {
            found.next();
            return found.getInt(1);
        }
    }
}
