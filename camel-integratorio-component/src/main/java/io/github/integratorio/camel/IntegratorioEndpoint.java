package io.github.integratorio.camel;

import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;

import io.github.integratorio.camel.api.ConnectedEndpoint;
import io.github.integratorio.camel.api.IntegratorioConfiguration;
import io.github.integratorio.camel.api.IntegratorioConstants;
import io.github.integratorio.camel.api.IntegratorioResource;
import io.github.integratorio.camel.internal.account.ClientConfigFactory;
import io.github.integratorio.camel.internal.account.ClientRegistry;
import io.github.integratorio.camel.internal.account.TlsSource;
import io.github.integratorio.camel.internal.client.ClientConfig;
import io.github.integratorio.camel.internal.client.protocol.ApiRequest;
import io.github.integratorio.camel.internal.license.EmailAddress;
import io.github.integratorio.camel.internal.producer.OperationDefinition;
import io.github.integratorio.camel.internal.producer.OptionOrHeader;
import org.apache.camel.AsyncEndpoint;
import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.ScheduledPollEndpoint;
import org.apache.camel.support.jsse.SSLContextParameters;

/** Provision and manage integrator.io SmartConnector licenses, and consume changes of connectors, licenses and installations. */
@UriEndpoint(firstVersion = "1.0.0", scheme = "integratorio", title = "integrator.io", syntax = "integratorio:resource",
        category = { Category.SAAS, Category.API }, headersClass = IntegratorioConstants.class)
public class IntegratorioEndpoint extends ScheduledPollEndpoint implements AsyncEndpoint, ConnectedEndpoint {

    private static final long POLL_DELAY = 60_000;

    @UriPath(enums = "connectors,licenses,installBase", description = "API resource to work on.")
    @Metadata(required = true)
    private final IntegratorioResource resource;
    @UriParam
    private final IntegratorioConfiguration configuration;
    @UriParam(label = "consumer,scheduler", defaultValue = "" + POLL_DELAY,
            description = "Milliseconds before the next poll.")
    private long delay = POLL_DELAY;

    private final IntegratorioConfiguration shared;
    private final boolean isMadeForMessage;
    private volatile ClientConfig config;

