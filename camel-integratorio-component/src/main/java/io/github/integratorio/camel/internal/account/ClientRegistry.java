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
import io.github.integratorio.camel.internal.concurrent.ExecutorScheduler;
import io.github.integratorio.camel.internal.operation.AccountWriteState;
import io.github.integratorio.camel.internal.operation.IntegratorioOperations;

/**
 * What the endpoints of a component share: one client for equal settings; and for each account, however it is reached, one gate
 * and one order of writes.
 */
public final class ClientRegistry {

    private final ExecutorScheduler timeline;
    private final Executor workers;
    private final CallListener observer;
    // Both are guarded by this.
    private final Map<ClientConfig, Client> clients = new HashMap<>();
    private final Map<AccountKey, Account> accounts = new HashMap<>();

    public ClientRegistry(ExecutorScheduler timeline, Executor workers, CallListener observer) {
        this.timeline = timeline;
        this.workers = workers;
        this.observer = observer;
    }

    private record AccountKey(URI baseUrl, TokenSource token) {
        static AccountKey of(ClientConfig settings) {
            return new AccountKey(settings.transport().baseUrl(), settings.token());
        }
    }

    private static final class Account {
        private final AccountRateLimiter gate;
        private final AccountWriteState writes = new AccountWriteState();
        private int users;

        Account(AccountRateLimiter gate) {
            this.gate = gate;
        }
    }

    /** A client, and the operations over it. */
    public static final class Client {
        private final IntegratorioClient http;
        private final IntegratorioOperations provisioning;
        private int users;

        Client(IntegratorioClient http, IntegratorioOperations provisioning) {
            this.http = http;
            this.provisioning = provisioning;
        }

        public IntegratorioClient api() {
            return http;
        }

        public IntegratorioOperations provisioning() {
            return provisioning;
        }
    }

    /**
     * The client of these settings; to be released by whoever asks.
     *
     * @throws IllegalArgumentException when another endpoint of the account has other limits
     */
    public synchronized Client acquire(ClientConfig settings) {
        Client client = clients.get(settings);
        if (client == null) {
            Account known = accounts.get(AccountKey.of(settings));
            Account account = known != null ? known : new Account(new AccountRateLimiter(settings.limits(), timeline));
            if (!account.gate.limits().equals(settings.limits())) {
                throw new IllegalArgumentException("requestsPerSecond, requestBurst, maxConcurrentRequests and maxQueuedRequests:"
                        + " another endpoint of the same account has other values; set them once, on the component");
            }
            IntegratorioClient http = new IntegratorioClient(settings, account.gate, timeline, workers, observer);
            // Not before: a client that cannot be built leaves nothing behind.
            accounts.put(AccountKey.of(settings), account);
            account.users++;
            client = new Client(http, new IntegratorioOperations(http, timeline, account.writes));
            clients.put(settings, client);
        }
        client.users++;
        return client;
    }

    /**
     * Gives it back; with the last user the client ends.
     *
     * @param patience how long operations that go on may take to finish
     */
    public void release(ClientConfig settings, Duration patience) {
        Client client;
        synchronized (this) {
            client = clients.get(settings);
            if (client == null || --client.users > 0) {
                return;
            }
            clients.remove(settings);
        }
        end(settings, client, patience);
    }

    private void end(ClientConfig settings, Client client, Duration patience) {
        client.provisioning.stop(patience);
        AccountRateLimiter unused = null;
        synchronized (this) {
            Account account = accounts.get(AccountKey.of(settings));
            if (--account.users == 0) {
                accounts.remove(AccountKey.of(settings));
                unused = account.gate;
            }
        }
        if (unused != null) {
            unused.close();
        }
        client.http.close();
    }

    /** Ends all that is left, at once. */
    public void close() {
        Map<ClientConfig, Client> rest;
        synchronized (this) {
            rest = new HashMap<>(clients);
            clients.clear();
        }
        rest.forEach((settings, client) -> end(settings, client, Duration.ZERO));
    }

    /** What goes on at the gates. */
    public synchronized List<RateLimiterStatus> gates() {
        return accounts.values().stream().map(account -> account.gate.status()).toList();
    }
}
