package io.github.integratorio.camel.internal.operation.request;

import java.util.Collections;
import java.util.List;

import io.github.integratorio.camel.api.FieldDifference;
import io.github.integratorio.camel.api.WriteOutcome;
import io.github.integratorio.camel.internal.client.protocol.ApiResponse;

/**
 * The result of an operation.
 *
 * @param status      the HTTP status of the last response; 0 for a list of writes, and for what was not sent
 * @param value       plain JSON, an Iterator of rows, or null
 * @param outcomes    the outcome of each document; empty for reads
 * @param differences what is different afterwards, for each outcome; empty lists where nothing is known of it
 */
public record OperationResult(int status, Object value, List<WriteOutcome> outcomes,
        List<List<FieldDifference>> differences) {

    public OperationResult(int status, Object value, List<WriteOutcome> outcomes) {
        this(status, value, outcomes, Collections.nCopies(outcomes.size(), List.of()));
    }

    /** The result of an operation whose last response this is. */
    public static OperationResult of(ApiResponse response, WriteOutcome... outcomes) {
        return new OperationResult(response.status(), response.value(), List.of(outcomes));
    }

    /** The result of a list of writes of one document each. */
    public static OperationResult ofList(List<OperationResult> results) {
        return new OperationResult(0, results.stream().map(OperationResult::value).toList(),
                results.stream().map(result -> result.outcomes.get(0)).toList(),
                results.stream().map(result -> result.differences.get(0)).toList());
    }

    /** The same result as that of a list with one item, if the request was one. */
    public OperationResult asListIf(boolean isList) {
        return isList ? ofList(List.of(this)) : this;
    }
}
