package io.github.integratorio.kamelets;

import java.util.List;
import java.util.concurrent.TimeUnit;

import io.github.integratorio.simulator.IntegratorioSimulator;
import org.apache.camel.Exchange;
import org.apache.camel.builder.NotifyBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Kamelets that are called with a value of a message in their URI. */
class DynamicKameletTest extends KameletTestSupport {

    private static final String UPSERT =
            "kamelet:integratorio-license-upsert-action?connectorId={{integratorio.connector}}";
    private static final String ANY_END = UPSERT + "&expires=${header.end}";

    private void startSteps(String... properties) throws Exception {
        start(configuration -> configuration.addRoutesBuilder(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:toD").toD(ANY_END);
                from("direct:raw").toD(UPSERT + "&expires=RAW(${header.end})");
                from("direct:recipientList").recipientList(simple(ANY_END));
                from("direct:routingSlip").routingSlip(simple(ANY_END));
                from("direct:enrich").enrich().simple(ANY_END);
                from("direct:wireTap").wireTap(ANY_END);
                from("direct:static").to(UPSERT + "&baseUrl=RAW({{integratorio.url}})&expires=P30D");
                from("direct:template").process(exchange -> exchange.getContext().createProducerTemplate().sendBody(
                        UPSERT + "&baseUrl=RAW({{integratorio.url}})&expires=P31D", exchange.getMessage().getBody()));
                from("direct:toBean").toD("direct:${header.step}");
            }
        }), properties);
    }

    @ParameterizedTest
    @ValueSource(strings = { "toD", "raw", "recipientList", "routingSlip", "enrich", "wireTap" })
    void the_token_does_not_go_to_a_host_in_the_value(String step) throws Exception {
        try (IntegratorioSimulator other = IntegratorioSimulator.builder().token(TOKEN).start()) {
            startSteps("camel.component.integratorio.base-url", simulator().baseUrl(),
                    "camel.kamelet.integratorio-license-upsert-action.accessToken", TOKEN,
                    "camel.kamelet.integratorio-license-upsert-action.baseUrl", simulator().baseUrl());
            for (String value : List.of("P30D&baseUrl=RAW(" + other.baseUrl() + ")",
                    "P30D%26baseUrl=RAW(" + other.baseUrl() + ")", "P30D)&baseUrl=RAW(" + other.baseUrl())) {
                NotifyBuilder ended =
                        new NotifyBuilder(main.getCamelContext()).whenDone(step.equals("wireTap") ? 2 : 1).create();
                send("direct:" + step, map("email", JANE), "end", value);
                assertTrue(ended.matches(1, TimeUnit.MINUTES));
            }
            assertEquals(0, other.requestCount());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "toD", "raw", "recipientList", "routingSlip", "enrich" })
    void a_base_url_of_the_component_is_the_applications(String step) throws Exception {
        startSteps("camel.component.integratorio.base-url", simulator().baseUrl(),
                "camel.kamelet.integratorio-license-upsert-action.accessToken", TOKEN,
                "camel.kamelet.integratorio-license-upsert-action.baseUrl", simulator().baseUrl());
        succeed("direct:" + step, map("email", JANE), "end", "P30D");
        assertEquals(JANE, email(onlyLicense()));
    }

    @Test
    void a_refusal_says_where_to_set_the_base_url() throws Exception {
        startSteps("camel.kamelet.integratorio-license-upsert-action.accessToken", TOKEN,
                "camel.kamelet.integratorio-license-upsert-action.baseUrl", simulator().baseUrl());
        Exchange refused = send("direct:toD", map("email", JANE), "end", "P30D");
        assertNotNull(refused.getException());
        Throwable root = refused.getException();
        while (root.getCause() != null) {
            root = root.getCause();
        }
        assertTrue(root.getMessage().startsWith("baseUrl: a message could have supplied it")
                && root.getMessage().contains("camel.component.integratorio.base-url"), root.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = { "static", "template" })
    void any_other_call_may_have_a_base_url_of_its_own_also_within_a_dynamic_step(String step) throws Exception {
        startSteps("camel.kamelet.integratorio-license-upsert-action.accessToken", TOKEN);
        succeed("direct:" + step, map("email", JANE));
        succeed("direct:toBean", map("email", JANE), "step", step);
        assertEquals(JANE, email(onlyLicense()));
    }
}
