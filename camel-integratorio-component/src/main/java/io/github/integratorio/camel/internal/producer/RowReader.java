package io.github.integratorio.camel.internal.producer;

import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.util.ByteBufferBackedInputStream;
import io.github.integratorio.camel.api.ApiDocument;
import io.github.integratorio.camel.internal.json.Json;
import io.github.integratorio.camel.internal.json.JsonRows;
import io.github.integratorio.camel.internal.json.JsonValues;
import io.github.integratorio.camel.internal.text.Redaction;
import org.apache.camel.Message;
import org.apache.camel.StreamCache;
import org.apache.camel.util.IOHelper;

/** Reads a body row by row, as plain JSON objects, whatever its length. What is wrong with a row is an {@link IllegalArgumentException}. */
final class RowReader implements Iterator<Map<String, Object>>, Closeable {

    private final Iterator<?> rows;
    private final AutoCloseable source;
    private int number;

    private RowReader(Iterator<?> rows, Object source) {
        this.rows = rows;
        this.source = source instanceof AutoCloseable closeable ? closeable : null;
    }

    /**
     * Opens the body of a message.
     *
     * @throws IllegalArgumentException if it has no rows, or was read before and cannot be read again
     */
    static RowReader of(Message message) {
        Object body = OnceReadBodies.unwrapped(message.getBody());
        boolean isOnce = body instanceof Iterator || body instanceof Stream || body instanceof Reader
                || body instanceof InputStream;
        boolean wasRead = isOnce && !(body instanceof StreamCache) && OnceReadBodies.read(message, body);
        if (body instanceof Stream<?> stream) {
            return new RowReader(stream.iterator(), stream);
        }
        if (body instanceof Iterator<?> iterator) {
            return new RowReader(iterator, iterator);
        }
        if (body == null || body instanceof Map || body instanceof ApiDocument
                || body instanceof JsonNode node && !node.isArray()) {
            throw expected(body);
        }
        if (OnceReadBodies.isIterable(body)) {
            return new RowReader(OnceReadBodies.iterator(message, body), null);
        }
        if (body instanceof Iterable<?> items && !(body instanceof Path)) {
            return new RowReader(items.iterator(), null);
        }
        if (body instanceof Object[] items) {
            return new RowReader(Arrays.asList(items).iterator(), null);
        }
        JsonRows json = json(message, body);
        // A cached stream can be read again.
        RowReader reader = new RowReader(json, body instanceof StreamCache cache ? (AutoCloseable) cache::reset : json);
        if (wasRead && !reader.hasNext()) {
            throw OnceReadBodies.rest();
        }
        return reader;
    }

    private static JsonRows json(Message message, Object body) {
        try {
            if (body instanceof CharSequence text) {
                return JsonRows.of(new StringReader(text.toString()));
            }
            if (body instanceof byte[] bytes) {
                return JsonRows.of(new ByteArrayInputStream(bytes));
            }
            if (body instanceof ByteBuffer buffer) {
                // Its position stays, so that a repetition reads the same; Camel's converter moves it.
                return JsonRows.of(new ByteBufferBackedInputStream(buffer.duplicate()));
            }
            if (body instanceof Reader reader) {
                return JsonRows.of(reader);
            }
            if (body instanceof File file) {
                return JsonRows.of(Files.newInputStream(file.toPath()));
            }
            if (body instanceof Path path) {
                return JsonRows.of(Files.newInputStream(path));
            }
            InputStream in = body instanceof InputStream stream ? stream
                    : message.getExchange().getContext().getTypeConverter().tryConvertTo(InputStream.class,
                            message.getExchange(), body);
            if (in == null) {
                throw expected(body);
            }
            return JsonRows.of(in);
        } catch (IOException | UncheckedIOException e) {
            throw BodyReader.unreadable(e);
        }
    }

    private static IllegalArgumentException expected(Object body) {
        return new IllegalArgumentException(
                "body: expected the whole list of licenses, as a List, Iterator, Iterable or"
                        + " Stream of rows, or as a JSON array or JSON lines, but got "
                        + (body == null ? "null" : body.getClass().getName()));
    }

    @Override
    public boolean hasNext() {
        try {
            return rows.hasNext();
        } catch (RuntimeException e) {
            throw invalid(e);
        }
    }

    @Override
    public Map<String, Object> next() {
        try {
            Object row = rows.next();
            Object plain = row instanceof ApiDocument document ? JsonValues.copyOf(document.asMap())
                    : row instanceof CharSequence text ? Json.parseInput(text.toString())
                            : row instanceof byte[] bytes ? Json.parseInput(bytes) : JsonValues.copyOf(row);
            if (!(plain instanceof Map<?, ?> map)) {
                throw new IllegalArgumentException("expected an object with the fields of a license, but got "
                        + (row == null ? "null" : row.getClass().getName()) + "; for CSV, set useMaps=true");
            }
            number++;
            return JsonValues.object(map);
        } catch (RuntimeException e) {
            throw invalid(e);
        }
    }

    private IllegalArgumentException invalid(RuntimeException e) {
        return new IllegalArgumentException("body: row " + (number + 1) + ": "
                + (e instanceof IllegalArgumentException ? e.getMessage()
                        : "cannot be read: " + Redaction.line(e.toString(), 200))
                + "; nothing was written");
    }

    @Override
    public void close() {
        if (source instanceof Closeable closeable) {
            IOHelper.close(closeable);
        } else if (source != null) {
            try {
                source.close();
            } catch (Exception e) {
                throw new IllegalArgumentException("body: cannot be closed: " + Redaction.line(e.toString(), 200));
            }
        }
    }
}
