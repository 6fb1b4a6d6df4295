package io.github.integratorio.camel;

import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;

import io.github.integratorio.camel.client.AccessToken;
import io.github.integratorio.camel.client.ApiRequest;
import io.github.integratorio.camel.client.ClientSettings;
import io.github.integratorio.camel.provisioning.Emails;
import io.github.integratorio.camel.provisioning.Provisioning;
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
import org.apache.camel.support.DefaultEndpoint;
import org.apache.camel.support.jsse.SSLContextParameters;

/** Provision integrator.io SmartConnector licenses: create trials, renew, expire, and manage connectors and their install base. */
@UriEndpoint(firstVersion = "1.0.0", scheme = "integratorio", title = "integrator.io", syntax = "integratorio:resource",
             producerOnly = true, category = { Category.SAAS, Category.API }, headersClass = IntegratorioConstants.class)
public class IntegratorioEndpoint extends DefaultEndpoint implements AsyncEndpoint, EndpointServiceLocation {

    @UriPath(enums = "connectors,licenses,installBase", description = "What to work on.")
    @Metadata(required = true)
    private final Resource resource;
    @UriParam
    private final IntegratorioConfiguration configuration;

    private ClientSettings settings;
    private Provisioning provisioning;

    IntegratorioEndpoint(String uri, IntegratorioComponent component, String resource, IntegratorioConfiguration configuration) {
        super(uri, component);
        this.configuration = configuration;
        this.resource = Arrays.stream(Resource.values()).filter(one -> one.name().equals(resource)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "resource: expected connectors, licenses or installBase after integratorio:"));
    }

    @Override
    protected void doInit() throws Exception {
        super.doInit();
        if (configuration.getOperation() != null) {
            ResourceOperation.of(resource, configuration.getOperation());
        }
        if (configuration.getConnectorId() != null) {
            ApiRequest.requireId("connectorId", configuration.getConnectorId());
        }
        if (configuration.getLicenseId() != null) {
            ApiRequest.requireId("licenseId", configuration.getLicenseId());
        }
        if (configuration.getEmail() != null) {
            Emails.require("email", configuration.getEmail());
        }
        if (configuration.getExpires() != null) {
            MessageReader.expires("expires", configuration.getExpires(), java.time.Instant.now());
        }
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        settings = settings();
        provisioning = ((IntegratorioComponent) getComponent()).acquire(settings);
    }

    @Override
    protected void doStop() throws Exception {
        if (provisioning != null) {
            ((IntegratorioComponent) getComponent()).release(settings);
            provisioning = null;
        }
        super.doStop();
    }

    private ClientSettings settings() throws Exception {
        if (configuration.getAccessTokenSupplier() == null) {
            AccessToken.check("accessToken", configuration.getAccessToken());
        }
        if (configuration.getProxyHost() != null && (configuration.getProxyPort() < 1 || configuration.getProxyPort() > 65535)) {
            throw new IllegalArgumentException("proxyPort: expected 1 to 65535 with proxyHost");
        }
        SSLContextParameters tls = configuration.getSslContextParameters();
        if (tls == null && ((IntegratorioComponent) getComponent()).isUseGlobalSslContextParameters()) {
            tls = getCamelContext().getSSLContextParameters();
        }
        return new ClientSettings(baseUrl(),
                new AccessToken(configuration.getAccessTokenSupplier() == null ? configuration.getAccessToken() : null,
                        configuration.getAccessTokenSupplier()),
                tls == null ? null : tls.createSSLContext(getCamelContext()),
                configuration.getProxyHost(), configuration.getProxyPort(),
                Duration.ofMillis(positive("connectTimeout", configuration.getConnectTimeout())),
                Duration.ofMillis(positive("requestTimeout", configuration.getRequestTimeout())),
                (int) positive("maxConcurrentRequests", configuration.getMaxConcurrentRequests()),
                (int) positive("maximumResponseSize", configuration.getMaximumResponseSize()),
                configuration.getHttpClientCustomizer());
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
        return new IntegratorioProducer(this);
    }

    @Override
    public Consumer createConsumer(Processor processor) {
        throw new UnsupportedOperationException("integratorio: only to(…) is supported, not from(…)");
    }

    /** What the endpoint works on. */
    public Resource getResource() {
        return resource;
    }

    /** The endpoint's own options. */
    public IntegratorioConfiguration getConfiguration() {
        return configuration;
    }

    Provisioning provisioning() {
        return provisioning;
    }

    @Override
    public String getServiceUrl() {
        return settings == null ? null : settings.baseUrl().toString();
    }

    @Override
    public String getServiceProtocol() {
        return "https".equals(settings == null ? "https" : settings.baseUrl().getScheme()) ? "https" : "http";
    }

    @Override
    public Map<String, String> getServiceMetadata() {
        return configuration.getRegion() == null ? null : Map.of("region", configuration.getRegion().name());
    }
}
