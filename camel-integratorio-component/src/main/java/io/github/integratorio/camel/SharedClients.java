package io.github.integratorio.camel;

import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;

import io.github.integratorio.camel.client.AccessToken;
import io.github.integratorio.camel.client.CallObserver;
import io.github.integratorio.camel.client.ClientSettings;
import io.github.integratorio.camel.client.HttpIntegratorioClient;
import io.github.integratorio.camel.client.IntegratorioClient;
import io.github.integratorio.camel.client.gate.AccountGate;
import io.github.integratorio.camel.client.gate.GateStatus;
import io.github.integratorio.camel.client.gate.ScheduledTimeline;
import io.github.integratorio.camel.provisioning.AccountWrites;
import io.github.integratorio.camel.provisioning.Provisioning;

/**
 * What the endpoints of a component share: one client for equal settings; and for each account, however it is reached, one gate
 * and one order of writes.
 */
final class SharedClients {

    private final ScheduledTimeline timeline;
    private final Executor workers;
    private final CallObserver observer;
    // Both are guarded by this.
    private final Map<ClientSettings, Client> clients = new HashMap<>();
    private final Map<AccountKey, Account> accounts = new HashMap<>();

    SharedClients(ScheduledTimeline timeline, Executor workers, CallObserver observer) {
        this.timeline = timeline;
        this.workers = workers;
        this.observer = observer;
    }

    private record AccountKey(URI baseUrl, AccessToken token) {
        static AccountKey of(ClientSettings settings) {
            return new AccountKey(settings.baseUrl(), settings.token());
        }
    }

    private static final class Account {
        private final AccountGate gate;
        private final AccountWrites writes = new AccountWrites();
        private int users;

        Account(AccountGate gate) {
            this.gate = gate;
        }
    }

    /** A client, and the operations over it. */
    static final class Client {
        private final HttpIntegratorioClient http;
        private final Provisioning provisioning;
        private int users;

        Client(HttpIntegratorioClient http, Provisioning provisioning) {
            this.http = http;
            this.provisioning = provisioning;
        }

        IntegratorioClient api() {
            return http;
        }

        Provisioning provisioning() {
            return provisioning;
        }
    }

    /**
     * The client of these settings; to be released by whoever asks.
     *
     * @throws IllegalArgumentException when another endpoint of the account has other limits
     */
    synchronized Client acquire(ClientSettings settings) {
        Client client = clients.get(settings);
        if (client == null) {
            Account known = accounts.get(AccountKey.of(settings));
            Account account = known != null ? known : new Account(new AccountGate(settings.gate(), timeline));
            if (!account.gate.settings().equals(settings.gate())) {
                throw new IllegalArgumentException("requestsPerSecond, requestBurst, maxConcurrentRequests and maxQueuedRequests:"
                        + " another endpoint of the same account has other values; set them once, on the component");
            }
            HttpIntegratorioClient http = new HttpIntegratorioClient(settings, account.gate, timeline, workers, observer);
            // Not before: a client that cannot be built leaves nothing behind.
            accounts.put(AccountKey.of(settings), account);
            account.users++;
            client = new Client(http, new Provisioning(http, timeline, account.writes));
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
    void release(ClientSettings settings, Duration patience) {
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

    private void end(ClientSettings settings, Client client, Duration patience) {
        client.provisioning.stop(patience);
        AccountGate unused = null;
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
    void close() {
        Map<ClientSettings, Client> rest;
        synchronized (this) {
            rest = new HashMap<>(clients);
            clients.clear();
        }
        rest.forEach((settings, client) -> end(settings, client, Duration.ZERO));
    }

    /** What goes on at the gates. */
    synchronized List<GateStatus> gates() {
        return accounts.values().stream().map(account -> account.gate.status()).toList();
    }
}
