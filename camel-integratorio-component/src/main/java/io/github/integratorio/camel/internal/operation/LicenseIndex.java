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

/** The licenses of a connector by id and by e-mail address. */
final class LicenseIndex {

    private final Map<String, Map<String, Object>> byId = new LinkedHashMap<>();
    private final Map<String, List<Map<String, Object>>> byEmail = new HashMap<>();

    /** @param lists lists of the same connector; the last version of a license counts */
    @SafeVarargs
    LicenseIndex(List<Map<String, Object>>... lists) {
        for (List<Map<String, Object>> rows : lists) {
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
     * Checks that a license belongs to a user: its id may be left over from an earlier step of a route.
     *
     * @param license may be null
     * @param email   the user, or null if the request names none
     */
    static void requireUser(Map<String, Object> license, String email) {
        if (license != null && email != null && !EmailAddress.canonical(email).equals(user(license))) {
            throw new IllegalArgumentException("licenseId: the license belongs to another user than the given email;"
                    + " remove one of the two");
        }
    }

    /** The license with this id; a 404 if there is none. */
    Map<String, Object> requireById(String licenseId) {
        Map<String, Object> row = byId.get(licenseId);
        if (row == null) {
            throw missing("the connector has no license with this id");
        }
        return row;
    }

    /**
     * The user's license.
     *
     * @return                          the license; null if there is none
     * @throws IllegalArgumentException if there are several, because any choice would be a guess
     */
    Map<String, Object> findByEmail(String email) {
        List<Map<String, Object>> rows = byEmail.getOrDefault(EmailAddress.canonical(email), List.of());
        if (rows.size() > 1) {
            throw new IllegalArgumentException("email: the user has " + rows.size()
                    + " licenses of this connector; specify one by licenseId: "
                    + rows.stream().map(row -> (String) row.get("_id")).collect(Collectors.joining(", ")));
        }
        return rows.isEmpty() ? null : rows.get(0);
    }

    /** The id of the user's only license; a 404 if there is none. */
    String requireSingleId(String email) {
        Map<String, Object> row = findByEmail(email);
        if (row == null) {
            throw missing("the user has no license of this connector");
        }
        return (String) row.get("_id");
    }

    private static RuntimeException missing(String message) {
        // The API's answer to an unknown id, so that one onException clause handles both.
        return new RuntimeCamelException(new IntegratorioApiException(ApiMethod.LIST_LICENSES.label(),
                ApiMethod.LIST_LICENSES.pathTemplate(), 404, null, Map.of(),
                List.of(new ApiError("not_found", message, null)), ""));
    }
}
