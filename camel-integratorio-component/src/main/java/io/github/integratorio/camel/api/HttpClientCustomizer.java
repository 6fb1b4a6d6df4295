package io.github.integratorio.camel.api;

import java.util.function.Consumer;

import org.apache.hc.client5.http.impl.async.HttpAsyncClientBuilder;

/** Customizes the HTTP client before it is built. It cannot enable retries, redirects or cookies. */
@FunctionalInterface
public interface HttpClientCustomizer extends Consumer<HttpAsyncClientBuilder> {
}
