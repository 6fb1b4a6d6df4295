package io.github.integratorio.camel.api;

import java.util.function.Supplier;

/** Supplies the API token. Called before the first request and once more whenever the API rejects the token; may block, and must be thread-safe. */
@FunctionalInterface
public interface AccessTokenSupplier extends Supplier<String> {
}
