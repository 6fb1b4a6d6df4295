package io.github.integratorio.camel.api;

import java.io.Serializable;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import io.github.integratorio.camel.internal.json.IsoInstants;
import io.github.integratorio.camel.internal.json.Json;
import io.github.integratorio.camel.internal.json.JsonValues;

/**
 * A document of the API. It keeps every field as the API sent it, known or unknown, so that an update sends all of them back.
 * The getters of the subclasses read the known fields and return null for absent ones.
 *
 * <p>Any Jackson mapper reads and writes it as a plain JSON object. Serializable, so that an aggregation repository or a queue keeps it as a
 * message body. Not thread-safe.
 */
@JsonAutoDetect(getterVisibility = Visibility.NONE, isGetterVisibility = Visibility.NONE,
        setterVisibility = Visibility.NONE, fieldVisibility = Visibility.NONE)
public abstract class ApiDocument implements Serializable {

    private static final long serialVersionUID = 1;

    private final Map<String, Object> fields;

    ApiDocument(Map<String, Object> fields) {
        this.fields = fields;
    }

    static Map<String, Object> copy(Map<String, ?> fields) {
        return JsonValues.object((Map<?, ?>) JsonValues.copyOf(Objects.requireNonNull(fields)));
    }

    /** Returns all fields in the API's order, as plain JSON values. The map is unmodifiable; see {@link #set}. */
    @JsonAnyGetter
    public Map<String, Object> asMap() {
        return Collections.unmodifiableMap(fields);
    }

    /**
     * Returns a field by its name in the API.
     *
     * @return its plain JSON value, or null if it is absent
     */
    public Object get(String name) {
        return fields.get(name);
    }

    /**
     * Sets a field by its name in the API.
     *
     * @param  value                    a plain JSON value, a date with a zone, or any object that Jackson can write; null writes a JSON null
     * @throws IllegalArgumentException if it has no JSON form
     */
    @JsonAnySetter
    public void set(String name, Object value) {
        fields.put(name, JsonValues.copyOf(value));
    }

    String text(String name) {
        Object value = fields.get(name);
        return value == null || value instanceof Map || value instanceof List ? null : value.toString();
    }

    Boolean flag(String name) {
        return fields.get(name) instanceof Boolean flag ? flag : null;
    }

    Instant instant(String name) {
        try {
            return fields.get(name) instanceof String text ? IsoInstants.parse(text) : null;
        } catch (DateTimeException e) {
            // The text is available through get(name).
            return null;
        }
    }

    @SuppressWarnings("unchecked")
    Map<String, Object> object(String name) {
        return fields.get(name) instanceof Map<?, ?> map ? (Map<String, Object>) map : null;
    }

    List<String> texts(String name) {
        return fields.get(name) instanceof List<?> items ? items.stream().map(String::valueOf).toList() : null;
    }

    @Override
    public boolean equals(Object other) {
        return other != null && other.getClass() == getClass() && fields.equals(((ApiDocument) other).fields);
    }

    @Override
    public int hashCode() {
        return fields.hashCode();
    }

    /** Returns the JSON text, so that logging the body or writing it to a file shows the document. */
    @Override
    public String toString() {
        return Json.toText(fields);
    }
}
