package io.github.integratorio.camel.internal.client.paging;

import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;

import io.github.integratorio.camel.internal.client.http.BackpressuredBody;
import io.github.integratorio.camel.internal.client.protocol.ApiRequest;
import io.github.integratorio.camel.internal.client.protocol.RawResponse;
import io.github.integratorio.camel.internal.client.protocol.ResponseParser;

/** The pages of a list, each as it arrives from the connection. Close it when it is not read to its end. For one thread. */
public final class PagedResponse implements Closeable {

    private static final byte[] EMPTY = { '[', ']' };
    /** An error document is no longer than this. */
    private static final int LONGEST_ERROR = 64 * 1024;

    private final ApiRequest request;
    private final PageLinks walk;
    private final Function<String, CompletableFuture<RawResponse>> fetch;
    private RawResponse page;
    private boolean given;

    public PagedResponse(ApiRequest request, PageLinks walk, RawResponse first, Function<String, CompletableFuture<RawResponse>> fetch) {
        this.request = request;
        this.walk = walk;
        this.fetch = fetch;
        this.page = first;
    }

    public int status() {
        return page.status();
    }

    /**
     * The next page: a JSON array, or whatever was sent in its place. To be read to its end before the next is asked for.
     *
     * @return           null after the last one
     * @throws Exception when the API answers with an error, or the list goes astray
     */
    public InputStream next() throws Exception {
        if (given) {
            Optional<String> target = walk.next(page);
            if (target.isEmpty()) {
                return null;
            }
            page = await(fetch.apply(target.get()));
        }
        given = true;
        if (page.stream() == null) {
            // No stream: an error, which this throws, or a 204, which is the empty list.
            ResponseParser.parse(request, page);
            return new ByteArrayInputStream(EMPTY);
        }
        return array(page.stream());
    }

    /** The stream from its first visible byte on, unless that begins an error document, which is thrown. */
    private InputStream array(InputStream in) throws Exception {
        PushbackInputStream body = new PushbackInputStream(in);
        int first;
        do {
            first = body.read();
        } while (first == ' ' || first == '\n' || first == '\r' || first == '\t');
        if (first >= 0) {
            body.unread(first);
        }
        if (first == '{') {
            RawResponse whole = page.withBody(body.readNBytes(LONGEST_ERROR));
            ResponseParser.parse(request, whole);
        }
        return body;
    }

    private static RawResponse await(CompletableFuture<RawResponse> answer) throws Exception {
        try {
            return answer.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    /** The page that was not what it should be, as the failure of its call. */
    Exception broken(IOException cause) {
        return ResponseParser.invalidResponse(request.call(), page, cause instanceof com.fasterxml.jackson.core.JsonProcessingException
                ? "is not valid JSON, or was cut" : cause.getMessage());
    }

    /** Checks that a row is an object with its key. */
    void requireKey(Object row) throws Exception {
        ResponseParser.requireKey(request.call(), page, row);
    }

    @Override
    public void close() {
        if (page.stream() instanceof BackpressuredBody pipe) {
            pipe.close();
        }
    }
}
