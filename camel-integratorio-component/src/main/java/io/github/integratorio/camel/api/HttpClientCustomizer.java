package io.github.integratorio.camel.api;

import java.util.function.Consumer;

import org.apache.hc.client5.http.impl.async.HttpAsyncClientBuilder;

/** A last hand on the HTTP client before it is built. Retries, redirects and cookies stay off whatever it does. */
@FunctionalInterface
public interface HttpClientCustomizer extends Consumer<HttpAsyncClientBuilder> {
}
