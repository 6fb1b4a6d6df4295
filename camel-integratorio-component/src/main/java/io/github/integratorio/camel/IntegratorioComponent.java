package io.github.integratorio.camel;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

import io.github.integratorio.camel.api.IntegratorioConfiguration;
import io.github.integratorio.camel.internal.account.ClientRegistry;
import io.github.integratorio.camel.internal.client.CallListener;
import io.github.integratorio.camel.internal.client.ClientConfig;
import io.github.integratorio.camel.internal.client.ratelimit.RateLimiterStatus;
import io.github.integratorio.camel.internal.concurrent.ThreadPools;
import io.github.integratorio.camel.internal.consumer.FeedStoreRegistry;
import io.github.integratorio.camel.internal.observability.ObservedComponent;
import io.github.integratorio.camel.internal.observability.RequestMetrics;
import io.github.integratorio.camel.internal.observability.RequestStatistics;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.SSLContextParametersAware;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.PropertyConfigurer;
import org.apache.camel.spi.ShutdownStrategy;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.HealthCheckComponent;

/** Component for the integrator.io API of SmartConnectors and their licenses. */
@Component("integratorio")
public class IntegratorioComponent extends HealthCheckComponent
        implements SSLContextParametersAware, ObservedComponent {

    private static final Pattern SPACE_IN_TEXT = Pattern.compile("(?<=\\S) (?=\\S)");
    /**
     * Tries the exact name of an option first. Camel's generated code lower-cases names in the default locale, so that a Turkish JVM knows
     * no connectorId.
     */
    private static final PropertyConfigurer EXACT_NAMES = new IntegratorioEndpointConfigurer() {
        @Override
        public boolean configure(CamelContext context, Object target, String name, Object value, boolean ignoreCase) {
            return super.configure(context, target, name, value, false)
                    || ignoreCase && super.configure(context, target, name, value, true);
        }

        @Override
        public Class<?> getOptionType(String name, boolean ignoreCase) {
            Class<?> type = super.getOptionType(name, false);
            return type == null && ignoreCase ? super.getOptionType(name, true) : type;
        }
    };

    @Metadata(description = "Options shared by all endpoints.")
    private IntegratorioConfiguration configuration = new IntegratorioConfiguration();
    @Metadata(label = "security", defaultValue = "false",
            description = "Use the global SSLContextParameters of the Camel context.")
    private boolean useGlobalSslContextParameters;

    private ThreadPools threads;
    private volatile Long stopBy;
    private final FeedStoreRegistry feedStores = new FeedStoreRegistry();
    private final Set<IntegratorioConsumer> consumers = ConcurrentHashMap.newKeySet();
    private final RequestStatistics requestStatistics = new RequestStatistics();
    private ClientRegistry clients;

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        IntegratorioConfiguration copy = configuration.copy();
        if (parameters.containsKey("baseUrl")) {
            // The endpoint's baseUrl replaces the component's region. An endpoint's region does not replace the component's baseUrl:
            // a test that sets it to a simulator must never reach the real API.
            copy.setRegion(null);
        }
        IntegratorioEndpoint endpoint = new IntegratorioEndpoint(uri, this, remaining, copy,
                !Collections.disjoint(parameters.keySet(), IntegratorioEndpoint.CONNECTION_OPTIONS));
        for (String option : List.of("email", "expires")) {
            // Camel decodes a plus sign to a space, which neither an address nor an instant contains.
            parameters.computeIfPresent(option, (name, value) -> value instanceof String text
                    ? SPACE_IN_TEXT.matcher(text).replaceAll("+") : value);
        }
        setProperties(endpoint, parameters);
        return endpoint;
    }

    @Override
    public PropertyConfigurer getEndpointPropertyConfigurer() {
        return EXACT_NAMES;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        threads = new ThreadPools(getCamelContext().getExecutorServiceManager(), this);
        stopBy = null;
        clients = new ClientRegistry(threads.scheduler(), threads.workers(), callListener());
    }

    @Override
    protected void doStop() throws Exception {
        clients.close();
        threads.stop();
        super.doStop();
    }

    private CallListener callListener() {
        boolean hasMicrometer = getCamelContext().getClassResolver()
                .resolveClass("io.micrometer.core.instrument.MeterRegistry") != null;
        return hasMicrometer ? RequestMetrics.before(requestStatistics, getCamelContext()) : requestStatistics;
    }

    public ThreadPools threads() {
        return threads;
    }

    /** Returns the shared client with this configuration; each call needs one of {@link #release}. */
    ClientRegistry.Client acquire(ClientConfig config) {
        // The endpoints in a split or multicast are started while the routes are built, which is before the components are started.
        start();
        return clients.acquire(config);
    }

    /** Releases a client; operations in flight may finish within Camel's shutdown timeout. */
    void release(ClientConfig config) {
        clients.release(config, stopTimeout());
    }

    /** A stopping context stops its endpoints one after the other, so they share the shutdown timeout. */
    private synchronized Duration stopTimeout() {
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

    @Override
    public List<RateLimiterStatus> rateLimiters() {
        return clients == null ? List.of() : clients.rateLimiters();
    }

    FeedStoreRegistry feedStores() {
        return feedStores;
    }

    /** The started consumers, which add and remove themselves: a route may wrap its consumer in another one. */
    @Override
    public Set<IntegratorioConsumer> consumers() {
        return consumers;
    }

    @Override
    public RequestStatistics requestStatistics() {
        return requestStatistics;
    }

    public IntegratorioConfiguration getConfiguration() {
        return configuration;
    }

    /** Options shared by all endpoints. */
    public void setConfiguration(IntegratorioConfiguration configuration) {
        this.configuration = configuration;
    }

    @Override
    public boolean isUseGlobalSslContextParameters() {
        return useGlobalSslContextParameters;
    }

    /** Use the global SSLContextParameters of the Camel context. */
    @Override
    public void setUseGlobalSslContextParameters(boolean useGlobalSslContextParameters) {
        this.useGlobalSslContextParameters = useGlobalSslContextParameters;
    }
}
