package io.github.integratorio.camel.internal.operation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import io.github.integratorio.camel.api.ApiError;
import io.github.integratorio.camel.api.IntegratorioApiException;
import io.github.integratorio.camel.internal.client.protocol.ApiMethod;
import org.apache.camel.RuntimeCamelException;

/** The licenses of a connector, found by id and by their user's e-mail address. */
final class LicenseIndex {

    private final Map<String, Map<String, Object>> byId = new LinkedHashMap<>();
    private final Map<String, List<Map<String, Object>>> byEmail = new HashMap<>();

    /** @param walks lists of the same connector; of a license that is in several of them the last one counts */
    @SafeVarargs
    LicenseIndex(List<Map<String, Object>>... walks) {
        for (List<Map<String, Object>> rows : walks) {
            rows.forEach(row -> byId.put((String) row.get("_id"), row));
        }
        for (Map<String, Object> row : byId.values()) {
            String user = user(row);
            if (user != null) {
                byEmail.computeIfAbsent(user, key -> new ArrayList<>(1)).add(row);
            }
        }
    }

    private static String user(Map<String, Object> license) {
        Object email = license.get("user") instanceof Map<?, ?> user && user.get("email") != null
                ? user.get("email")
                : license.get("email");
        return email instanceof String text ? EmailAddress.canonical(text) : null;
    }

    /**
     * Checks that a license is that of the user who is meant: its id may be one that an earlier step of a route left behind.
     *
     * @param license a license; null passes
     * @param email   the user; null when nobody is named
     */
    static void requireUser(Map<String, Object> license, String email) {
        if (license != null && email != null && !EmailAddress.canonical(email).equals(user(license))) {
            throw new IllegalArgumentException("licenseId: that license belongs to another user than the email that is given;"
                    + " remove the one that is not meant");
        }
    }

    /** The license of this id; one that is not there is the API's 404. */
    Map<String, Object> requireById(String licenseId) {
        Map<String, Object> row = byId.get(licenseId);
        if (row == null) {
            throw missing("the connector has no license of this id");
        }
        return row;
    }

    /** The user's license, or null when there is none; with several it is never guessed. */
    Map<String, Object> findByEmail(String email) {
        List<Map<String, Object>> rows = byEmail.getOrDefault(EmailAddress.canonical(email), List.of());
        if (rows.size() > 1) {
            throw new IllegalArgumentException("email: the user has " + rows.size()
                    + " licenses of this connector; say which by licenseId: "
                    + rows.stream().map(row -> (String) row.get("_id")).collect(Collectors.joining(", ")));
        }
        return rows.isEmpty() ? null : rows.get(0);
    }

    /** The id of the user's one license; none is a 404. */
    String requireSingleId(String email) {
        Map<String, Object> row = findByEmail(email);
        if (row == null) {
            throw missing("the user has no license of this connector");
        }
        return (String) row.get("_id");
    }

    private static RuntimeException missing(String message) {
        // The same type and status as for an id that the API does not know: one onException clause serves both.
        return new RuntimeCamelException(new IntegratorioApiException(ApiMethod.LIST_LICENSES.label(),
                ApiMethod.LIST_LICENSES.pathTemplate(), 404, null, Map.of(), List.of(new ApiError("not_found", message, null)), ""));
    }
}
