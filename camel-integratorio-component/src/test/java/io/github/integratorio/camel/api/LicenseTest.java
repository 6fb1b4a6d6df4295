package io.github.integratorio.camel.api;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Date;
import java.util.Map;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What a license tells in the shapes in which the API sends it. */
class LicenseTest {

    private static final String PAID = "2099-01-31T12:00:00.000Z";
    private static final String TRIAL = "2098-01-31T12:00:00.000Z";

    @ParameterizedTest
    @CsvSource(nullValues = "-", value = { PAID + ", -, " + PAID + ", false", PAID + ", " + TRIAL + ", " + PAID
            + ", false", "-, " + TRIAL + ", " + TRIAL + ", true", "'', " + TRIAL + ", " + TRIAL + ", true",
            "-, -, -, false", "soon, " + TRIAL + ", -, false" })
    void a_license_ends_at_its_expiry_and_only_without_one_at_the_end_of_its_trial(String expires, String trialEndDate,
            Instant end, boolean isTrial) {
        License license = new License();
        license.set("expires", expires);
        license.set("trialEndDate", trialEndDate);
        assertEquals(end, license.getEndsAt());
        assertEquals(isTrial, license.isTrial());
    }

    @Test
    void a_license_is_installed_once_it_has_an_integration() {
        License license = License.of(Map.of("_id", "l1"));
        assertFalse(license.isInstalled());
        license.set("_integrationId", "");
        assertFalse(license.isInstalled());
        license.set("_integrationId", "i1");
        assertTrue(license.isInstalled());
    }

    @Test
    void a_child_names_its_parent_or_has_the_type_of_a_child() {
        assertTrue(License.of(Map.of("_parentId", "l1")).isChild());
        assertTrue(License.of(Map.of("type", "integrationAppChild")).isChild());
        assertFalse(License.of(Map.of("type", "integrationApp", "_parentId", "")).isChild());
    }

    @Test
    void every_field_that_was_seen_can_be_read() {
        License license = License.of(Map.of("_connectorId", "c1", "lastModified", PAID, "type", "integrationAppChild",
                "resumable", true, "_parentId", "l1", "_editionId", "e1"));
        assertEquals("c1", license.getConnectorId());
        assertEquals(Instant.parse(PAID), license.getLastModified());
        assertEquals("integrationAppChild", license.getType());
        assertEquals(true, license.getResumable());
        assertEquals("l1", license.getParentId());
        assertEquals("e1", license.getEditionId());
        assertNull(license.getTrialEndDate());
        license.setTrialEndDate(Instant.parse(TRIAL));
        assertEquals(Instant.parse(TRIAL), license.getTrialEndDate());
        assertEquals("u1", Installation.of(Map.of("_userId", "u1")).getUserId());
        assertEquals(true, Connector.of(Map.of("trialEnabled", true)).getTrialEnabled());
    }

    @Test
    void what_is_derived_is_no_field_of_the_json() throws Exception {
        License license = License.of(Map.of("_integrationId", "i1"));
        assertEquals("{\"_integrationId\":\"i1\"}", new ObjectMapper().writeValueAsString(license));
    }

    @Test
    void dates_and_other_values_of_java_become_those_of_the_api() {
        Instant end = Instant.parse("2030-01-31T12:00:00Z");
        License license = License.of(Map.of("expires", Date.from(end), "opts", Map.of("seats", 5.0f)));
        license.set("trialEndDate", end.atZone(ZoneId.of("Europe/Berlin")));

        assertEquals(end, license.getExpires());
        assertEquals(end, license.getTrialEndDate());
        assertTrue(license.toString().contains("\"expires\":\"2030-01-31T12:00:00.000Z\""), license::toString);
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class,
                () -> license.set("expires", LocalDate.of(2030, 1, 31)));
        assertTrue(refused.getMessage().contains("time with a zone"), refused::getMessage);
    }
}
