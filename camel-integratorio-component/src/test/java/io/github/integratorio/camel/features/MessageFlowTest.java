package io.github.integratorio.camel.features;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import io.github.integratorio.camel.api.IntegratorioConstants;
import io.github.integratorio.camel.api.License;
import io.github.integratorio.camel.api.WriteOutcome;
import io.github.integratorio.camel.support.SimulatorTestSupport;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperties;
import org.apache.camel.Header;
import org.apache.camel.builder.LambdaRouteBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.processor.aggregate.GroupedBodyAggregationStrategy;
import org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.apache.camel.builder.Builder.body;
import static org.apache.camel.builder.Builder.constant;
import static org.apache.camel.builder.Builder.header;
import static org.apache.camel.builder.Builder.method;
import static org.apache.camel.builder.Builder.simple;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Patterns that direct, hold, order, collect or keep messages around the operations. */
class MessageFlowTest extends SimulatorTestSupport {

    private static final List<String> USERS =
            List.of(JANE, "john@example.com", "ann@example.com", "bob@example.com");

    private String connector;
    private String create;
    private String upsert;
    private String expire;
    private String list;

    @BeforeEach
    void aConnectorAndItsUsers() {
        USERS.forEach(user -> simulator().addUser(user, "A user"));
        connector = simulator().addConnector("Shop to Books");
        String of = "&connectorId=" + connector;
        create = "integratorio:licenses?operation=create&expires=" + FUTURE + of;
        upsert = "integratorio:licenses?operation=upsert&expires=" + FUTURE + of;
        expire = "integratorio:licenses?operation=expire" + of;
        list = "integratorio:licenses?operation=list" + of;
    }

    private void routes(LambdaRouteBuilder routes) throws Exception {
        RouteBuilder.addRoutes(context, routes);
    }

    private static Map<String, Object> user(String email) {
        return map("email", email);
    }

    private List<String> usersOfLicenses() {
        return simulator().licenses(connector).stream()
                .map(license -> (String) ((Map<?, ?>) license.get("user")).get("email")).toList();
    }

    /** Decides by the outcome of the last step. */
    public static class NextStep {
        private final String upsert;
        private final String expire;

        NextStep(String upsert, String expire) {
            this.upsert = upsert;
            this.expire = expire;
        }

        /** The next endpoint, or null at the end. */
        public String next(@Header(IntegratorioConstants.OUTCOME) WriteOutcome last,
                @ExchangeProperties Map<String, Object> properties) {
            if (properties.putIfAbsent("upserted", true) == null) {
                return upsert;
            }
            return last == WriteOutcome.CREATED ? expire : null;
        }
    }

    @Test
    void a_dynamic_router_decides_by_the_outcome_of_each_operation() throws Exception {
        routes(route -> route.from("direct:sell").dynamicRouter(method(new NextStep(upsert, expire))));

        Exchange done = succeed("direct:sell", user(JANE));
        assertEquals(WriteOutcome.UPDATED, done.getMessage().getHeader(IntegratorioConstants.OUTCOME));
        assertEquals(List.of(JANE), usersOfLicenses());
    }

    @Test
    void each_step_of_a_routing_slip_works_on_the_license_of_the_step_before() throws Exception {
        String get = "integratorio:licenses?operation=get";
        routes(route -> route.from("direct:sell").routingSlip(constant(upsert + "|" + get + "|" + expire), "|"));

        Exchange done = succeed("direct:sell", user(JANE));
        assertEquals(WriteOutcome.UPDATED, done.getMessage().getHeader(IntegratorioConstants.OUTCOME));
        assertEquals(simulator().licenses(connector).get(0).get("_id"),
                done.getMessage().getHeader(IntegratorioConstants.LICENSE_ID));
    }

    /** Those of different users run at the same time: a resequencer does not wait for the end of an exchange. */
    @Test
    void a_resequencer_in_front_orders_the_writes_of_one_user() throws Exception {
        MockEndpoint done = getMockEndpoint("mock:done");
        done.expectedMessageCount(4);
        routes(route -> route.from("direct:sell").resequence(header("position")).batch().size(4).timeout(60_000)
                .to(upsert).to("mock:done"));
        for (int position : List.of(3, 1, 0, 2)) {
            succeed("direct:sell", map("email", JANE, "opts", map("position", position)), "position", position);
        }
        done.assertIsSatisfied();
        assertEquals(List.of(0, 1, 2, 3), simulator().requests().stream().filter(one -> one.body().contains("opts"))
                .map(one -> ((Map<?, ?>) json(one.body()).get("opts")).get("position")).toList());
    }

