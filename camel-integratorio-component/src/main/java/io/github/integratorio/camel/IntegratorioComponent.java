package io.github.integratorio.camel;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.github.integratorio.camel.api.IntegratorioConfiguration;
import io.github.integratorio.camel.internal.account.ClientRegistry;
import io.github.integratorio.camel.internal.client.CallListener;
import io.github.integratorio.camel.internal.client.ClientConfig;
import io.github.integratorio.camel.internal.concurrent.ThreadPools;
import io.github.integratorio.camel.internal.consumer.FeedStoreRegistry;
import io.github.integratorio.camel.internal.observability.RequestMetrics;
import io.github.integratorio.camel.internal.observability.RequestStatistics;
import org.apache.camel.Endpoint;
import org.apache.camel.SSLContextParametersAware;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.ShutdownStrategy;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.HealthCheckComponent;

/** Sells integrator.io SmartConnectors: creates, renews and expires licenses, and everything else its connectors and licenses API can do. */
@Component("integratorio")
public class IntegratorioComponent extends HealthCheckComponent implements SSLContextParametersAware {

    @Metadata(description = "The options that all endpoints share.")
    private IntegratorioConfiguration configuration = new IntegratorioConfiguration();
    @Metadata(label = "security", defaultValue = "false",
              description = "Whether to use the TLS configuration of the Camel context.")
    private boolean useGlobalSslContextParameters;

    private ThreadPools threads;
    private volatile Long stopBy;
    private final FeedStoreRegistry feedStores = new FeedStoreRegistry();
    private final Set<IntegratorioConsumer> consumers = ConcurrentHashMap.newKeySet();
    private final RequestStatistics recentErrors = new RequestStatistics();
    private ClientRegistry clients;

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        IntegratorioConfiguration copy = configuration.copy();
        if (parameters.containsKey("baseUrl")) {
            // The endpoint's own address is instead of the component's region. Not the other way round: a test that points the
            // component to a simulator must not be led to the real API by an endpoint's region.
            copy.setRegion(null);
        }
        IntegratorioEndpoint endpoint = new IntegratorioEndpoint(uri, this, remaining, copy);
        setProperties(endpoint, parameters);
        return endpoint;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        threads = new ThreadPools(getCamelContext().getExecutorServiceManager(), this);
        stopBy = null;
        clients = new ClientRegistry(threads.scheduler(), threads.workers(), observer());
    }

    @Override
    protected void doStop() throws Exception {
        clients.close();
        threads.stop();
        super.doStop();
    }

    private CallListener observer() {
        boolean hasMicrometer = getCamelContext().getClassResolver().resolveClass("io.micrometer.core.instrument.MeterRegistry") != null;
        return hasMicrometer ? RequestMetrics.before(recentErrors, getCamelContext()) : recentErrors;
    }

    public ThreadPools threads() {
        return threads;
    }

    /** The client of these settings; to be released by whoever asks. */
    ClientRegistry.Client acquire(ClientConfig settings) {
        // What a split or multicast sends to is started while the routes are made, and that is before the components are started.
        start();
        return clients.acquire(settings);
    }

    /** Gives it back; what goes on has as long as Camel's shutdown may take. */
    void release(ClientConfig settings) {
        clients.release(settings, patience());
    }

    /** When the whole context stops, its endpoints stop one after the other: the time is for all of them together. */
    private synchronized Duration patience() {
        ShutdownStrategy shutdown = getCamelContext().getShutdownStrategy();
        Duration timeout = Duration.of(shutdown.getTimeout(), shutdown.getTimeUnit().toChronoUnit());
        if (!getCamelContext().isStopping()) {
            return timeout;
        }
        long now = threads.scheduler().nanoTime();
        if (stopBy == null) {
            stopBy = now + timeout.toNanos();
        }
        return Duration.ofNanos(stopBy - now);
    }

    public ClientRegistry clients() {
        return clients;
    }

    FeedStoreRegistry feedStores() {
        return feedStores;
    }

    /** The consumers that are started; each puts itself in and takes itself out. A route's consumer may be hidden in another one. */
    public Set<IntegratorioConsumer> consumers() {
        return consumers;
    }

    public RequestStatistics recentErrors() {
        return recentErrors;
    }

    public IntegratorioConfiguration getConfiguration() {
        return configuration;
    }

    /** The options that all endpoints share. */
    public void setConfiguration(IntegratorioConfiguration configuration) {
        this.configuration = configuration;
    }

    @Override
    public boolean isUseGlobalSslContextParameters() {
        return useGlobalSslContextParameters;
    }

    /** Whether to use the TLS configuration of the Camel context. */
    @Override
    public void setUseGlobalSslContextParameters(boolean useGlobalSslContextParameters) {
        this.useGlobalSslContextParameters = useGlobalSslContextParameters;
    }
}
