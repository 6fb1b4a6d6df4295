package io.github.integratorio.camel.internal.account;

import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;

import io.github.integratorio.camel.internal.client.CallListener;
import io.github.integratorio.camel.internal.client.ClientConfig;
import io.github.integratorio.camel.internal.client.IntegratorioClient;
import io.github.integratorio.camel.internal.client.TokenSource;
import io.github.integratorio.camel.internal.client.ratelimit.AccountRateLimiter;
import io.github.integratorio.camel.internal.client.ratelimit.RateLimiterStatus;
import io.github.integratorio.camel.internal.concurrent.Scheduler;
import io.github.integratorio.camel.internal.operation.AccountWriteState;
import io.github.integratorio.camel.internal.operation.OperationExecutor;

/**
 * What the endpoints of a component share: one client per configuration, and one rate limiter and one order of writes per account.
 */
public final class ClientRegistry {

    private final Scheduler scheduler;
    private final Executor workers;
    private final CallListener listener;
    // Both maps are guarded by this.
    private final Map<ClientConfig, Client> clients = new HashMap<>();
    private final Map<AccountKey, Account> accounts = new HashMap<>();

    /**
     * @param scheduler clock and timer of all clients
     * @param workers   run what may take long
     * @param listener  is told the result of each request
     */
    public ClientRegistry(Scheduler scheduler, Executor workers, CallListener listener) {
        this.scheduler = scheduler;
        this.workers = workers;
        this.listener = listener;
    }

    private record AccountKey(URI baseUrl, TokenSource token) {
        static AccountKey of(ClientConfig config) {
            return new AccountKey(config.transport().baseUrl(), config.token());
        }
    }

    private static final class Account {
        private final AccountRateLimiter rateLimiter;
        private final AccountWriteState writes = new AccountWriteState();
        private int users;

        Account(AccountRateLimiter rateLimiter) {
            this.rateLimiter = rateLimiter;
        }
    }

    /** A client, and the operations that use it. */
    public static final class Client {
        private final IntegratorioClient api;
        private final OperationExecutor operations;
        private int users;

        Client(IntegratorioClient api, OperationExecutor operations) {
            this.api = api;
            this.operations = operations;
        }

        /** The single API calls. */
        public IntegratorioClient api() {
            return api;
        }

        /** The operations made of them. */
        public OperationExecutor operations() {
            return operations;
        }
    }

    /**
     * The client of a configuration. Each caller must release it.
     *
     * @throws IllegalArgumentException if another endpoint of the account has different rate limits
     */
    public synchronized Client acquire(ClientConfig config) {
        Client client = clients.get(config);
        if (client == null) {
            Account known = accounts.get(AccountKey.of(config));
            Account account = known != null ? known : new Account(new AccountRateLimiter(config.limits(), scheduler));
            if (!account.rateLimiter.limits().equals(config.limits())) {
                throw new IllegalArgumentException(
                        "requestsPerSecond, requestBurst, maxConcurrentRequests and maxQueuedRequests:"
                                + " another endpoint of the same account has different values; set them once, on the component");
            }
            IntegratorioClient api = new IntegratorioClient(config, account.rateLimiter, scheduler, workers, listener);
            // Only now: a client that cannot be created leaves nothing behind.
            accounts.put(AccountKey.of(config), account);
            account.users++;
            client = new Client(api,
                    new OperationExecutor(api, scheduler, account.writes, config.licenseIndexMaxAge()));
            clients.put(config, client);
        }
        client.users++;
        return client;
    }

    /**
     * Releases a client. The last release closes it.
     *
     * @param timeout how long running operations may take to finish
     */
    public void release(ClientConfig config, Duration timeout) {
        Client client;
        synchronized (this) {
            client = clients.get(config);
            if (client == null || --client.users > 0) {
                return;
            }
            clients.remove(config);
        }
        close(config, client, timeout);
    }

    private void close(ClientConfig config, Client client, Duration timeout) {
        client.operations.stop(timeout);
        AccountRateLimiter unused = null;
        synchronized (this) {
            Account account = accounts.get(AccountKey.of(config));
            if (--account.users == 0) {
                accounts.remove(AccountKey.of(config));
                unused = account.rateLimiter;
            }
        }
        if (unused != null) {
            unused.close();
        }
        client.api.close();
    }

    /** Closes all clients at once. */
    public void close() {
        Map<ClientConfig, Client> rest;
        synchronized (this) {
            rest = new HashMap<>(clients);
            clients.clear();
        }
        rest.forEach((config, client) -> close(config, client, Duration.ZERO));
    }

    /** The load of each account. */
    public synchronized List<RateLimiterStatus> rateLimiters() {
        return accounts.values().stream().map(account -> account.rateLimiter.status()).toList();
    }
}
