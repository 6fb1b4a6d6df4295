package io.github.integratorio.kamelets;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Kamelets receive their properties in routes, by configuration and in Pipes, or fail without them. */
class KameletUseTest extends KameletTestSupport {

    private static RouteBuilder route(String from, String to) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from(from).to(to);
            }
        };
    }

    static Stream<Arguments> requiredProperties() {
        return KameletFile.all().stream()
                .flatMap(kamelet -> kamelet.required().stream().map(name -> Arguments.of(kamelet.name(), name)));
    }

    @ParameterizedTest
    @MethodSource("requiredProperties")
    void a_missing_required_property_prevents_the_start_and_is_named(String kamelet, String missing) throws Exception {
        String uri = "kamelet:" + kamelet + "?"
                + (missing.equals("connectorId") ? "accessToken=RAW(" + TOKEN + ")" : "connectorId=c1");
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            context.addRoutes(kamelet.endsWith("-source") ? route(uri, "mock:end") : route("direct:start", uri));
            StringBuilder messages = new StringBuilder();
            for (Throwable e = assertThrows(Exception.class, context::start); e != null; e = e.getCause()) {
                messages.append(e.getMessage()).append('\n');
            }
            assertTrue(messages.toString().contains(kamelet) && messages.toString().contains(missing),
                    messages.toString());
            assertFalse(messages.toString().contains(TOKEN), "the token is in the message");
        }
    }

    /** The token of the route, and that of a property. */
    static Stream<Arguments> tokens() {
        return Stream.of(Arguments.of("", TOKEN), Arguments.of("", "{{integratorio.token}}"),
                Arguments.of("?accessToken=RAW({{integratorio.token}})", "wrong"),
                Arguments.of("?accessToken=RAW(" + TOKEN + ")", "wrong"));
    }

    @ParameterizedTest
    @MethodSource("tokens")
    void a_token_of_any_characters_arrives_unchanged(String option, String property) throws Exception {
        String kamelet = "integratorio-license-upsert-sink";
        start(configuration -> configuration.addRoutesBuilder(route("direct:start", "kamelet:" + kamelet + option)),
                "camel.kamelet." + kamelet + ".connectorId", connector, "camel.kamelet." + kamelet + ".baseUrl",
                simulator().baseUrl(), "camel.kamelet." + kamelet + ".accessToken", property);
        succeed("direct:start", map("email", JANE, "expires", FUTURE));
        assertEquals(JANE, email(onlyLicense()));
    }

    @ParameterizedTest
    @ValueSource(strings = { "create-action", "upsert-action", "upsert-sink", "expire-action", "expire-sink" })
    void a_kamelet_that_fails_leaves_no_expiry_for_the_next_step(String name) throws Exception {
        String kamelet = "integratorio-license-" + name;
        start(configuration -> configuration.addRoutesBuilder(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:start").doTry().to("kamelet:" + kamelet + "?expires=" + FUTURE).doCatch(Exception.class)
                        .setProperty("failed", constant(true)).end();
            }
        }), "camel.kamelet." + kamelet + ".connectorId", connector, "camel.kamelet." + kamelet + ".baseUrl",
                simulator().baseUrl(), "camel.kamelet." + kamelet + ".accessToken", TOKEN);
        Exchange exchange = succeed("direct:start", map("email", "no address"));
        assertEquals(true, exchange.getProperty("failed"));
        assertNull(exchange.getMessage().getHeader("CamelIntegratorioExpires"));
    }

    @Test
    void a_component_that_streams_lists_does_not_change_what_a_kamelet_does() throws Exception {
        start(configuration -> {
            for (String name : List.of("reconcile-sink", "list-action")) {
                String kamelet = "integratorio-license-" + name;
                configuration
                        .addRoutesBuilder(route("direct:" + name, "kamelet:" + kamelet + "?connectorId=" + connector
                                + "&baseUrl=" + simulator().baseUrl() + "&accessToken=RAW(" + TOKEN + ")"));
            }
        }, "camel.component.integratorio.streaming", "true");
        succeed("direct:reconcile-sink", "[{\"email\":\"" + JANE + "\",\"expires\":\"" + FUTURE + "\"}]");
        assertEquals(JANE, email(onlyLicense()));
        assertTrue(succeed("direct:list-action", null).getMessage().getBody() instanceof String);
    }

    @Test
    void the_pipes_of_the_docs_run() throws Exception {
        start("file:../docs/runtimes/pipes/*.pipe.yaml", "sign-ups", "direct:sign-ups", "failed-payments",
                "direct:failed-payments",
                "expired-licenses", "mock:expired", "install-base-changes", "mock:changes", "integratorio.delay", "20");
        succeed("direct:sign-ups", "{\"email\":\"jane@example.com\"}");
        assertTrue(Instant.parse((String) onlyLicense().get("expires")).isAfter(Instant.now()));

        await().until(() -> simulator().count("GET", ".*/installBase") > 3);
        String integration = simulator().install(connector, (String) onlyLicense().get("_id"));
        assertEquals(integration, arrival("mock:changes", 0).path("integrationId").asText());

        succeed("direct:failed-payments", "{\"email\":\"jane@example.com\"}");
        assertFalse(Instant.parse((String) onlyLicense().get("expires")).isAfter(Instant.now()));
        assertEquals(onlyLicense().get("expires"), arrival("mock:expired", 0).path("expires").asText());
    }

    @Test
    void the_page_in_the_docs_shows_the_tested_routes() throws Exception {
        String page = Files.readString(Path.of("..", "docs", "runtimes", "kamelets.md"));
        List<String> examples = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL).matcher(page).results()
                .map(example -> example.group(1)).toList();
        String pipe = Files.readString(Path.of("..", "docs", "runtimes", "pipes", "trial-licenses.pipe.yaml"));
        assertEquals(pipe.substring(pipe.indexOf("apiVersion")), examples.get(1));
        KameletFile.all().forEach(kamelet -> assertTrue(page.contains("| `" + kamelet.name() + "` |"), kamelet.name()));

        Path route = Files.writeString(state.resolve("route.camel.yaml"), examples.get(0));
        start("file:" + route, "camel.kamelet.integratorio-license-upsert-action.baseUrl", simulator().baseUrl());
        succeed("direct:sign-up", map("email", JANE));
        assertEquals(JANE, email(onlyLicense()));
    }
}
