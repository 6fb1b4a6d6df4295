package io.github.integratorio.camel.internal.json;

import java.util.regex.Pattern;

/** Makes foreign text fit for an exception message or a log line: one short line, no markup, no whole e-mail address. */
public final class Redaction {

    private static final Pattern EMAIL = Pattern.compile("([^\\s@<>\"',;:()\\[\\]{}=])[^\\s@<>\"',;:()\\[\\]{}=]*@");
    private static final Pattern BEARER = Pattern.compile("(?i)bearer\\s+\\S+");
    private static final Pattern TAG = Pattern.compile("<[^<>]*>|[<>]");
    private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}\\p{Cf}\\u2028\\u2029]+");
    private static final Pattern SPACES = Pattern.compile("\\s{2,}");

    private Redaction() {
    }

    /**
     * One line of foreign text.
     *
     * @param  text    any text, or null
     * @param  longest how many characters to keep
     * @return         the line, with an ellipsis when it was cut; empty for null
     */
    public static String line(String text, int longest) {
        if (text == null) {
            return "";
        }
        // More than is shown is looked at, so that an address is never cut before it is masked.
        String head = text.length() > 4 * longest ? text.substring(0, 4 * longest) : text;
        String line = CONTROL.matcher(head).replaceAll(" ");
        line = TAG.matcher(line).replaceAll(" ");
        line = SPACES.matcher(mask(line)).replaceAll(" ").trim();
        return line.length() <= longest && head.length() == text.length()
                ? line
                : line.substring(0, Math.min(line.length(), longest - 1)) + "…";
    }

    /** The text with the local part of each e-mail address reduced to its first letter, and without bearer tokens. */
    public static String mask(String text) {
        if (text == null) {
            return null;
        }
        String masked = text.indexOf('@') < 0 ? text : EMAIL.matcher(text).replaceAll("$1***@");
        return BEARER.matcher(masked).replaceAll("Bearer ***");
    }
}
