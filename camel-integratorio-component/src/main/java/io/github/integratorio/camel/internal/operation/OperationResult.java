package io.github.integratorio.camel.internal.operation;

import java.util.List;

import io.github.integratorio.camel.api.WriteOutcome;

/**
 * What an operation gives.
 *
 * @param status   the HTTP status of the last answer; 0 when it does not stand for the whole
 * @param value    plain JSON, a stream of rows, or null
 * @param outcomes what became of each document; empty for reads
 */
public record OperationResult(int status, Object value, List<WriteOutcome> outcomes) {
}
