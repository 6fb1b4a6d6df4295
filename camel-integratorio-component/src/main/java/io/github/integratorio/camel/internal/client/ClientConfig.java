package io.github.integratorio.camel.internal.client;

import java.time.Duration;

import io.github.integratorio.camel.internal.client.http.TransportConfig;
import io.github.integratorio.camel.internal.client.ratelimit.RateLimits;

/**
 * How the API is reached. Endpoints with equal configurations share one client.
 *
 * @param transport       how connections are opened
 * @param token           where the access token comes from
 * @param requestTimeout  time for one request and its whole response
 * @param maxResponseSize size of one response in bytes
 * @param retry           how often and how long a call is tried
 * @param limits          how much of the account's capacity is used
 * @param licenseIndexMaxAge how long it is believed which license a user has, after the list was read
 */
public record ClientConfig(TransportConfig transport, TokenSource token, Duration requestTimeout, int maxResponseSize,
        RetryPolicy retry, RateLimits limits, Duration licenseIndexMaxAge) {

    /** Shows neither the token nor the proxy. */
    @Override
    public String toString() {
        return "ClientConfig[" + transport.baseUrl() + "]";
    }
}
