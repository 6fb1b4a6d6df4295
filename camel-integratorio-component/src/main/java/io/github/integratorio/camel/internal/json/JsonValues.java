package io.github.integratorio.camel.internal.json;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.time.temporal.Temporal;
import java.util.ArrayList;
import java.util.Calendar;
import java.util.Collection;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.integratorio.camel.api.ApiDocument;

/** Plain JSON values: made from users' objects, compared, and merged. */
public final class JsonValues {

    private JsonValues() {
    }

    /**
     * A deep copy of a user's value in plain JSON form.
     *
     * @param  value                    a model object, Map, collection, array, JsonNode, date with a zone, or any object that Jackson can write
     * @return                          the plain value; null for null
     * @throws IllegalArgumentException when it has no JSON form or nests too deep
     */
    public static Object copyOf(Object value) {
        return copyOf(value, 0);
    }

    private static Object copyOf(Object value, int depth) {
        if (depth > Json.MAXIMUM_INPUT_DEPTH) {
            throw new IllegalArgumentException("nests deeper than " + Json.MAXIMUM_INPUT_DEPTH);
        }
        if (value == null || value instanceof String || value instanceof Boolean || value instanceof Integer
                || value instanceof Long || value instanceof BigDecimal) {
            return value;
        }
        if (value instanceof ApiDocument document) {
            return copyOf(document.asMap(), depth);
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, Object> copy = new LinkedHashMap<>(map.size() * 2);
            map.forEach((key, item) -> {
                if (!(key instanceof String name)) {
                    throw new IllegalArgumentException("has a key that is not text");
                }
                copy.put(name, named(name, item, depth + 1));
            });
            return copy;
        }
        if (value instanceof Collection<?> items) {
            List<Object> copy = new ArrayList<>(items.size());
            items.forEach(item -> copy.add(copyOf(item, depth + 1)));
            return copy;
        }
        Instant instant = instantOf(value);
        return instant != null ? IsoInstants.format(instant) : converted(value);
    }

    private static Object named(String name, Object item, int depth) {
        if (item instanceof Temporal && instantOf(item) == null) {
            throw new IllegalArgumentException(Redaction.line(name, 60)
                    + ": has no time with a zone; expected an Instant, OffsetDateTime or ZonedDateTime");
        }
        return copyOf(item, depth);
    }

    private static Object converted(Object value) {
        try {
            Object tree = value instanceof JsonNode ? value : Json.inputMapper().valueToTree(value);
            return Json.parseInput(Json.inputMapper().writeValueAsBytes(tree));
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalArgumentException(Json.explain(e));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(Redaction.line(e.getMessage(), 200));
        } catch (StackOverflowError e) {
            throw new IllegalArgumentException("refers to itself");
        }
    }

    /** The instant that a date object with a zone stands for, or null when it is none. */
    public static Instant instantOf(Object value) {
        if (value instanceof Instant instant) {
            return instant;
        }
        if (value instanceof OffsetDateTime date) {
            return date.toInstant();
        }
        if (value instanceof ZonedDateTime date) {
            return date.toInstant();
        }
        if (value instanceof Calendar calendar) {
            return calendar.toInstant();
        }
        // Not java.sql.Date, which has no time of day.
        return value instanceof Date date && !(value instanceof java.sql.Date) && !(value instanceof java.sql.Time)
                ? date.toInstant()
                : null;
    }

    /** Whether two values mean the same: key order, 1 or 1.0, null or absent make no difference. */
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

    /** Whether every key of the second is the same in the first. */
    private static boolean covers(Map<?, ?> map, Map<?, ?> wanted) {
        return wanted.entrySet().stream().allMatch(entry -> same(map.get(entry.getKey()), entry.getValue()));
    }

    /**
     * Whether the document says at least what is wanted: objects may hold more, and what is false or empty may be missing;
     * everything else is the same.
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
        return value == null || value.equals(false) || value.equals("") || value instanceof List<?> items && items.isEmpty()
                || value instanceof Map<?, ?> map && map.values().stream().allMatch(JsonValues::isEmpty);
    }

    /**
     * The document after a JSON merge patch (RFC 7396): objects merge key by key, null removes, everything else replaces.
     *
     * @param  document the document; is not changed
     * @param  patch    what to change; is not changed
     * @return          a new map
     */
    public static Map<String, Object> merge(Map<String, Object> document, Map<String, Object> patch) {
        Map<String, Object> merged = new LinkedHashMap<>(document);
        patch.forEach((key, value) -> {
            if (value == null) {
                merged.remove(key);
            } else if (value instanceof Map<?, ?> part) {
                Map<String, Object> old = merged.get(key) instanceof Map<?, ?> map ? object(map) : Map.of();
                merged.put(key, merge(old, object(part)));
            } else {
                merged.put(key, value);
            }
        });
        return merged;
    }

    /**
     * Whether a JSON merge patch leaves the document as it is: {@link #merge} and {@link #same} in one, without a copy.
     *
     * @param document the document; is not changed
     * @param patch    what to change; is not changed
     * @return         whether the merged document would be the same
     */
    public static boolean isNoOp(Map<String, Object> document, Map<String, Object> patch) {
        for (Map.Entry<String, Object> change : patch.entrySet()) {
            Object value = change.getValue();
            Object now = document.get(change.getKey());
            boolean merged = value instanceof Map<?, ?> part
                    ? now instanceof Map<?, ?> map && isNoOp(object(map), object(part))
                    : same(now, value);
            if (!merged) {
                return false;
            }
        }
        return true;
    }

    /** A new map without some of the keys. */
    public static Map<String, Object> without(Map<String, Object> document, Set<String> keys) {
        Map<String, Object> rest = new LinkedHashMap<>(document);
        rest.keySet().removeAll(keys);
        return rest;
    }

    /** A map of plain JSON form as what it is: its keys are text. */
    @SuppressWarnings("unchecked")
    public static Map<String, Object> object(Map<?, ?> map) {
        return (Map<String, Object>) map;
    }
}
