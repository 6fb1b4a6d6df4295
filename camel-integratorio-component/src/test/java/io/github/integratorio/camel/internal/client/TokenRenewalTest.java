package io.github.integratorio.camel.internal.client;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import io.github.integratorio.camel.api.IntegratorioApiException;
import io.github.integratorio.camel.api.IntegratorioTransportException;
import io.github.integratorio.camel.internal.client.protocol.ApiMethod;
import io.github.integratorio.camel.internal.client.protocol.ApiResponse;
import io.github.integratorio.camel.support.EveryCallSupport;
import io.github.integratorio.camel.support.VirtualClient;
import io.github.integratorio.camel.support.VirtualScheduler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static io.github.integratorio.camel.support.ScriptedServer.json;
import static io.github.integratorio.camel.support.VirtualClient.failure;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** One call asks a token source, and the others share its answer without blocking anybody. */
class TokenRenewalTest extends EveryCallSupport {

    private final AtomicInteger asked = new AtomicInteger();
    private final CountDownLatch hold = new CountDownLatch(1);

    @AfterEach
    void letGo() {
        hold.countDown();
    }

    private VirtualClient client(Supplier<String> supplier) {
        return new VirtualClient(server.baseUrl(), supplier, VirtualClient.RETRY, VirtualClient.RATE_LIMITS,
                new VirtualScheduler(VirtualClient.START));
    }

    /** Gives "first" at once, and "second" when the test lets it. */
    private String slow() {
        if (asked.getAndIncrement() == 0) {
            return "first";
        }
        held();
        return "second";
    }

