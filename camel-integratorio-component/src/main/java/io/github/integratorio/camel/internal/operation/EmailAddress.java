package io.github.integratorio.camel.internal.operation;

import java.net.IDN;
import java.util.Locale;
import java.util.regex.Pattern;

/** Checks and compares e-mail addresses. */
public final class EmailAddress {

    private static final int MAX_LOCAL_PART = 64;
    private static final Pattern ADDRESS = Pattern.compile(
            "[\\p{L}\\p{N}.!#$%&'*+/=?^_`{|}~-]{1," + MAX_LOCAL_PART
                    + "}@[\\p{L}\\p{N}](?:[\\p{L}\\p{M}\\p{N}-]*[\\p{L}\\p{M}\\p{N}])?"
                    + "(?:\\.[\\p{L}\\p{N}](?:[\\p{L}\\p{M}\\p{N}-]*[\\p{L}\\p{M}\\p{N}])?)+");

    private EmailAddress() {
    }

    /**
     * Checks an address. Quoted local parts, display names and lists are rejected.
     *
     * @param  name                     option, header or field, for the message
     * @param  email                    the address
     * @return                          the address
     * @throws IllegalArgumentException if it is not a plain address; the message does not contain it
     */
    public static String require(String name, Object email) {
        if (!(email instanceof String text) || text.length() > 254 || !isCommon(text) && !isAddress(text)) {
            throw new IllegalArgumentException(name + (email == null ? ": missing" : ": not a valid e-mail address")
                    + " (expected e.g. name@company.com)");
        }
        return text;
    }

    static boolean isAddress(String text) {
        return ADDRESS.matcher(text).matches() && !text.startsWith(".") && !text.contains("..") && !text.contains(".@");
    }

    // Performance: 0.02 instead of 0.54 µs with the regular expression, for addresses of ASCII letters and digits with single separators.
    static boolean isCommon(String text) {
        int at = text.indexOf('@');
        boolean dot = false;
        boolean afterAlphanumeric = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z') {
                afterAlphanumeric = true;
            } else if (afterAlphanumeric && (c == '.' || c == '-' || i == at || i < at && (c == '_' || c == '+'))) {
                afterAlphanumeric = false;
                dot |= i > at && c == '.';
            } else {
                return false;
            }
        }
        return at > 0 && at <= MAX_LOCAL_PART && dot && afterAlphanumeric;
    }

    /** A form that is equal for two spellings of an address: lower case, with the domain in ASCII. */
    static String canonical(String email) {
        return (isAscii(email) ? email : withAsciiDomain(email)).trim().toLowerCase(Locale.ROOT);
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 127) {
                return false;
            }
        }
        return true;
    }

    private static String withAsciiDomain(String email) {
        int at = email.lastIndexOf('@') + 1;
        try {
            return email.substring(0, at) + IDN.toASCII(email.substring(at), IDN.ALLOW_UNASSIGNED);
        } catch (IllegalArgumentException e) {
            // An invalid domain in the API's own data is compared as it is.
            return email;
        }
    }
}
