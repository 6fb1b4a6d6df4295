package io.github.integratorio.simulator;

import java.time.DateTimeException;
import java.util.List;
import java.util.Map;

/** What the API makes of a license's fields: which ones a client cannot change, and in which form they are kept. */
final class LicenseFields {

    /** The fields that the API sets; a PUT keeps them. */
    static final List<String> READ_ONLY =
            List.of("_id", "created", "lastModified", "user", "_integrationId", "_connectorId");

    /** The fields that a client chooses on creation; a PUT keeps them. */
    static final List<String> FIXED = List.of("sandbox", "type", "_parentId");

    /** The fields one of which a license must have. */
    static final List<String> DATES = List.of("expires", "trialEndDate");

    private LicenseFields() {
    }

    /** Returns whether the license has a value in the field. */
    static boolean has(Map<String, Object> license, String field) {
        return license.get(field) != null && !"".equals(license.get(field));
    }

    /** Puts dates and {@code sandbox} into the API's format; throws a {@link DateTimeException} for what is no date. */
    static void normalize(Map<String, Object> license) {
        for (String field : DATES) {
            if (license.get(field) instanceof String text && !text.isEmpty()) {
                license.put(field, Timestamps.normalize(text));
            }
        }
        if (license.get("sandbox") instanceof String text && (text.equals("true") || text.equals("false"))) {
            license.put("sandbox", text.equals("true"));
        }
    }

    /** Adds what the API has in every license, where this one does not have it yet. */
    static void complete(Map<String, Object> license, Map<String, Object> connector) {
        license.putIfAbsent("_connectorId", connector.get("_id"));
        license.putIfAbsent("type", "twoDotZero".equals(connector.get("framework")) ? "integrationApp" : "connector");
        license.putIfAbsent("sandbox", false);
        license.putIfAbsent("resumable", false);
    }
}
