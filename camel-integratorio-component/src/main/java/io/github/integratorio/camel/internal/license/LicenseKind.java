package io.github.integratorio.camel.internal.license;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import io.github.integratorio.camel.internal.json.JsonMerge;
import io.github.integratorio.camel.internal.json.JsonValues;

/**
 * What tells the licenses of one user apart: production or sandbox, and the child licenses of which parent license. A license is of the
 * same kind for ever.
 */
public final class LicenseKind {

    /** Fields that a creation sets; the API ignores them in an update. */
    public static final Set<String> FIELDS = Set.of("sandbox", "type", "_parentId");

    private static final Set<Object> TYPES = Set.of("connector", "integrationApp", "integrationAppChild");

    private LicenseKind() {
    }

    /**
     * Returns those of the fields that a document has, with {@code sandbox} as a Boolean.
     *
     * @throws IllegalArgumentException if {@code sandbox} is neither true nor false
     */
    static Map<String, Object> of(Map<String, Object> document) {
        Map<String, Object> kind = new HashMap<>();
        FIELDS.forEach(name -> kind.put(name, document.get(name)));
        kind.put("sandbox", DocumentValidator.sandbox(document));
        kind.values().removeIf(Objects::isNull);
        return kind;
    }

    /** Whether two licenses are of one kind; one that says nothing is a production license without a parent. */
    public static boolean isSame(Map<String, Object> one, Map<String, Object> other) {
        return LicenseUser.isSandbox(one) == LicenseUser.isSandbox(other)
                && JsonMerge.same(one.get("_parentId"), other.get("_parentId"));
    }

    /** Checks that a change leaves the kind of a license as it is. */
    public static void requireSame(Map<String, Object> current, Map<String, Object> patch) {
        String field = difference(current, patch);
        if (field != null) {
            throw new IllegalArgumentException(field + ": cannot be changed after the license was created"
                    + switch (field) {
                        case "sandbox" -> "; this one is a "
                                + (LicenseUser.isSandbox(current) ? "sandbox" : "production") + " license";
                        case "type" -> "; this one is "
                                + (JsonMerge.isEmpty(current.get("type")) ? "no child license" : current.get("type"));
                        default -> "";
                    });
        }
    }

    /** Checks that a license with a given id is of the kind that the body names. */
    public static void requireNamed(Map<String, Object> current, Map<String, Object> body) {
        // A type that no license has is that of something else, such as the event of a payment.
        boolean isOthers = body.get("type") != null && !TYPES.contains(body.get("type"));
        String field = difference(current, isOthers ? JsonValues.without(body, Set.of("type")) : body);
        if (field != null) {
            throw new IllegalArgumentException("licenseId: the license is not the one that " + field
                    + " in the body names; remove one of the two");
        }
    }

    /** Returns the field in which a document is of another kind than a license, as far as it says; null if there is none. */
    private static String difference(Map<String, Object> current, Map<String, Object> document) {
        if (document.containsKey("_parentId")
                && !JsonMerge.same(current.get("_parentId"), document.get("_parentId"))) {
            return "_parentId";
        }
        if (document.containsKey("sandbox") && LicenseUser.isSandbox(current) != LicenseUser.isSandbox(document)) {
            return "sandbox";
        }
        // The API ignores another type, so an upsert of it would differ for ever.
        boolean isOtherType = JsonMerge.isEmpty(current.get("type"))
                ? LicenseUser.isChild(document) && !LicenseUser.isChild(current)
                : !JsonMerge.same(current.get("type"), document.get("type"));
        return document.containsKey("type") && isOtherType ? "type" : null;
    }
}
