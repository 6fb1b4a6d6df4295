package io.github.integratorio.camel.internal.producer;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import javax.xml.transform.stream.StreamSource;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.integratorio.camel.internal.text.Redaction;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.Message;
import org.apache.camel.WrappedFile;

/**
 * What was read from bodies that can be read once. Redeliveries and branches of a multicast have the body before it was replaced, without
 * stream caching: what is left of it is not all of it, and its end is not an empty body. Thread-safe.
 */
final class OnceReadBodies {

    private static final Map<Object, Content> READ = Collections.synchronizedMap(new WeakHashMap<>());

    /**
     * What was read from a body.
     *
     * @param exchanges the ids of the exchange that read it, and of the one that it is a branch of
     * @param value     null if it was not kept, or its reading failed
     */
    private record Content(Set<Object> exchanges, Object value) {
    }

    private OnceReadBodies() {
    }

    /** The error for a body that can be read once, and was. */
    static IllegalArgumentException rest() {
        return new IllegalArgumentException("body: it was read before, and what is left of it is not all of it;"
                + " a repetition needs a body that can be read again, such as a List or a file");
    }

    /**
     * Returns what was read from a stream earlier, if it has come to its end meanwhile. Some servers have one stream for all requests of a
     * connection, so another exchange does not get it.
     *
     * @param  read                what was read from it now
     * @throws IllegalArgumentException if all of it was read by another exchange, or not kept
     */
    static Object remembered(Message message, Object body, Object read, boolean isEmpty) {
        Set<Object> exchanges = exchanges(message);
        if (!isEmpty) {
            READ.put(body, new Content(exchanges, read));
            return read;
        }
        Content earlier = READ.get(body);
        if (earlier == null) {
            return read;
        }
        if (Collections.disjoint(exchanges, earlier.exchanges)) {
            throw new IllegalArgumentException(
                    "body: a stream that another exchange has read to its end; use stream caching, or remove the body");
        }
        return value(earlier);
    }

    /**
     * Reads a stream or a reader; one that was closed when it was read is at its end.
     *
     * @param  read        reads it
     * @param  end         what there is to read at the end
     * @throws IOException if it cannot be read, and was not read before
     */
    static <T> T unlessClosed(Object body, Read<T> read, T end) throws IOException {
        try {
            return read.read();
        } catch (IOException e) {
            if (READ.containsKey(body)) {
                return end;
            }
            throw e;
        }
    }

    /** Reads a stream. */
    interface Read<T> {
        T read() throws IOException;
    }

    /**
     * Returns the body that another one only wraps: what a remote file streams, the stream of an XML source, the value of a future. Each
     * reader of the wrapper would get what is left of it.
     */
    static Object unwrapped(Object body) {
        if (body instanceof WrappedFile<?> file && !(file.getFile() instanceof File) && file.getBody() != null) {
            return unwrapped(file.getBody());
        }
        if (body instanceof StreamSource source && (source.getInputStream() != null || source.getReader() != null)) {
            return source.getInputStream() != null ? source.getInputStream() : source.getReader();
        }
        return body instanceof Future<?> future ? value(future) : body;
    }

    private static Object value(Future<?> future) {
        try {
            return unwrapped(future.get());
        } catch (ExecutionException | CancellationException e) {
            // Without the cause, whose message may have an address.
            throw new IllegalArgumentException("body: a future that has failed: "
                    + Redaction.line(String.valueOf(e.getCause()), 200));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Whether a body is items that may be there only once. */
    static boolean isItems(Object body) {
        return body instanceof Iterator || body instanceof Stream || isIterable(body);
    }

    /** Whether a body is an Iterable for its items alone. It may be one of a cursor, which has them only once. */
    static boolean isIterable(Object body) {
        return body instanceof Iterable
                && !(body instanceof Collection || body instanceof Path || body instanceof JsonNode);
    }

    /**
     * Returns the items of an Iterator, an Iterable or a Stream, also if this exchange has read it before. An Iterable is asked again, because
     * it may be one object for several lists; only one that has no items any more, such as that of a cursor, gives those of before.
     *
     * @throws IllegalArgumentException if another exchange has read it, reading it has failed, or an Iterable has no items any more without
     *                                  being redelivered
     */
    static List<?> items(Message message, Object body) {
        Set<Object> exchanges = exchanges(message);
        Content earlier = READ.get(body);
        boolean isOthers = earlier != null && Collections.disjoint(exchanges, earlier.exchanges);
        if (isOthers && !isIterable(body)) {
            throw rest();
        }
        if (earlier == null || isOthers) {
            return readAll(message, body, exchanges);
        }
        List<?> before = (List<?>) value(earlier);
        return isIterable(body) ? readAgain(message, (Iterable<?>) body, exchanges, before) : before;
    }

    private static List<?> readAgain(Message message, Iterable<?> body, Set<Object> exchanges, List<?> before) {
        // If it fails, another attempt must not get the items of before, which may be those of another list.
        READ.put(body, new Content(exchanges, null));
        List<?> items = itemsAgain(body);
        if (items.isEmpty() && !before.isEmpty()) {
            if (!Boolean.TRUE.equals(message.getHeader(Exchange.REDELIVERED))) {
                throw rest();
            }
            items = before;
        }
        READ.put(body, new Content(exchanges, items));
        return items;
    }

    private static List<?> readAll(Message message, Object body, Set<Object> exchanges) {
        READ.put(body, new Content(exchanges, null));
        List<Object> items = new ArrayList<>();
        iterator(message, body).forEachRemaining(items::add);
        READ.put(body, new Content(exchanges, items));
        return items;
    }

    /** The items of an Iterable that was read to its end before; none if it refuses to be read again. */
    private static List<?> itemsAgain(Iterable<?> body) {
        List<Object> items = new ArrayList<>();
        Iterator<?> iterator;
        try {
            iterator = body.iterator();
        } catch (IllegalStateException e) {
            return items;
        }
        iterator.forEachRemaining(items::add);
        return items;
    }

    /**
     * Returns the iterator over a body of items.
     *
     * @throws IllegalArgumentException if an Iterable has the same one as before
     */
    static Iterator<?> iterator(Message message, Object body) {
        if (isIterable(body)) {
            Iterator<?> items = ((Iterable<?>) body).iterator();
            read(message, items);
            return items;
        }
        return body instanceof Stream<?> stream ? stream.iterator() : (Iterator<?>) body;
    }

    private static Object value(Content earlier) {
        if (earlier.value == null) {
            throw rest();
        }
        return earlier.value;
    }

    /**
     * Takes note that a body is read without being kept.
     *
     * @return                     whether another exchange has read it: some servers have one stream for all requests of a connection, so it
     *                             may have more for this exchange
     * @throws IllegalArgumentException if this exchange has read it, or it is no stream of a server
     */
    static boolean read(Message message, Object body) {
        Set<Object> exchanges = exchanges(message);
        Content earlier = READ.get(body);
        if (earlier != null && (body instanceof Iterator || body instanceof Stream
                || !Collections.disjoint(earlier.exchanges, exchanges))) {
            throw rest();
        }
        READ.put(body, new Content(exchanges, null));
        return earlier != null;
    }

    /** The ids of the exchange of a message, and of the one that it is a branch of. */
    private static Set<Object> exchanges(Message message) {
        Exchange exchange = message.getExchange();
        Set<Object> exchanges = new HashSet<>(
                Arrays.asList(exchange.getExchangeId(), exchange.getProperty(ExchangePropertyKey.CORRELATION_ID)));
        exchanges.remove(null);
        return exchanges;
    }
}
