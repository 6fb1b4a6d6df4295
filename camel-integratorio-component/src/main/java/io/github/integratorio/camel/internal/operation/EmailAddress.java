package io.github.integratorio.camel.internal.operation;

import java.net.IDN;
import java.util.Locale;
import java.util.regex.Pattern;

/** E-mail addresses: one plain address, and when two are the same. */
public final class EmailAddress {

    private static final int LONGEST_NAME = 64;
    private static final Pattern ADDRESS = Pattern.compile(
            "[\\p{L}\\p{N}.!#$%&'*+/=?^_`{|}~-]{1," + LONGEST_NAME + "}@[\\p{L}\\p{N}](?:[\\p{L}\\p{M}\\p{N}-]*[\\p{L}\\p{M}\\p{N}])?"
            + "(?:\\.[\\p{L}\\p{N}](?:[\\p{L}\\p{M}\\p{N}-]*[\\p{L}\\p{M}\\p{N}])?)+");

    private EmailAddress() {
    }

    /**
     * Checks an address. Quoted local parts, display forms and lists are refused.
     *
     * @param  name                     where it comes from, for the message
     * @throws IllegalArgumentException without the address in its message
     */
    public static String require(String name, Object email) {
        if (!(email instanceof String text) || text.length() > 254 || !isCommon(text) && !isAddress(text)) {
            throw new IllegalArgumentException(name + ": expected one plain e-mail address such as name@company.com, but "
                    + (email == null ? "there is none" : "this is none"));
        }
        return text;
    }

    static boolean isAddress(String text) {
        return ADDRESS.matcher(text).matches() && !text.startsWith(".") && !text.contains("..") && !text.contains(".@");
    }

    /** Whether it is of the form that nearly all addresses have: letters and digits, and single signs between them. All are addresses. */
    static boolean isCommon(String text) {
        int at = text.indexOf('@');
        boolean dot = false;
        boolean between = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z') {
                between = true;
            } else if (between && (c == '.' || c == '-' || i == at || i < at && (c == '_' || c == '+'))) {
                between = false;
                dot |= i > at && c == '.';
            } else {
                return false;
            }
        }
        return at > 0 && at <= LONGEST_NAME && dot && between;
    }

    /** The form in which two addresses of one mailbox are equal: lower case, the domain in its ASCII form. */
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
            // The API's own data: compared as it is.
            return email;
        }
    }
}
