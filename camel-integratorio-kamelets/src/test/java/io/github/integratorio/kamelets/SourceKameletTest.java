package io.github.integratorio.kamelets;

import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

import com.fasterxml.jackson.databind.JsonNode;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The changes that the sources deliver. */
class SourceKameletTest extends KameletTestSupport {

    private static final String SOURCES = "classpath:routes/sources.camel.yaml";

    @Test
    void install_upgrade_and_uninstall_are_delivered_as_json() throws Exception {
        String license = janesLicense();
        start(SOURCES);
        await().until(() -> simulator().count("GET", ".*/installBase") > 3);

        String integration = simulator().install(connector, license);
        JsonNode added = arrival("mock:install-base-source", 0);
        assertEquals("ADDED", added.path("changeType").asText());
        assertEquals(connector, added.path("connectorId").asText());
        assertEquals(integration, added.path("integrationId").asText());
        assertEquals(JANE, added.at("/installation/email").asText());
        assertEquals(0, added.path("changedFields").size());
        assertTrue(added.path("previous").isNull());

        simulator().putInstallation(connector,
                map("_integrationId", integration, "email", JANE, "version", "say \"2\", \\ ${body}"));
        JsonNode updated = arrival("mock:install-base-source", 1);
        assertEquals("UPDATED", updated.path("changeType").asText());
        assertEquals("say \"2\", \\ ${body}", updated.at("/installation/version").asText());
        assertTrue(KameletFile.texts(updated.path("changedFields")).contains("version"));
        assertEquals(added.path("installation"), updated.path("previous"));
        assertTrue(updated.path("changeVersion").asLong() > added.path("changeVersion").asLong());
        assertNotEquals(added.path("changeId"), updated.path("changeId"));

        simulator().uninstall(connector, integration);
        JsonNode removed = arrival("mock:install-base-source", 2);
        assertEquals("REMOVED", removed.path("changeType").asText());
        assertEquals(updated.path("installation"), removed.path("installation"));
    }

    @Test
    void licenses_are_delivered_as_json() throws Exception {
        start(SOURCES);
        await().until(() -> simulator().count("GET", ".*/licenses") > 3);
        String license = janesLicense();
        JsonNode added = arrival("mock:license-source", 0);
        assertEquals("ADDED", added.path("changeType").asText());
        assertEquals(license, added.path("licenseId").asText());
        assertEquals("standard", added.at("/license/opts/connectorEdition").asText());
    }

    @Test
    void notices_that_the_component_asks_for_are_no_changes() throws Exception {
        start(configuration -> configuration.addRoutesBuilder(new RouteBuilder() {
            @Override
            public void configure() {
                from("kamelet:integratorio-license-source?delay=20&stateDirectory=memory&connectorId=" + connector
                        + "&baseUrl=" + simulator().baseUrl() + "&accessToken=RAW(" + TOKEN + ")")
                        .to("mock:license-source");
            }
        }), "camel.component.integratorio.expiry-notices", "PT0S");
        await().until(() -> simulator().count("GET", ".*/licenses") > 3);
        String ended = simulator().addLicense(connector,
                map("user", map("email", JANE), "expires", Instant.now().minusSeconds(60).toString()));
        assertEquals(ended, arrival("mock:license-source", 0).path("licenseId").asText());
        simulator().clearRequests();
        await().until(() -> simulator().count("GET", ".*/licenses") > 3);
        String later = janesLicense();
        JsonNode next = arrival("mock:license-source", 1);
        assertEquals(later, next.path("licenseId").asText());
        assertEquals("ADDED", next.path("changeType").asText());
    }

    @Test
    void notices_of_licenses_that_end_are_delivered_as_json_and_other_changes_are_not() throws Exception {
        start("classpath:routes/expiry.camel.yaml");
        await().until(() -> simulator().count("GET", ".*/licenses") > 3);
        janesLicense();
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        String ended = simulator().addLicense(connector,
                map("user", map("email", JANE), "expires", now.minusSeconds(60).toString()));
        JsonNode expired = arrival("mock:license-expiry-source", 0);
        assertEquals("EXPIRED", expired.path("changeType").asText());
        assertEquals(ended, expired.path("licenseId").asText());
        assertEquals(connector, expired.path("connectorId").asText());
        assertEquals(now.minusSeconds(60), Instant.parse(expired.path("dueAt").asText()));
        assertEquals(JANE, expired.at("/license/user/email").asText());

        Instant end = now.plus(7, ChronoUnit.DAYS).minusSeconds(60);
        simulator().addLicense(connector, map("user", map("email", JANE), "trialEndDate", end.toString()));
        JsonNode expiring = arrival("mock:license-expiry-source", 1);
        assertEquals("EXPIRING", expiring.path("changeType").asText());
        assertEquals(now.minusSeconds(60), Instant.parse(expiring.path("dueAt").asText()));
        assertTrue(expiring.path("changeId").asText().endsWith(":P7D"));
    }

    @Test
    void changes_made_while_the_application_is_down_are_delivered_after_a_restart() throws Exception {
        String license = janesLicense();
        start(SOURCES);
        await().until(() -> simulator().count("GET", ".*/installBase") > 3);
        stop();
        String integration = simulator().install(connector, license);

        start(SOURCES);
        assertEquals(integration, arrival("mock:install-base-source", 0).path("integrationId").asText());
        // Delivered changes are not redelivered.
        stop();
        simulator().clearRequests();
        start(SOURCES);
        simulator().uninstall(connector, integration);
        assertEquals("REMOVED", arrival("mock:install-base-source", 0).path("changeType").asText());
    }

    @Test
    void a_source_without_a_connector_polls_all_and_writes_no_file_with_its_state_in_memory() throws Exception {
        String[] before = Path.of("").toAbsolutePath().toFile().list();
        String other = simulator().addConnector("Other");
        start(SOURCES, "integratorio.connector", "", "integratorio.state", "memory");
        await().until(() -> simulator().count("GET", ".*/" + other + "/licenses") > 3);
        simulator().addLicense(other, map("user", map("email", JANE), "expires", FUTURE));
        assertEquals(other, arrival("mock:license-source", 0).path("connectorId").asText());
        assertArrayEquals(before, Path.of("").toAbsolutePath().toFile().list());
    }

    @Test
    void a_source_without_a_store_does_not_start_and_says_what_to_set() {
        String message = assertThrows(IllegalArgumentException.class, () -> start(SOURCES, "integratorio.state", ""))
                .getMessage();
        assertTrue(message.contains("stateDirectory=<directory>"), message);
    }
}
