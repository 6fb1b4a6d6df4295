package io.github.integratorio.camel.internal.producer;

import io.github.integratorio.camel.support.LogCapture;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** Options that have no effect on the operation of their endpoint. */
class IneffectiveOptionsTest {

    @ParameterizedTest
    @CsvSource({ "upsert, updateMode=replace, true", "upsert, update-mode=merge, true", "get, streaming=true, true",
            "upsert, unknownLicenses=keep, true", "expire, massExpiryLimit=5, true",
            "upsert, notFoundBehaviour=null, true",
            "update, updateMode=merge, false", "list, streaming=true, false", "reconcile, streaming=true, false",
            "delete, notFoundBehaviour=null, false", "list, email=jane@example.com, true",
            "get, expires=P30D, true", "expire, idempotencyKey=4711, true", "upsert, email=jane@example.com, false" })
    void an_option_without_effect_is_told_when_the_endpoint_is_made(String operation, String option, boolean isTold)
            throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext(); LogCapture log = new LogCapture()) {
            context.getEndpoint("integratorio:licenses?accessToken=token&operation=" + operation + "&" + option);
            assertEquals(isTold, log.lines().stream().anyMatch(line -> line.contains("has no effect on " + operation)));
        }
    }
}
