package io.github.integratorio.camel;

import java.io.Closeable;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.integratorio.camel.api.IntegratorioConfiguration;
import io.github.integratorio.camel.api.IntegratorioConstants;
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
import io.github.integratorio.camel.internal.observability.RequestMetrics;
import io.github.integratorio.camel.internal.observability.RequestStatistics;
import io.github.integratorio.camel.internal.operation.reconcile.ReconcileProgress;
import io.github.integratorio.camel.internal.producer.AmbiguousWrites;
import io.github.integratorio.camel.internal.producer.ClaimRepositories;
import io.github.integratorio.camel.internal.producer.IneffectiveOptions;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.PropertyBindingException;
import org.apache.camel.ResolveEndpointFailedException;
import org.apache.camel.SSLContextParametersAware;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.PropertyConfigurer;
import org.apache.camel.spi.ShutdownStrategy;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.HealthCheckComponent;
import org.apache.camel.support.service.ServiceHelper;
import org.apache.camel.util.IOHelper;
import org.apache.camel.util.StringHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Component for the integrator.io API of SmartConnectors and their licenses. */
@Component("integratorio")
public class IntegratorioComponent extends HealthCheckComponent
        implements SSLContextParametersAware, ObservedComponent {

    private static final Logger LOG = LoggerFactory.getLogger(IntegratorioComponent.class);
    private static final Pattern SPACE_IN_TEXT = Pattern.compile("(?<=\\S) (?=\\S)");
    private static final Pattern RAW_ORDER = Pattern.compile("(?i)[?&]idempotency-?key=RAW([({]|%28|%7B)");
    /**
     * Tries the exact name of an option first. Camel's generated code lower-cases names in the default locale, so that a Turkish JVM knows
     * no connectorId.
     */
    private static final IntegratorioEndpointConfigurer EXACT_NAMES = new IntegratorioEndpointConfigurer() {
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

    private final AmbiguousWrites.Notifier exchangeNotifier = new AmbiguousWrites.Notifier();
    private ThreadPools threads;
    private volatile Long stopBy;
    private final FeedStoreRegistry feedStores = new FeedStoreRegistry();
    private final Set<IntegratorioConsumer> consumers = ConcurrentHashMap.newKeySet();
    private final Set<Outbox> unfinished = ConcurrentHashMap.newKeySet();
    private final RequestStatistics requestStatistics = new RequestStatistics();
    private final ClaimRepositories claimRepositories = new ClaimRepositories();
    private CallListener listener;
    private ClientRegistry clients;

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        IntegratorioConfiguration copy = configuration.copy();
        if (value(parameters, "baseUrl") != null) {
            // The endpoint's baseUrl replaces the component's region. An endpoint's region does not replace the component's baseUrl:
            // a test that sets it to a simulator must never reach the real API.
            copy.setRegion(null);
        }
        // The endpoint's store replaces the component's.
        if (value(parameters, "dataSource") != null) {
            copy.setStateDirectory(null);
        }
        if (value(parameters, "stateDirectory") instanceof String directory && !directory.isBlank()) {
            copy.setDataSource(null);
        }
        IntegratorioEndpoint endpoint = new IntegratorioEndpoint(uri, this, remaining, copy, configuration);
        Set<String> options = Set.copyOf(parameters.keySet());
        for (String option : List.of("email", "expires")) {
            // Camel decodes a plus sign to a space, which neither an address nor an instant contains.
            parameters.computeIfPresent(option, (name, value) -> value instanceof String text
                    ? SPACE_IN_TEXT.matcher(text).replaceAll("+") : value);
        }
        if (value(parameters, "idempotencyKey") instanceof String order && SPACE_IN_TEXT.matcher(order).find()
                && !RAW_ORDER.matcher(uri).find()) {
            throw new IllegalArgumentException(
                    "idempotencyKey: has a space, or a plus sign, which Camel decodes to one;"
                            + " expected RAW(…), toD, or the header " + IntegratorioConstants.IDEMPOTENCY_KEY);
        }
        try {
            setProperties(endpoint, parameters);
        } catch (PropertyBindingException e) {
            Class<?> type = EXACT_NAMES.getOptionType(e.getPropertyName(), true);
            if (type == null || !type.isEnum()) {
                throw e;
            }
            // Instead of the name of a class that the user does not know.
            throw new IllegalArgumentException(e.getPropertyName() + ": expected one of "
                    + Stream.of(type.getEnumConstants())
                            .map(value -> StringHelper.dashToCamelCase(StringHelper.camelCaseToDash(value.toString())))
                            .collect(Collectors.joining(", ")));
        }
        IneffectiveOptions.warn(options, copy.getOperation());
        return endpoint;
    }

    /** The value of an option in any spelling that Camel takes, such as {@code base-url}; null if there is none. */
    private static Object value(Map<String, Object> parameters, String option) {
        return parameters.entrySet().stream().filter(one -> one.getKey().replace("-", "").equalsIgnoreCase(option))
                .map(Map.Entry::getValue).findFirst().orElse(null);
    }

    @Override
    protected void validateParameters(String uri, Map<String, Object> parameters, String optionPrefix) {
        if (optionPrefix == null) {
            for (String unknown : parameters.keySet()) {
                // Without the query: Camel does not hide all of a token in RAW{…}.
                throw new ResolveEndpointFailedException(StringHelper.before(uri, "?", uri),
                        UnknownOption.message(unknown));
            }
        }
        super.validateParameters(uri, parameters, optionPrefix);
    }

    @Override
    public PropertyConfigurer getEndpointPropertyConfigurer() {
        return EXACT_NAMES;
    }

    @Override
    protected void doInit() throws Exception {
        SupportedCamel.require(getCamelContext().getVersion());
        super.doInit();
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        ServiceHelper.startService(exchangeNotifier);
        getCamelContext().getManagementStrategy().addEventNotifier(exchangeNotifier);
        threads = new ThreadPools(getCamelContext().getExecutorServiceManager(), this);
        stopBy = null;
        listener = callListener();
        clients = new ClientRegistry(AccountRegistry.ofJvm(), threads::newScheduler, threads.workers(), listener);
    }

    @Override
    protected void doStop() throws Exception {
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
        if (getCamelContext() != null) {
            // Otherwise it has never been started.
            getCamelContext().getManagementStrategy().removeEventNotifier(exchangeNotifier);
        }
        super.doStop();
    }

    private CallListener callListener() {
        boolean hasMicrometer = getCamelContext().getClassResolver()
                .resolveClass("io.micrometer.core.instrument.MeterRegistry") != null;
        try {
            return hasMicrometer ? RequestMetrics.before(requestStatistics, getCamelContext(), this)
                    : requestStatistics;
        } catch (RuntimeException | Error e) {
            // What observes must not prevent a start.
            LOG.warn("Requests are not recorded in Micrometer: {}", e.toString());
            return requestStatistics;
        }
    }

    public ThreadPools threads() {
        return threads;
    }

    ClaimRepositories claimRepositories() {
        return claimRepositories;
    }

    /** Returns the shared client with this configuration; each call needs one of {@link #release}. */
    ClientRegistry.Client acquire(ClientConfig config) {
        // The endpoints in a split or multicast are started while the routes are built, which is before the components are started.
        start();
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
        ShutdownStrategy shutdown = getCamelContext().getShutdownStrategy();
        // A strategy that waits for nothing, such as that of Quarkus in its dev mode, has no unit.
        Duration timeout = shutdown.getTimeUnit() == null ? Duration.ZERO
                : Duration.of(shutdown.getTimeout(), shutdown.getTimeUnit().toChronoUnit());
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
    public List<AccountRateLimiter> rateLimiters() {
        return clients == null ? List.of() : clients.rateLimiters();
    }

    @Override
    public List<ReconcileProgress> reconciles() {
        return clients == null ? List.of() : clients.reconciles();
    }

    /** Keeps what is in flight of a consumer that stops, until this component stops: its exchanges may still complete in other routes. */
    void keepInFlight(Collection<ChangeFeed> feeds) {
        feeds.stream().map(ChangeFeed::outbox).filter(outbox -> outbox.inFlight() > 0).forEach(unfinished::add);
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
