package io.github.integratorio.camel.internal.account;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

import io.github.integratorio.camel.internal.client.CallContext;
import io.github.integratorio.camel.internal.client.CallListener;
import io.github.integratorio.camel.internal.client.ClientConfig;
import io.github.integratorio.camel.internal.client.IntegratorioClient;
import io.github.integratorio.camel.internal.client.protocol.ApiResponse;
import io.github.integratorio.camel.internal.client.ratelimit.AccountRateLimiter;
import io.github.integratorio.camel.internal.concurrent.ExecutorScheduler;
import io.github.integratorio.camel.internal.operation.OperationExecutor;
import io.github.integratorio.camel.internal.operation.reconcile.ReconcileProgress;

/** The clients of one component, one for each configuration. They are cheap: what costs is shared in the whole JVM. */
public final class ClientRegistry {

    private final AccountRegistry accounts;
    private final Supplier<ExecutorScheduler> schedulers;
    private final Executor workers;
    private final CallListener listener;
    /** Guarded by this, as are the numbers of users. */
    private final Map<ClientConfig, Client> clients = new HashMap<>();

    /**
     * @param accounts   has what clients share
     * @param schedulers makes the scheduler of each client
     * @param workers    run what may take long
     * @param listener   is told the result of each request
     */
    public ClientRegistry(AccountRegistry accounts, Supplier<ExecutorScheduler> schedulers, Executor workers,
            CallListener listener) {
        this.accounts = accounts;
        this.schedulers = schedulers;
        this.workers = workers;
        this.listener = listener;
        accounts.enter();
    }

    /** A client, and the operations that use it. */
    public static final class Client {
        private final ClientConfig config;
        private final ExecutorScheduler scheduler;
        private final AccountRegistry.Lease lease;
        private final IntegratorioClient api;
        private final OperationExecutor operations;
        private int users;

        private Client(ClientConfig config, ExecutorScheduler scheduler, Executor workers, AccountRegistry.Lease lease,
                IntegratorioClient api) {
            this.config = config;
            this.scheduler = scheduler;
            this.lease = lease;
            this.api = api;
            this.operations = new OperationExecutor(api, scheduler, workers, lease.writeState(),
                    config.licenseIndexMaxAge());
        }

        /** The single API calls. */
        public IntegratorioClient api() {
            return api;
        }

        /** The operations made of them. */
        public OperationExecutor operations() {
            return operations;
        }

        /** The rate limiter of the account. */
        public AccountRateLimiter rateLimiter() {
            return lease.account().rateLimiter();
        }

        /**
         * Asks the API whether it accepts the token, with one request that does not wait for others. All clients of the account share an
         * answer for some seconds.
         */
        public CompletableFuture<ApiResponse> checkToken(Duration timeout) {
            return lease.account().tokenCheck().result(scheduler,
                    () -> operations.checkToken(CallContext.probe(scheduler, timeout)));
        }

        /** Whether the last user has released it. */
        public boolean isClosed() {
            return scheduler.isClosed();
        }

        /** Ends the calls of this client that are still running after the timeout, and no others. */
        private void close(Duration timeout) {
            operations.stop(timeout);
            scheduler.close();
            lease.close();
        }
    }

    /**
     * The client of a configuration. Each caller must release it.
     *
     * @throws IllegalArgumentException if others use the account with different rate limits
     */
    public synchronized Client acquire(ClientConfig config) {
        Client client = clients.get(config);
        if (client == null) {
            AccountRegistry.Lease lease = accounts.acquire(config);
            ExecutorScheduler scheduler = schedulers.get();
            client = new Client(config, scheduler, workers, lease, new IntegratorioClient(config, lease.transport(),
                    lease.account().rateLimiter(), scheduler, workers, listener));
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
    public void release(Client client, Duration timeout) {
        synchronized (this) {
            // A closed one has been removed already.
            if (--client.users > 0 || !clients.remove(client.config, client)) {
                return;
            }
        }
        client.close(timeout);
    }

    /**
     * Closes all clients; to be called once.
     *
     * @param timeout how long running operations may take to finish, from the time of the question
     */
    public void close(Supplier<Duration> timeout) {
        List<Client> rest;
        synchronized (this) {
            rest = List.copyOf(clients.values());
            clients.clear();
        }
        rest.forEach(client -> client.close(timeout.get()));
        accounts.leave();
    }

    /** The number of clients. */
    public synchronized int size() {
        return clients.size();
    }

    /** The reconciles that are running. */
    public synchronized List<ReconcileProgress> reconciles() {
        return clients.values().stream().flatMap(client -> client.operations().reconciles().stream()).toList();
    }

    /** The rate limiters of the accounts in use. */
    public synchronized List<AccountRateLimiter> rateLimiters() {
        return clients.values().stream().map(Client::rateLimiter).distinct().toList();
    }
}
