package io.github.integratorio.camel.api;

import java.util.function.Supplier;

/** Gives the API token: asked before the first request, and once more when the API refuses the token. May block, and be called by several threads. */
@FunctionalInterface
public interface AccessTokenSupplier extends Supplier<String> {
}
