package io.github.integratorio.camel;

import java.util.function.Supplier;

/** Gives the API token whenever a request is sent; called by several threads, and should answer at once. */
@FunctionalInterface
public interface AccessTokenSupplier extends Supplier<String> {
}
