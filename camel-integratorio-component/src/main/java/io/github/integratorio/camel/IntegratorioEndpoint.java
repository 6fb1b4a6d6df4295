package io.github.integratorio.camel;

import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import io.github.integratorio.camel.api.ConsumerConfiguration;
import io.github.integratorio.camel.api.IntegratorioConfiguration;
import io.github.integratorio.camel.api.IntegratorioConstants;
import io.github.integratorio.camel.api.IntegratorioResource;
import io.github.integratorio.camel.api.Region;
import io.github.integratorio.camel.internal.account.ClientRegistry;
import io.github.integratorio.camel.internal.client.ClientConfig;
import io.github.integratorio.camel.internal.client.IntegratorioClient;
import io.github.integratorio.camel.internal.client.RetryPolicy;
import io.github.integratorio.camel.internal.client.http.TransportConfig;
import io.github.integratorio.camel.internal.client.TokenSource;
import io.github.integratorio.camel.internal.client.protocol.ApiRequest;
import io.github.integratorio.camel.internal.client.ratelimit.RateLimits;
import io.github.integratorio.camel.internal.operation.EmailAddress;
import io.github.integratorio.camel.internal.operation.IntegratorioOperations;
import io.github.integratorio.camel.internal.producer.OperationDefinition;
import io.github.integratorio.camel.internal.producer.OperationRequestReader;
import org.apache.camel.AsyncEndpoint;
import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.EndpointServiceLocation;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.ScheduledPollEndpoint;
import org.apache.camel.support.jsse.SSLContextParameters;

/** Provision integrator.io SmartConnector licenses, and learn of changes: create trials, renew, expire, manage connectors, and be told who installed, upgraded or left. */
@UriEndpoint(firstVersion = "1.0.0", scheme = "integratorio", title = "integrator.io", syntax = "integratorio:resource",
             category = { Category.SAAS, Category.API }, headersClass = IntegratorioConstants.class)
public class IntegratorioEndpoint extends ScheduledPollEndpoint implements AsyncEndpoint, EndpointServiceLocation {

    private static final long POLL_DELAY = 60_000;

    @UriPath(enums = "connectors,licenses,installBase", description = "What to work on.")
    @Metadata(required = true)
    private final IntegratorioResource resource;
    @UriParam
    private final IntegratorioConfiguration configuration;
    @UriParam(label = "consumer,scheduler", defaultValue = "" + POLL_DELAY, description = "Milliseconds before the next poll.")
    private long delay = POLL_DELAY;

    private ClientConfig settings;
    private ClientRegistry.Client client;

