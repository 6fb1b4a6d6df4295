package io.github.integratorio.camel.api;

import java.util.function.Consumer;

import org.apache.hc.client5.http.impl.async.HttpAsyncClientBuilder;

/**
 * Customizes the HTTP client before it is built. It cannot enable retries, redirects or cookies. With a connection manager of its own, it
 * is responsible for the TLS versions and the verification of host names; with an {@code Http1Config} of its own, for the limits of headers.
 */
@FunctionalInterface
public interface HttpClientCustomizer extends Consumer<HttpAsyncClientBuilder> {
}
