package io.github.integratorio.camel.internal.observability;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.github.integratorio.camel.IntegratorioComponent;
import io.github.integratorio.camel.IntegratorioEndpoint;
import io.github.integratorio.camel.RunningComponent;
import io.github.integratorio.camel.api.AccessTokenSupplier;
import io.github.integratorio.camel.api.IntegratorioApiException;
import io.github.integratorio.camel.api.IntegratorioRateLimitException;
import io.github.integratorio.camel.support.ScriptedServerTestSupport;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Producer;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.health.HealthCheckRepository;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static io.github.integratorio.camel.support.ScriptedServer.json;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The health check of a producer asks the API whether it accepts the token, and waits only for a limited time. */
class ProducerHealthCheckTest extends ScriptedServerTestSupport {

    private Producer producer;

    /** The check of a producer that is started. */
    private HealthCheck checkOf(String uri) throws Exception {
        return checkOf(context, uri);
    }

    private HealthCheck checkOf(CamelContext camel, String uri) throws Exception {
        IntegratorioEndpoint endpoint = camel.getEndpoint(uri, IntegratorioEndpoint.class);
        producer = endpoint.createProducer();
        producer.start();
        return registry(camel).getCheck("producer:integratorio-" + endpoint.getId()).orElseThrow();
    }

    private static HealthCheckRegistry registry(CamelContext camel) {
        return camel.getCamelContextExtension().getContextPlugin(HealthCheckRegistry.class);
    }

    @Override
    protected CamelContext createCamelContext() throws Exception {
        CamelContext camel = super.createCamelContext();
        HealthCheckRepository producers = (HealthCheckRepository) registry(camel).resolveById("producers");
        producers.setEnabled(true);
        registry(camel).register(producers);
        return camel;
    }

    private HealthCheck.Result check() throws Exception {
        return checkOf(GET).call(Map.of());
    }

    @Test
    void the_check_is_up_if_the_api_accepts_the_token() throws Exception {
        server.then(json(200, "{\"scope\":\"full access\"}"));

        assertEquals(HealthCheck.State.UP, check().getState());
        assertTrue(server.requests().get(0).startsWith("GET /v1/tokenInfo "), server.requests().get(0));
    }

    @Test
    void the_check_is_down_with_the_status_and_without_the_token_if_the_api_rejects_it() throws Exception {
        server.then(json(401, "{\"message\":\"canary-token is unknown\"}"));

        HealthCheck.Result down = check();
        assertEquals(HealthCheck.State.DOWN, down.getState());
        assertEquals(401, down.getDetails().get("http.response.code"));
        assertFalse((down.getMessage().orElse("") + down.getDetails() + down.getError().orElse(null))
                .contains("canary-token"));
    }

    @Test
    void the_check_is_unknown_while_the_producer_is_stopped() throws Exception {
        HealthCheck check = checkOf(GET);
        producer.stop();

        assertEquals(HealthCheck.State.UNKNOWN, check.call(Map.of()).getState());
        assertEquals(0, server.requestCount());
    }

    @Test
    void the_load_of_the_account_itself_is_not_down() throws Exception {
        IntegratorioComponent component = context.getComponent("integratorio", IntegratorioComponent.class);
        component.getConfiguration().setMaxConcurrentRequests(2);
        component.getConfiguration().setMaxQueuedRequests(3);
        CountDownLatch released = new CountDownLatch(1);
        for (int i = 0; i < 2; i++) {
            server.then((socket, out) -> {
                released.await();
                json(200, LICENSE).give(socket, out);
            });
        }
        List<CompletableFuture<Exchange>> load =
                IntStream.range(0, 2).mapToObj(i -> template.asyncSend(GET, exchange -> {})).toList();
        await().until(() -> server.requestCount() == 2);
        server.then(json(200, "{}"), json(200, LICENSE), json(200, LICENSE), json(200, LICENSE));
        List<CompletableFuture<Exchange>> queue =
                IntStream.range(0, 3).mapToObj(i -> template.asyncSend(GET, exchange -> {})).toList();
        await().until(() -> RunningComponent.rateLimiters(context).get(0).status().queued() == 3);

        HealthCheck.Result result = check();
        released.countDown();
        assertEquals(HealthCheck.State.UP, result.getState());
        assertEquals(3, result.getDetails().get("requests.queued"));
        Stream.concat(load.stream(), queue.stream()).forEach(call -> assertNull(call.join().getException()));
    }

    @Test
    void the_check_is_unknown_during_a_pause_of_the_account() throws Exception {
        server.then(json(429, "{}", "Retry-After: 50"));
        fail(IntegratorioRateLimitException.class, GET, null);

        assertEquals(HealthCheck.State.UNKNOWN, check().getState());
        assertEquals(1, server.requestCount());
    }

    @ParameterizedTest
    @ValueSource(ints = { 500, 503, 403 })
    void the_check_sends_one_request_whatever_the_answer(int status) throws Exception {
        server.then(json(status, "{}"), json(status, "{}"));

        assertEquals(HealthCheck.State.DOWN, checkOf(GET + "&maxRetries=5&retryDelay=1").call(Map.of()).getState());
        assertEquals(1, server.requestCount());
    }

    @Test
    void all_checks_of_an_account_share_one_request() throws Exception {
        server.then(json(200, "{}"));
        for (int i = 0; i < 20; i++) {
            assertEquals(HealthCheck.State.UP,
                    checkOf(LIST + "&operationTimeout=" + (10_000 + i)).call(Map.of()).getState());
        }
        assertEquals(1, server.requestCount());

        // The check of a URI that is made at run time, with a connection of its own, begins with its first message.
        server.then(json(200, LICENSE), json(401, "{}"));
        String other = GET + "&accessToken=canary-token-2";
        assertNull(send(other, null).getException());
        assertEquals(HealthCheck.State.DOWN, checkOf(other).call(Map.of()).getState());
        assertEquals(3, server.requestCount());
    }

    @Test
    void a_component_under_another_name_has_checks_too() throws Exception {
        IntegratorioComponent other = new IntegratorioComponent();
        other.getConfiguration().setBaseUrl(server.baseUrl());
        other.getConfiguration().setAccessToken("canary-token");
        context.addComponent("other", other);
        server.then(json(200, "{}"));

        assertEquals(HealthCheck.State.UP,
                checkOf(GET.replace("integratorio:", "other:")).call(Map.of()).getState());
    }

    @Test
    void a_supplier_that_never_returns_another_token_does_not_delay_a_call_beyond_its_timeout() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        AtomicInteger asked = new AtomicInteger();
        context.getRegistry().bind("stuck", (AccessTokenSupplier) () -> {
            if (asked.getAndIncrement() > 0) {
                try {
                    never.await(1, TimeUnit.MINUTES);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            return "canary-token";
        });
        server.then(json(401, "{\"message\":\"no\"}"));

        IntegratorioApiException refused = fail(IntegratorioApiException.class,
                GET + "&accessTokenSupplier=#stuck&operationTimeout=1000", null);
        assertEquals(401, refused.getStatusCode());
        assertEquals(1, never.getCount());
        never.countDown();
    }
}