    private void held() {
        try {
            hold.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<CompletableFuture<ApiResponse>> begin(VirtualClient client, int calls) {
        return IntStream.range(0, calls).mapToObj(i -> client.begin(ApiMethod.GET_LICENSE)).toList();
    }

    @Test
    void a_former_token_that_the_api_quotes_is_masked_like_the_current_one() {
        server.then(json(401, "{}"));
        server.then(json(422, "{\"errors\":[{\"code\":\"x\",\"message\":\"oldtoken1 was replaced by newtoken2\"}]}"));
        try (VirtualClient renewed = client(() -> asked.getAndIncrement() == 0 ? "oldtoken1" : "newtoken2")) {
            String message = failure(renewed.call(ApiMethod.GET_LICENSE)).getMessage();
            assertTrue(message.contains("*** was replaced by ***"), message);
        }
    }

    @Test
    void calls_with_a_revoked_token_ask_for_another_one_once_together() {
        IntStream.range(0, 400).forEach(i -> server.then(json(401, "{\"message\":\"no\"}")));
        try (VirtualClient revoked = client(() -> "revoked" + asked.getAndIncrement() / 1000)) {
            begin(revoked, 400).forEach(call -> assertEquals(401,
                    assertInstanceOf(IntegratorioApiException.class, failure(revoked.pass(call))).getStatusCode()));
            assertEquals(400, server.requestCount());
            assertEquals(2, asked.get());

            server.then(json(401, "{}"));
            failure(revoked.call(ApiMethod.GET_LICENSE));
            assertEquals(2, asked.get());
            revoked.scheduler.advance(Duration.ofSeconds(3));
            server.then(json(401, "{}"));
            failure(revoked.call(ApiMethod.GET_LICENSE));
            assertEquals(3, asked.get(), "nobody asks again");
        }
    }

    @Test
    void a_failed_renewal_is_shared_too() {
        IntStream.range(0, 50).forEach(i -> server.then(json(401, "{}")));
        try (VirtualClient revoked = client(() -> {
            if (asked.getAndIncrement() > 0) {
                throw new StackOverflowError("vault");
            }
            return "first";
        })) {
            begin(revoked, 50).forEach(call -> assertEquals(401,
                    assertInstanceOf(IntegratorioApiException.class, failure(revoked.pass(call))).getStatusCode()));
            assertEquals(2, asked.get());
        }
    }

    @Test
    void a_slow_renewal_blocks_neither_workers_nor_other_accounts_and_all_calls_get_its_token() {
        server.then(good(ApiMethod.GET_LICENSE));
        IntStream.range(0, 40).forEach(i -> server.then(json(401, "{}")));
        Supplier<String> supplier = this::slow;
        try (VirtualClient one = client(supplier); VirtualClient same = client(supplier)) {
            one.call(ApiMethod.GET_LICENSE).join();
            List<CompletableFuture<ApiResponse>> calls = begin(one, 20);
            List<CompletableFuture<ApiResponse>> more = begin(same, 20);
            await().until(() -> server.requestCount() == 41 && one.rateLimiter.status().inFlight() == 0
                    && same.rateLimiter.status().inFlight() == 0 && asked.get() == 2);
            assertTrue(one.handOvers.get() + same.handOvers.get() <= 3, "the calls wait on threads");

            server.then(good(ApiMethod.GET_LICENSE));
            client.call(ApiMethod.GET_LICENSE).join();
            IntStream.range(0, 40).forEach(i -> server.then(good(ApiMethod.GET_LICENSE)));
            hold.countDown();
            // Before the clock of one client goes on, while the other one asks for the token.
            await().until(() -> server.requestCount() == 41 + 1 + 40);
            calls.forEach(call -> one.pass(call).join());
            more.forEach(call -> same.pass(call).join());
            assertEquals(2, asked.get());
            assertEquals(40,
                    server.requests().stream().filter(request -> request.contains("Bearer second\r\n")).count());
        }
    }

    @Test
    void a_token_source_that_hangs_holds_nobody_beyond_the_deadline() {
        try (VirtualClient waiting = client(() -> {
            asked.incrementAndGet();
            held();
            return "late";
        })) {
            CompletableFuture<ApiResponse> first = waiting.begin(ApiMethod.CREATE_LICENSE, Duration.ofSeconds(20));
            CompletableFuture<ApiResponse> second = waiting.begin(ApiMethod.GET_LICENSE, Duration.ofSeconds(10));
            waiting.scheduler.advance(Duration.ofSeconds(10));
            IntegratorioTransportException late =
                    assertInstanceOf(IntegratorioTransportException.class, failure(second));
            assertTrue(late.isNotSent() && late.getMessage().contains("accessTokenSupplier"), late.getMessage());
            assertFalse(first.isDone());
            waiting.scheduler.advance(Duration.ofSeconds(10));
            assertTrue(assertInstanceOf(IntegratorioTransportException.class, failure(first)).isNotSent());

            hold.countDown();
            server.then(good(ApiMethod.GET_LICENSE));
            waiting.call(ApiMethod.GET_LICENSE).join();
            assertEquals(1, asked.get());
            assertEquals(1, server.requestCount());
        }
    }

    @Test
    void a_renewal_that_fails_is_told_with_the_401() {
        for (Supplier<String> failing : List.<Supplier<String>>of(() -> {
            throw new IllegalStateException("the vault is sealed: secret");
        }, () -> " ")) {
            server.then(json(401, "{}"));
            asked.set(0);
            try (VirtualClient renewing = client(() -> asked.getAndIncrement() == 0 ? "first" : failing.get())) {
                Throwable refused = failure(renewing.begin(ApiMethod.UPDATE_LICENSE));
                assertEquals(401, assertInstanceOf(IntegratorioApiException.class, refused).getStatusCode());
                assertEquals(1, refused.getSuppressed().length);
                String source = refused.getSuppressed()[0].toString();
                assertTrue(source.contains("accessTokenSupplier") && !source.contains("secret"), source);
            }
        }
    }

    @Test
    void a_renewal_that_hangs_leaves_the_401() {
        server.then(json(401, "{}"));
        try (VirtualClient renewing = client(this::slow)) {
            CompletableFuture<ApiResponse> call = renewing.begin(ApiMethod.UPDATE_LICENSE);
            await().until(() -> asked.get() == 2);
            renewing.scheduler.advance(VirtualClient.RETRY.operationTimeout());
            assertEquals(401, assertInstanceOf(IntegratorioApiException.class, failure(call)).getStatusCode());
        }
    }

    @Test
    void a_token_source_that_fails_is_an_outage_and_no_invalid_input() {
        for (Supplier<String> failing : List.<Supplier<String>>of(() -> {
            throw new IllegalStateException("the vault is sealed: secret");
        }, () -> {
            throw new StackOverflowError("secret");
        })) {
            try (VirtualClient waiting = client(failing)) {
                IntegratorioTransportException outage = assertInstanceOf(IntegratorioTransportException.class,
                        failure(waiting.begin(ApiMethod.CREATE_LICENSE)));
                assertTrue(outage.isNotSent() && outage.getMessage().contains("accessTokenSupplier")
                        && !outage.toString().contains("secret"), outage.getMessage());
            }
        }
        assertEquals(0, server.requestCount());
    }

    @Test
    void a_token_source_that_has_failed_is_asked_again_by_the_next_call() {
        AtomicBoolean isSealed = new AtomicBoolean(true);
        try (VirtualClient waiting = client(() -> {
            if (isSealed.get()) {
                throw new IllegalStateException("the vault is sealed");
            }
            return "token";
        })) {
            assertInstanceOf(IntegratorioTransportException.class, failure(waiting.begin(ApiMethod.GET_LICENSE)));
            isSealed.set(false);
            server.then(good(ApiMethod.GET_LICENSE));
            waiting.call(ApiMethod.GET_LICENSE).join();
        }
    }

    @Test
    void a_call_that_has_waited_for_its_token_leaves_no_timeout_behind() {
        server.then(good(ApiMethod.GET_LICENSE));
        try (VirtualClient waiting = client(() -> {
            held();
            return "token";
        })) {
            CompletableFuture<ApiResponse> call = waiting.begin(ApiMethod.GET_LICENSE);
            assertTrue(waiting.scheduler.hasTasks());
            hold.countDown();
            waiting.pass(call).join();
            await().until(waiting::isIdle);
            assertFalse(waiting.scheduler.hasTasks());
        }
    }
}