    IntegratorioEndpoint(String uri, IntegratorioComponent component, String resource, IntegratorioConfiguration configuration) {
        super(uri, component);
        super.setDelay(delay);
        this.configuration = configuration;
        this.resource = Arrays.stream(IntegratorioResource.values()).filter(one -> one.name().equals(resource)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "resource: expected connectors, licenses or installBase after integratorio:"));
    }

    @Override
    protected void doInit() throws Exception {
        super.doInit();
        if (configuration.getOperation() != null) {
            OperationDefinition.of(resource, configuration.getOperation());
        }
        connectorIds().forEach(id -> ApiRequest.requireId("connectorId", id));
        if (configuration.getLicenseId() != null) {
            ApiRequest.requireId("licenseId", configuration.getLicenseId());
        }
        if (configuration.getEmail() != null) {
            EmailAddress.require("email", configuration.getEmail());
        }
        if (configuration.getExpires() != null) {
            OperationRequestReader.expires("expires", configuration.getExpires(), java.time.Instant.now());
        }
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        settings = settings();
        client = ((IntegratorioComponent) getComponent()).acquire(settings);
    }

    @Override
    protected void doStop() throws Exception {
        if (client != null) {
            ((IntegratorioComponent) getComponent()).release(settings);
            client = null;
        }
        super.doStop();
    }

    private ClientConfig settings() throws Exception {
        if (configuration.getAccessTokenSupplier() == null) {
            TokenSource.check("accessToken", configuration.getAccessToken());
        }
        if (configuration.getProxyHost() != null && (configuration.getProxyPort() < 1 || configuration.getProxyPort() > 65535)) {
            throw new IllegalArgumentException("proxyPort: expected 1 to 65535 with proxyHost");
        }
        SSLContextParameters tls = configuration.getSslContextParameters();
        if (tls == null && ((IntegratorioComponent) getComponent()).isUseGlobalSslContextParameters()) {
            tls = getCamelContext().getSSLContextParameters();
        }
        RateLimits limits = gateSettings();
        return new ClientConfig(
                new TransportConfig(baseUrl(), tls == null ? null : tls.createSSLContext(getCamelContext()),
                        configuration.getProxyHost(), configuration.getProxyPort(),
                        Duration.ofMillis(positive("connectTimeout", configuration.getConnectTimeout())),
                        limits.maxConcurrentRequests(), configuration.getHttpClientCustomizer()),
                new TokenSource(configuration.getAccessTokenSupplier() == null ? configuration.getAccessToken() : null,
                        configuration.getAccessTokenSupplier()),
                Duration.ofMillis(positive("requestTimeout", configuration.getRequestTimeout())),
                (int) positive("maximumResponseSize", configuration.getMaximumResponseSize()), retrySettings(), limits);
    }

    private RetryPolicy retrySettings() {
        if (configuration.getMaximumRetries() < 0) {
            throw new IllegalArgumentException("maximumRetries: expected 0 or more");
        }
        return new RetryPolicy(Duration.ofMillis(positive("operationTimeout", configuration.getOperationTimeout())),
                configuration.getMaximumRetries(),
                Duration.ofMillis(positive("retryDelay", configuration.getRetryDelay())),
                Duration.ofMillis(positive("maximumRetryDelay", configuration.getMaximumRetryDelay())),
                Duration.ofMillis(positive("maximumRetryAfter", configuration.getMaximumRetryAfter())));
    }

    private RateLimits gateSettings() {
        return new RateLimits((int) positive("requestsPerSecond", configuration.getRequestsPerSecond()),
                (int) positive("requestBurst", configuration.getRequestBurst()),
                (int) positive("maxConcurrentRequests", configuration.getMaxConcurrentRequests()),
                (int) positive("maxQueuedRequests", configuration.getMaxQueuedRequests()));
    }

    private static long positive(String option, long value) {
        if (value <= 0) {
            throw new IllegalArgumentException(option + ": expected more than 0");
        }
        return value;
    }

    private URI baseUrl() {
        if (configuration.getBaseUrl() == null) {
            return (configuration.getRegion() == null ? Region.US : configuration.getRegion()).baseUrl();
        }
        if (configuration.getRegion() != null) {
            throw new IllegalArgumentException("baseUrl: give baseUrl or region, not both");
        }
        String expected = "baseUrl: expected https://host[:port]/path without user info, query and fragment";
        URI uri;
        try {
            uri = new URI(configuration.getBaseUrl().replaceAll("/+$", ""));
        } catch (java.net.URISyntaxException e) {
            throw new IllegalArgumentException(expected);
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (uri.getHost() == null || uri.getRawUserInfo() != null || uri.getRawQuery() != null || uri.getRawFragment() != null
                || !uri.normalize().equals(uri) || !scheme.equals("https") && !scheme.equals("http")) {
            throw new IllegalArgumentException(expected);
        }
        boolean loopback = uri.getHost().matches("localhost|127(\\.\\d{1,3}){3}|\\[::1\\]");
        if (scheme.equals("http") && !loopback && !configuration.isAllowInsecureHttp()) {
            throw new IllegalArgumentException("baseUrl: http would send the token in clear text; use https, or allowInsecureHttp=true");
        }
        return uri;
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
        if (configuration.getOperation() != null || configuration.getLicenseId() != null) {
            throw new IllegalArgumentException("operation and licenseId: are for to(…); from(…) watches the whole list");
        }
        if (resource == IntegratorioResource.connectors && configuration.getConnectorId() != null) {
            throw new IllegalArgumentException("connectorId: from(integratorio:connectors) watches all connectors of the account");
        }
        IntegratorioConsumer consumer = new IntegratorioConsumer(this, processor);
        consumer.setMaxMessagesPerPoll(configuration.getMaxMessagesPerPoll());
        configureConsumer(consumer);
        return consumer;
    }

    /** The connectors that the URI names: several are for consumers only. */
    public Set<String> connectorIds() {
        return ConsumerConfiguration.names(configuration.getConnectorId());
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

    /** What the endpoint works on. */
    public IntegratorioResource getResource() {
        return resource;
    }

    /** The endpoint's own options. */
    public IntegratorioConfiguration getConfiguration() {
        return configuration;
    }

    public IntegratorioOperations provisioning() {
        return client.operations();
    }

    public IntegratorioClient api() {
        return client.api();
    }

    @Override
    public String getServiceUrl() {
        return settings == null ? null : settings.transport().baseUrl().toString();
    }

    @Override
    public String getServiceProtocol() {
        return "https".equals(settings == null ? "https" : settings.transport().baseUrl().getScheme()) ? "https" : "http";
    }

    @Override
    public Map<String, String> getServiceMetadata() {
        return configuration.getRegion() == null ? null : Map.of("region", configuration.getRegion().name());
    }
}
