package io.github.integratorio.camel.internal.producer;

import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import io.github.integratorio.camel.api.IntegratorioAmbiguousOutcomeException;
import io.github.integratorio.camel.api.IntegratorioConstants;
import io.github.integratorio.camel.api.WriteOutcome;
import io.github.integratorio.camel.support.SimulatorTestSupport;
import io.github.integratorio.simulator.Fault;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.util.ObjectHelper;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.apache.camel.builder.Builder.constant;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

/** An ambiguous creation is never repeated within its exchange, whatever calls, sub-routes and copies it goes through. */
class RepetitionTest extends SimulatorTestSupport {

    private String connector;
    private String create;
    private String list;
    private String get;

    @BeforeEach
    void anApiThatDoesNotSayWhatBecameOfIt() {
        connector = simulator().addConnector("Shop to Books");
        String license =
                simulator().addLicense(connector, map("user", map("email", "john@example.com"), "expires", FUTURE));
        // Otherwise it would be reconciled for a quarter of a minute.
        create = uri("create") + "&operationTimeout=500";
        list = uri("list");
        get = uri("get") + "&licenseId=" + license;
        simulator().faults().add(Fault.on("POST", ".*").always().status(502));
    }

    private String uri(String operation) {
        return "integratorio:licenses?operation=" + operation + "&connectorId=" + connector;
    }

