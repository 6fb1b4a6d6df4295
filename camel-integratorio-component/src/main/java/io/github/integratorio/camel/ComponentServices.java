package io.github.integratorio.camel;

import java.io.Closeable;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.github.integratorio.camel.api.IntegratorioConfiguration;
import io.github.integratorio.camel.internal.account.AccountRegistry;
import io.github.integratorio.camel.internal.account.ClientRegistry;
import io.github.integratorio.camel.internal.changefeed.ChangeFeed;
import io.github.integratorio.camel.internal.changefeed.Outbox;
import io.github.integratorio.camel.internal.client.CallListener;
import io.github.integratorio.camel.internal.client.ClientConfig;
import io.github.integratorio.camel.internal.client.ratelimit.AccountRateLimiter;
import io.github.integratorio.camel.internal.concurrent.ThreadPools;
import io.github.integratorio.camel.internal.consumer.FeedStoreRegistry;
import io.github.integratorio.camel.internal.observability.ObservedComponent;
import io.github.integratorio.camel.internal.observability.ObservedComponents;
import io.github.integratorio.camel.internal.observability.ObservedConsumer;
import io.github.integratorio.camel.internal.observability.RequestMetrics;
import io.github.integratorio.camel.internal.observability.RequestStatistics;
import io.github.integratorio.camel.internal.operation.reconcile.ReconcileProgress;
import io.github.integratorio.camel.internal.producer.AmbiguousWrites;
import io.github.integratorio.camel.internal.producer.ClaimRepositories;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.spi.ShutdownStrategy;
import org.apache.camel.support.service.ServiceHelper;
import org.apache.camel.util.IOHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the endpoints of a component share while it runs: threads, clients, stores and figures. */
final class ComponentServices implements ObservedComponent {

    private static final Logger LOG = LoggerFactory.getLogger(ComponentServices.class);

    private final IntegratorioComponent component;
    private final AmbiguousWrites.Notifier exchangeNotifier = new AmbiguousWrites.Notifier();
    private final FeedStoreRegistry feedStores = new FeedStoreRegistry();
    private final Set<ObservedConsumer> consumers = ConcurrentHashMap.newKeySet();
    private final Set<Outbox> unfinished = ConcurrentHashMap.newKeySet();
    private final RequestStatistics requestStatistics = new RequestStatistics();
    private final ClaimRepositories claimRepositories = new ClaimRepositories();
    private ThreadPools threads;
    private CallListener listener;
    private ClientRegistry clients;
    private volatile Long stopBy;

    ComponentServices(IntegratorioComponent component) {
        this.component = component;
    }

    void start(CamelContext camel) {
        ServiceHelper.startService(exchangeNotifier);
        camel.getManagementStrategy().addEventNotifier(exchangeNotifier);
        threads = new ThreadPools(camel.getExecutorServiceManager(), component);
        stopBy = null;
        listener = callListener(camel);
        clients = new ClientRegistry(AccountRegistry.ofJvm(), threads::newScheduler, threads.workers(), listener);
        ObservedComponents.add(camel, this);
    }

    /** Also called if the component has never been started. */
    void stop() throws Exception {
        unfinished.forEach(Outbox::abandon);
        unfinished.clear();
        if (clients != null) {
            // Callers of producers that are in no route, such as those of a template, are still being served.
            Duration timeout = stopTimeout();
            long by = threads.scheduler().nanoTime() + timeout.toNanos();
            clients.close(() -> Duration.ofNanos(by - threads.scheduler().nanoTime()));
            threads.stop();
            IOHelper.close(listener instanceof Closeable metrics ? metrics : null);
            clients = null;
        }
        CamelContext camel = component.getCamelContext();
        if (camel != null) {
            ObservedComponents.remove(camel, this);
            camel.getManagementStrategy().removeEventNotifier(exchangeNotifier);
        }
    }

    private CallListener callListener(CamelContext camel) {
        boolean hasMicrometer =
                camel.getClassResolver().resolveClass("io.micrometer.core.instrument.MeterRegistry") != null;
        try {
            return hasMicrometer ? RequestMetrics.before(requestStatistics, camel, this) : requestStatistics;
        } catch (RuntimeException | Error e) {
            // What observes must not prevent a start.
            LOG.warn("Requests are not recorded in Micrometer: {}", e.toString());
            return requestStatistics;
        }
    }

    ThreadPools threads() {
        startComponent();
        return threads;
    }

    /**
     * The endpoints in a split or multicast are started while the routes are built, which is before the components are started. And of
     * several threads whose calls are the first ones, Camel lets one start the component, while the others have it already.
     */
    private void startComponent() {
        component.start();
    }

    /** The clients in use; null while the component is stopped. */
    ClientRegistry clients() {
        return clients;
    }

    /** Makes sure that a repository can hold claims, and runs. */
    void startClaims(IdempotentRepository repository) throws Exception {
        claimRepositories.start(component.getCamelContext(), repository);
    }

    /** Returns the shared client with this configuration; each call needs one of {@link #release}. */
    ClientRegistry.Client acquire(ClientConfig config) {
        startComponent();
        return clients.acquire(config);
    }

    /** Releases a client; operations in flight may finish within Camel's shutdown timeout. */
    void release(ClientRegistry.Client client) {
        ClientRegistry registry = clients;
        // A component that has stopped, which may be before its producers, has closed all clients.
        if (registry != null) {
            registry.release(client, stopTimeout());
        }
    }

    /** A stopping context stops its endpoints one after the other, so they share the shutdown timeout. */
    private synchronized Duration stopTimeout() {
        ShutdownStrategy shutdown = component.getCamelContext().getShutdownStrategy();
        // A strategy that waits for nothing, such as that of Quarkus in its dev mode, has no unit.
        Duration timeout = shutdown.getTimeUnit() == null ? Duration.ZERO
                : Duration.of(shutdown.getTimeout(), shutdown.getTimeUnit().toChronoUnit());
        if (!component.getCamelContext().isStopping()) {
            return timeout;
        }
        long now = threads.scheduler().nanoTime();
        if (stopBy == null) {
            stopBy = now + timeout.toNanos();
        }
        return Duration.ofNanos(stopBy - now);
    }

    /** Opens the store of a consumer, which must close its lease. */
    FeedStoreRegistry.Lease leaseStore(IntegratorioConfiguration configuration) {
        return feedStores.lease(configuration, component);
    }

    /** Adds a consumer that has started. A route may wrap its consumer in another one, so Camel's own list does not have it. */
    void add(ObservedConsumer consumer) {
        consumers.add(consumer);
    }

    /** Removes a consumer, but keeps what is in flight: its exchanges may still complete in other routes until this component stops. */
    void remove(ObservedConsumer consumer, Collection<ChangeFeed> feeds) {
        consumers.remove(consumer);
        feeds.stream().map(ChangeFeed::outbox).filter(outbox -> outbox.inFlight() > 0).forEach(unfinished::add);
    }

    @Override
    public List<AccountRateLimiter> rateLimiters() {
        return clients == null ? List.of() : clients.rateLimiters();
    }

    @Override
    public List<ReconcileProgress> reconciles() {
        return clients == null ? List.of() : clients.reconciles();
    }

    @Override
    public Set<ObservedConsumer> consumers() {
        return consumers;
    }

    @Override
    public RequestStatistics requestStatistics() {
        return requestStatistics;
    }
}
