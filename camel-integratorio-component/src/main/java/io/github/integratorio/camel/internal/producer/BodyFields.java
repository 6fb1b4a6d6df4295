package io.github.integratorio.camel.internal.producer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.github.integratorio.camel.internal.json.Json;
import io.github.integratorio.camel.internal.json.JsonValues;
import org.apache.camel.Message;

/** Reads those fields of a body that say which license is meant. The rest of the body may be anything. */
final class BodyFields {

    /** A Map of a route may contain itself. */
    private static final int TEXT_DEPTH = 5;
    /** Not what may be between the characters: blanks, a byte order mark, the zeros of UTF-16 and UTF-32, and characters without width. */
    private static final Pattern VISIBLE =
            Pattern.compile(
                    "[^\\s\\x00-\\x1F\\x80-\\xA0\\xC2\\xE2\\xEF\\xBB\\xBF\\xFE\\xFF\\u2000-\\u200F\\u2028-\\u202F\\u2060\\uFEFF]");

    private BodyFields() {
    }

    /**
     * Reads fields of a body that is one object. What else is in a Map may not be read, as it may have no JSON form.
     *
     * @param  names                    which fields to read
     * @param  isNeeded                 whether nothing else names the license, so that all text in a Map is read, and text that only begins
     *                                  like an object or a list must be readable, such as that of a Map
     * @return                          the fields; a List if the body has several items, or none, instead of being an object; a String if it is
     *                                  text; null for any other body, which may be left over from an earlier step of the route
     * @throws IllegalArgumentException if the body cannot be read, or one of the fields has no JSON form
     */
    static Object read(Message message, Predicate<String> names, boolean isNeeded) {
        Object body = BodyReader.unwrapped(message.getBody());
        if (body instanceof Map<?, ?> map) {
            return BodyReader.plain(only(names, isNeeded ? TEXT_DEPTH : 0, map));
        }
        if (body instanceof Collection || OnceReadBodies.isItems(body) || body instanceof Object[]) {
            return List.of();
        }
        if (body == null || body instanceof Number || body instanceof Boolean) {
            return null;
        }
        // One that cannot be read, such as a file that was moved, may have named another license.
        Object text = BodyReader.text(message, message.getBody());
        boolean isText = text instanceof String || text instanceof byte[];
        try {
            Object value = isText ? BodyReader.plain(text) : JsonValues.readable(text);
            return value instanceof Map || value instanceof List || value instanceof String ? value : null;
        } catch (RuntimeException e) {
            if (isText ? starts(text, isNeeded) : isNeeded) {
                // It may name another license than the options and headers.
                throw new IllegalArgumentException(
                        (isText ? "" : "body: ") + e.getMessage() + "; correct it, or remove the body", e);
            }
            // Whatever it is, it is no object.
            return text instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8)
                    : text instanceof String ? text : null;
        }
    }

    /**
     * Whether text begins like a JSON object that has a field, in whatever encoding.
     *
     * @param orAlike whether anything in a curly bracket, or a list of such, is enough
     */
    private static boolean starts(Object body, boolean orAlike) {
        String text = body instanceof byte[] bytes ? new String(bytes, StandardCharsets.ISO_8859_1) : (String) body;
        Matcher characters = VISIBLE.matcher(text);
        String start = characters.results().limit(2).map(MatchResult::group).collect(Collectors.joining());
        // Blanks without an end may be followed by anything.
        return start.isEmpty() ? text.length() > Json.MAXIMUM_INPUT
                : orAlike ? start.startsWith("{") || start.equals("[{") : start.equals("{\"");
    }

    /** @param textDepth how deep to look for text in other fields; 0 to leave them out */
    private static Map<Object, Object> only(Predicate<String> names, int textDepth, Map<?, ?> map) {
        Map<Object, Object> fields = new LinkedHashMap<>();
        map.forEach((name, value) -> {
            Object text = textDepth == 0 ? null : textIn(value, textDepth - 1);
            if (name != null && names.test(name.toString())) {
                fields.put(name, value instanceof Map<?, ?> nested ? only(names, textDepth, nested) : value);
            } else if (text != null) {
                fields.put(String.valueOf(name), text);
            }
        });
        return fields;
    }

    /** Returns the text that a value consists of or contains, in its structure; null if it has none, or is nested deeper. */
    private static Object textIn(Object value, int depth) {
        if (value instanceof Map<?, ?> map) {
            return depth == 0 ? null : only(name -> false, depth, map);
        }
        if (value instanceof Object[] array) {
            return textIn(Arrays.asList(array), depth);
        }
        if (value instanceof Collection<?> items) {
            return depth == 0 ? null
                    : items.stream().map(item -> textIn(item, depth - 1)).filter(Objects::nonNull).toList();
        }
        try {
            // An object of the vendor's own, such as a record, mostly shows its fields.
            return value == null ? null : value.toString();
        } catch (RuntimeException | StackOverflowError e) {
            return null;
        }
    }
}
