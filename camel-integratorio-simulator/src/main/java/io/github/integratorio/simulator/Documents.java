package io.github.integratorio.simulator;

import java.io.IOException;
import java.time.DateTimeException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What the API makes of a document a client sent: what it insists on, keeps, and decides itself. */
final class Documents {

    private static final List<String> CONNECTOR_READ_ONLY = List.of("_id", "handle", "lastModified");
    private static final List<String> LICENSE_READ_ONLY = List.of("_id", "created", "user", "_integrationId");

    private Documents() {
    }

    static Map<String, Object> body(RecordedRequest request) {
        String type = request.header("Content-Type");
        if (type == null || !type.toLowerCase(Locale.ROOT).matches("application/([a-z0-9.-]+\\+)?json\\s*(;.*)?")) {
            throw ApiError.of(415, "unsupported_media_type", null, "The body must be application/json.");
        }
        try {
            return Json.readObject(request.bodyBytes());
        } catch (IOException e) {
            throw ApiError.of(400, "invalid_field", null, "The body is not a JSON object.");
        }
    }

    static Map<String, Object> newConnector(Map<String, Object> sent) {
        requireText(sent, "name");
        sent.keySet().removeAll(CONNECTOR_READ_ONLY);
        return sent;
    }

    /** A whole document for a whole document: of the old one only what the server sets is left. */
    static Map<String, Object> replaceConnector(Map<String, Object> old, Map<String, Object> sent) {
        return overlay(old, newConnector(sent), CONNECTOR_READ_ONLY);
    }

    static Map<String, Object> newLicense(Map<String, Object> sent, Account account) {
        String email = requireText(sent, "email");
        checkTerms(sent);
        if (account.user(email).isEmpty()) {
            throw ApiError.of(422, "invalid_user", "email", "No integrator.io user has this e-mail."
                    + " Ask the user to sign up at integrator.io first, then create the license again.");
        }
        sent.keySet().removeAll(LICENSE_READ_ONLY);
        return sent;
    }

    static Map<String, Object> replaceLicense(Map<String, Object> old, Map<String, Object> sent) {
        if (sent.containsKey("email")) {
            throw ApiError.invalid("email", "The e-mail of a license cannot be changed.");
        }
        checkTerms(sent);
        return overlay(old, sent, LICENSE_READ_ONLY);
    }

    private static void checkTerms(Map<String, Object> license) {
        String expires = requireText(license, "expires");
        try {
            license.put("expires", Dates.normalised(expires));
        } catch (DateTimeException e) {
            throw ApiError.invalid("expires", "expires must be an ISO-8601 date and time with a zone.");
        }
        if (license.get("opts") != null && !(license.get("opts") instanceof Map)) {
            throw ApiError.invalid("opts", "opts must be an object.");
        }
    }

    private static String requireText(Map<String, Object> document, String field) {
        Object value = document.get(field);
        if (value == null || "".equals(value)) {
            throw ApiError.missing(field);
        }
        if (value instanceof String text) {
            return text;
        }
        throw ApiError.invalid(field, field + " must be a string.");
    }

    private static Map<String, Object> overlay(Map<String, Object> old, Map<String, Object> sent, List<String> keep) {
        Map<String, Object> result = new LinkedHashMap<>(sent);
        for (String field : keep) {
            result.remove(field);
            if (old.containsKey(field)) {
                result.put(field, old.get(field));
            }
        }
        return result;
    }
}
