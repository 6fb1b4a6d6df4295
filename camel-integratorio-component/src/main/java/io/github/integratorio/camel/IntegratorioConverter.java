package io.github.integratorio.camel;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringReader;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.integratorio.camel.api.ApiDocument;
import io.github.integratorio.camel.api.Connector;
import io.github.integratorio.camel.api.Installation;
import io.github.integratorio.camel.api.License;
import io.github.integratorio.camel.internal.json.Json;
import io.github.integratorio.camel.internal.json.JsonValues;
import org.apache.camel.Converter;
import org.apache.camel.Exchange;
import org.apache.camel.TypeConversionException;
import org.apache.camel.spi.TypeConverterRegistry;

/** Converts model objects to and from text, bytes, streams, Maps and JSON trees. */
@Converter(generateLoader = true)
public final class IntegratorioConverter {

    private static final Map<Class<?>, Function<Map<String, ?>, ?>> MODELS = Map.of(
            License.class, License::of, Connector.class, Connector::of, Installation.class, Installation::of);

    private static final Map<Class<?>, Function<List<?>, ?>> LISTS = Map.of(
            String.class, Json::toText, byte[].class, Json::toBytes, JsonNode.class, Json::toTree,
            InputStream.class, items -> new ByteArrayInputStream(Json.toBytes(items)),
            Reader.class, items -> new StringReader(Json.toText(items)));

    private IntegratorioConverter() {
    }

    /** Converts a document to JSON text. */
    @Converter
    public static String toText(ApiDocument document) {
        return document.toString();
    }

    /** Converts a document to JSON in UTF-8. */
    @Converter
    public static byte[] toBytes(ApiDocument document) {
        return Json.toBytes(document.asMap());
    }

    /** Converts a document to a stream of JSON in UTF-8. */
    @Converter
    public static InputStream toStream(ApiDocument document) {
        return new ByteArrayInputStream(toBytes(document));
    }

    /** Converts a document to a reader of JSON. */
    @Converter
    public static Reader toReader(ApiDocument document) {
        return new StringReader(document.toString());
    }

    /** Converts a document to a Map of its fields. */
    @Converter
    public static Map<String, Object> toMap(ApiDocument document) {
        return new LinkedHashMap<>(document.asMap());
    }

    /** Converts a document to a JSON tree. */
    @Converter
    public static JsonNode toTree(ApiDocument document) {
        return Json.toTree(document.asMap());
    }

    /**
     * Converts a Map, a JSON tree, or JSON text, bytes or stream to a model object, and a list of documents to JSON; returns null for any
     * other value.
     *
     * @throws TypeConversionException if the value is no valid JSON; it does not show the value, which may hold personal data
     */
    @Converter(fallback = true)
    public static <T> T toModel(Class<T> type, Exchange exchange, Object value, TypeConverterRegistry registry) {
        Function<Map<String, ?>, ?> model = MODELS.get(type);
        if (model == null) {
            Function<List<?>, ?> list = LISTS.get(type);
            return list != null && value instanceof List<?> items && !items.isEmpty()
                    && items.stream().allMatch(ApiDocument.class::isInstance)
                            ? type.cast(list.apply(items.stream().map(one -> ((ApiDocument) one).asMap()).toList()))
                            : null;
        }
        try {
            return plain(value) instanceof Map<?, ?> map ? type.cast(model.apply(JsonValues.object(map))) : null;
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException("a value that is not shown", type, e);
        }
    }

    private static Object plain(Object value) {
        if (value instanceof CharSequence text) {
            return Json.parseInput(text.toString());
        }
        if (value instanceof byte[] bytes) {
            return Json.parseInput(bytes);
        }
        if (value instanceof InputStream in) {
            return Json.parseInput(in);
        }
        return value instanceof Map || value instanceof JsonNode ? JsonValues.copyOf(value) : null;
    }
}
