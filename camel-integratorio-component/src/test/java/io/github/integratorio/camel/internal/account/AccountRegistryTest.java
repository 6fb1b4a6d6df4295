package io.github.integratorio.camel.internal.account;

import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

import io.github.integratorio.camel.internal.client.CallListener;
import io.github.integratorio.camel.internal.client.ClientConfig;
import io.github.integratorio.camel.internal.client.RetryPolicy;
import io.github.integratorio.camel.internal.client.TokenSource;
import io.github.integratorio.camel.internal.client.http.HttpTransport;
import io.github.integratorio.camel.internal.client.http.TransportConfig;
import io.github.integratorio.camel.internal.client.protocol.ApiMethod;
import io.github.integratorio.camel.internal.client.protocol.FailureKind;
import io.github.integratorio.camel.internal.client.ratelimit.RateLimits;
import io.github.integratorio.camel.internal.concurrent.ExecutorScheduler;
import io.github.integratorio.camel.support.Race;
import io.github.integratorio.camel.support.VirtualClient;
import io.github.integratorio.camel.support.VirtualScheduler;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.apache.hc.client5.http.impl.async.HttpAsyncClientBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What is shared by whom, and how long it outlives its last user. */
class AccountRegistryTest {

    private static final Duration GRACE = Duration.ofMinutes(1);
    private static final String US = "https://api.example/v1";

    private final VirtualScheduler clock = new VirtualScheduler(VirtualClient.START);
    private final AccountRegistry registry = new AccountRegistry(clock, GRACE);

    @AfterEach
    void endAll() {
        registry.endUnused();
    }

    private static ClientConfig config(String baseUrl, Supplier<SSLContext> tls, String token, RateLimits limits,
            Consumer<HttpAsyncClientBuilder> customizer) {
        return new ClientConfig(
                new TransportConfig(URI.create(baseUrl), tls, null, 0, Duration.ofSeconds(10),
                        VirtualClient.BUFFERED, customizer),
                new TokenSource(token, null), Duration.ofSeconds(30), 1 << 20, VirtualClient.RETRY, limits,
                Duration.ofMinutes(1), 0);
    }

    private static ClientConfig config(String baseUrl, String token) {
        return config(baseUrl, null, token, VirtualClient.RATE_LIMITS, null);
    }

    private void assertShared(boolean transport, boolean account, boolean writes, ClientConfig one,
            ClientConfig other) {
        try (AccountRegistry.Lease first = registry.acquire(one);
                AccountRegistry.Lease second = registry.acquire(other)) {
            assertEquals(transport, first.transport() == second.transport(), "transport");
            assertEquals(account, first.account() == second.account(), "account");
            assertEquals(writes, first.writeState() == second.writeState(), "writes");
        }
    }

    @Test
    void two_tokens_share_the_connections_and_the_order_of_writes_but_not_the_rate_limit() {
        assertShared(true, false, true, config(US, "one"), config(US, "two"));
    }

    @Test
    void two_base_urls_of_one_host_share_the_connections_only() {
        assertShared(true, false, false, config(US, "one"), config("https://api.example/v2", "one"));
    }

    @Test
    void one_base_url_written_in_two_ways_is_one_account() {
        assertShared(true, true, true, config(US, "one"), config("https://API.Example/v1", "one"));
    }

    @Test
    void options_of_the_calls_separate_nothing() {
        ClientConfig patient = config(US, "one");
        RetryPolicy policy = new RetryPolicy(Duration.ofHours(1), 9, Duration.ofSeconds(1), Duration.ofSeconds(1),
                Duration.ofSeconds(1));
        assertShared(true, true, true, patient,
                new ClientConfig(patient.transport(), patient.token(), Duration.ofHours(1), 5, policy,
                        patient.limits(), Duration.ofHours(1), 7));
    }

    @Test
    void the_same_tls_parameters_share_connections_and_equal_ones_do_not() {
        SSLContextParameters parameters = new SSLContextParameters();
        assertShared(true, true, true,
                config(US, new TlsSource(parameters, null), "one", VirtualClient.RATE_LIMITS, null),
                config(US, new TlsSource(parameters, null), "one", VirtualClient.RATE_LIMITS, null));
        assertShared(false, true, true,
                config(US, new TlsSource(parameters, null), "one", VirtualClient.RATE_LIMITS, null),
                config(US, new TlsSource(new SSLContextParameters(), null), "one", VirtualClient.RATE_LIMITS, null));
    }

    @Test
    void what_is_shared_outlives_its_last_user_by_the_time_of_grace() {
        AccountRegistry.Lease first = registry.acquire(config(US, "one"));
        HttpTransport transport = first.transport().get();
        AccountRegistry.Lease second = registry.acquire(config(US, "one"));
        first.close();
        clock.advance(GRACE.multipliedBy(2));
        assertTrue(transport.isAlive());
        second.close();
        clock.advance(GRACE.minusSeconds(1));
        AccountRegistry.Lease third = registry.acquire(config(US, "one"));
        assertSame(transport, third.transport().get());
        clock.advance(GRACE);
        assertEquals(2, registry.size());
        third.close();
        clock.advance(GRACE);

        assertEquals(0, registry.size());
        assertFalse(clock.hasTasks());
        org.awaitility.Awaitility.await().until(() -> !transport.isAlive());
    }

