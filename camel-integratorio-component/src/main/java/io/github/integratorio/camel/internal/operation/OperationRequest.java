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
 * The validated input of an operation.
 *
 * @param call        the API method, or null if the operation calls several
 * @param connectorId the connector, or null
 * @param licenseId   the license, or null
 * @param email       the user, or null
 * @param sandbox     whether the user's sandbox license is meant
 * @param expires     the expiry given by option or header, or null
 * @param documents   the documents of the body as plain JSON; empty if the operation takes none
 * @param isList      whether the body was a list
 * @param merge       whether an update keeps the fields that the body lacks
 * @param streaming   whether a list is read while it arrives
 * @param context     deadline and counters
 */
public record OperationRequest(ApiMethod call, String connectorId, String licenseId, String email, boolean sandbox,
        Instant expires,
        List<Map<String, Object>> documents, boolean isList, boolean merge, boolean streaming, CallContext context) {

    /** The first document, which is the only one unless the body was a list. */
    Map<String, Object> document() {
        return documents.get(0);
    }

    /** Whether two requests ask for the same; their expiry may differ, because it can be relative to now. */
    public boolean isSameRequest(OperationRequest other) {
        return Objects.equals(connectorId, other.connectorId) && Objects.equals(licenseId, other.licenseId)
                && Objects.equals(email, other.email) && withoutExpires().equals(other.withoutExpires());
    }

    private List<Map<String, Object>> withoutExpires() {
        return documents.stream().map(document -> JsonValues.without(document, Set.of("expires"))).toList();
    }
}
