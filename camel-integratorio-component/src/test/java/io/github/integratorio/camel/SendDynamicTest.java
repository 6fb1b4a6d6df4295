package io.github.integratorio.camel;

import java.util.Map;

import io.github.integratorio.camel.support.SimulatorTestSupport;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** A dynamic URI with different ids uses one endpoint and keeps its meaning. */
class SendDynamicTest extends SimulatorTestSupport {

    private String connector;

    @BeforeEach
    void aConnector() {
        connector = simulator().addConnector("Shop to Books");
    }

    private void route(String uri) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:dynamic").toD(uri);
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = { "email=RAW(${header.user})", "email=${header.user}" })
    void email_addresses_with_special_characters_arrive_unchanged(String email) throws Exception {
        String user = "jane+trial_x'!@example.com";
        simulator().addUser(user, "Jane");
        route("integratorio:licenses?" + email
                + "&operation=${header.what}&connectorId=${header.c}&outputType=map&expires=" + FUTURE);
        succeed("direct:dynamic", Map.of(), "user", user, "what", "create", "c", connector);

        assertEquals(user, ((Map<?, ?>) simulator().licenses(connector).get(0).get("user")).get("email"));
    }

    @Test
    void many_ids_use_one_endpoint() throws Exception {
        route("integratorio:licenses?connectorId=" + connector + "&licenseId=${body}&operation=get&outputType=map");
        int before = context.getEndpoints().size();
        for (int i = 0; i < 20; i++) {
            String license = janesLicense(connector);
            assertEquals(license, succeed("direct:dynamic", license).getMessage().getBody(Map.class).get("_id"));
        }
        assertEquals(1, context.getEndpoints().size() - before);
    }
}
