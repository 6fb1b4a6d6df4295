package io.github.integratorio.camel.internal.client;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import io.github.integratorio.camel.api.IntegratorioRateLimitException;
import io.github.integratorio.camel.api.IntegratorioTransportException;
import io.github.integratorio.camel.internal.client.protocol.ApiMethod;
import io.github.integratorio.camel.internal.client.protocol.ApiRequest;
import io.github.integratorio.camel.internal.client.protocol.ApiResponse;
import io.github.integratorio.camel.internal.client.protocol.FailureKind;
import io.github.integratorio.camel.internal.client.protocol.RawResponse;
import io.github.integratorio.camel.internal.client.protocol.ResponseReader;
import io.github.integratorio.camel.support.EveryCallSupport;
import io.github.integratorio.camel.support.ScriptedServer;
import io.github.integratorio.camel.support.VirtualClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static io.github.integratorio.camel.support.ScriptedServer.json;
import static io.github.integratorio.camel.support.VirtualClient.failure;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Whatever is thrown while a call is made, the call ends once, with what is known about it, and leaves its permit. */
class CallEndTest extends EveryCallSupport {

    /** Throws what it is given, from each of its methods. */
    private record Thrower(Supplier<Throwable> what) implements CallListener {
        @Override
        public void answered(ApiMethod call, Throwable error, FailureKind failure, Duration took) {
            sneak(what.get());
        }

        @Override
        public void waited(ApiMethod call, Duration waited) {
            sneak(what.get());
        }
    }

    @SuppressWarnings("unchecked")
    private static <E extends Throwable> void sneak(Throwable error) throws E {
        throw (E) error;
    }

    private static final List<Supplier<Throwable>> ERRORS = List.of(() -> new IllegalArgumentException("another meter"),
            () -> new OutOfMemoryError("meter"), StackOverflowError::new, () -> new NoClassDefFoundError("x"),
            () -> new java.io.IOException("checked"));

    @ParameterizedTest
    @EnumSource
    void what_a_listener_throws_changes_nothing(ApiMethod call) {
        for (Supplier<Throwable> error : ERRORS) {
            client.observer = new Thrower(error);
            server.then(json(429, "{}", "Retry-After: 1"), good(call));
            assertEquals(200, client.call(call).join().status());
            ambiguous(call, ScriptedServer.reset());
            await().until(client::isIdle);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_timer_that_has_stopped_ends_a_call_that_would_be_retried(ApiMethod call) {
        client.observer = new Thrower(() -> {
            client.scheduler.stop();
            return new IllegalStateException("stopped while the response was judged");
        });
        server.then(json(429, "{}", "Retry-After: 1"));
        CompletableFuture<ApiResponse> begun = client.begin(call);
        await().until(begun::isDone);
        await().until(client::isIdle);
        // The request may leave before it turns out that its timeout cannot be scheduled.
        if (failure(begun) instanceof IntegratorioTransportException lost) {
            assertTrue(!lost.isNotSent() || server.requestCount() == 0,
                    "a request that was sent is reported as not sent");
            assertTrue(lost.isNotSent() || !call.isWrite(), "" + lost);
        } else if (!(failure(begun) instanceof IntegratorioRateLimitException)) {
            // A 429 says that nothing was done. Without it, nobody can tell.
            assertAmbiguous(failure(begun));
        }
    }

    @Test
    void workers_that_have_stopped_do_not_lose_a_long_response() {
        client.workersStopped = true;
        String rows = IntStream.range(0, 20_000).mapToObj(i -> "{\"_id\":\"a" + i + "\"}")
                .collect(java.util.stream.Collectors.joining(",", "[", "]"));
        server.then(json(200, rows));
        assertEquals(20_000, client.call(ApiMethod.LIST_LICENSES).join().rows().size());
        await().until(client::isIdle);
    }

    @ParameterizedTest
    @EnumSource
    void an_error_while_a_response_is_read_ends_the_call(ApiMethod call) {
        for (Supplier<Throwable> error : ERRORS) {
            int before = server.requestCount();
            IntStream.range(0, 6).forEach(i -> server.then(good(call)));
            ResponseReader<ApiResponse> reader = new ResponseReader<>() {
                @Override
                public String target() {
                    return "/v1/x";
                }

                @Override
                public ApiResponse read(RawResponse response) {
                    sneak(error.get());
                    return null;
                }
            };
            CallContext context = CallContext.begin(client.scheduler, VirtualClient.RETRY.operationTimeout());
            Throwable failure = failure(client.pass(new RetryingCall<>(client.client,
                    new ApiRequest(call, "c1", "l1", null), context, reader).start()));
            if (call.isWrite()) {
                assertAmbiguous(failure);
            } else {
                assertEquals(error.get().getClass(), failure.getClass());
            }
            assertEquals(call.isWrite() && call.isIdempotent() ? 6 : 1, server.requestCount() - before);
            await().until(client::isIdle);
            server.clear();
        }
    }
}
