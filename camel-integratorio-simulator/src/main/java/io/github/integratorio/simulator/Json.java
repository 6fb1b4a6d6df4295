package io.github.integratorio.simulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** Reads, writes and copies JSON documents. */
final class Json {

    private static final TypeReference<LinkedHashMap<String, Object>> OBJECT = new TypeReference<>() {};

    private static final TypeReference<List<Map<String, Object>>> OBJECTS = new TypeReference<>() {};

    private static final List<Object> EMPTY = Arrays.asList(null, false, "", List.of(), Map.of());

    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private Json() {
    }

    static byte[] write(Object value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("Cannot be written as JSON: " + e.getOriginalMessage(), e);
        }
    }

    /** Parses a JSON object; throws an {@link IOException} if the bytes are anything else. */
    static Map<String, Object> readObject(byte[] bytes) throws IOException {
        Map<String, Object> object = MAPPER.readValue(bytes, OBJECT);
        if (object == null) {
            throw new IOException("expected a JSON object, got null");
        }
        return object;
    }

    /** Parses an array of objects that {@link #write} has written. */
    static List<Map<String, Object>> readObjects(byte[] bytes) {
        try {
            return MAPPER.readValue(bytes, OBJECTS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Returns a deep copy. An {@link Instant} becomes text; a value of any other type that JSON does
     * not have is rejected.
     */
    static Map<String, Object> copy(Map<?, ?> source) {
        Map<String, Object> copy = new LinkedHashMap<>();
        source.forEach((key, value) -> copy.put(Objects.toString(key), copyValue(value)));
        return copy;
    }

    static List<Map<String, Object>> copies(List<Map<String, Object>> sources) {
        List<Map<String, Object>> copies = new ArrayList<>(sources.size());
        sources.forEach(source -> copies.add(copy(source)));
        return copies;
    }

    /**
     * Returns a copy without the object fields, at any depth, that are false, null or empty, or are empty
     * once theirs are left out. The items of an array stay.
     */
    static Object omitEmptyFields(Object value) {
        if (value instanceof List<?> items) {
            return items.stream().map(Json::omitEmptyFields).toList();
        }
        if (!(value instanceof Map<?, ?> map)) {
            return value;
        }
        Map<Object, Object> kept = new LinkedHashMap<>();
        map.forEach((key, field) -> {
            Object rest = omitEmptyFields(field);
            if (!EMPTY.contains(rest)) {
                kept.put(key, rest);
            }
        });
        return kept;
    }

    private static Object copyValue(Object value) {
        if (value == null || value instanceof String || value instanceof Number || value instanceof Boolean) {
            return value;
        }
        if (value instanceof Instant instant) {
            return Timestamps.iso(instant);
        }
        if (value instanceof Map<?, ?> map) {
            return copy(map);
        }
        if (value instanceof Iterable<?> items) {
            List<Object> copy = new ArrayList<>();
            items.forEach(item -> copy.add(copyValue(item)));
            return copy;
        }
        if (value instanceof Object[] items) {
            return copyValue(Arrays.asList(items));
        }
        throw new IllegalArgumentException("Expected a JSON type or an Instant, got " + value.getClass().getName());
    }
}