    /**
     * @param configuration a copy of the component's, for the options of the URI
     * @param shared        the component's
     */
    IntegratorioEndpoint(String uri, IntegratorioComponent component, String resource,
            IntegratorioConfiguration configuration, IntegratorioConfiguration shared) {
        super(uri, component);
        this.shared = shared;
        this.isMadeForMessage = UriGuard.isForMessage(component.getCamelContext());
        super.setDelay(delay);
        this.configuration = configuration;
        this.resource = Arrays.stream(IntegratorioResource.values()).filter(one -> one.name().equals(resource))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "resource: expected integratorio:connectors, integratorio:licenses or integratorio:installBase"));
    }

    @Override
    protected void doInit() throws Exception {
        super.doInit();
        if (configuration.getOperation() != null) {
            boolean isWrite = OperationDefinition.of(resource, configuration.getOperation(), false).isWrite();
            if (!isWrite && ifOwn("dryRun", IntegratorioConfiguration::isDryRun) == null) {
                configuration.setDryRun(false);
            }
            OperationDefinition.of(resource, configuration.getOperation(), configuration.isDryRun());
        }
        configuration.connectorIds().forEach(id -> ApiRequest.requireId("connectorId", id));
        if (configuration.getLicenseId() != null) {
            ApiRequest.requireId("licenseId", configuration.getLicenseId());
        }
        if (configuration.getEmail() != null) {
            EmailAddress.require("email", configuration.getEmail());
        }
        if (configuration.getIdempotencyKey() != null) {
            OptionOrHeader.requireIdempotencyKey("idempotencyKey", configuration.getIdempotencyKey());
        }
        if (configuration.getExpires() != null) {
            OptionOrHeader.expires("expires", configuration.getExpires(), Instant.now());
        }
    }

    /**
     * Returns the client for a producer or consumer that starts, which must release it to the component. A producer may live longer than
     * its endpoint: Camel drops the oldest endpoints without stopping them.
     *
     * @throws IllegalArgumentException if an option of the connection is missing or invalid; an endpoint that nobody calls needs none
     */
    ClientRegistry.Client connect() {
        ClientConfig checked = createClientConfig();
        ClientRegistry.Client client = getComponent().services().acquire(checked);
        config = checked;
        return client;
    }

    /** The options of the component, which apply unless the URI has its own. */
    IntegratorioConfiguration shared() {
        return shared;
    }

    /** Whether this endpoint was made for a message, and not for the routes of the application. */
    boolean isMadeForMessage() {
        return isMadeForMessage;
    }

    /** @throws IllegalArgumentException if an option of the connection is missing or invalid */
    ClientConfig createClientConfig() {
        SSLContextParameters tls = configuration.getSslContextParameters();
        if (tls == null && getComponent().isUseGlobalSslContextParameters()) {
            tls = getCamelContext().getSSLContextParameters();
        }
        return ClientConfigFactory.create(configuration, tls == null ? null : new TlsSource(tls, getCamelContext()));
    }

    @Override
    public IntegratorioComponent getComponent() {
        return (IntegratorioComponent) super.getComponent();
    }

    @Override
    public Producer createProducer() throws Exception {
        if (configuration.getConnectorId() != null) {
            ApiRequest.requireId("connectorId", configuration.getConnectorId());
        }
        return new IntegratorioProducer(this);
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        configuration.validateConsumer();
        OptionOrHeader.refuse("consumers; from(…) watches a whole list",
                ifOwn("operation", IntegratorioConfiguration::getOperation),
                ifOwn("licenseId", IntegratorioConfiguration::getLicenseId),
                ifOwn("email", IntegratorioConfiguration::getEmail),
                ifOwn("expires", IntegratorioConfiguration::getExpires),
                ifOwn("dryRun", IntegratorioConfiguration::isDryRun));
        if (resource == IntegratorioResource.connectors && configuration.getConnectorId() != null) {
            throw new IllegalArgumentException(
                    "connectorId: not supported by from(integratorio:connectors), which watches all connectors of the account");
        }
        if (resource != IntegratorioResource.licenses) {
            if (ifOwn("expiryNotices", IntegratorioConfiguration::getExpiryNotices) != null) {
                throw new IllegalArgumentException("expiryNotices: supported by from(integratorio:licenses) only");
            }
            configuration.setExpiryNotices(null);
        }
        IntegratorioConsumer consumer = new IntegratorioConsumer(this, processor);
        consumer.setMaxMessagesPerPoll(configuration.getMaxMessagesPerPoll());
        configureConsumer(consumer);
        return consumer;
    }

    /** The name of an option that is set here; null if it is not, or only as a default of the component, which is for other endpoints. */
    private String ifOwn(String name, Function<IntegratorioConfiguration, Object> option) {
        Object value = option.apply(configuration);
        return value == null || value.equals(false) || value.equals(option.apply(shared)) ? null : name;
    }

    @Override
    public long getDelay() {
        return delay;
    }

    /** Milliseconds before the next poll. */
    @Override
    public void setDelay(long delay) {
        this.delay = delay;
        super.setDelay(delay);
    }

    @Override
    public IntegratorioResource getResource() {
        return resource;
    }

    @Override
    public IntegratorioConfiguration getConfiguration() {
        return configuration;
    }

    @Override
    public String getServiceUrl() {
        return config == null ? null : config.transport().baseUrl().toString();
    }

    @Override
    public String getServiceProtocol() {
        return "https".equals(config == null ? "https" : config.transport().baseUrl().getScheme()) ? "https" : "http";
    }

    @Override
    public Map<String, String> getServiceMetadata() {
        return configuration.getRegion() == null ? null : Map.of("region", configuration.getRegion().name());
    }
}
