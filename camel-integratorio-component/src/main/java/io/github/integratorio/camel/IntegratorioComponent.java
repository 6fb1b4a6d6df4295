package io.github.integratorio.camel;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.github.integratorio.camel.client.CallObserver;
import io.github.integratorio.camel.client.ClientSettings;
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

    private ComponentThreads threads;
    private volatile Long stopBy;
    private final FeedStores feedStores = new FeedStores();
    private final Set<IntegratorioConsumer> consumers = ConcurrentHashMap.newKeySet();
    private final RecentErrors recentErrors = new RecentErrors();
    private SharedClients clients;

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
        threads = new ComponentThreads(getCamelContext().getExecutorServiceManager(), this);
        stopBy = null;
        clients = new SharedClients(threads.timeline(), threads::goOn, observer());
    }

    @Override
    protected void doStop() throws Exception {
        clients.close();
        threads.stop();
        super.doStop();
    }

    private CallObserver observer() {
        boolean hasMicrometer = getCamelContext().getClassResolver().resolveClass("io.micrometer.core.instrument.MeterRegistry") != null;
        return hasMicrometer ? CallMetrics.before(recentErrors, getCamelContext()) : recentErrors;
    }

    ComponentThreads threads() {
        return threads;
    }

    /** The client of these settings; to be released by whoever asks. */
    SharedClients.Client acquire(ClientSettings settings) {
        // What a split or multicast sends to is started while the routes are made, and that is before the components are started.
        start();
        return clients.acquire(settings);
    }

    /** Gives it back; what goes on has as long as Camel's shutdown may take. */
    void release(ClientSettings settings) {
        clients.release(settings, patience());
    }

    /** When the whole context stops, its endpoints stop one after the other: the time is for all of them together. */
    private synchronized Duration patience() {
        ShutdownStrategy shutdown = getCamelContext().getShutdownStrategy();
        Duration timeout = Duration.of(shutdown.getTimeout(), shutdown.getTimeUnit().toChronoUnit());
        if (!getCamelContext().isStopping()) {
            return timeout;
        }
        long now = threads.timeline().nanos();
        if (stopBy == null) {
            stopBy = now + timeout.toNanos();
        }
        return Duration.ofNanos(stopBy - now);
    }

    SharedClients clients() {
        return clients;
    }

    FeedStores feedStores() {
        return feedStores;
    }

    /** The consumers that are started; each puts itself in and takes itself out. A route's consumer may be hidden in another one. */
    Set<IntegratorioConsumer> consumers() {
        return consumers;
    }

    RecentErrors recentErrors() {
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
