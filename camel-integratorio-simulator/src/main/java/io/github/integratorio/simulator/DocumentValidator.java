package io.github.integratorio.simulator;

import java.io.IOException;
import java.time.DateTimeException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Validates the documents in requests as the API does, and keeps clients from writing its read-only fields. */
final class DocumentValidator {

    private static final List<String> CONNECTOR_READ_ONLY = List.of("_id", "handle", "lastModified");

    private DocumentValidator() {
    }

    /** Parses the request body, which must be a JSON object. */
    static Map<String, Object> body(RecordedRequest request) {
        String type = request.header("Content-Type");
        if (type == null || !type.toLowerCase(Locale.ROOT).matches("application/([a-z0-9.-]+\\+)?json\\s*(;.*)?")) {
            throw ApiException.of(415, "unsupported_media_type", null, "The body must be application/json.");
        }
        try {
            return Json.readObject(request.bodyBytes());
        } catch (IOException e) {
            throw ApiException.of(400, "invalid_field", null, "The body must be a JSON object.");
        }
    }

    static Map<String, Object> newConnector(Map<String, Object> document) {
        requireText(document, "name");
        document.keySet().removeAll(CONNECTOR_READ_ONLY);
        return document;
    }

    /** Replaces the whole connector: only the read-only fields of the old one remain. */
    static Map<String, Object> replaceConnector(Map<String, Object> old, Map<String, Object> document) {
        return replace(old, newConnector(document), CONNECTOR_READ_ONLY);
    }

    static Map<String, Object> newLicense(
            Map<String, Object> document, Account account, Map<String, Object> connector) {
        String email = requireText(document, "email");
        validateTerms(document);
        if (Boolean.FALSE.equals(connector.get("trialEnabled")) && !LicenseFields.has(document, "expires")) {
            throw ApiException.of(422, "feature_not_enabled", "trialEndDate", "Trials of this connector are disabled.");
        }
        if (account.user(email).isEmpty()) {
            throw ApiException.of(422, "invalid_user", "email", "No integrator.io user has this e-mail."
                    + " Ask the user to sign up at integrator.io first, then create the license again.");
        }
        document.keySet().removeAll(LicenseFields.READ_ONLY);
        return document;
    }

    /** Replaces the whole license: only the read-only and the fixed fields of the old one remain. */
    static Map<String, Object> replaceLicense(Map<String, Object> old, Map<String, Object> document) {
        if (document.containsKey("email")) {
            throw ApiException.invalid("email", "The e-mail of a license cannot be changed.");
        }
        validateTerms(document);
        return replace(old, replace(old, document, LicenseFields.READ_ONLY), LicenseFields.FIXED);
    }

    private static void validateTerms(Map<String, Object> license) {
        if (LicenseFields.DATES.stream().noneMatch(field -> LicenseFields.has(license, field))) {
            throw ApiException.missing("expires");
        }
        for (String field : LicenseFields.DATES) {
            if (LicenseFields.has(license, field)) {
                requireDate(license, field);
            }
        }
        LicenseFields.normalize(license);
        if (license.get("sandbox") != null && !(license.get("sandbox") instanceof Boolean)) {
            throw ApiException.invalid("sandbox", "sandbox must be true or false.");
        }
        if (license.get("opts") != null && !(license.get("opts") instanceof Map)) {
            throw ApiException.invalid("opts", "opts must be an object.");
        }
    }

    private static void requireDate(Map<String, Object> document, String field) {
        try {
            Timestamps.normalize(requireText(document, field));
        } catch (DateTimeException e) {
            throw ApiException.invalid(field, field + " must be an ISO-8601 date and time with a zone.");
        }
    }

    private static String requireText(Map<String, Object> document, String field) {
        Object value = document.get(field);
        if (value == null || "".equals(value)) {
            throw ApiException.missing(field);
        }
        if (value instanceof String text) {
            return text;
        }
        throw ApiException.invalid(field, field + " must be a string.");
    }

    private static Map<String, Object> replace(
            Map<String, Object> old, Map<String, Object> document, List<String> readOnly) {
        Map<String, Object> result = new LinkedHashMap<>(document);
        for (String field : readOnly) {
            result.remove(field);
            if (old.containsKey(field)) {
                result.put(field, old.get(field));
            }
        }
        return result;
    }
}
