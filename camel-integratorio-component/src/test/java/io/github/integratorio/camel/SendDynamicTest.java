package io.github.integratorio.camel;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.integratorio.camel.api.IntegratorioConstants;
import io.github.integratorio.camel.support.SimulatorTestSupport;
import io.github.integratorio.simulator.Fault;
import org.apache.camel.Endpoint;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.ToDynamicDefinition;
import org.apache.camel.model.TryDefinition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

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

    @Test
    void a_header_of_the_route_must_not_contradict_the_uri() throws Exception {
        String janes = janesLicense(connector);
        String other = janesLicense(connector);
        route("integratorio:licenses?connectorId=" + connector + "&licenseId=${header.id}&operation=delete");
        fail(IllegalArgumentException.class, "direct:dynamic", null, "id", janes, IntegratorioConstants.LICENSE_ID,
                other);
        fail(IllegalArgumentException.class, "direct:dynamic", null, "id", janes, IntegratorioConstants.CONNECTOR_ID,
                "c2");
        assertEquals(2, simulator().licenses(connector).size());
        succeed("direct:dynamic", null, "id", janes, IntegratorioConstants.LICENSE_ID, janes);
        assertEquals(1, simulator().licenses(connector).size());
    }

    @ParameterizedTest
    @ValueSource(strings = { "outputType={{?type}}&idempotencyKey=${header.order}",
            "idempotencyKey=${header.order}&outputType={{?type}}",
            "idempotencyKey=$simple{header.order}&outputType={{?type}}" })
    void an_expression_that_camel_does_not_evaluate_is_no_value(String options) throws Exception {
        route("integratorio:licenses?operation=create&connectorId=" + connector + "&" + options);
        Exception refused = fail(IllegalArgumentException.class, "direct:dynamic",
                Map.of("email", "jane@example.com", "expires", FUTURE), "order", "A1");

        assertTrue(refused.getMessage().contains("idempotencyKey"), refused.getMessage());
        assertEquals(0, simulator().requestCount());
    }

    @ParameterizedTest
    @ValueSource(strings = { "A1&", "A1&&", "A1&=", "A1&=7", "A1&&=7&" })
    void a_value_at_the_end_is_not_cut(String order) throws Exception {
        route("integratorio:licenses?operation=create&connectorId=" + connector + "&idempotencyKey=${header.order}");
        fail(IllegalArgumentException.class, "direct:dynamic", Map.of("email", "jane@example.com", "expires", FUTURE),
                "order", order);
        assertEquals(0, simulator().requestCount());
    }

    @ParameterizedTest
    @ValueSource(strings = {
            "integratorio:licenses?operation=get\n  &connectorId=%s\n  &licenseId=${header.id}\n  &outputType=map\n",
            "integratorio:licenses?\r\n  operation=${header.what}&\r\n  connectorId=%s&\r\n  licenseId=RAW(${header.id})\r\n",
            "integratorio:licenses?operation=get&connectorId=%s&licenseId=${header.id}&&" })
    void a_uri_on_several_lines_or_with_an_empty_option_works(String uri) throws Exception {
        String license = janesLicense(connector);
        route(uri.formatted(connector));
        succeed("direct:dynamic", null, "id", license, "what", "get");
        fail(IllegalArgumentException.class, "direct:dynamic", null, "id", license + "\n", "what", "get");
    }

    @Test
    void a_component_with_another_name_has_dynamic_uris_too() throws Exception {
        IntegratorioComponent billing = new IntegratorioComponent();
        billing.setConfiguration(
                context.getComponent("integratorio", IntegratorioComponent.class).getConfiguration().copy());
        context.addComponent("billing", billing);
        String license = janesLicense(connector);
        String uri =
                "billing:licenses?operation=get&outputType=map&connectorId=" + connector + "&licenseId=${header.id}";
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:dynamic").toD(uri);
                from("direct:enrich").enrich().simple(uri);
            }
        });
        for (String route : List.of("direct:dynamic", "direct:enrich")) {
            assertEquals(license, succeed(route, null, "id", license).getMessage().getBody(Map.class).get("_id"));
            fail(IllegalArgumentException.class, route, null, "id", license + "&dryRun=false");
        }
    }

    @Test
    void an_address_in_place_of_an_option_is_not_shown() throws Exception {
        route("integratorio:licenses?operation=list&connectorId=" + connector + "&streaming=${header.value}");
        assertFalse(causes(fail(IllegalArgumentException.class, "direct:dynamic", null, "value", "ann.lee@example.com"))
                .contains("ann.lee"));
    }

    @ParameterizedTest
    @ValueSource(strings = { "x@y.org&baseUrl=http://elsewhere.example/v1", "x@y.org&accessToken=other",
            "x@y.org&proxyHost=elsewhere&proxyPort=1&allowInsecureHttp=true", "x@y.org&operation=delete",
            "x@y.org&connectorId=c2", "x@y.org&lazyStartProducer=true", "&", "x&y@example.org",
            "RAW(x@y.org)&baseUrl=http://elsewhere.example/v1", "RAW(x", "RAW{x", "x)&baseUrl=http://elsewhere.example",
            "x@y.org&bridgeErrorHandler", "x@y.org&=", "x@y.org&#baseUrl=1" })
    void a_value_cannot_add_replace_or_hide_an_option(String value) throws Exception {
        int endpoints = context.getEndpoints().size();
        route("integratorio:licenses?email=${header.user}&operation=create&connectorId=" + connector
                + "&licenseId=${header.two}"
                + "&outputType=map&expires=" + FUTURE);
        fail(IllegalArgumentException.class, "direct:dynamic", Map.of(), "user", value, "two",
                "x)&connectorId=c2&licenseId=y");
        fail(IllegalArgumentException.class, "direct:dynamic", Map.of(), "user", value, "two", "");
        assertEquals(0, simulator().requestCount());
        assertEquals(0,
                context.getEndpoints().stream().filter(one -> one.getEndpointUri().contains("elsewhere")).count());
        assertEquals(true, context.getEndpoints().size() <= endpoints + 1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = { "x@y.org)&baseUrl=http://elsewhere.example/v1&email=RAW(z", "x)&operation=delete&x=RAW(y" })
    void a_value_in_raw_cannot_leave_it(String value) throws Exception {
        route("integratorio:licenses?email=RAW(${header.user})&operation=create&connectorId=" + connector);
        fail(IllegalArgumentException.class, "direct:dynamic", Map.of("expires", FUTURE), "user", value);
        assertEquals(0, simulator().requestCount());
    }

    @ParameterizedTest
    @ValueSource(strings = { "integratorio:${header.user}?operation=list&connectorId=c1",
            "integratorio:licenses?operation=list&${header.user}",
            "integratorio:licenses?operation=list&${header.user}=1" })
    void an_expression_stands_for_a_value_only(String uri) throws Exception {
        route(uri);
        fail(IllegalArgumentException.class, "direct:dynamic", null, "user",
                "licenses?baseUrl=http://elsewhere.example/v1&x=");
        fail(IllegalArgumentException.class, "direct:dynamic", null, "user", "licenses?baseUrl");
    }

    @ParameterizedTest
    @ValueSource(strings = { "MAP%26operation=delete", "MAP%26operation=expire", "MAP%26accessToken=other",
            "MAP%2526operation=delete",
            "MAP+%26operation=delete", "%4dAP%26baseUrl=http://elsewhere.example/v1", "MAP%26dryRun=true", "%",
            "MAP%3Foperation=delete" })
    void an_encoded_value_cannot_add_or_replace_an_option(String value) throws Exception {
        String license = janesLicense(connector);
        for (String type : List.of("${header.type}", "${header.type}&notFoundBehaviour=${header.type}")) {
            route("integratorio:licenses?operation=get&connectorId=" + connector + "&licenseId=" + license
                    + "&outputType="
                    + type);
            simulator().clearRequests();
            fail(IllegalArgumentException.class, "direct:dynamic", null, "type", value);
            assertEquals(0, simulator().requestCount());
            context.getRouteController().stopRoute(context.getRoutes().get(0).getId());
            context.removeRoute(context.getRoutes().get(0).getId());
        }
        route("integratorio:${header.resource}?operation=get&connectorId=" + connector + "&licenseId=" + license);
        fail(IllegalArgumentException.class, "direct:dynamic", null, "resource", "licenses%3Fx=y%26operation=delete");
        assertEquals(1, simulator().licenses(connector).size());
    }

    @ParameterizedTest
    @ValueSource(strings = { " %s", "\n    %s", "${properties:scheme}%s", "language:simple:%s" })
    void a_uri_in_which_camel_does_not_see_the_component_is_refused(String form) throws Exception {
        context.getPropertiesComponent().addInitialProperty("scheme", "integratorio");
        String janes = janesLicense(connector);
        String written =
                (form.startsWith("$") ? "" : "integratorio") + ":licenses?operation=expire&connectorId=" + connector
                        + "&email=${header.user}";
        String uri = form.formatted(written);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:toD").toD(uri);
                from("direct:enrich").enrich().simple(uri.replace("language:simple:", " "));
                ToDynamicDefinition unoptimised = new ToDynamicDefinition(uri.strip());
                unoptimised.setAllowOptimisedComponents("false");
                from("direct:unoptimised").addOutput(unoptimised);
                // Whatever other routes do: the URI that the last value makes.
                from("direct:twin").to("integratorio:licenses?operation=expire&connectorId=" + connector
                        + "&email=x@example.com&licenseId=" + janes);
                from("direct:parallel").split(body()).parallelProcessing().stopOnException().toD(uri);
            }
        });
        for (String value : List.of("jane@example.com", "jane@example.com&dryRun=false",
                "x@example.com&licenseId=" + janes, "x@example.com&baseUrl=" + simulator().baseUrl() + "/")) {
            for (String route : List.of("direct:toD", "direct:enrich", "direct:unoptimised", "direct:parallel")) {
                Exception refused = send(route, List.of("one"), "user", value).getException();
                assertEquals(true, causes(refused).contains("must begin with integratorio:"),
                        route + " " + value + " " + refused);
            }
        }
        assertEquals(0, simulator().requestCount());
    }

    private static String causes(Throwable error) {
        return Stream.iterate(error, Objects::nonNull, Throwable::getCause).map(String::valueOf)
                .collect(Collectors.joining("; "));
    }

    @Test
    void endpoints_that_the_application_makes_at_any_time_have_their_own_connection() throws Exception {
        String uri = "integratorio:licenses?operation=list&connectorId=" + connector + "&outputType=map&baseUrl="
                + simulator().baseUrl();
        String lazy = uri + "&lazyStartProducer=true";
        assertEquals(List.of(), succeed(uri, null).getMessage().getBody());
        assertEquals(List.of(), succeed(lazy, null).getMessage().getBody());
        Endpoint made = context.getEndpoint(uri + "&maxRetries=1");
        context.getRegistry().bind("made", made);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:made").to(made);
                from("direct:lazy").to(lazy);
                from("direct:ref").toD("ref:${header.name}");
                from("direct:exchange").process(exchange -> template.send(uri + "&maxRetries=2", exchange));
                from("direct:body").process(exchange -> exchange.getMessage()
                        .setBody(template.requestBody(uri + "&maxRetries=3", null, List.class)));
            }
        });
        for (String route : List.of("direct:made", "direct:lazy", "direct:ref", "direct:exchange", "direct:body")) {
            assertEquals(List.of(), succeed(route, null, "name", "made").getMessage().getBody(), route);
        }
    }

    @Test
    void an_encoded_operation_or_place_is_refused() throws Exception {
        String license = janesLicense(connector);
        route("integratorio:licenses?operation=${header.action}&connectorId=" + connector + "&licenseId=" + license);
        fail(IllegalArgumentException.class, "direct:dynamic", null, "action",
                "get%26baseUrl=" + simulator().baseUrl() + "/");
        fail(IllegalArgumentException.class, "direct:dynamic", null, "action", "get%26operation=delete");
        assertEquals(0, simulator().requestCount());
    }

    @Test
    void a_value_in_raw_is_taken_as_it_is() throws Exception {
        String license = janesLicense(connector);
        route("integratorio:licenses?operation=get&connectorId=" + connector + "&licenseId=" + license
                + "&accessToken=RAW(${header.token})");
        Exception wrong = send("direct:dynamic", null, "token", "a%26operation=delete").getException();
        assertEquals(true, String.valueOf(wrong).contains("401"), String.valueOf(wrong));
        assertEquals(1, simulator().licenses(connector).size());
    }

    @Test
    void a_value_cannot_name_a_bean() throws Exception {
        route("integratorio:licenses?operation=list&connectorId=" + connector + "&outputType=${header.type}");
        fail(IllegalArgumentException.class, "direct:dynamic", null, "type", "#class:java.lang.Object");
        succeed("direct:dynamic", null, "type", "map");
    }

    @ParameterizedTest
    @ValueSource(
            strings = { "jane+a?b@example.com", "jane#1@example.com", "jane{x}@example.com", "o'neil=1@example.com" })
    void other_characters_of_addresses_are_taken_as_they_are(String user) throws Exception {
        simulator().addUser(user, "Jane");
        route("integratorio:licenses?email=${header.user}&operation=create&connectorId=" + connector + "&expires=P30D");
        succeed("direct:dynamic", Map.of(), "user", user);
        assertEquals(user, ((Map<?, ?>) simulator().licenses(connector).get(0).get("user")).get("email"));
    }

    @ParameterizedTest
    @ValueSource(strings = { "jane+trial@example.com", "jane%2Btrial@example.com", "RAW(jane+trial@example.com)" })
    void a_written_plus_sign_is_one(String email) throws Exception {
        simulator().addUser("jane+trial@example.com", "Jane");
        route("integratorio:licenses?email=" + email + "&operation=create&connectorId=${header.c}&expires=P30D");
        succeed("direct:dynamic", Map.of(), "c", connector);
        assertEquals("jane+trial@example.com",
                ((Map<?, ?>) simulator().licenses(connector).get(0).get("user")).get("email"));
    }

    @Test
    void property_placeholders_and_written_connection_options_work() throws Exception {
        context.getPropertiesComponent().addInitialProperty("there", simulator().baseUrl());
        route("integratorio:licenses?operation=list&baseUrl={{there}}&connectorId=${header.c}&outputType=map");
        assertEquals(List.of(), succeed("direct:dynamic", null, "c", connector).getMessage().getBody());
    }

    @ParameterizedTest
    @ValueSource(strings = { "baseUrl", "base-url", "BASEURL", "baseURL", "configuration.baseUrl" })
    void a_recipient_list_or_routing_slip_cannot_say_where_the_token_is_sent(String option) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:list").recipientList(header("to")).delimiter("none");
                from("direct:slip").routingSlip(header("to"), "|");
            }
        });
        String uri = "integratorio:licenses?operation=list&connectorId=" + connector;
        String elsewhere = uri + "&" + option + "=" + simulator().baseUrl() + "/";
        for (String route : List.of("direct:list", "direct:slip")) {
            succeed(route, null, "to", uri);
            simulator().clearRequests();
            Exception refused = send(route, null, "to", elsewhere).getException();
            assertEquals(true, String.valueOf(refused).contains("baseUrl"), route + refused);
            assertEquals(0, simulator().requestCount());
        }
    }

    @Test
    void an_enrichment_and_a_wire_tap_are_checked_too() throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:enrich").enrich().simple("integratorio:licenses?operation=list&connectorId=${header.c}");
            }
        });
        fail(IllegalArgumentException.class, "direct:enrich", null, "c", "c1&baseUrl=http://elsewhere.example/v1");
        succeed("direct:enrich", null, "c", connector);
    }

    @ParameterizedTest
    @ValueSource(strings = { "toD", "enrich", "multicast" })
    void a_step_that_failed_leaves_nothing_that_the_next_one_uses(String kind) throws Exception {
        String ann = simulator().addLicense(connector, Map.of("email", "ann@example.com", "expires", FUTURE));
        String bob = simulator().addLicense(connector, Map.of("email", "bob@example.com", "expires", FUTURE));
        simulator().faults().add(Fault.on("PUT", ".*/" + bob).times(1).status(422));
        String fails = "integratorio:licenses?operation=update&updateMode=merge&connectorId=${header.where}"
                + "&licenseId=${header.bob}";
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                RouteDefinition route = from("direct:steps")
                        .to("integratorio:licenses?operation=upsert&email=ann@example.com&expires=" + FUTURE
                                + "&connectorId=" + connector)
                        .setBody(constant(Map.of("opts", Map.of("edition", "pro"))));
                TryDefinition attempt = route.doTry();
                switch (kind) {
                    case "toD" -> attempt.toD(fails);
                    case "enrich" -> attempt.enrich().simple(fails).end();
                    default -> attempt.multicast().shareUnitOfWork().toD(fails).end();
                }
                attempt.doCatch(Exception.class).end()
                        .setBody(constant(null))
                        .to("integratorio:licenses?operation=expire&connectorId=" + connector);
            }
        });
        succeed("direct:steps", Map.of(), "bob", bob, "where", connector);

        assertEquals(1, simulator().count("PUT", ".*/" + bob), "the update that was refused");
        assertEquals(Instant.parse(FUTURE),
                Instant.parse(simulator().license(connector, bob).get("expires").toString()));
        assertEquals(1, simulator().count("PUT", ".*/" + ann), "the expiry");
    }

    @Test
    void a_connector_whose_creation_failed_is_not_the_one_of_the_next_step() throws Exception {
        String other = simulator().addConnector("Books to Shop");
        simulator().faults().add(Fault.on("POST", ".*/" + connector + "/licenses").times(1).status(422));
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:steps").doTry()
                        .toD("integratorio:licenses?operation=create&connectorId=${header.first}&expires=P30D")
                        .doCatch(Exception.class).end()
                        .to("integratorio:licenses?operation=create&expires=P30D&connectorId=" + other);
            }
        });
        succeed("direct:steps", Map.of("email", "jane@example.com"), "first", connector);
        assertEquals(1, simulator().licenses(other).size());
    }
}
