package io.github.integratorio.camel.client;

import java.io.Closeable;
import java.io.IOException;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.integratorio.camel.json.Json;
import org.apache.camel.RuntimeCamelException;

/**
 * The rows of a list, read from the connection as they are asked for. A fault in the middle of it is thrown by
 * {@link #hasNext()}; what came before was good. Close it when it is not read to its end. For one thread.
 */
public final class RowStream implements Iterator<Map<String, Object>>, Closeable {

    private final ApiRequest request;
    private final PageWalk walk;
    private final Function<String, CompletableFuture<HttpAnswer>> fetch;
    private HttpAnswer page;
    private JsonParser parser;
    private Map<String, Object> row;
    private boolean ended;
    private boolean closed;

    RowStream(ApiRequest request, PageWalk walk, HttpAnswer first, Function<String, CompletableFuture<HttpAnswer>> fetch)
            throws Exception {
        this.request = request;
        this.walk = walk;
        this.fetch = fetch;
        open(first);
    }

    private void open(HttpAnswer answer) throws Exception {
        page = answer;
        parser = null;
        if (answer.stream() == null) {
            // No stream: a 204, or an error, which this throws.
            Answers.read(request, answer);
        }
    }

    @Override
    public boolean hasNext() {
        if (closed && !ended) {
            throw new IllegalStateException("the list was closed before its end: it is read while its exchange is routed");
        }
        try {
            while (row == null && !ended) {
                advance();
            }
            return row != null;
        } catch (Exception e) {
            close();
            throw RuntimeCamelException.wrapRuntimeCamelException(e);
        }
    }

    @SuppressWarnings("unchecked")
    private void advance() throws Exception {
        try {
            if (page.stream() != null) {
                if (parser == null) {
                    parser = Json.answerParser(page.stream());
                    begin();
                }
                if (parser.nextToken() != JsonToken.END_ARRAY) {
                    Object value = parser.readValueAs(Object.class);
                    Answers.requireKey(request.call(), page, value);
                    row = (Map<String, Object>) value;
                    return;
                }
                if (parser.nextToken() != null) {
                    throw new IOException("goes on after its end");
                }
            }
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw Answers.broken(request.call(), page, "is not valid JSON, or was cut");
        } catch (IOException e) {
            throw Answers.broken(request.call(), page, e.getMessage());
        }
        Optional<String> next = walk.next(page);
        if (next.isEmpty()) {
            ended = true;
        } else {
            open(await(fetch.apply(next.get())));
        }
    }

    private void begin() throws Exception {
        JsonToken token = parser.nextToken();
        if (token == JsonToken.START_OBJECT) {
            Answers.refuseErrors(request.call(), page.withBody(Json.toBytes(parser.readValueAs(Object.class))),
                    Map.of("errors", "see the body"));
        }
        if (token != JsonToken.START_ARRAY) {
            throw new IOException("is not a JSON array");
        }
    }

    private static HttpAnswer await(CompletableFuture<HttpAnswer> answer) throws Exception {
        try {
            return answer.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    @Override
    public Map<String, Object> next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        Map<String, Object> next = row;
        row = null;
        return next;
    }

    @Override
    public void close() {
        closed = true;
        row = null;
        if (page.stream() instanceof BodyPipe pipe) {
            pipe.close();
        }
    }
}
