package io.github.integratorio.camel.internal.message;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.github.integratorio.camel.api.IntegratorioResource;
import io.github.integratorio.camel.api.OutputType;
import io.github.integratorio.camel.internal.json.Json;

/** Converts plain JSON values of the API to the type that the route asks for. */
public final class OutputConverter {

    private final IntegratorioResource resource;
    private final OutputType type;

    public OutputConverter(IntegratorioResource resource, OutputType type) {
        this.resource = resource;
        this.type = type;
    }

    /** Converts a document. */
    public Object document(Map<String, Object> fields) {
        return switch (type) {
            case JSON -> Json.toText(fields);
            case MAP -> fields;
            case MODEL -> resource.documentOver(fields);
        };
    }

    /** Converts a document, or a list whose items may be documents. */
    public Object documents(Object value) {
        if (type == OutputType.JSON) {
            return value(value);
        }
        if (value instanceof List<?> items) {
            List<Object> converted = new ArrayList<>(items.size());
            items.forEach(item -> converted.add(documentOrValue(item)));
            return converted;
        }
        return documentOrValue(value);
    }

    @SuppressWarnings("unchecked")
    private Object documentOrValue(Object value) {
        return value instanceof Map ? document((Map<String, Object>) value) : value;
    }

    /** Converts a value that is not a document: it has no model class. */
    public Object value(Object value) {
        return type == OutputType.JSON && value != null ? Json.toText(value) : value;
    }
}
