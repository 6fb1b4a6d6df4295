package io.github.integratorio.camel.internal.producer;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.integratorio.camel.api.ApiDocument;
import io.github.integratorio.camel.internal.json.Json;
import io.github.integratorio.camel.internal.json.JsonValues;
import io.github.integratorio.camel.internal.text.Redaction;
import org.apache.camel.Message;
import org.apache.camel.StreamCache;
import org.apache.camel.WrappedFile;
import org.apache.camel.converter.stream.InputStreamCache;

/** Reads the body of a message as plain JSON values. */
final class BodyReader {

    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private BodyReader() {
    }

    /**
     * Reads a document, or a collection of them.
     *
     * @throws IllegalArgumentException if there is no body, or it has no JSON form
     */
    static Object plain(Message message) {
        return plain(text(message, message.getBody()));
    }

    /** As {@link #plain(Message)}; null if there is no body, or its text is blank. */
    static Object plainOrNull(Message message) {
        Object value = text(message, message.getBody());
        String text = value instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8)
                : value instanceof String given ? given : "x";
        boolean isEmpty = value == null || text.length() <= Json.MAXIMUM_INPUT
                && (text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text).isBlank();
        return isEmpty ? null : plain(value);
    }

    /** As {@link #plain(Message)}, except that text that is neither an object nor an array is returned unchanged, and null is null. */
    static Object idOrPlain(Message message) {
        Object value = text(message, message.getBody());
        return value == null || value instanceof String text && !text.stripLeading().startsWith("{")
                && !text.stripLeading().startsWith("[") ? value : plain(value);
    }

    /** Reads what {@link #text} has returned. */
    static Object plain(Object value) {
        try {
            if (value == null) {
                throw new IllegalArgumentException("required");
            }
            if (value instanceof String text) {
                return Json.parseInput(text);
            }
            return value instanceof byte[] bytes ? Json.parseInput(bytes) : JsonValues.copyOf(unwrapped(value));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("body: " + e.getMessage());
        }
    }

    /** Returns the fields of a model object, a collection with the fields of those in it, and any other body unchanged. */
    static Object unwrapped(Object body) {
        if (body instanceof Collection<?> items) {
            return items.stream().map(item -> item instanceof ApiDocument document ? document.asMap() : item).toList();
        }
        return body instanceof ApiDocument document ? document.asMap() : body;
    }

    /** Returns the text or the bytes of a body that stands for them, and any other body unchanged. */
    static Object text(Message message, Object wrapped) {
        Object body = OnceReadBodies.unwrapped(wrapped);
        try {
            if (body instanceof CharSequence text) {
                return text.toString();
            }
            if (body instanceof StreamCache cache) {
                BoundedOutput out = new BoundedOutput();
                cache.writeTo(out);
                cache.reset();
                return out.toByteArray();
            }
            if (body instanceof InputStream in) {
                byte[] read = OnceReadBodies.unlessClosed(body, () -> bounded(in), new byte[0]);
                byte[] bytes = (byte[]) OnceReadBodies.remembered(message, body, read, read.length == 0);
                keep(message, body, new InputStreamCache(bytes));
                return bytes;
            }
            if (OnceReadBodies.isItems(body)) {
                List<?> all = items(message, body);
                keep(message, body, all);
                return all;
            }
            if (body instanceof File file) {
                return bounded(Files.newInputStream(file.toPath()));
            }
            if (body instanceof Path path) {
                return bounded(Files.newInputStream(path));
            }
            if (body instanceof Reader reader) {
                // Not by Camel's converter, which reads all of it and encodes it in the charset of the exchange.
                String read = OnceReadBodies.unlessClosed(body, () -> bounded(reader), "");
                String text = (String) OnceReadBodies.remembered(message, body, read, read.isEmpty());
                keep(message, body, text);
                return text;
            }
            if (body instanceof ByteBuffer buffer) {
                byte[] bytes = new byte[Math.min(buffer.remaining(), Json.MAXIMUM_INPUT + 1)];
                buffer.duplicate().get(bytes);
                return bytes;
            }
            return isPlain(body) ? body : converted(message, body);
        } catch (IOException | UncheckedIOException e) {
            throw unreadable(e);
        }
    }

    private static List<?> items(Message message, Object body) {
        try {
            return OnceReadBodies.items(message, body);
        } catch (IllegalArgumentException e) {
            throw e;
        } catch (RuntimeException e) {
            throw unreadable(e);
        }
    }

    /** The error for a body that cannot be read; without the cause, whose message may be the name of a file with an address. */
    static IllegalArgumentException unreadable(Exception cause) {
        return new IllegalArgumentException("body: cannot be read: " + Redaction.line(cause.toString(), 200));
    }

    /** Replaces a body that can be read once: a redelivery must not take it for an empty one, nor a failed operation lose it. */
    private static void keep(Message message, Object body, Object copy) {
        if (message.getBody() == body) {
            message.setBody(copy);
        }
    }

    /** Whether a body is JSON as it is; these are the usual ones, for which no converter needs to be looked for. */
    private static boolean isPlain(Object body) {
        return body == null || body instanceof byte[] || body instanceof Map || body instanceof Collection
                || body instanceof JsonNode || body instanceof ApiDocument
                || body instanceof Number || body instanceof Boolean || body.getClass().isArray();
    }

    /** Reads files of Camel's file components, XML sources and the like by Camel's converter; returns users' own objects unchanged. */
    private static Object converted(Message message, Object body) throws IOException {
        InputStream in = message.getExchange().getContext().getTypeConverter()
                .tryConvertTo(InputStream.class, message.getExchange(), body);
        if (in != null) {
            byte[] read = OnceReadBodies.unlessClosed(body, () -> bounded(in), new byte[0]);
            return OnceReadBodies.remembered(message, body, read, read.length == 0);
        }
        // Without the component of the file, there is no converter for it.
        return body instanceof WrappedFile<?> file && file.getFile() instanceof File local ? text(message, local)
                : body;
    }

    private static byte[] bounded(InputStream in) throws IOException {
        try (in) {
            return in.readNBytes(Json.MAXIMUM_INPUT + 1);
        }
    }

    private static String bounded(Reader reader) throws IOException {
        try (reader) {
            char[] text = new char[Json.MAXIMUM_INPUT + 1];
            int length = 0;
            for (int read = 0; read >= 0 && length < text.length; length += Math.max(read, 0)) {
                read = reader.read(text, length, text.length - length);
            }
            return new String(text, 0, length);
        }
    }

    /** Stops one byte after the limit, so that a body that is too large is noticed but not kept in memory. */
    private static final class BoundedOutput extends ByteArrayOutputStream {
        @Override
        public synchronized void write(byte[] bytes, int offset, int length) {
            super.write(bytes, offset, Math.min(length, Json.MAXIMUM_INPUT + 1 - count));
        }

        @Override
        public synchronized void write(int one) {
            if (count <= Json.MAXIMUM_INPUT) {
                super.write(one);
            }
        }
    }
}
