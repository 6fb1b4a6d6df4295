package io.github.integratorio.camel.internal.producer;

import java.io.ByteArrayOutputStream;
import java.io.ObjectOutputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.github.integratorio.camel.api.IntegratorioConstants;
import io.github.integratorio.camel.api.License;
import io.github.integratorio.camel.api.WriteOutcome;
import io.github.integratorio.camel.support.SimulatorTestSupport;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.model.ClaimCheckOperation;
import org.apache.camel.processor.aggregate.GroupedMessageAggregationStrategy;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The ids of a result are input for the next call only where it names nothing itself; a route's own header always counts. */
class ResultHeadersTest extends SimulatorTestSupport {

    private static final String JOHN = "john@example.com";

    private String connector;
    private String other;
    private Map<String, Object> body;

    @BeforeEach
    void twoConnectors() {
        connector = simulator().addConnector("Shop to Books");
        other = simulator().addConnector("Other");
        body = map("email", JOHN, "expires", FUTURE);
    }

    private String uri(String operation) {
        return "integratorio:licenses?connectorId=" + connector + "&operation=" + operation;
    }

    private Exchange run(RouteBuilder routes) throws Exception {
        context.addRoutes(routes);
        return succeed("direct:start", map("email", JANE, "expires", FUTURE));
    }

    private Map<?, ?> license(String connectorId, String email) {
        List<Map<String, Object>> all = simulator().licenses(connectorId).stream()
                .filter(one -> email.equals(((Map<?, ?>) one.get("user")).get("email"))).toList();
        assertEquals(1, all.size(), email);
        return all.get(0);
    }

