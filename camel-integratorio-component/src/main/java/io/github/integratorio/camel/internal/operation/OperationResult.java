package io.github.integratorio.camel.internal.operation;

import java.util.List;

import io.github.integratorio.camel.api.WriteOutcome;
import io.github.integratorio.camel.internal.client.protocol.ApiResponse;

/**
 * The result of an operation.
 *
 * @param status   the HTTP status of the last response; 0 for a list of writes
 * @param value    plain JSON, an Iterator of rows, or null
 * @param outcomes the outcome of each document; empty for reads
 */
public record OperationResult(int status, Object value, List<WriteOutcome> outcomes) {

    /** The result of an operation whose last response this is. */
    static OperationResult of(ApiResponse response, WriteOutcome... outcomes) {
        return new OperationResult(response.status(), response.value(), List.of(outcomes));
    }

    /** The same result as that of a list with one item, if the request was one. */
    OperationResult asListIf(boolean isList) {
        return isList ? new OperationResult(0, List.of(value), outcomes) : this;
    }
}
