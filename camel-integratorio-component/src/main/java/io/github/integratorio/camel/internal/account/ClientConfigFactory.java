package io.github.integratorio.camel.internal.account;

import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;

import io.github.integratorio.camel.api.IntegratorioConfiguration;
import io.github.integratorio.camel.api.Region;
import io.github.integratorio.camel.internal.client.ClientConfig;
import io.github.integratorio.camel.internal.client.RetryPolicy;
import io.github.integratorio.camel.internal.client.TokenSource;
import io.github.integratorio.camel.internal.client.http.TransportConfig;
import io.github.integratorio.camel.internal.client.ratelimit.RateLimits;

/** Checks the connection options of an endpoint and turns them into the configuration of its client. */
public final class ClientConfigFactory {

    private static final Pattern PROXY_HOST = Pattern.compile("[A-Za-z0-9._:%\\[\\]-]+");

    /** The default where the heap is tiny, or has no known limit. */
    private static final long MIN_BUFFERED_BYTES = 4 * 1024 * 1024;

    private static final int MAX_PORT = 65_535;

    /** Sums of a few of them still fit into the nanoseconds of a long. */
    private static final Duration LONGEST = Duration.ofDays(10_000);

    private ClientConfigFactory() {
    }

    /**
     * Creates the configuration.
     *
     * @param  options                  the endpoint's options
     * @param  tls                      makes the TLS context; null for the JDK's default
     * @throws IllegalArgumentException if an option is invalid
     */
    public static ClientConfig create(IntegratorioConfiguration options, Supplier<SSLContext> tls) {
        if (options.getAccessTokenSupplier() == null) {
            TokenSource.check("accessToken", options.getAccessToken());
        }
        if (options.getProxyHost() != null && (options.getProxyPort() < 1 || options.getProxyPort() > MAX_PORT)) {
            throw new IllegalArgumentException("proxyPort: expected 1 to 65535 with proxyHost");
        }
        if (options.getProxyHost() != null && !isHost(options.getProxyHost())) {
            // It may contain a password.
            throw new IllegalArgumentException("proxyHost: expected a host name or IP address without scheme, port and"
                    + " user; set the port by proxyPort, and a user by httpClientCustomizer");
        }
        RateLimits limits = rateLimits(options);
        return new ClientConfig(
                new TransportConfig(baseUrl(options), tls, options.getProxyHost(), options.getProxyPort(),
                        duration("connectTimeout", options.getConnectTimeout()),
                        maxBufferedBytes(options),
                        options.getHttpClientCustomizer()),
                new TokenSource(options.getAccessTokenSupplier() == null ? options.getAccessToken() : null,
                        options.getAccessTokenSupplier()),
                duration("requestTimeout", options.getRequestTimeout()),
                positive("maxResponseSize", options.getMaxResponseSize()), retryPolicy(options), limits,
                notNegative("licenseIndexMaxAge", options.getLicenseIndexMaxAge()), pageSize(options));
    }

    /** Whether it is a name or an address: one colon would be that of a port, an IPv6 address has several. */
    private static boolean isHost(String text) {
        return PROXY_HOST.matcher(text).matches() && text.chars().filter(one -> one == ':').count() != 1;
    }

    private static int pageSize(IntegratorioConfiguration options) {
        if (options.getPageSize() < 0) {
            throw new IllegalArgumentException("pageSize: expected 0 or more");
        }
        return options.getPageSize();
    }

    /** By default a sixteenth of the heap: a parsed response is several times as large as its bytes. */
    private static long maxBufferedBytes(IntegratorioConfiguration options) {
        if (options.getMaxBufferedBytes() != 0) {
            return requirePositive("maxBufferedBytes", options.getMaxBufferedBytes());
        }
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getMax();
        return Math.max(MIN_BUFFERED_BYTES, heap / 16);
    }

    private static RetryPolicy retryPolicy(IntegratorioConfiguration options) {
        if (options.getMaxRetries() < 0) {
            throw new IllegalArgumentException("maxRetries: expected 0 or more");
        }
        return new RetryPolicy(duration("operationTimeout", options.getOperationTimeout()),
                options.getMaxRetries(),
                duration("retryDelay", options.getRetryDelay()),
                duration("maxRetryDelay", options.getMaxRetryDelay()),
                duration("maxRetryAfter", options.getMaxRetryAfter()));
    }

    private static RateLimits rateLimits(IntegratorioConfiguration options) {
        return new RateLimits(positive("requestsPerSecond", options.getRequestsPerSecond()),
                positive("requestBurst", options.getRequestBurst()),
                positive("maxConcurrentRequests", options.getMaxConcurrentRequests()),
                positive("maxQueuedRequests", options.getMaxQueuedRequests()));
    }

    private static Duration duration(String option, long millis) {
        return notNegative(option, requirePositive(option, millis));
    }

    private static Duration notNegative(String option, long millis) {
        if (millis < 0) {
            throw new IllegalArgumentException(option + ": expected 0 or more");
        }
        if (millis > LONGEST.toMillis()) {
            throw new IllegalArgumentException(option + ": expected at most " + LONGEST.toDays() + "d");
        }
        return Duration.ofMillis(millis);
    }

    private static int positive(String option, int value) {
        return (int) requirePositive(option, value);
    }

    private static long requirePositive(String option, long value) {
        if (value <= 0) {
            throw new IllegalArgumentException(option + ": expected more than 0");
        }
        return value;
    }

    private static URI baseUrl(IntegratorioConfiguration options) {
        if (options.getBaseUrl() == null) {
            return (options.getRegion() == null ? Region.US : options.getRegion()).baseUrl();
        }
        if (options.getRegion() != null) {
            throw new IllegalArgumentException("baseUrl: set either baseUrl or region, not both");
        }
        String expected = "baseUrl: expected https://host[:port]/path without user info, query or fragment";
        URI uri;
        try {
            uri = new URI(options.getBaseUrl().replaceAll("/+$", ""));
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(expected);
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (uri.getHost() == null || uri.getPort() == 0 || uri.getPort() > MAX_PORT || uri.getRawUserInfo() != null
                || uri.getRawQuery() != null
                || uri.getRawFragment() != null
                || !uri.normalize().equals(uri) || !scheme.equals("https") && !scheme.equals("http")) {
            throw new IllegalArgumentException(expected);
        }
        boolean loopback = uri.getHost().toLowerCase(Locale.ROOT).matches("localhost|127(\\.\\d{1,3}){3}|\\[::1\\]");
        // A proxy gets the token in clear text even if the server is on this machine.
        boolean isClear = !loopback || options.getProxyHost() != null;
        if (scheme.equals("http") && isClear && !options.isAllowInsecureHttp()) {
            throw new IllegalArgumentException(
                    "baseUrl: http would send the token in clear text" + (loopback ? " to proxyHost" : "")
                            + "; use https, or set allowInsecureHttp=true");
        }
        return withoutDefaultPort(uri, scheme);
    }

    /** One account must not have two names. */
    private static URI withoutDefaultPort(URI uri, String scheme) {
        boolean isDefault = uri.getPort() == (scheme.equals("https") ? 443 : 80);
        return isDefault ? URI.create(uri.toString().replaceFirst(":" + uri.getPort() + "(?=/|$)", "")) : uri;
    }
}
