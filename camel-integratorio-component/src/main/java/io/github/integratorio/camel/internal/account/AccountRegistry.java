package io.github.integratorio.camel.internal.account;

import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import io.github.integratorio.camel.internal.client.ClientConfig;
import io.github.integratorio.camel.internal.client.TokenSource;
import io.github.integratorio.camel.internal.client.http.HttpTransport;
import io.github.integratorio.camel.internal.client.http.TransportConfig;
import io.github.integratorio.camel.internal.client.ratelimit.AccountRateLimiter;
import io.github.integratorio.camel.internal.client.ratelimit.RateLimits;
import io.github.integratorio.camel.internal.concurrent.JvmTimer;
import io.github.integratorio.camel.internal.concurrent.Scheduler;
import io.github.integratorio.camel.internal.operation.write.AccountWriteState;

/**
 * What all components and Camel contexts of the JVM share: the connections by what they depend on, the rate limiter by base URL and
 * token, and the state of writes by base URL alone, because several tokens may belong to one account. None of it belongs to a context:
 * it ends a minute after its last user has stopped, but for the state of writes, and connections end with the last component.
 */
public final class AccountRegistry {

    private static final int MAX_APIS = 1_000;
    private static final AccountRegistry JVM = new AccountRegistry(JvmTimer.scheduler(), Duration.ofMinutes(1));

    private final Scheduler timer;
    private final AtomicInteger components = new AtomicInteger();
    private final SharedResources<TransportConfig, SharedTransport> transports;
    private final SharedResources<Account, AccountState> accounts;
    /** Guarded by itself. Memory of orders and licenses must not end while a route is stopped, so it ends with the JVM. */
    private final Map<URI, AccountWriteState> writes = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<URI, AccountWriteState> eldest) {
            return super.size() > MAX_APIS;
        }
    };

    private record Account(URI baseUrl, TokenSource token) {
    }

    /**
     * @param timer of what is shared
     * @param grace how long a resource outlives its last user
     */
    AccountRegistry(Scheduler timer, Duration grace) {
        this.timer = timer;
        this.transports = new SharedResources<>(timer, grace, SharedTransport::closeLater);
        this.accounts = new SharedResources<>(timer, grace, account -> {});
    }

    /** The registry of the JVM. */
    public static AccountRegistry ofJvm() {
        return JVM;
    }

    /** What one client uses, until it is closed. */
    final class Lease implements AutoCloseable {
        private final TransportConfig transportKey;
        private final Account accountKey;
        private final Supplier<HttpTransport> transport;
        private final AccountState account;
        private final AccountWriteState writeState;

        private Lease(ClientConfig config) {
            this.transportKey = config.transport().withoutPath();
            this.accountKey = new Account(config.transport().baseUrl(), config.token());
            this.account =
                    accounts.acquire(accountKey, (current, isUsed) -> withLimits(current, isUsed, config.limits()));
            try {
                this.transport = transports.acquire(transportKey,
                        (current, isUsed) -> current != null ? current : new SharedTransport(transportKey));
            } catch (RuntimeException | Error e) {
                accounts.release(accountKey);
                throw e;
            }
            synchronized (writes) {
                this.writeState = writes.computeIfAbsent(accountKey.baseUrl(), url -> new AccountWriteState());
            }
        }

        Supplier<HttpTransport> transport() {
            return transport;
        }

        AccountState account() {
            return account;
        }

        AccountWriteState writeState() {
            return writeState;
        }

        /** To be called once. */
        @Override
        public void close() {
            transports.release(transportKey);
            accounts.release(accountKey);
        }
    }

    /**
     * Returns what a client with this configuration shares with others.
     *
     * @throws IllegalArgumentException if others use the account with different rate limits
     */
    Lease acquire(ClientConfig config) {
        return new Lease(config);
    }

    private AccountState withLimits(AccountState current, boolean isUsed, RateLimits limits) {
        if (current == null) {
            return new AccountState(new AccountRateLimiter(limits, timer), new TokenCheck(timer));
        }
        if (current.rateLimiter().limits().equals(limits)) {
            return current;
        }
        if (isUsed) {
            throw new IllegalArgumentException(
                    "requestsPerSecond, requestBurst, maxConcurrentRequests and maxQueuedRequests: another endpoint of the"
                            + " same account has different values, in this or another component or Camel context of the JVM;"
                            + " set them once, on the component, and to the same values in each context");
        }
        return new AccountState(current.rateLimiter().withLimits(limits), current.tokenCheck());
    }

    /** A component starts. */
    void enter() {
        components.incrementAndGet();
    }

    /**
     * A component stops. The last one ends the unused connections at once: their threads would otherwise run for another minute in an
     * application that is being undeployed.
     */
    void leave() {
        if (components.decrementAndGet() == 0) {
            transports.removeUnused().forEach(SharedTransport::close);
        }
    }

    /** Ends everything that is in its time of grace, and forgets what was written. For tests, between which nothing is used. */
    public void endUnused() {
        transports.removeUnused().forEach(SharedTransport::close);
        accounts.removeUnused();
        synchronized (writes) {
            writes.clear();
        }
    }

    /** The number of transports and accounts, used or in their time of grace. */
    int size() {
        return transports.size() + accounts.size();
    }
}
