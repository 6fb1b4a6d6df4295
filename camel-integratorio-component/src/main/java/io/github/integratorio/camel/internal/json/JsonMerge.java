package io.github.integratorio.camel.internal.json;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Compares and merges plain JSON values. */
public final class JsonMerge {

    private JsonMerge() {
    }

    /**
     * Whether two values mean the same to the API: it may leave out what is false or empty, and write an instant in another form. So
     * absent, null, false and empty are the same; numbers and instants are compared by value; the order of keys makes no difference.
     */
    public static boolean same(Object one, Object other) {
        if (one instanceof Map<?, ?> a && other instanceof Map<?, ?> b) {
            return sameEntries(a, b);
        }
        if (one instanceof List<?> a && other instanceof List<?> b) {
            return sameItems(a, b);
        }
        if (one instanceof Number a && other instanceof Number b) {
            return decimal(a).compareTo(decimal(b)) == 0;
        }
        return Objects.equals(one, other) || isEmpty(one) && isEmpty(other)
                || one instanceof String a && other instanceof String b && IsoInstants.isSameInstant(a, b);
    }

    private static BigDecimal decimal(Number number) {
        return number instanceof BigDecimal decimal ? decimal : new BigDecimal(number.toString());
    }

    /** Compares each pair of values once, or deep documents would take twice as long for each level. */
    private static boolean sameEntries(Map<?, ?> one, Map<?, ?> other) {
        return other.entrySet().stream().allMatch(entry -> same(one.get(entry.getKey()), entry.getValue()))
                && one.entrySet().stream()
                        .allMatch(entry -> other.containsKey(entry.getKey()) || isEmpty(entry.getValue()));
    }

    private static boolean sameItems(List<?> one, List<?> other) {
        if (one.size() != other.size()) {
            return false;
        }
        for (int i = 0; i < one.size(); i++) {
            if (!same(one.get(i), other.get(i))) {
                return false;
            }
        }
        return true;
    }

    /**
     * Whether a value is the same as what is wanted, except that objects within it may have further keys, such as defaults that the API
     * adds.
     */
    public static boolean includes(Object value, Object wanted) {
        if (value instanceof Map<?, ?> map && wanted instanceof Map<?, ?> part) {
            return part.entrySet().stream().allMatch(entry -> includes(map.get(entry.getKey()), entry.getValue()));
        }
        if (value instanceof List<?> items && wanted instanceof List<?> parts && items.size() == parts.size()) {
            for (int i = 0; i < items.size(); i++) {
                if (!includes(items.get(i), parts.get(i))) {
                    return false;
                }
            }
            return true;
        }
        return same(value, wanted);
    }

    /** Whether a value means nothing to the API: null, false, an empty text or list, or an object of such values. */
    public static boolean isEmpty(Object value) {
        return value == null || value.equals(false) || value.equals("")
                || value instanceof List<?> items && items.isEmpty()
                || value instanceof Map<?, ?> map && map.values().stream().allMatch(JsonMerge::isEmpty);
    }

    /**
     * Applies a JSON merge patch (RFC 7396): objects are merged key by key, null removes a key, anything else replaces the value.
     *
     * @param  document not modified
     * @param  patch    not modified
     * @return          a new map
     */
    public static Map<String, Object> merge(Map<String, Object> document, Map<String, Object> patch) {
        Map<String, Object> merged = new LinkedHashMap<>(document);
        patch.forEach((key, value) -> {
            if (value == null) {
                merged.remove(key);
            } else if (value instanceof Map<?, ?> part) {
                Map<String, Object> old = merged.get(key) instanceof Map<?, ?> map ? JsonValues.object(map) : Map.of();
                merged.put(key, merge(old, JsonValues.object(part)));
            } else {
                merged.put(key, value);
            }
        });
        return merged;
    }

    /**
     * Whether a JSON merge patch would not change the document. Equivalent to {@link #merge} and {@link #same}, without a copy.
     *
     * @param document not modified
     * @param patch    not modified
     */
    public static boolean isNoOp(Map<String, Object> document, Map<String, Object> patch) {
        for (Map.Entry<String, Object> change : patch.entrySet()) {
            Object value = change.getValue();
            Object now = document.get(change.getKey());
            boolean isSame = value instanceof Map<?, ?> part && (now == null || now instanceof Map)
                    ? isNoOp(now == null ? Map.of() : JsonValues.object((Map<?, ?>) now), JsonValues.object(part))
                    : same(now, value);
            if (!isSame) {
                return false;
            }
        }
        return true;
    }
}