    @Test
    void two_upserts_of_one_exchange_write_two_licenses() throws Exception {
        run(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:start").to(uri("upsert")).setBody(exchange -> body).to(uri("upsert"))
                        .setBody(exchange -> List.of(body)).to(uri("upsert"));
            }
        });
        assertNotEquals(license(connector, JANE), license(connector, JOHN));
    }

    @Test
    void an_upsert_into_another_connector_follows_its_uri() throws Exception {
        run(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:start").to(uri("upsert"))
                        .setBody(exchange -> map("email", JANE, "expires", FUTURE))
                        .to(uri("upsert").replace(connector, other));
            }
        });
        assertNotEquals(license(connector, JANE).get("_id"), license(other, JANE).get("_id"));
    }

    @Test
    void an_expiry_by_address_ends_the_license_of_that_user() throws Exception {
        simulator().addLicense(connector, map("user", map("email", JOHN), "expires", FUTURE));
        run(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:start").to(uri("upsert")).to(uri("expire") + "&email=" + JOHN);
            }
        });
        assertEquals(FUTURE, license(connector, JANE).get("expires"));
        assertNotEquals(FUTURE, license(connector, JOHN).get("expires"));
    }

    @Test
    void an_expiry_without_a_name_ends_the_license_that_was_created() throws Exception {
        janesLicense(connector);
        Exchange ended = run(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:start").setBody(exchange -> map("email", JANE, "expires", FUTURE, "sandbox", true))
                        .to(uri("create")).to(uri("expire"));
            }
        });
        assertEquals(WriteOutcome.UPDATED, ended.getMessage().getHeader(IntegratorioConstants.OUTCOME));
        for (Map<String, Object> license : simulator().licenses(connector)) {
            assertEquals(Boolean.TRUE.equals(license.get("sandbox")), !FUTURE.equals(license.get("expires")));
        }
    }

    @Test
    void an_id_stays_a_result_wherever_its_header_goes() throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:upsert").to(uri("upsert"));
                from("direct:properties").to(uri("upsert")).removeProperties("*").to("direct:delete-john");
                from("direct:enrich").enrich("direct:upsert", (old, reply) -> {
                    old.getMessage().setHeaders(reply.getMessage().getHeaders());
                    return old;
                }).to("direct:delete-john");
                from("direct:new").setBody(body()).multicast((old, reply) -> {
                    Exchange other = new DefaultExchange(reply.getContext());
                    other.getMessage().setHeaders(reply.getMessage().getHeaders());
                    return other;
                }).to("direct:upsert").end().to("direct:delete-john");
                from("direct:aggregate").to(uri("upsert"))
                        .aggregate(constant(true), new GroupedMessageAggregationStrategy()).completionSize(1)
                        .split(body()).to("direct:delete-john");
                from("direct:delete-john").errorHandler(noErrorHandler()).setBody(constant(map("email", JOHN)))
                        .to(uri("delete"));
            }
        });
        for (String route : List.of("properties", "enrich", "new", "aggregate")) {
            template.request("direct:" + route,
                    exchange -> exchange.getMessage().setBody(map("email", JANE, "expires", FUTURE)));
            assertEquals(FUTURE, license(connector, JANE).get("expires"), route);
        }
        assertEquals(0, simulator().count("DELETE", ".*"));
    }

    @Test
    void a_connector_of_a_result_is_not_deleted_if_the_body_names_another_one() throws Exception {
        String other = simulator().addConnector("Other");
        String license = janesLicense(connector);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:start").to(uri("get") + "&licenseId=" + license).setBody(exchangeProperty("next"))
                        .to("integratorio:connectors?operation=delete");
            }
        });
        for (Object next : List.of(map("_id", other), List.of(map("_id", other)), "{\"_id\": \"" + other + "\"}")) {
            assertInstanceOf(IllegalArgumentException.class,
                    template.request("direct:start", exchange -> exchange.setProperty("next", next)).getException());
        }
        assertEquals(0, simulator().count("DELETE", ".*"));
    }

    @Test
    void headers_can_be_serialised() throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:start").to(uri("upsert"));
            }
        });
        Exchange done = template.request("direct:start",
                exchange -> exchange.getMessage().setBody(map("email", JANE, "expires", FUTURE)));
        new ObjectOutputStream(new ByteArrayOutputStream())
                .writeObject(new LinkedHashMap<>(done.getMessage().getHeaders()));
    }

    @Test
    void an_id_stays_a_result_if_other_headers_are_removed() throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:start").to(uri("upsert")).removeHeader(IntegratorioConstants.ATTEMPTS)
                        .setBody(constant(map("email", JOHN))).to(uri("delete"));
            }
        });
        fail(IllegalArgumentException.class, "direct:start", map("email", JANE, "expires", FUTURE));
        assertEquals(0, simulator().count("DELETE", ".*"));
    }

    /** The request names its user: without sandbox, that is the production license, whatever an earlier step worked on. */
    @Test
    void a_user_who_left_loses_both_licenses_in_either_order() throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:sandbox-first").to(uri("expire") + "&sandbox=true").setBody(exchangeProperty("body"))
                        .to(uri("expire"));
                from("direct:production-first").to(uri("expire")).setBody(exchangeProperty("body"))
                        .to(uri("expire") + "&sandbox=true");
            }
        });
        int number = 0;
        for (String route : List.of("direct:sandbox-first", "direct:production-first")) {
            for (boolean hasBody : new boolean[] { true, false }) {
                Map<String, Object> user = map("email", "user" + number++ + "@example.com");
                List<String> licenses = Stream.of(false, true).map(sandbox -> simulator().addLicense(connector,
                        map("user", user, "expires", FUTURE, "sandbox", sandbox))).toList();
                assertNull(template.request(route, exchange -> {
                    exchange.getMessage().setHeader(IntegratorioConstants.EMAIL, user.get("email"));
                    if (hasBody) {
                        exchange.setProperty("body", user);
                    }
                }).getException());
                for (String license : licenses) {
                    assertNotEquals(FUTURE, simulator().license(connector, license).get("expires"), route);
                }
            }
        }
    }

    @Test
    void an_update_writes_the_license_that_its_body_names() throws Exception {
        String johns = simulator().addLicense(connector, map("user", map("email", JOHN), "expires", FUTURE));
        run(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:start").to(uri("upsert"))
                        .setBody(exchange -> map("_id", johns, "expires", "2098-01-31T12:00:00.000Z"))
                        .to(uri("update"));
            }
        });
        assertEquals("2098-01-31T12:00:00.000Z", license(connector, JOHN).get("expires"));
        assertEquals(FUTURE, license(connector, JANE).get("expires"));
    }

    @Test
    void a_header_of_the_route_still_contradicts() throws Exception {
        String janes = janesLicense(connector);
        for (String operation : List.of("upsert", "expire")) {
            String message = fail(IllegalArgumentException.class, uri(operation) + "&email=" + JOHN, body,
                    IntegratorioConstants.LICENSE_ID, janes).getMessage();
            assertTrue(message.contains("another user"), message);
        }
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                // The same id as the result's, but the route says it.
                from("direct:start").to(uri("upsert")).setHeader(IntegratorioConstants.LICENSE_ID, simple("${body.id}"))
                        .to(uri("expire") + "&email=" + JOHN);
            }
        });
        fail(IllegalArgumentException.class, "direct:start", map("email", JANE, "expires", FUTURE));
        assertEquals(FUTURE, license(connector, JANE).get("expires"));
    }

    @Test
    void an_id_that_the_route_kept_from_a_result_and_sets_again_is_its_own() throws Exception {
        String johns = simulator().addLicense(connector, map("user", map("email", JOHN), "expires", FUTURE));
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                for (String operation : List.of("expire", "upsert")) {
                    from("direct:" + operation).to(uri("upsert"))
                            .setProperty("kept", header(IntegratorioConstants.LICENSE_ID))
                            .removeHeaders("CamelIntegratorio*")
                            .setBody(exchange -> map("email", JOHN, "expires", "2030-01-31T12:00:00.000Z"))
                            .setHeader(IntegratorioConstants.LICENSE_ID, exchangeProperty("kept")).to(uri(operation));
                }
            }
        });
        for (String operation : List.of("expire", "upsert")) {
            fail(IllegalArgumentException.class, "direct:" + operation, map("email", JANE, "expires", FUTURE));
            assertEquals(FUTURE, simulator().license(connector, johns).get("expires"));
        }
    }

    static Stream<Object> lists() {
        return Stream.of(List.of(map("email", JOHN)), List.of(), List.of(map("email", JOHN)).iterator(),
                new Object[] { new Object[] { map("email", JOHN) } }, "[{\"email\":\"" + JOHN + "\"}]", "[]",
                "[]".getBytes(),
                List.of(License.of(map("email", JOHN))));
    }

    @ParameterizedTest
    @MethodSource("lists")
    void a_list_of_others_does_not_expire_the_license_of_a_result(Object list) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:start").to(uri("upsert")).setBody(exchange -> list).to(uri("expire"));
            }
        });
        String message =
                fail(IllegalArgumentException.class, "direct:start", map("email", JANE, "expires", FUTURE))
                        .getMessage();
        assertTrue(message.contains("body: expected a JSON object"), message);
        assertEquals(FUTURE, license(connector, JANE).get("expires"));
    }

    @Test
    void a_call_that_names_another_user_never_takes_the_license_of_a_result() throws Exception {
        simulator().addLicense(connector, map("user", map("email", JOHN), "expires", FUTURE));
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                for (String operation : List.of("get", "update", "delete")) {
                    from("direct:option-" + operation).to(uri("upsert"))
                            .setBody(exchange -> map("expires", "2020-01-31T12:00:00.000Z"))
                            .to(uri(operation) + "&email=" + JOHN);
                    from("direct:header-" + operation).to(uri("upsert"))
                            .setBody(exchange -> map("expires", "2020-01-31T12:00:00.000Z"))
                            .setHeader(IntegratorioConstants.EMAIL, constant(JOHN)).to(uri(operation));
                }
                for (String mode : List.of("replace", "merge")) {
                    from("direct:body-" + mode).to(uri("upsert")).setBody(exchange -> map("user", map("email", JOHN),
                            "expires", "2020-01-31T12:00:00.000Z")).to(uri("update") + "&updateMode=" + mode);
                }
            }
        });
        for (String route : List.of("option-get", "option-update", "option-delete", "header-get", "header-update",
                "header-delete", "body-replace", "body-merge")) {
            String message = fail(IllegalArgumentException.class, "direct:" + route,
                    map("email", JANE, "expires", FUTURE)).getMessage();
            assertTrue(message.contains("licenseId"), route + ": " + message);
        }
        assertEquals(FUTURE, license(connector, JANE).get("expires"));
        assertEquals(0, simulator().count("DELETE", ".*"));
    }

    @Test
    void the_license_of_a_result_is_not_deleted_if_the_body_names_another_one() throws Exception {
        String johns = simulator().addLicense(connector, map("user", map("email", JOHN), "expires", FUTURE));
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:start").to(uri("upsert")).setBody(exchangeProperty("next")).to(uri("delete"));
            }
        });
        Map<String, Object> jane = map("email", JANE, "expires", FUTURE);
        for (Object other : List.of(map("email", JOHN), map("_id", johns), "{\"user\": {\"email\": \"" + JOHN + "\"}}",
                License.of(map("_id", johns, "user", map("email", JOHN))), List.of(map("email", JOHN)),
                "[{\"_id\": \"" + johns + "\"}]", new Object[] { map("email", JOHN) },
                map("email", JANE, "sandbox", true), "{\"sandbox\": true}", map("email", null), "{email=" + JOHN + "}",
                "{'email':'" + JOHN + "'}", "[{\"email\":\"" + JOHN + "\"}")) {
            Exchange refused = template.request("direct:start", exchange -> {
                exchange.getMessage().setBody(jane);
                exchange.setProperty("next", other);
            });
            assertInstanceOf(IllegalArgumentException.class, refused.getException());
        }
        assertEquals(0, simulator().count("DELETE", ".*"));
        assertNull(template.request("direct:start", exchange -> {
            exchange.getMessage().setBody(jane);
            exchange.setProperty("next", map("email", JANE, "reason", "erasure"));
        }).getException());
        assertEquals(List.of(johns), simulator().licenses(connector).stream().map(one -> one.get("_id")).toList());
    }

    @Test
    void an_id_that_camel_puts_back_is_a_result_and_not_the_routes_own() throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                for (String operation : List.of("expire", "delete")) {
                    from("direct:variable-" + operation).to(uri("upsert")).setVariable("next", exchangeProperty("next"))
                            .toV(uri("upsert"), "next", "result").setBody(variable("result")).to(uri(operation));
                    from("direct:claim-" + operation).to(uri("upsert")).claimCheck(ClaimCheckOperation.Push)
                            .setBody(exchangeProperty("next")).to(uri("upsert"))
                            .claimCheck(ClaimCheckOperation.Pop, null, "header:*").to(uri(operation));
                }
            }
        });
        for (String way : List.of("variable", "claim")) {
            for (String operation : List.of("expire", "delete")) {
                simulator().licenses(connector).forEach(one -> succeed(uri("delete") + "&licenseId=" + one.get("_id"),
                        null));
                Exchange done = template.request("direct:" + way + "-" + operation, exchange -> {
                    exchange.getMessage().setBody(map("email", JANE, "expires", FUTURE));
                    exchange.setProperty("next", map("email", JOHN, "expires", FUTURE));
                });
                assertEquals(operation.equals("delete"), done.getException() != null, way + operation);
                assertEquals(FUTURE, license(connector, JANE).get("expires"), way + operation);
                assertEquals(operation.equals("delete"), FUTURE.equals(license(connector, JOHN).get("expires")),
                        way + operation);
            }
        }
    }

    @Test
    void an_update_with_the_document_of_another_user_or_parent_writes_nothing() {
        String johns = simulator().addLicense(connector, map("user", map("email", JOHN), "expires", FUTURE));
        for (String mode : List.of("replace", "merge")) {
            fail(IllegalArgumentException.class, uri("update") + "&updateMode=" + mode + "&licenseId=" + johns,
                    map("user", map("email", JANE), "expires", "2020-01-31T12:00:00.000Z"));
        }
        String message = fail(IllegalArgumentException.class, uri("upsert"),
                map("_id", johns, "_parentId", "somebody", "expires", FUTURE)).getMessage();
        assertTrue(message.contains("_parentId"), message);
        assertEquals(0, simulator().count("PUT", ".*"));
        succeed(uri("update") + "&licenseId=" + johns, map("user", map("email", JOHN), "expires", FUTURE));
        assertEquals(1, simulator().count("PUT", ".*"));
    }

    @Test
    void a_document_that_was_read_with_a_top_level_email_is_written_back() {
        String license = simulator().addLicense(connector,
                map("user", map("email", JANE), "email", JANE, "expires", FUTURE));
        Exchange read = succeed(uri("get") + "&licenseId=" + license, null);
        succeed(uri("update") + "&licenseId=" + license, read.getMessage().getBody());
        succeed(uri("upsert"), map("email", JANE, "expires", "2098-01-31T12:00:00.000Z"));
        succeed(uri("expire") + "&email=" + JANE, null);
        simulator().requests().stream().filter(one -> one.method().equals("PUT"))
                .forEach(one -> assertEquals(false, json(one.body()).containsKey("email"), one.body()));
        assertEquals(3, simulator().count("PUT", ".*"));
    }

    @Test
    void the_license_of_a_result_is_not_one_of_another_connector_that_a_later_result_names() throws Exception {
        String other = simulator().addConnector("Other");
        simulator().addLicense(other, map("email", JANE, "expires", FUTURE));
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:start").to(uri("upsert")).to("integratorio:connectors?operation=get&connectorId=" + other)
                        .setBody(exchange -> map("email", JANE)).to("integratorio:licenses?operation=expire");
            }
        });
        succeed("direct:start", map("email", JANE, "expires", FUTURE));
        assertNotEquals(FUTURE, license(other, JANE).get("expires"));
        assertEquals(FUTURE, license(connector, JANE).get("expires"));
    }
}
