package io.github.integratorio.simulator;

/** Handles one request instead of the normal processing. */
@FunctionalInterface
interface FaultEffect {

    /** No fault: performs the operation and sends its response. */
    FaultEffect NONE = exchange -> exchange.send(exchange.perform());

    void apply(HttpExchange exchange);
}
