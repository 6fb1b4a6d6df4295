package io.github.integratorio.simulator;

/** What becomes of one request. */
@FunctionalInterface
interface Effect {

    /** Nothing special: does what is asked and answers. */
    Effect NONE = exchange -> exchange.answer(exchange.work());

    void apply(Exchange exchange);
}
