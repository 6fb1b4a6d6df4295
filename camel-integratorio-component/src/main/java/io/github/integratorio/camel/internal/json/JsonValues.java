package io.github.integratorio.camel.internal.json;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.ZonedDateTime;
import java.time.temporal.Temporal;
import java.util.ArrayList;
import java.util.Calendar;
import java.util.Collection;
import java.util.Date;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.BaseStream;
import java.util.stream.Collectors;
import javax.xml.datatype.DatatypeConstants;
import javax.xml.datatype.XMLGregorianCalendar;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.integratorio.camel.internal.text.Redaction;

/** Converts users' objects to plain JSON values. */
public final class JsonValues {

    /** The problem of a value that a repetition would find empty. */
    static final String ONCE = "can be read only once; expected a List";

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
        return copyOf(null, value, 0);
    }

    /**
     * As {@link #copyOf(Object)}, for a value that is looked at and not sent: an object of the user may have fields without a JSON form,
     * such as a date without a zone.
     */
    public static Object readable(Object value) {
        try {
            return copyOf(value);
        } catch (IllegalArgumentException e) {
            if (!isUsers(value.getClass())) {
                throw e;
            }
            return converted(null, value, Json.readingMapper());
        }
    }

    private static Object copyOf(String field, Object value, int depth) {
        if (depth > Json.MAXIMUM_INPUT_DEPTH) {
            throw new IllegalArgumentException("is nested deeper than " + Json.MAXIMUM_INPUT_DEPTH);
        }
        if (value == null || value instanceof String || value instanceof Boolean || value instanceof Integer
                || value instanceof Long || value instanceof BigDecimal) {
            return value;
        }
        if (value instanceof CharSequence || value instanceof Duration || value instanceof Period) {
            return value.toString();
        }
        if (value instanceof Float || value instanceof Double) {
            return decimal(field, (Number) value);
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, Object> copy = new LinkedHashMap<>(map.size() * 2);
            map.forEach((key, item) -> {
                if (!(key instanceof CharSequence name)) {
                    throw new IllegalArgumentException("has a key that is not text");
                }
                if (name.length() > StreamReadConstraints.DEFAULT_MAX_NAME_LEN) {
                    throw new IllegalArgumentException("has a key of more than "
                            + StreamReadConstraints.DEFAULT_MAX_NAME_LEN + " characters");
                }
                if (copy.containsKey(name.toString())) {
                    throw new IllegalArgumentException("has the key " + Redaction.line(name.toString(), 60) + " twice");
                }
                copy.put(name.toString(), copyOf(name.toString(), item, depth + 1));
            });
            return copy;
        }
        if (value instanceof Collection<?> items) {
            List<Object> copy = new ArrayList<>(items.size());
            items.forEach(item -> copy.add(copyOf(field, item, depth + 1)));
            return copy;
        }
        if (value instanceof Optional<?> optional) {
            return copyOf(field, optional.orElse(null), depth + 1);
        }
        if (value instanceof Iterator || value instanceof BaseStream) {
            throw new IllegalArgumentException(named(field) + ONCE);
        }
        Instant instant = instantOf(value);
        if (instant == null && isDate(value)) {
            throw new IllegalArgumentException(named(field)
                    + "has no time with a zone; expected an Instant, OffsetDateTime or ZonedDateTime");
        }
        return instant != null ? IsoInstants.format(instant) : converted(field, value, Json.inputMapper());
    }

    private static String named(String field) {
        return field == null ? "" : Redaction.line(field, 60) + ": ";
    }

    private static BigDecimal decimal(String field, Number value) {
        if (!Double.isFinite(value.doubleValue())) {
            throw new IllegalArgumentException(named(field) + value + " is not a finite number");
        }
        // The shortest text: a Float of 19.9 is 19.9, not the double that is next to it.
        return new BigDecimal(value.toString());
    }

    /** Whether a value is a date, with or without a zone. */
    static boolean isDate(Object value) {
        return value instanceof Temporal || value instanceof Date || value instanceof XMLGregorianCalendar;
    }

    private static Object converted(String field, Object value, ObjectMapper mapper) {
        String problem;
        try {
            Object plain = Json.parseInput(mapper.writeValueAsBytes(value));
            boolean isDocument = plain instanceof Map<?, ?> map
                    && (field != null || !map.isEmpty() || value instanceof JsonNode);
            if (!(plain instanceof Map) || isDocument && isUsers(value.getClass())) {
                return plain;
            }
            problem = "has no JSON form, or no fields: " + value.getClass().getName();
        } catch (JsonMappingException e) {
            problem = "has no JSON form: " + Redaction.line(e.getOriginalMessage(), 160) + fields(e);
        } catch (JsonProcessingException e) {
            problem = Json.explain(e);
        } catch (IllegalArgumentException e) {
            problem = e.getMessage();
        } catch (StackOverflowError e) {
            problem = "refers to itself";
        }
        throw new IllegalArgumentException(named(field) + problem);
    }

    /** Whether a class may be a model of a document, unlike a function or a class of the JDK, such as a channel. */
    private static boolean isUsers(Class<?> type) {
        ClassLoader loader = type.getClassLoader();
        return !type.isHidden() && loader != null && loader != ClassLoader.getPlatformClassLoader();
    }

    private static String fields(JsonMappingException e) {
        String fields = e.getPath().stream().map(JsonMappingException.Reference::getFieldName).filter(Objects::nonNull)
                .limit(10).collect(Collectors.joining("/"));
        return fields.isEmpty() ? "" : " (" + Redaction.line(fields, 100) + ")";
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
        if (value instanceof XMLGregorianCalendar date) {
            boolean isComplete = date.getTimezone() != DatatypeConstants.FIELD_UNDEFINED
                    && DatatypeConstants.DATETIME.equals(date.getXMLSchemaType());
            return isComplete ? date.toGregorianCalendar().toInstant() : null;
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