    @Test
    void each_stop_begins_a_new_time_of_grace() {
        ClientConfig config = config(US, "one");
        AccountRegistry.Lease first = registry.acquire(config);
        HttpTransport transport = first.transport().get();
        first.account().rateLimiter().acquire(Long.MAX_VALUE, clock).join().throttled(Duration.ofMinutes(2));
        first.close();
        clock.advance(Duration.ofSeconds(30));
        AccountRegistry.Lease second = registry.acquire(config);
        clock.advance(Duration.ofSeconds(20));
        second.close();
        clock.advance(GRACE.minusSeconds(1));

        assertTrue(transport.isAlive());
        try (AccountRegistry.Lease third = registry.acquire(config)) {
            assertSame(transport, third.transport().get());
            assertEquals(Duration.ofSeconds(11), third.account().rateLimiter().status().paused());
        }
        clock.advance(GRACE);
        assertEquals(0, registry.size());
    }

    @Test
    void the_last_component_ends_connections_that_nobody_uses() {
        registry.enter();
        registry.enter();
        AccountRegistry.Lease lease = registry.acquire(config(US, "one"));
        HttpTransport transport = lease.transport().get();
        lease.close();
        registry.leave();
        assertTrue(transport.isAlive());
        registry.leave();

        assertFalse(transport.isAlive());
        assertEquals(1, registry.size());
    }

    @Test
    void a_transport_that_has_died_is_replaced_for_all_its_users() {
        try (AccountRegistry.Lease one = registry.acquire(config(US, "one"));
                AccountRegistry.Lease other = registry.acquire(config(US, "two"))) {
            HttpTransport dead = one.transport().get();
            dead.close();

            HttpTransport next = one.transport().get();
            assertNotSame(dead, next);
            assertTrue(next.isAlive());
            assertSame(next, other.transport().get());
        }
    }

    @Test
    void other_rate_limits_are_refused_while_the_account_is_in_use_and_replace_the_old_ones_afterwards() {
        RateLimits slow = new RateLimits(10, 10, 1, 10);
        ClientConfig other = config(US, null, "one", slow, null);
        AccountRegistry.Lease lease = registry.acquire(config(US, "one"));
        String refusal = assertThrows(IllegalArgumentException.class, () -> registry.acquire(other)).getMessage();
        assertTrue(refusal.contains("requestsPerSecond") && refusal.contains("Camel context"), refusal);

        lease.account().rateLimiter().acquire(Long.MAX_VALUE, clock).join().throttled(Duration.ofSeconds(30));
        lease.close();
        clock.advance(Duration.ofSeconds(10));
        try (AccountRegistry.Lease next = registry.acquire(other)) {
            assertEquals(slow, next.account().rateLimiter().limits());
            assertEquals(Duration.ofSeconds(20), next.account().rateLimiter().status().paused());
            assertThrows(IllegalArgumentException.class, () -> registry.acquire(config(US, "one")));
        }
    }

    @Test
    void a_transport_that_cannot_be_built_leaves_no_user_behind() {
        ClientConfig broken = config(US, null, "one", new RateLimits(1, 1, 1, 1), builder -> {
            throw new IllegalStateException("no");
        });
        assertThrows(IllegalStateException.class, () -> registry.acquire(broken));

        registry.acquire(config(US, "one")).close();
    }

    @Test
    void of_two_requests_that_find_the_transport_dead_one_replaces_it() throws Exception {
        try (AccountRegistry.Lease lease = registry.acquire(config(US, "one")); Race race = new Race()) {
            for (int i = 0; i < 300; i++) {
                lease.transport().get().close();
                CompletableFuture<HttpTransport> one = new CompletableFuture<>();
                CompletableFuture<HttpTransport> other = new CompletableFuture<>();
                race.run(() -> one.complete(lease.transport().get()), () -> other.complete(lease.transport().get()));
                assertSame(one.join(), other.join());
            }
        }
    }

    @Test
    void a_client_that_is_acquired_while_another_user_releases_it_is_open() throws Exception {
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
        ClientRegistry clients = new ClientRegistry(registry, () -> new ExecutorScheduler(timer), Runnable::run,
                new CallListener() {
                    @Override
                    public void answered(ApiMethod call, Throwable error, FailureKind failure, Duration took) {
                        // No request is made.
                    }

                    @Override
                    public void waited(ApiMethod call, Duration waited) {
                        // No request is made.
                    }
                });
        ClientConfig config = config(US, "one");
        try (Race race = new Race()) {
            for (int i = 0; i < 2_000; i++) {
                ClientRegistry.Client first = clients.acquire(config);
                CompletableFuture<ClientRegistry.Client> second = new CompletableFuture<>();
                race.run(() -> clients.release(first, Duration.ZERO), () -> second.complete(clients.acquire(config)));
                assertFalse(second.join().isClosed(), "closed in round " + i);
                clients.release(second.join(), Duration.ZERO);
                assertEquals(0, clients.size());
            }
        } finally {
            clients.close(() -> Duration.ZERO);
            timer.shutdownNow();
        }
    }
}
