package io.github.integratorio.camel.internal.operation.request;

import org.apache.camel.spi.IdempotentRepository;

/**
 * Where and under which key a request claims its creations.
 *
 * @param repository keeps the claims; null for the memory of this JVM, which only keeps claims of orders
 * @param order      the order that the request carries out, or null
 */
public record ClaimOptions(IdempotentRepository repository, String order) {
}
