package io.github.integratorio.camel.internal.json;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.io.PushbackReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.github.integratorio.camel.internal.text.Redaction;

/** The values of a JSON array, or of JSON lines, read one by one. A value or text that is not valid is an {@link IllegalArgumentException}. */
public final class JsonRows implements Iterator<Object>, Closeable {

    /** Jackson takes it for text if nothing follows. */
    private static final byte[] UTF_8_MARK = { (byte) 0xEF, (byte) 0xBB, (byte) 0xBF };

    private final JsonParser parser;
    private JsonToken token;
    private boolean isArray;
    private boolean isAhead;
    private boolean isBegun;

    private JsonRows(JsonParser parser) {
        this.parser = parser;
    }

    /** Reads a stream, which {@link #close} closes. */
    public static JsonRows of(InputStream in) {
        try {
            PushbackInputStream bytes = new PushbackInputStream(in, UTF_8_MARK.length);
            byte[] first = bytes.readNBytes(UTF_8_MARK.length);
            if (!Arrays.equals(first, UTF_8_MARK)) {
                bytes.unread(first);
            }
            return new JsonRows(Json.inputMapper().createParser(bytes));
        } catch (IOException e) {
            // The first bytes are no text at all.
            throw invalid(e);
        }
    }

    /** Reads text, which may begin with a byte order mark, and which {@link #close} closes. */
    public static JsonRows of(Reader in) {
        try {
            PushbackReader text = new PushbackReader(in);
            int first = text.read();
            if (first >= 0 && first != '\uFEFF') {
                text.unread(first);
            }
            return new JsonRows(Json.inputMapper().createParser(text));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public boolean hasNext() {
        try {
            if (!isAhead) {
                token = parser.nextToken();
                if (!isBegun && token == JsonToken.START_ARRAY) {
                    isArray = true;
                    token = parser.nextToken();
                }
                isBegun = true;
                isAhead = true;
                if (isArray && token == JsonToken.END_ARRAY && parser.nextToken() != null) {
                    throw new IllegalArgumentException("has content after the end of the array");
                }
            }
            return token != null && !(isArray && token == JsonToken.END_ARRAY);
        } catch (IOException e) {
            throw invalid(e);
        }
    }

    @Override
    public Object next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        isAhead = false;
        try {
            return Json.value(parser);
        } catch (IOException e) {
            throw invalid(e);
        }
    }

    private static IllegalArgumentException invalid(IOException e) {
        return new IllegalArgumentException(e instanceof JsonProcessingException json ? Json.explain(json)
                : "cannot be read: " + Redaction.line(e.toString(), 200));
    }

    @Override
    public void close() throws IOException {
        parser.close();
    }
}
