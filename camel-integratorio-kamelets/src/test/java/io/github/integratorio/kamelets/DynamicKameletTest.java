package io.github.integratorio.kamelets;

import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.github.integratorio.simulator.IntegratorioSimulator;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.builder.NotifyBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.model.RouteDefinition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.awaitility.Awaitility.await;
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
                beans().forEach((name, bean) -> from("direct:" + name).process(bean));
                from("direct:toRoute").toD("direct:${header.step}");
                from("direct:enrichByRoute").enrich().simple("direct:${header.step}");
            }
        }), properties);
    }

    /** Code of an application that calls a Kamelet with a base URL of its own. */
    private static Map<String, Processor> beans() {
        String kamelet = UPSERT + "&baseUrl=RAW({{integratorio.url}})&expires=P31D";
        return Map.of("template",
                exchange -> exchange.getContext().createProducerTemplate().sendBody(kamelet,
                        exchange.getMessage().getBody()),
                "fluentTemplate",
                exchange -> exchange.getContext().createFluentProducerTemplate().to(kamelet)
                        .withBody(exchange.getMessage().getBody()).send(),
                "endpoint",
                exchange -> exchange.getContext().createProducerTemplate()
                        .sendBody(exchange.getContext().getEndpoint(kamelet), exchange.getMessage().getBody()),
                "newRoute", exchange -> {
                    exchange.getContext().addRoutes(new RouteBuilder() {
                        @Override
                        public void configure() {
                            from("direct:new").to(kamelet);
                        }
                    });
                    exchange.getContext().createProducerTemplate().sendBody("direct:new",
                            exchange.getMessage().getBody());
                });
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
                NotifyBuilder refused = new NotifyBuilder(main.getCamelContext()).whenFailed(1).create();
                send("direct:" + step, map("email", JANE), "end", value);
                assertTrue(refused.matches(1, TimeUnit.MINUTES));
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

    private void startOwnKamelets() throws Exception {
        start(configuration -> configuration.addRoutesBuilder(new RouteBuilder() {
            @Override
            public void configure() {
                String list = "integratorio:licenses?operation=list&connectorId={{integratorio.connector}}"
                        + "&accessToken=RAW({{integratorio.token}})&email=${header.user}&baseUrl=";
                for (String step : List.of("toD", "enrich", "wireTap", "threads")) {
                    RouteDefinition own = routeTemplate(step).templateParameter("host").from("kamelet:source");
                    addStep(own, step, list + "RAW({{host}})");
                    addStep(from("direct:after-" + step).to("kamelet:empty"), step, list + "RAW({{integratorio.url}})");
                }
                routeTemplate("empty").from("kamelet:source").setHeader("seen", constant(true));
                from("direct:own").toD("kamelet:${header.step}?host=${header.host}");
            }
        }));
    }

    private static void addStep(RouteDefinition route, String step, String uri) {
        switch (step) {
            case "toD" -> route.toD(uri);
            case "enrich" -> route.enrich().simple(uri);
            case "wireTap" -> route.wireTap(uri);
            default -> route.threads().toD(uri);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "toD", "enrich", "wireTap", "threads" })
    void a_dynamic_step_of_ones_own_kamelet_does_not_send_the_token_there_either(String step) throws Exception {
        try (IntegratorioSimulator other = IntegratorioSimulator.builder().token(TOKEN).start()) {
            startOwnKamelets();
            NotifyBuilder refused = new NotifyBuilder(main.getCamelContext()).whenFailed(1).create();
            send("direct:own", null, "user", JANE, "step", step, "host", other.baseUrl());
            assertTrue(refused.matches(1, TimeUnit.MINUTES));
            assertEquals(0, other.requestCount());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "toD", "enrich", "wireTap", "threads" })
    void a_step_after_a_kamelet_may_have_a_base_url_of_its_own(String step) throws Exception {
        startOwnKamelets();
        send("direct:after-" + step, null, "user", JANE);
        await().untilAsserted(() -> assertEquals(1, simulator().requestCount()));
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
    @CsvSource({ "static, toRoute", "template, toRoute", "template, enrichByRoute", "fluentTemplate, toRoute",
            "fluentTemplate, enrichByRoute", "endpoint, toRoute", "endpoint, enrichByRoute", "newRoute, toRoute",
            "newRoute, enrichByRoute" })
    void any_other_call_may_have_a_base_url_of_its_own_also_within_a_dynamic_step(String step, String within)
            throws Exception {
        startSteps("camel.kamelet.integratorio-license-upsert-action.accessToken", TOKEN);
        succeed("direct:" + within, map("email", JANE), "step", step);
        assertEquals(JANE, email(onlyLicense()));
    }

    @Test
    void it_may_so_outside_of_a_dynamic_step_too() throws Exception {
        startSteps("camel.kamelet.integratorio-license-upsert-action.accessToken", TOKEN);
        succeed("direct:static", map("email", JANE));
        assertEquals(JANE, email(onlyLicense()));
    }
}
