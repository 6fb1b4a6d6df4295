package io.github.integratorio.camel.internal.license;

import java.util.Map;
import java.util.Set;

import io.github.integratorio.camel.internal.client.protocol.ApiRequest;

/**
 * The license that a document of a user names: by its id, or by its user.
 *
 * @param id    field {@code _id}, or null
 * @param email field {@code email} or {@code user.email}, or null
 * @param kind  those of the fields of {@link LicenseKind} that it has
 */
public record LicenseReference(String id, String email, Map<String, Object> kind) {

    /** A document that names no license. */
    public static final LicenseReference NONE = new LicenseReference(null, null, Map.of());

    /** The fields of a document that count. */
    public static final Set<String> FIELDS = Set.of("_id", "email", "user", "sandbox", "_parentId", "type");

    /**
     * Reads what a document names.
     *
     * @throws IllegalArgumentException if one of the fields is invalid, or two of them name different users
     */
    public static LicenseReference of(Map<String, Object> document) {
        Object email = email(document);
        return new LicenseReference(id(document), email == null ? null : EmailAddress.require("body: email", email),
                LicenseKind.of(document));
    }

    /** The field {@code sandbox}, or null. */
    public Boolean sandbox() {
        return (Boolean) kind.get("sandbox");
    }

    /** Whether it is a child license, which cannot be found by its user. */
    public boolean isChild() {
        return LicenseUser.isChild(kind);
    }

    /** Reads the id of a document; null if it has none. */
    public static String id(Map<String, Object> document) {
        Object id = document.get("_id");
        if (id != null && !(id instanceof String)) {
            throw new IllegalArgumentException("body: _id: expected a String");
        }
        return id == null ? null : ApiRequest.requireId("body: _id", (String) id);
    }

    /**
     * Returns the field {@code email} or {@code user.email}; null if the document has neither.
     *
     * @throws IllegalArgumentException if it has both, and they are different users, or they have no text
     */
    public static Object email(Map<String, Object> document) {
        Object email = document.get("email");
        Object users = document.get("user") instanceof Map<?, ?> user ? user.get("email") : null;
        if (email != null && users != null && !isSameUser(email, users)) {
            throw new IllegalArgumentException("body: email and user.email are different users; leave one of them out");
        }
        Object named = email != null ? email : users;
        if (named != null && !(named instanceof String)) {
            throw new IllegalArgumentException("body: email: expected text");
        }
        return named;
    }

    /** Checks that a document names the connector of a request, or none. */
    public static void requireConnector(Map<String, Object> document, String connectorId) {
        Object named = document.get("_connectorId");
        if (named != null && !named.equals(connectorId)) {
            throw new IllegalArgumentException("body: _connectorId does not match connectorId");
        }
    }

    private static boolean isSameUser(Object one, Object other) {
        return one instanceof String text && other instanceof String second && EmailAddress.isSameUser(text, second);
    }

    /** Checks that a document that is not identified by an id can be found by its user. */
    public void requireOwnLicense() {
        if (isChild()) {
            throw new IllegalArgumentException(
                    "body: a child license cannot be found by its user; give licenseId or _id, or use create");
        }
    }
}
