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
import java.util.Set;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;

/** Converts users' objects to plain JSON values. */
public final class JsonValues {

    private JsonValues() {
    }

    /**
     * A deep copy of a value in plain JSON form.
     *
     * @param  value                    a Map, collection, array, JsonNode, date with a zone, or any object that Jackson can write
     * @return                          the plain value; null for null
     * @throws IllegalArgumentException if it has no JSON form or is nested too deep
     */
    public static Object copyOf(Object value) {
        return copyOf(value, 0);
    }

    private static Object copyOf(Object value, int depth) {
        if (depth > Json.MAXIMUM_INPUT_DEPTH) {
            throw new IllegalArgumentException("is nested deeper than " + Json.MAXIMUM_INPUT_DEPTH);
        }
        if (value == null || value instanceof String || value instanceof Boolean || value instanceof Integer
                || value instanceof Long || value instanceof BigDecimal) {
            return value;
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
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(Json.explain(e));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(Redaction.line(e.getMessage(), 200));
        } catch (StackOverflowError e) {
            throw new IllegalArgumentException("refers to itself");
        }
    }

    /** The instant of a date object with a zone; null for any other value. */
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
        // java.sql.Date has no time of day.
        return value instanceof Date date && !(value instanceof java.sql.Date) && !(value instanceof java.sql.Time)
                ? date.toInstant()
                : null;
    }

    /** A copy of the map without the given keys. */
    public static Map<String, Object> without(Map<String, Object> document, Set<String> keys) {
        Map<String, Object> rest = new LinkedHashMap<>(document);
        rest.keySet().removeAll(keys);
        return rest;
    }

    /** Casts a map of plain JSON values, whose keys are text. */
    @SuppressWarnings("unchecked")
    public static Map<String, Object> object(Map<?, ?> map) {
        return (Map<String, Object>) map;
    }
}
