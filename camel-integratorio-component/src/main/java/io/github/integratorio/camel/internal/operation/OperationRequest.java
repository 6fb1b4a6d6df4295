package io.github.integratorio.camel.internal.operation;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import io.github.integratorio.camel.internal.client.CallContext;
import io.github.integratorio.camel.internal.client.protocol.ApiMethod;
import io.github.integratorio.camel.internal.json.JsonValues;

/**
 * What an operation works on, checked and complete.
 *
 * @param call        the API call of the operation; null when it is made of several
 * @param connectorId the connector, or null
 * @param licenseId   the license, or null
 * @param email       the user, or null
 * @param expires     the expiry asked for by option or header, or null
 * @param documents   the documents of the body, in plain JSON form; empty when it takes none
 * @param many        whether the body was a list
 * @param merge       whether an update keeps what the body leaves out
 * @param streaming   whether a list is to be streamed
 * @param context     until when it may go on, and what it has cost
 */
public record OperationRequest(ApiMethod call, String connectorId, String licenseId, String email, Instant expires,
        List<Map<String, Object>> documents, boolean isList, boolean merge, boolean streaming, CallContext context) {

    Map<String, Object> document() {
        return documents.get(0);
    }

    /** Whether it asks for the same as another; an expiry may differ, since it can be counted from now. */
    public boolean isSameRequest(OperationRequest other) {
        return Objects.equals(connectorId, other.connectorId) && Objects.equals(licenseId, other.licenseId)
                && Objects.equals(email, other.email) && withoutExpires().equals(other.withoutExpires());
    }

    private List<Map<String, Object>> withoutExpires() {
        return documents.stream().map(document -> JsonValues.without(document, Set.of("expires"))).toList();
    }
}