    /** A sub-route without an error handler, and a route that redelivers all of it. */
    private void redelivered(Consumer<RouteDefinition> steps) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                RouteDefinition sell = from("direct:sell")
                        .errorHandler(defaultErrorHandler().maximumRedeliveries(3).redeliveryDelay(0));
                sell.to("direct:part");
                steps.accept(from("direct:part").errorHandler(noErrorHandler()));
            }
        });
    }

    private static Map<String, Object> order() {
        return map("email", JANE, "expires", FUTURE);
    }

    private void assertAmbiguousAndSent(int times, Exchange exchange) {
        assertNotNull(ObjectHelper.getException(IntegratorioAmbiguousOutcomeException.class, exchange.getException()),
                "" + exchange.getException());
        assertEquals(times, simulator().count("POST", ".*"));
    }

    @Test
    void a_redelivery_around_a_get_and_a_create_sends_one_creation() throws Exception {
        redelivered(route -> route.to(get).setBody(exchange -> order()).to(create));
        assertAmbiguousAndSent(1, send("direct:sell", null));
    }

    @Test
    void a_redelivery_around_a_list_and_a_create_sends_one_creation() throws Exception {
        redelivered(route -> route.to(list).setBody(exchange -> order()).to(create));
        assertAmbiguousAndSent(1, send("direct:sell", null));
    }

    @Test
    void a_redelivery_around_endpoints_that_are_made_anew_sends_one_creation() throws Exception {
        redelivered(
                route -> route.toD(list, -1).setBody(exchange -> order()).toD(create + "&email=${header.user}", -1));
        assertAmbiguousAndSent(1, send("direct:sell", null, "user", JANE));
    }

    @Test
    void a_redelivery_with_another_expiry_and_other_options_sends_one_creation() throws Exception {
        redelivered(route -> route.setBody(exchange -> map("email", JANE, "opts", map("at", System.nanoTime())))
                .to(create + "&expires=P30D"));
        assertAmbiguousAndSent(1, send("direct:sell", null));
    }

    @Test
    void a_redelivery_with_the_address_in_another_case_sends_one_creation() throws Exception {
        AtomicInteger attempts = new AtomicInteger();
        redelivered(route -> route
                .setBody(
                        exchange -> map("email", attempts.getAndIncrement() == 0 ? JANE : JANE.toUpperCase(Locale.ROOT),
                                "expires", FUTURE))
                .to(create));
        assertAmbiguousAndSent(1, send("direct:sell", null));
    }

    @Test
    void a_loop_that_catches_the_failure_and_makes_other_calls_sends_one_creation() throws Exception {
        redelivered(route -> route.loop(4).setBody(exchange -> order()).doTry().to(create)
                .doCatch(IntegratorioAmbiguousOutcomeException.class).to(list).end().end());
        send("direct:sell", null);
        assertEquals(1, simulator().count("POST", ".*"));
    }

    @Test
    void a_loop_that_works_on_copies_sends_one_creation() throws Exception {
        redelivered(route -> route.loop(4).copy().setBody(exchange -> order()).doTry().to(create)
                .doCatch(IntegratorioAmbiguousOutcomeException.class).end().end());
        send("direct:sell", null);
        assertEquals(1, simulator().count("POST", ".*"));
    }

    @Test
    void a_redelivery_around_a_split_sends_one_creation_for_each_user() throws Exception {
        simulator().addUser("ann@example.com", "Ann");
        redelivered(route -> route.split().body().stopOnException().to(list)
                .setBody(exchange -> exchange.getProperty("order")).to(create));
        Exchange exchange = template.send("direct:sell", one -> {
            one.setProperty("order", order());
            one.getMessage().setBody(List.of(1, 2));
        });
        assertAmbiguousAndSent(1, exchange);
    }

    @Test
    void a_redelivery_around_a_split_that_goes_on_sends_one_creation_for_each_user() throws Exception {
        simulator().addUser("ann@example.com", "Ann");
        redelivered(route -> route.split().body().shareUnitOfWork().to(create).end());
        Exchange exchange = send("direct:sell",
                List.of(order(), map("email", "ann@example.com", "expires", FUTURE)));
        assertNotNull(exchange.getException());
        assertEquals(2, simulator().count("POST", ".*"));
    }

    @Test
    void a_redelivery_around_a_multicast_recipient_list_or_wire_tap_sends_one_creation() throws Exception {
        redelivered(route -> route.multicast().stopOnException().to(list, create).end());
        assertAmbiguousAndSent(1, send("direct:sell", order()));

        simulator().clearRequests();
        context.getRouteController().stopAllRoutes();
        context.removeRoute(context.getRoutes().get(0).getId());
        context.removeRoute(context.getRoutes().get(0).getId());
        redelivered(route -> route.recipientList(org.apache.camel.builder.Builder.constant(create)).stopOnException());
        assertAmbiguousAndSent(1, send("direct:sell", order()));
    }

    /** Each works on copies of the exchange that it is given, and sends them to the next step. */
    private enum Copier {
        SPLIT {
            @Override
            RouteDefinition copy(RouteDefinition route, String next) {
                return (RouteDefinition) route.split(constant(List.of(1))).stopOnException().to(next).end();
            }
        },
        MULTICAST {
            @Override
            RouteDefinition copy(RouteDefinition route, String next) {
                return (RouteDefinition) route.multicast().stopOnException().to(next).end();
            }
        },
        ENRICH {
            @Override
            RouteDefinition copy(RouteDefinition route, String next) {
                return route.enrich(next);
            }
        },
        SEDA {
            @Override
            RouteDefinition copy(RouteDefinition route, String next) {
                return route.to(ExchangePattern.InOut, next.replace("direct:", "seda:"));
            }
        },
        RECIPIENT_LIST {
            @Override
            RouteDefinition copy(RouteDefinition route, String next) {
                return route.recipientList(constant(next)).stopOnException().parallelProcessing().end();
            }
        },
        CIRCUIT_BREAKER {
            @Override
            RouteDefinition copy(RouteDefinition route, String next) {
                return (RouteDefinition) route.circuitBreaker().resilience4jConfiguration().timeoutEnabled(true)
                        .timeoutDuration(20_000).end().to(next).end();
            }
        };

        abstract RouteDefinition copy(RouteDefinition route, String next);
    }

    @ParameterizedTest
    @EnumSource(Copier.class)
    void a_redelivery_around_copies_of_copies_sends_one_creation(Copier outer) throws Exception {
        Map<Copier, String> connectors = new EnumMap<>(Copier.class);
        for (Copier inner : Copier.values()) {
            connectors.put(inner, simulator().addConnector("Shop of " + inner));
        }
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                connectors.forEach((inner, shop) -> {
                    from("direct:sell-" + inner)
                            .errorHandler(defaultErrorHandler().maximumRedeliveries(2).redeliveryDelay(0))
                            .to("direct:outer-" + inner);
                    outer.copy(from("direct:outer-" + inner).errorHandler(noErrorHandler()), "direct:inner-" + inner);
                    for (String from : List.of("direct:%s-%s", "seda:%s-%s?pollTimeout=20")) {
                        inner.copy(from(String.format(from, "inner", inner)).errorHandler(noErrorHandler()),
                                "direct:create-" + inner);
                        from(String.format(from, "create", inner)).errorHandler(noErrorHandler())
                                .setBody(exchange -> order()).to(create.replace(connector, shop));
                    }
                });
            }
        });
        Map<Copier, CompletableFuture<Exchange>> all = new EnumMap<>(Copier.class);
        connectors.keySet().forEach(inner -> all.put(inner, template.asyncSend("direct:sell-" + inner, order -> {})));
        for (Copier inner : Copier.values()) {
            assertNotNull(all.get(inner).get().getException());
            assertEquals(1, simulator().count("POST", ".*" + connectors.get(inner) + ".*"), outer + " of " + inner);
        }
    }

    @Test
    void a_wire_tap_and_an_aggregation_of_the_exchange_send_nothing() throws Exception {
        MockEndpoint tapped = getMockEndpoint("mock:tapped");
        tapped.expectedMessageCount(1);
        MockEndpoint whole = getMockEndpoint("mock:whole");
        whole.expectedMessageCount(1);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:again").doTry().to(create).doCatch(IntegratorioAmbiguousOutcomeException.class).end();
                from("direct:tap").to("direct:again").to("mock:tapped");
                from("direct:sell").to("direct:again").wireTap("direct:tap")
                        .aggregate(constant(true), (old, one) -> one).completionSize(1).to("direct:again")
                        .to("mock:whole");
            }
        });
        send("direct:sell", order());
        MockEndpoint.assertIsSatisfied(context);
        assertEquals(1, simulator().count("POST", ".*"));
    }

    @Test
    void an_exchange_that_is_sent_again_from_the_dead_letters_sends_nothing() throws Exception {
        redelivered(route -> route.to(create));
        Exchange dead = send("direct:sell", order());
        dead.setException(null);
        template.send("direct:part", dead);
        assertAmbiguousAndSent(1, dead);
        assertEquals(1, dead.getMessage().getHeader(IntegratorioConstants.ATTEMPTS));
    }

    @Test
    void work_for_another_user_or_connector_is_carried_out() throws Exception {
        String other = simulator().addConnector("Other");
        redelivered(route -> route.doTry().to(create).doCatch(IntegratorioAmbiguousOutcomeException.class).end()
                .doTry().setBody(exchange -> map("email", "john@example.com", "expires", FUTURE)).to(create)
                .doCatch(IntegratorioAmbiguousOutcomeException.class).end()
                .doTry().setBody(exchange -> order()).to(create.replace(connector, other))
                .doCatch(IntegratorioAmbiguousOutcomeException.class).end()
                .doTry().setBody(exchange -> map("email", JANE, "expires", FUTURE, "sandbox", true)).to(create)
                .doCatch(IntegratorioAmbiguousOutcomeException.class).end());
        assertNull(send("direct:sell", order()).getException());
        assertEquals(4, simulator().count("POST", ".*"));
    }

    @Test
    void another_order_of_the_user_is_carried_out_and_the_same_one_is_not() throws Exception {
        redelivered(route -> route.split().constant(List.of("1", "2", "2", "1"))
                .setHeader(IntegratorioConstants.IDEMPOTENCY_KEY).body().setBody(exchange -> order()).to(create)
                .end());
        assertAmbiguousAndSent(2, send("direct:sell", null));
    }

    @Test
    void an_order_whose_number_is_gone_at_the_repetition_is_not_carried_out_again() throws Exception {
        redelivered(route -> route.setHeader(IntegratorioConstants.IDEMPOTENCY_KEY).exchangeProperty("key")
                .removeProperty("key").setBody(exchange -> order()).to(create));
        Exchange sent = template.send("direct:sell", exchange -> exchange.setProperty("key", "4711"));
        assertAmbiguousAndSent(1, sent);
    }

    @Test
    void an_upsert_with_an_ambiguous_outcome_runs_again() throws Exception {
        simulator().faults().add(Fault.on("PUT", ".*").status(502));
        redelivered(route -> route.to(uri("upsert") + "&operationTimeout=30000&maxRetries=0"));
        Exchange exchange =
                send("direct:sell", map("email", "john@example.com", "expires", "2098-01-31T12:00:00.000Z"));
        assertNull(exchange.getException());
        assertEquals(2, simulator().count("PUT", ".*"));
        assertEquals("2098-01-31T12:00:00.000Z", simulator().licenses(connector).get(0).get("expires"));
    }

    @Test
    void an_update_a_deletion_and_an_expiry_with_an_ambiguous_outcome_run_again() throws Exception {
        for (String operation : List.of("update", "expire", "delete")) {
            String license = janesLicense(connector);
            String part = "direct:" + operation;
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from(part).errorHandler(defaultErrorHandler().maximumRedeliveries(3).redeliveryDelay(0))
                            .to(uri(operation) + "&maxRetries=0&licenseId=" + license);
                }
            });
            simulator().faults().clear();
            simulator().faults().add(Fault.on(operation.equals("delete") ? "DELETE" : "PUT", ".*").status(502));
            Exchange exchange = send(part, map("expires", FUTURE));
            assertNull(exchange.getException(), operation);
            assertEquals(operation.equals("delete") ? WriteOutcome.DELETED : WriteOutcome.UPDATED,
                    exchange.getMessage().getHeader(IntegratorioConstants.OUTCOME));
        }
    }

    @Test
    void what_the_exchange_remembers_shows_no_address() throws Exception {
        redelivered(route -> route.to(create));
        Exchange failed = send("direct:sell", order());
        assertEquals(1, failed.getProperties().keySet().stream().filter("CamelIntegratorioAmbiguity"::equals).count());
        assertEquals(false, failed.getProperties().toString().contains(JANE), "" + failed.getProperties());
    }

    @Test
    void copies_of_an_exchange_that_wait_for_each_other_send_one_creation() throws Exception {
        redelivered(route -> route.split().body().parallelProcessing().to(create).end());
        send("direct:sell", List.of(order(), order(), order()));
        assertEquals(1, simulator().count("POST", ".*"));
    }
}
