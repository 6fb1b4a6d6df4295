package io.github.integratorio.camel.internal.producer;

import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.apache.camel.util.URISupport;

/**
 * The URI of a {@code toD} as it was written, with expressions in places of values. It recognizes the URIs that differ from it in these
 * values only: a value that comes from a message must not add, replace or hide an option.
 */
public final class UriTemplate {

    /** Stands for an expression; a character that no URI contains. */
    private static final char EXPRESSION = '\uE000';
    /** Between an option and the next one, or the end. */
    private static final Pattern LINE_BREAK = Pattern.compile("[ \\t]*[\r\n]\\s*$");
    private static final String ANY_VALUE = "(?:(?!RAW[({])[^&])*";
    private static final String ANY_RAW_VALUE = ".*";
    private static final String ANY_PATH = "[^?&%]*";

    private final Pattern path;
    /** The options by name, each as Camel reads it, with {@link #EXPRESSION} for its expressions. */
    private final Map<String, String> options;
    private final int emptyOptions;

    /**
     * Reads a template.
     *
     * @param  uri                      the written URI, its property placeholders replaced
     * @throws IllegalArgumentException if the name of an option is an expression, or occurs twice
     */
    public UriTemplate(String uri) {
        String masked = masked(uri.trim());
        this.path = pattern(URISupport.stripQuery(masked), ANY_PATH);
        this.options = options(masked);
        this.emptyOptions = emptyOptions(masked, options);
        for (String name : options.keySet()) {
            if (name.indexOf(EXPRESSION) >= 0) {
                throw new IllegalArgumentException(
                        "toD: an expression stands for an option; write the name of each option into the URI");
            }
        }
    }

    /** Replaces each expression of Camel's simple language, which may contain others. */
    private static String masked(String uri) {
        StringBuilder masked = new StringBuilder();
        int depth = 0;
        for (int i = 0; i < uri.length(); i++) {
            int start = uri.startsWith("${", i) ? 2 : uri.startsWith("$simple{", i) ? 8 : 0;
            if (start > 0) {
                if (depth == 0) {
                    masked.append(EXPRESSION);
                }
                depth++;
                i += start - 1;
            } else if (depth == 0) {
                masked.append(uri.charAt(i));
            } else if (uri.charAt(i) == '}') {
                depth--;
            }
        }
        return masked.toString();
    }

    /** Whether a text has an expression of Camel's simple language. */
    public static boolean hasExpression(String text) {
        return text.contains("${") || text.contains("$simple{");
    }

    private static Map<String, String> options(String uri) {
        Map<String, Object> parsed;
        try {
            String query = URISupport.extractQuery(uri);
            parsed = query == null ? Map.of() : URISupport.parseQuery(query, true, true);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(
                    "toD: the URI has options that cannot be read; write RAW(…) around values");
        }
        Map<String, String> options = new LinkedHashMap<>();
        parsed.forEach((name, value) -> {
            if (!(value instanceof String text)) {
                throw new IllegalArgumentException("toD: the URI has an option twice; write RAW(…) around values");
            }
            options.put(name.trim(), text);
        });
        return options;
    }

    /** The number of options without a name, such as at the end of {@code a=1&}, which Camel ignores. */
    private static int emptyOptions(String uri, Map<String, String> options) {
        return separators(uri) - options.values().stream().mapToInt(UriTemplate::separators).sum() - options.size();
    }

    private static int separators(String text) {
        return (int) text.chars().filter(c -> c == '&').count();
    }

    /** A pattern for a text with expressions. */
    private static Pattern pattern(String masked, String value) {
        StringBuilder pattern = new StringBuilder();
        StringBuilder literal = new StringBuilder();
        for (char c : masked.toCharArray()) {
            if (c == EXPRESSION) {
                pattern.append(Pattern.quote(literal.toString())).append(value);
                literal.setLength(0);
            } else {
                literal.append(c);
            }
        }
        return Pattern.compile(pattern.append(Pattern.quote(literal.toString())).toString(), Pattern.DOTALL);
    }

    /** Whether the value of an option has no expression. */
    public boolean isWritten(String option) {
        return options.get(option).indexOf(EXPRESSION) < 0;
    }

    /** Whether the value of an option is written within {@code RAW()}. */
    public boolean isRaw(String option) {
        return isRawValue(options.get(option));
    }

    /**
     * Returns the options of a URI that was made from this template, without {@code RAW()}.
     *
     * @throws IllegalArgumentException if it differs in more than the values of expressions
     */
    public Map<String, String> values(String uri) {
        Map<String, String> given = options(uri);
        if (!path.matcher(URISupport.stripQuery(uri)).matches() || !given.keySet().equals(options.keySet())
                || emptyOptions(uri, given) != emptyOptions) {
            throw changed();
        }
        given.replaceAll((name, value) -> {
            String written = options.get(name);
            boolean isRaw = isRawValue(written);
            if (isWritten(name)) {
                if (!decoded(value).equals(decoded(written))) {
                    throw changed();
                }
                return isRaw ? withoutRaw(value) : withoutLineBreaks(decoded(value), written);
            }
            if (!pattern(written, isRaw ? ANY_RAW_VALUE : ANY_VALUE).matcher(value).matches()) {
                throw changed();
            }
            return isRaw ? withoutRaw(value) : withoutLineBreaks(value, written);
        });
        return given;
    }

    /** Removes the line breaks around a value of a URI that is written on several lines, and only these: others are the message's. */
    private static String withoutLineBreaks(String value, String written) {
        Matcher lines = LINE_BREAK.matcher(written);
        return lines.find() ? value.substring(0, value.length() - lines.group().length()) : value;
    }

    private static boolean isRawValue(String value) {
        return value.startsWith("RAW(") && value.endsWith(")") || value.startsWith("RAW{") && value.endsWith("}");
    }

    private static String withoutRaw(String value) {
        return value.substring(4, value.length() - 1);
    }

    /** Decodes what is percent-encoded, but leaves a plus sign what it is: addresses and dates have plus signs and no spaces. */
    private static String decoded(String value) {
        return isRawValue(value) || value.indexOf('%') < 0 ? value
                : URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static IllegalArgumentException changed() {
        return new IllegalArgumentException(
                "toD: a value that was filled in changes the options of the URI; it contains"
                        + " & or another character with a meaning in URIs. Write RAW(…) around it, or use a header");
    }
}
