package io.github.integratorio.camel.internal.producer;

import java.util.List;
import java.util.Map;

import io.github.integratorio.camel.api.IntegratorioConstants;
import io.github.integratorio.camel.internal.json.JsonValues;
import io.github.integratorio.camel.internal.license.EmailAddress;
import io.github.integratorio.camel.internal.license.LicenseFieldNames;
import io.github.integratorio.camel.internal.license.LicenseReference;
import io.github.integratorio.camel.internal.message.ResultIds;
import io.github.integratorio.camel.internal.producer.OperationDefinition.BodyKind;
import org.apache.camel.Message;

/**
 * The license that a request means. Options, headers of the route and the body name it, and must not contradict each other. The results of
 * an earlier operation, in the header or the body, count only where these name nothing.
 *
 * @param licenseId its id, or null
 * @param email     the address of its user, or null
 * @param sandbox   whether it is the sandbox license of the user
 * @param kind      what the body says of its kind
 */
record LicenseSelector(String licenseId, String email, boolean sandbox, Map<String, Object> kind) {

    /**
     * Selects the license of an operation that reads nothing else from the body.
     *
     * @param  connectorId              as option or header, or null
     * @param  licenseId                as option or header, or null
     * @param  email                    as option or header, or null
     * @param  sandboxOption            the option, for what the body does not say
     * @throws IllegalArgumentException if the body contradicts the others, or is invalid
     */
    static LicenseSelector of(Message message, String connectorId, String licenseId, String email,
            boolean sandboxOption) {
        ResultIds results = ResultIds.of(message.getExchange(), licenseId);
        boolean isResultId = results.contains(licenseId);
        LicenseReference body = inBody(message, connectorId, licenseId, email, sandboxOption);
        String user = email == null ? body.email() : requireSameUser(email, body.email());
        boolean sandbox = body.sandbox() != null ? body.sandbox() : sandboxOption;
        String id = licenseId;
        if (body.id() != null) {
            if (licenseId != null && !isResultId && !licenseId.equals(body.id())) {
                throw new IllegalArgumentException("body: _id does not match licenseId");
            }
            id = body.id();
        } else if (isResultId) {
            boolean isSameLicense = user == null
                    ? body.sandbox() == null || sandbox == results.sandbox()
                    : isSameUser(user, results.user()) && sandbox == results.sandbox();
            id = isSameLicense && !body.isChild() ? licenseId : null;
        }
        if (id == null) {
            body.requireOwnLicense();
        }
        return new LicenseSelector(id, user, sandbox, body.kind());
    }

    /** Reads what the body names; nothing if it is the result of an earlier operation, and the request names another license. */
    private static LicenseReference inBody(Message message, String connectorId, String licenseId, String email,
            boolean sandboxOption) {
        ResultIds results = ResultIds.of(message.getExchange(), licenseId);
        boolean isResultId = results.contains(licenseId);
        boolean isOnlyResult = isResultId && email == null;
        Object value = BodyFields.read(message,
                name -> LicenseReference.FIELDS.contains(name) || LicenseFieldNames.isAlmostReference(name),
                isOnlyResult);
        if (value instanceof List && isOnlyResult) {
            throw new IllegalArgumentException("body: expected a JSON object, but got a list; split it, or name the"
                    + " license by an option or header");
        }
        if (!(value instanceof Map<?, ?> body)) {
            if (isOnlyResult && value instanceof String text && EmailAddress.isAddress(text.strip())) {
                throw new IllegalArgumentException("body: an e-mail address alone names no license;"
                        + " set it as the header " + IntegratorioConstants.EMAIL + ", or remove the body");
            }
            return LicenseReference.NONE;
        }
        Map<String, Object> fields = JsonValues.object(body);
        LicenseFieldNames.requireReferenceSpelling(fields);
        if (isOnlyResult) {
            LicenseFieldNames.requireNoOtherName(fields, results.user());
            LicenseReference.requireConnector(fields, connectorId);
        }
        ResultIds result = ResultIds.withLicense(message.getExchange(), fields.get("_id"));
        Object named = LicenseReference.email(fields);
        // A body with the id of a result and another user or kind is not that result.
        boolean isResult = result.licenseId() != null && !isOther(named, fields.get("sandbox"), result);
        if (isResult && !isResultId && licenseId != null && !licenseId.equals(result.licenseId())) {
            return LicenseReference.NONE;
        }
        Object owner = result.user() != null ? result.user() : named;
        if (isResult && email != null && (!isSameUser(email, owner) || sandboxOption && !result.sandbox())) {
            return LicenseReference.NONE;
        }
        return LicenseReference.of(fields);
    }

