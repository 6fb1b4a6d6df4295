package io.github.integratorio.camel.internal.json;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

/**
 * Reads plain Java values off a parser. Jackson's own mapper gives the same, but keeps a second set of the keys of each object to find
 * those that are there twice.
 */
final class PlainValues {

    private PlainValues() {
    }

    /** Reads the one value that a text consists of. */
    static Object only(JsonParser parser) throws IOException {
        if (parser.nextToken() == null) {
            throw new JsonParseException(parser, "Nothing is there");
        }
        Object value = current(parser);
        if (parser.nextToken() != null) {
            throw new JsonParseException(parser, "It goes on after its end");
        }
        return value;
    }

    /** Reads the value at whose first token the parser stands, to its last. */
    static Object current(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(parser);
            case START_ARRAY -> array(parser);
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT -> parser.getNumberValue();
            case VALUE_NUMBER_FLOAT -> parser.getDecimalValue();
            case VALUE_TRUE -> Boolean.TRUE;
            case VALUE_FALSE -> Boolean.FALSE;
            case VALUE_NULL -> null;
            default -> throw new JsonParseException(parser, "A value is expected");
        };
    }

    private static Map<String, Object> object(JsonParser parser) throws IOException {
        Map<String, Object> fields = new LinkedHashMap<>();
        String name;
        while ((name = parser.nextFieldName()) != null) {
            parser.nextToken();
            int known = fields.size();
            fields.put(name, current(parser));
            if (fields.size() == known) {
                throw new JsonParseException(parser, "Duplicate field '" + name + "'");
            }
        }
        return fields;
    }

    private static List<Object> array(JsonParser parser) throws IOException {
        List<Object> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            items.add(current(parser));
        }
        return items;
    }
}
