package io.github.integratorio.camel.internal.text;

import java.util.Collection;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Prepares text of unknown origin for exception messages and logs: one short line without markup, tokens and whole e-mail addresses. */
public final class Redaction {

    /** An ampersand of HTML, also if it was escaped again. */
    private static final String AMPERSAND = "&(?:amp;){0,3}";
    /** An at sign as it is, or as wide characters, URIs, HTML, JSON and program code write it. */
    private static final String AT = "@|\uFF20|\uFE6B|%(?:25){0,3}40|%u0040|" + AMPERSAND
            + "(?:#(?:0*64(?!\\d)|[xX]0*40(?![0-9a-fA-F]))|commat);?|\\\\{1,4}(?:u0040|u\\{0*40\\}|x40|100)";
    /** What may stand before an at sign: blanks, and a comment. */
    private static final String BEFORE_AT = "(?:\\s|&nbsp;){0,20}(?:\\([^()]{0,100}\\)\\s{0,2})?";
    /** Begins where a word begins: trying it at each letter would take a minute for a long word. So do the next ones. */
    private static final Pattern EMAIL =
            Pattern.compile(
                    "(?<![^\\s@<>\",;:()\\[\\]{}=])([^\\s@<>\",;:()\\[\\]{}=])[^\\s@<>\",;:()\\[\\]{}=]*(" + BEFORE_AT
                            + "(?:"
                            + AT + "))");
    /** An address whose local part ends with a character that mostly stands around addresses. */
    private static final Pattern BRACKET =
            Pattern.compile("(?<![^\\s@\"])([^\\s@\"])[^\\s@\"]*[{}=()\\[\\]](" + AT + ")");
    private static final Pattern QUOTED = Pattern.compile("\\\\?\"[^\"]{0,200}\"(" + AT + ")");
    private static final Pattern ADDRESS =
            Pattern.compile("[^\\s@]" + BEFORE_AT + "(?:" + AT + ")\\s{0,2}[^\\s@]+\\.[^\\s@]");
    private static final Pattern HAS_AT = Pattern.compile(AT);
    private static final Pattern LAST_WORD = Pattern.compile("\\s*\\S*$");
    private static final Pattern BEARER = Pattern.compile("(?i)bearer\\s+\\S+");
    private static final Pattern TAG = Pattern.compile("<[^<>]*>|[<>]");
    private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}\\p{Cf}\\u2028\\u2029]+");
    private static final Pattern SPACES = Pattern.compile("\\s{2,}");

    private Redaction() {
    }

    /**
     * One line of the text.
     *
     * @param  text      any text, or null
     * @param  maxLength maximum number of characters
     * @return           the line, ending with an ellipsis if it was cut; empty for null
     */
    public static String line(String text, int maxLength) {
        if (text == null) {
            return "";
        }
        // Mask before cutting, and cut between words: an address or a secret that is cut would not be recognized.
        String head = text.length() > 4 * maxLength ? cut(text, 4 * maxLength) : text;
        String line = CONTROL.matcher(head).replaceAll(" ");
        line = TAG.matcher(line).replaceAll(" ");
        line = SPACES.matcher(mask(line)).replaceAll(" ").trim();
        return line.length() <= maxLength && head.length() == text.length()
                ? line
                : cut(line, Math.min(line.length(), maxLength - 1)) + "…";
    }

    private static String cut(String text, int length) {
        boolean isWhole = length == text.length() || Character.isWhitespace(text.charAt(length));
        return isWhole ? text.substring(0, length) : LAST_WORD.matcher(text.substring(0, length)).replaceFirst("");
    }

    /** The text with three asterisks in place of each secret, whatever writes its other characters than letters and digits. */
    public static String without(String text, Collection<String> secrets) {
        String masked = text;
        for (String secret : secrets) {
            masked = secret.chars().allMatch(Character::isLetterOrDigit) ? masked.replace(secret, "***")
                    : written(secret).matcher(masked).replaceAll("***");
        }
        return masked;
    }

    /** A secret as it is, or as URIs, forms, HTML and JSON write it, also several times escaped, or in the other alphabet of base64. */
    private static Pattern written(String secret) {
        return Pattern.compile(secret.chars().mapToObj(c -> Character.isLetterOrDigit(c) ? Character.toString(c)
                : "(?:" + String.format(Locale.ROOT,
                        "\\\\*%s|%%(?:25){0,3}%2$02x|\\\\+u%2$04x|=%2$02x|%3$s(?:#(?:0*%2$d|x0*%2$x)",
                        Pattern.quote(Character.toString(c)), c, AMPERSAND) + switch (c) {
                            case '+' -> "|plus);?|[ -])";
                            case '/' -> "|sol);?|_)";
                            case '=' -> "|equals);?|)";
                            default -> ");?)";
                        })
                .collect(Collectors.joining("", "(?i)", "")));
    }

    /** Whether a text has an e-mail address, in any of the forms that {@link #mask} knows. */
    public static boolean hasAddress(String text) {
        // Performance: the keys of a list are letters and digits, and each poll asks for all of them.
        return !text.chars().allMatch(Character::isLetterOrDigit) && ADDRESS.matcher(text).find();
    }

    /** The text with the local part of each e-mail address reduced to its first letter, and without bearer tokens. */
    public static String mask(String text) {
        if (text == null) {
            return null;
        }
        String masked = !HAS_AT.matcher(text).find() ? text
                : BRACKET.matcher(EMAIL.matcher(QUOTED.matcher(text).replaceAll("\"***\"$1")).replaceAll("$1***$2"))
                        .replaceAll("$1***$2");
        return BEARER.matcher(masked).replaceAll("Bearer ***");
    }
}
