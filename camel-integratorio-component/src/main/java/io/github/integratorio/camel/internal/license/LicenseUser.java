package io.github.integratorio.camel.internal.license;

import java.util.Map;

import io.github.integratorio.camel.api.License;
import io.github.integratorio.camel.internal.json.JsonMerge;

/**
 * Who a license belongs to: the production or the sandbox license of a user. Every operation that looks for a user's license uses this
 * rule. Child licenses belong to their parent license, not to a user.
 *
 * @param email   canonical e-mail address
 * @param sandbox whether it is the sandbox license
 */
public record LicenseUser(String email, boolean sandbox) {

    /**
     * The user with an address.
     *
     * @param email   in any spelling
     * @param sandbox the field of the document: a Boolean, or the text that the API takes as well; null for false
     */
    public static LicenseUser of(String email, Object sandbox) {
        return new LicenseUser(EmailAddress.canonical(email),
                Boolean.TRUE.equals(sandbox) || "true".equals(sandbox));
    }

    /** The user of a license; null for a child license, and for one whose address or sandbox field cannot be read. */
    public static LicenseUser of(Map<String, Object> license) {
        String email = email(license);
        return isChild(license) || email == null || !hasSandbox(license) ? null : of(email, isSandbox(license));
    }

    /**
     * Whether it cannot be told whose license it is: the address is missing, masked or with a display name, the sandbox field is neither
     * true nor false, or the parent license is no text. Any other text with an @ is an address: the API may know more of them than this
     * component accepts. A child license is nobody's.
     */
    public static boolean isUnreadable(Map<String, Object> license) {
        String email = email(license);
        return hasOddParent(license)
                || !isChild(license) && (!hasSandbox(license) || email == null || email.indexOf('@') < 0
                        || EmailAddress.isMasked(email) || email.indexOf('<') >= 0);
    }

    private static boolean hasOddParent(Map<String, Object> license) {
        Object parent = license.get("_parentId");
        return !(parent instanceof String) && !JsonMerge.isEmpty(parent);
    }

    /** Whether the sandbox field of a license is true or false, as a Boolean or as text, or empty. */
    static boolean hasSandbox(Map<String, Object> license) {
        Object sandbox = license.get("sandbox");
        return JsonMerge.isEmpty(sandbox) || Boolean.TRUE.equals(sandbox)
                || sandbox instanceof String text && (text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false"));
    }

    /** Whether the sandbox field of a license is true, as a Boolean or as text. */
    public static boolean isSandbox(Map<String, Object> license) {
        return License.over(license).isSandbox();
    }

    /** Whether a license belongs to a parent license, and not to a user. */
    public static boolean isChild(Map<String, Object> license) {
        return License.over(license).isChild();
    }

    /** The address of a license as the API returned it; null if it has none. */
    private static String email(Map<String, Object> license) {
        Object email = license.get("user") instanceof Map<?, ?> user && user.get("email") != null
                ? user.get("email")
                : license.get("email");
        return email instanceof String text ? text : null;
    }

    /**
     * Checks that a license with a given id belongs to a user: the id may be left over from an earlier step of a route.
     *
     * @param  license                  as the API returned it
     * @param  address                  the user, or null if the request names none
     * @throws IllegalArgumentException if it belongs to another one
     */
    public static void requireAddress(Map<String, Object> license, String address) {
        if (address != null && (email(license) == null || !isAddressOf(license, address))) {
            throw new IllegalArgumentException("licenseId: the license belongs to another user than the given email;"
                    + " remove one of the two");
        }
    }

    /** Whether the address of a license is this one; also if it has none. */
    public static boolean isAddressOf(Map<String, Object> license, String address) {
        String email = email(license);
        return email == null || EmailAddress.canonical(address).equals(EmailAddress.canonical(email));
    }

    /** The key of this user's licenses of a connector. */
    public String key(String connectorId) {
        return connectorId + ' ' + email + (sandbox ? " sandbox" : "");
    }

    /** Hides the address. */
    @Override
    public String toString() {
        return sandbox ? "a user's sandbox license" : "a user's license";
    }
}