    @Test
    void a_claim_check_brings_the_order_back_after_the_operation() throws Exception {
        routes(route -> route.from("direct:sell")
                .claimCheck(org.apache.camel.model.ClaimCheckOperation.Set, "order")
                .to(create)
                .setProperty("license", body())
                .claimCheck(org.apache.camel.model.ClaimCheckOperation.GetAndRemove, "order", "body"));

        Exchange done = succeed("direct:sell", user(JANE));
        assertEquals(user(JANE), done.getMessage().getBody());
        assertEquals(WriteOutcome.CREATED, done.getMessage().getHeader(IntegratorioConstants.OUTCOME));
        assertEquals(JANE, done.getProperty("license", License.class).getEmail());
    }

    @Test
    void an_idempotent_consumer_drops_a_repeated_order_and_forgets_a_failed_one() throws Exception {
        routes(route -> route.from("direct:sell")
                .idempotentConsumer(header("order"), MemoryIdempotentRepository.memoryIdempotentRepository())
                .to(create).end());

        assertTrue(send("direct:sell", user("nobody@example.com"), "order", 1).isFailed());
        succeed("direct:sell", user(JANE), "order", 1);
        succeed("direct:sell", user(JANE), "order", 1);
        assertEquals(List.of(JANE), usersOfLicenses());
    }

    @Test
    void threads_throttle_and_delay_before_an_operation_lose_and_double_nothing() throws Exception {
        routes(route -> route.from("direct:sell").threads(2, 4).throttle(100).asyncDelayed().end().delay(1)
                .asyncDelayed().end().to(create));

        List<CompletableFuture<Exchange>> all = new ArrayList<>();
        for (String user : USERS) {
            all.add(template.asyncSend("direct:sell", exchange -> exchange.getMessage().setBody(user(user))));
        }
        for (CompletableFuture<Exchange> one : all) {
            assertNull(one.get().getException());
        }
        assertEquals(USERS.stream().sorted().toList(), usersOfLicenses().stream().sorted().toList());
    }

    @Test
    void an_aggregate_by_size_is_one_upsert_of_a_list() throws Exception {
        MockEndpoint done = getMockEndpoint("mock:done");
        done.expectedMessageCount(1);
        routes(route -> route.from("direct:sell")
                .aggregate(constant(true), new GroupedBodyAggregationStrategy()).completionSize(4)
                .to(upsert).to("mock:done"));
        USERS.forEach(user -> succeed("direct:sell", user(user)));

        done.assertIsSatisfied();
        assertEquals(List.of(WriteOutcome.CREATED, WriteOutcome.CREATED, WriteOutcome.CREATED, WriteOutcome.CREATED),
                done.getExchanges().get(0).getMessage().getHeader(IntegratorioConstants.OUTCOME));
        assertEquals(4, usersOfLicenses().size());
    }

    @Test
    void variable_send_and_variable_receive_leave_body_and_headers_alone() throws Exception {
        routes(route -> route.from("direct:sell").setVariable("order", body()).setBody(constant("kept"))
                .toV(upsert, "order", "license"));

        Exchange done = succeed("direct:sell", user(JANE), "mine", 1);
        assertEquals("kept", done.getMessage().getBody());
        assertEquals(Map.of("mine", 1), done.getMessage().getHeaders());
        assertEquals(JANE, done.getVariable("license", License.class).getEmail());
        assertEquals(WriteOutcome.CREATED,
                done.getVariable("header:license." + IntegratorioConstants.OUTCOME, Object.class));
    }

    @ParameterizedTest
    @ValueSource(booleans = { true, false })
    void rows_of_a_stream_are_read_once_and_rows_of_a_list_again_with_and_without_stream_caching(boolean caching)
            throws Exception {
        USERS.forEach(user -> succeed(create, user(user)));
        MockEndpoint rows = getMockEndpoint("mock:rows");
        rows.expectedMessageCount(8);
        routes(route -> route.from("direct:report").streamCaching(String.valueOf(caching))
                .to(list + "&streaming=true").split(body()).streaming().to("mock:rows").end()
                .to(list + "&outputType=JSON").split().jsonpath("$[*]").to("mock:rows"));

        succeed("direct:report", null);
        rows.assertIsSatisfied();
    }

    @Test
    void a_condition_on_the_result_chooses_the_next_step() throws Exception {
        MockEndpoint welcome = getMockEndpoint("mock:welcome");
        welcome.expectedMessageCount(1);
        routes(route -> route.from("direct:sell").to(upsert)
                .choice().when(simple("${header.CamelIntegratorioOutcome} == 'CREATED'")).to("mock:welcome").end());

        succeed("direct:sell", user(JANE));
        succeed("direct:sell", user(JANE));
        welcome.assertIsSatisfied();
    }
}
