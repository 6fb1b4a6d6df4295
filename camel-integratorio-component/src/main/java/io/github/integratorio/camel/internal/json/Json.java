package io.github.integratorio.camel.internal.json;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;

/**
 * JSON as this component reads and writes it: strict, bounded, numbers kept as they are written.
 *
 * <p>Values are plain Java: {@code Map<String, Object>} in the order of the text, {@code List},
 * {@code String}, {@code Boolean}, whole numbers as {@code Integer}, {@code Long} or {@code BigInteger}, others as
 * {@code BigDecimal}, and {@code null}. Duplicate keys and anything after the document are errors.
 */
public final class Json {

    /** The longest message body that is taken, in bytes. */
    public static final int MAXIMUM_INPUT = 256 * 1024;
    /** How deep objects and arrays of a message body may nest. */
    public static final int MAXIMUM_INPUT_DEPTH = 50;
    /** How deep objects and arrays of an answer may nest. */
    public static final int MAXIMUM_ANSWER_DEPTH = 100;

    // Jackson lets this one through as it is.
    private static final String BAD_NUMBER = "is not valid JSON: has a number with an exponent out of range";
    private static final ObjectMapper INPUT = mapper(MAXIMUM_INPUT_DEPTH);
    private static final ObjectMapper ANSWER = mapper(MAXIMUM_ANSWER_DEPTH);
    private static final ObjectWriter WRITER = ANSWER.writer();

    private Json() {
    }

    private static ObjectMapper mapper(int depth) {
        JsonFactory factory = JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(depth).build())
                .streamWriteConstraints(StreamWriteConstraints.builder().maxNestingDepth(depth).build())
                .build();
        return JsonMapper.builder(factory).enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();
    }

    /** The mapper that turns users' own objects and trees into values, and values into trees. */
    static ObjectMapper inputMapper() {
        return INPUT;
    }

    /**
     * Reads a message body.
     *
     * @param  text                     UTF-8; a byte order mark is dropped
     * @return                          the value, or null for the JSON text {@code null}
     * @throws IllegalArgumentException saying what is wrong, when it is not one JSON document within the limits
     */
    public static Object parseInput(byte[] text) {
        if (text.length > MAXIMUM_INPUT) {
            throw new IllegalArgumentException("is longer than " + MAXIMUM_INPUT + " bytes");
        }
        CharBuffer characters = decode(text);
        if (characters.isEmpty()) {
            throw new IllegalArgumentException("is empty");
        }
        try (JsonParser parser = INPUT.createParser(characters.array(), characters.arrayOffset() + characters.position(),
                characters.remaining())) {
            return PlainValues.only(parser);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(explain(e));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(BAD_NUMBER);
        } catch (IOException e) {
            throw new IllegalArgumentException("cannot be read: " + e.getMessage());
        }
    }

    /** As {@link #parseInput(byte[])}, from a stream, of which no more than the limit is read. Closes the stream. */
    public static Object parseInput(InputStream in) {
        try (in) {
            return parseInput(in.readNBytes(MAXIMUM_INPUT + 1));
        } catch (IOException e) {
            throw new IllegalArgumentException("cannot be read: " + e.getMessage(), e);
        }
    }

    /** As {@link #parseInput(byte[])}, from text. */
    public static Object parseInput(String text) {
        try {
            ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            return parseInput(Arrays.copyOfRange(bytes.array(), bytes.position(), bytes.limit()));
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("has half a surrogate pair: not Unicode text");
        }
    }

    private static CharBuffer decode(byte[] text) {
        try {
            CharBuffer decoded = StandardCharsets.UTF_8.newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(text));
            boolean marked = decoded.hasRemaining() && decoded.get(decoded.position()) == '\uFEFF';
            CharBuffer rest = marked ? decoded.position(decoded.position() + 1) : decoded;
            while (rest.hasRemaining() && Character.isWhitespace(rest.get(rest.position()))) {
                rest.position(rest.position() + 1);
            }
            return rest;
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("is not UTF-8");
        }
    }

    /**
     * Reads an answer of the API.
     *
     * @param  text        the bytes of the answer; not null
     * @return             the value, or null for the JSON text {@code null}
     * @throws IOException when it is not one JSON document within the limits
     */
    public static Object parseAnswer(byte[] text, int length) throws IOException {
        try (JsonParser parser = ANSWER.createParser(text, 0, length)) {
            return PlainValues.only(parser);
        } catch (JsonProcessingException e) {
            throw new IOException(explain(e));
        } catch (NumberFormatException e) {
            throw new IOException(BAD_NUMBER);
        }
    }

    /** A parser over an answer that is read as it arrives; {@link #value} gives values. */
    public static JsonParser answerParser(InputStream in) throws IOException {
        return ANSWER.createParser(in);
    }

    /** The value that the parser of an answer stands at. */
    public static Object value(JsonParser parser) throws IOException {
        try {
            return PlainValues.current(parser);
        } catch (NumberFormatException e) {
            throw new IOException(BAD_NUMBER);
        }
    }

    /**
     * Writes a value.
     *
     * @throws IllegalArgumentException when it holds something that has no JSON form
     */
    public static byte[] toBytes(Object value) {
        try {
            return WRITER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(explain(e));
        }
    }

    /** As {@link #toBytes(Object)}, as text. */
    public static String toText(Object value) {
        try {
            return WRITER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(explain(e));
        }
    }

    /** A plain value as a Jackson tree. */
    public static JsonNode toTree(Object value) {
        return ANSWER.valueToTree(value);
    }

    /** What Jackson found wrong, and where; without the document itself. */
    static String explain(JsonProcessingException e) {
        String where = e.getLocation() == null
                ? ""
                : " (line " + e.getLocation().getLineNr() + ", column " + e.getLocation().getColumnNr() + ")";
        return "is not valid JSON: " + Redaction.line(e.getOriginalMessage(), 160) + where;
    }
}
