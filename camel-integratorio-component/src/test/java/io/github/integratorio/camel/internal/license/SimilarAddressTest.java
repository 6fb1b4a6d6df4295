package io.github.integratorio.camel.internal.license;

import java.util.Map;

import io.github.integratorio.camel.api.IntegratorioConstants;
import io.github.integratorio.camel.api.WriteOutcome;
import io.github.integratorio.camel.support.SimulatorTestSupport;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

/** A license is changed or ended for its own user, and for nobody whose address looks like it. */
class SimilarAddressTest extends SimulatorTestSupport {

    private String connector;

    @BeforeEach
    void aConnector() {
        connector = simulator().addConnector("Shop to Books");
    }

    private String uri(String operation) {
        return "integratorio:licenses?outputType=map&connectorId=" + connector + "&operation=" + operation;
    }

    @ParameterizedTest
    @CsvSource({ "mike@example.org, mi\u212Ae@example.org", "ann@strasse.de, ann@straße.de",
            "dilek@example.org, dılek@example.org" })
    void the_license_of_a_similar_address_is_neither_changed_nor_ended(String owner, String other) {
        simulator().addUser(other, "Other");
        String license = simulator().addLicense(connector, map("user", map("email", owner), "expires", FUTURE));

        assertNotNull(send(uri("expire"), null, IntegratorioConstants.EMAIL, other).getException());
        Exchange upserted = succeed(uri("upsert"), map("email", other, "expires", "2098-01-31T12:00:00Z"));

        assertEquals(WriteOutcome.CREATED, upserted.getMessage().getHeader(IntegratorioConstants.OUTCOME));
        assertNotEquals(license, upserted.getMessage().getHeader(IntegratorioConstants.LICENSE_ID));
        assertEquals(0, simulator().count("PUT", ".*"));
    }

    @ParameterizedTest
    @CsvSource({ "jane@münchen.de, JANE@xn--mnchen-3ya.de", "jose\u0301@example.org, jos\u00e9@example.org",
            "max@müller.example, Max@müller.example", "Max@xn--mller-kva.example, max@müller.example",
            "josé@example.org, JOSé@example.org",
            "उपयोगकर्ता@उदाहरण.भारत, उपयोगकर्ता@xn--p1b6ci4b4b3a.भारत" })
    void another_spelling_of_an_address_finds_its_license(String owner, String spelling) {
        String license = simulator().addLicense(connector, map("user", map("email", owner), "expires", FUTURE));
        Exchange upserted = succeed(uri("upsert"), map("email", spelling, "expires", "2098-01-31T12:00:00Z"));
        Exchange expired = succeed(uri("expire"), null, IntegratorioConstants.EMAIL, spelling);

        assertEquals(license, upserted.getMessage().getHeader(IntegratorioConstants.LICENSE_ID));
        assertEquals(license, expired.getMessage().getHeader(IntegratorioConstants.LICENSE_ID));
        assertEquals(0, simulator().count("POST", ".*"));
    }

    @Test
    void two_spellings_in_uri_header_and_body_are_no_contradiction() {
        janesLicense(connector);
        Exchange upserted = succeed(uri("upsert") + "&email=Jane@Example.com",
                map("email", "JANE@example.com", "expires", "2098-01-31T12:00:00Z"), IntegratorioConstants.EMAIL, JANE);

        assertEquals(WriteOutcome.UPDATED, upserted.getMessage().getHeader(IntegratorioConstants.OUTCOME));
        assertEquals(Map.of("email", JANE), upserted.getMessage().getBody(Map.class).get("user"));
    }
}
