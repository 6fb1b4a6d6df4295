package io.github.integratorio.camel.internal.operation.request;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.github.integratorio.camel.internal.client.CallContext;
import io.github.integratorio.camel.internal.client.protocol.ApiMethod;
import io.github.integratorio.camel.internal.json.Json;
import io.github.integratorio.camel.internal.license.EmailAddress;
import io.github.integratorio.camel.internal.license.LicenseUser;
import org.apache.commons.codec.digest.DigestUtils;

/**
 * The validated input of an operation.
 *
 * @param call        the API method, or null if the operation calls several
 * @param connectorId the connector, or null
 * @param licenseId   the license, or null
 * @param email       the user, or null
 * @param sandbox     whether the sandbox license of the user is meant
 * @param expires     the expiry given by option or header, or null
 * @param documents   the documents of the body as plain JSON; empty if the operation takes none. To expire or delete one: what the body says
 *                    of its kind
 * @param isList      whether the body was a list
 * @param merge       whether an update keeps the fields that the body lacks
 * @param streaming   whether a list is read while it arrives
 * @param claims      how creations are claimed
 * @param context     deadline and counters
 * @param reconcile   the list of a reconcile, and its options; null for other operations
 */
public record OperationRequest(ApiMethod call, String connectorId, String licenseId, String email, boolean sandbox,
        Instant expires,
        List<Map<String, Object>> documents, boolean isList, boolean merge, boolean streaming, ClaimOptions claims,
        CallContext context, ReconcileOptions reconcile) {

    /** A request of another operation than reconcile. */
    public OperationRequest(ApiMethod call, String connectorId, String licenseId, String email, boolean sandbox,
            Instant expires,
            List<Map<String, Object>> documents, boolean isList, boolean merge, boolean streaming, ClaimOptions claims,
            CallContext context) {
        this(call, connectorId, licenseId, email, sandbox, expires, documents, isList, merge, streaming, claims,
                context, null);
    }

    /** A request that claims nothing. */
    public OperationRequest(ApiMethod call, String connectorId, String licenseId, String email, boolean sandbox,
            Instant expires,
            List<Map<String, Object>> documents, boolean isList, boolean merge, boolean streaming,
            CallContext context) {
        this(call, connectorId, licenseId, email, sandbox, expires, documents, isList, merge, streaming,
                new ClaimOptions(null, null), context);
    }

    /** The request for one license of a reconcile. */
    public OperationRequest ofOne(CallContext ofLicense) {
        return new OperationRequest(null, connectorId, null, null, false, null, List.of(), false, false, false,
                new ClaimOptions(claims.repository(), null), ofLicense, null);
    }

    /** The first document, which is the only one unless the body was a list. */
    public Map<String, Object> document() {
        return documents.get(0);
    }

    /**
     * Names the work that is asked for. Two requests to create a license for the same user have the same name, whatever they say of its
     * expiry and options, which can be relative to now; others have it if their documents are equal.
     */
    public String work() {
        List<Object> work = new ArrayList<>(Arrays.asList(connectorId, licenseId));
        for (Map<String, Object> document : documents) {
            if (call == ApiMethod.CREATE_LICENSE && document.get("email") instanceof String address) {
                work.addAll(Arrays.asList(EmailAddress.canonical(address),
                        LicenseUser.isSandbox(document), document.get("_parentId")));
            } else {
                work.add(new TreeMap<>(document));
            }
        }
        return DigestUtils.sha256Hex(Json.toBytes(work));
    }
}