    /** Whether the fields of a document name another user than a result, or another license of that user. */
    private static boolean isOther(Object email, Object sandbox, ResultIds result) {
        return email != null && result.user() != null && !isSameUser(result.user(), email)
                || sandbox != null && Boolean.parseBoolean(sandbox.toString()) != result.sandbox();
    }

    /**
     * Returns the license of an earlier result, unless the document names its license or user itself.
     *
     * @param results   the result
     * @param licenseId id in the result
     * @param documents documents of the body
     */
    static String unlessNamed(ResultIds results, String licenseId, BodyKind kind, boolean isList,
            List<Map<String, Object>> documents) {
        if (isList) {
            return null;
        }
        Map<String, Object> document = documents.get(0);
        if (kind == BodyKind.LICENSES) {
            LicenseReference named = LicenseReference.of(document);
            return named.id() != null || named.email() != null || named.isChild() ? null : licenseId;
        }
        String own = LicenseReference.id(document);
        return own != null ? own : unlessOther(results, licenseId, LicenseReference.email(document));
    }

    /**
     * Returns the license of an earlier result, unless a user is named who is not the one of that license.
     *
     * @param email the named user, or null
     */
    static String unlessOther(ResultIds results, String licenseId, Object email) {
        return email == null || email instanceof String text && isSameUser(text, results.user()) ? licenseId : null;
    }

    /**
     * Checks that the body names no other license than that of an earlier result: a deletion cannot be undone.
     *
     * @return                          what the body names
     * @throws IllegalArgumentException if it does, or if it is a list, or an object that cannot be read
     */
    static LicenseSelector requireNoOther(Message message, String connectorId, boolean sandboxOption,
            ResultIds results) {
        LicenseSelector body = of(message, connectorId, results.licenseId(), null, sandboxOption);
        if (isOther(body.email, body.kind.get("sandbox"), results) || !results.licenseId().equals(body.licenseId)) {
            throw new IllegalArgumentException("licenseId: is the result of an earlier operation, but the body names"
                    + " another license or user; name the license to delete by an option or header");
        }
        return body;
    }

    /** As {@link #requireNoOther}, for a connector, which is deleted with all its licenses: a body must be that connector. */
    static void requireNoOtherConnector(Message message, String connectorId) {
        Object body = !ResultIds.of(message.getExchange(), connectorId).contains(connectorId) ? null
                : BodyFields.read(message, "_id"::equals, true);
        boolean isEmpty = body == null || body instanceof String text && text.isBlank();
        if (!isEmpty && !(body instanceof Map<?, ?> map && connectorId.equals(map.get("_id")))) {
            throw new IllegalArgumentException("connectorId: is the result of an earlier operation, but the body is not"
                    + " that connector; name the connector to delete by an option or header, or remove the body");
        }
    }

    /**
     * Checks that the body names the user of the option or header, or none.
     *
     * @return the address of the option or header
     */
    static String requireSameUser(String email, Object inBody) {
        if (inBody != null && !isSameUser(email, inBody)) {
            throw new IllegalArgumentException(
                    "email: the e-mail address in the body does not match the option or header");
        }
        return email;
    }

    private static boolean isSameUser(String email, Object other) {
        return other instanceof String text && EmailAddress.isSameUser(email, text);
    }
}
