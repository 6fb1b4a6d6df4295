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

    /** Whether two values are equal; key order, 1 versus 1.0, and null versus absent make no difference. */
    public static boolean same(Object one, Object other) {
        if (one instanceof Number a && other instanceof Number b) {
            return new BigDecimal(a.toString()).compareTo(new BigDecimal(b.toString())) == 0;
        }
        if (one instanceof Map<?, ?> a && other instanceof Map<?, ?> b) {
            return covers(a, b) && covers(b, a);
        }
        if (one instanceof List<?> a && other instanceof List<?> b) {
            if (a.size() != b.size()) {
                return false;
            }
            for (int i = 0; i < a.size(); i++) {
                if (!same(a.get(i), b.get(i))) {
                    return false;
                }
            }
            return true;
        }
        return Objects.equals(one, other);
    }

    /** Whether the first map has every entry of the second. */
    private static boolean covers(Map<?, ?> map, Map<?, ?> wanted) {
        return wanted.entrySet().stream().allMatch(entry -> same(map.get(entry.getKey()), entry.getValue()));
    }

    /**
     * Whether a document contains what is wanted: its objects may have further keys, and may lack keys that are wanted as false or empty;
     * everything else is equal.
     */
    public static boolean includes(Object document, Object wanted) {
        if (document == null) {
            return isEmpty(wanted);
        }
        if (document instanceof Map<?, ?> map && wanted instanceof Map<?, ?> part) {
            return part.entrySet().stream().allMatch(entry -> includes(map.get(entry.getKey()), entry.getValue()));
        }
        if (document instanceof List<?> items && wanted instanceof List<?> parts) {
            if (items.size() != parts.size()) {
                return false;
            }
            for (int i = 0; i < items.size(); i++) {
                if (!includes(items.get(i), parts.get(i))) {
                    return false;
                }
            }
            return true;
        }
        return same(document, wanted);
    }

    private static boolean isEmpty(Object value) {
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
            boolean merged = value instanceof Map<?, ?> part
                    ? now instanceof Map<?, ?> map && isNoOp(JsonValues.object(map), JsonValues.object(part))
                    : same(now, value);
            if (!merged) {
                return false;
            }
        }
        return true;
    }
}
