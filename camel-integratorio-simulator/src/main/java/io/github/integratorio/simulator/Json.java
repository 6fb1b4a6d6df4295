package io.github.integratorio.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Documents to bytes and back, and copies of documents that share nothing. */
final class Json {

    private static final TypeReference<LinkedHashMap<String, Object>> OBJECT = new TypeReference<>() { };

    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private Json() {
    }

    static byte[] write(Object value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("Not a JSON value: " + e.getOriginalMessage(), e);
        }
    }

    /** The JSON object in the bytes; an {@link IOException} if there is none, or more than that. */
    static Map<String, Object> readObject(byte[] bytes) throws IOException {
        Map<String, Object> object = MAPPER.readValue(bytes, OBJECT);
        if (object == null) {
            throw new IOException("null instead of an object");
        }
        return object;
    }

    /**
     * A copy down to the leaves. An {@link Instant} becomes text; anything else that is not
     * one of JSON's own types is refused here, not when it is sent.
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

    private static Object copyValue(Object value) {
        if (value == null || value instanceof String || value instanceof Number || value instanceof Boolean) {
            return value;
        }
        if (value instanceof Instant instant) {
            return Dates.iso(instant);
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
        throw new IllegalArgumentException("Not a JSON value: " + value.getClass().getName());
    }
}
