package io.github.integratorio.camel.internal.client.paging;

import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.github.integratorio.camel.api.IntegratorioTransportException;
import io.github.integratorio.camel.internal.client.protocol.ApiRequest;
import io.github.integratorio.camel.internal.client.protocol.RawResponse;
import io.github.integratorio.camel.internal.client.protocol.ResponseParser;
import io.github.integratorio.camel.internal.concurrent.Futures;
import org.apache.hc.client5.http.utils.DateUtils;

/** The pages of a list, each readable while it arrives. Close it unless it is read to its end. Not thread-safe. */
public final class PagedResponse implements Closeable {

    private static final byte[] EMPTY = { '[', ']' };
    private static final byte[] BYTE_ORDER_MARK = { (byte) 0xef, (byte) 0xbb, (byte) 0xbf };
    private static final int MAX_ERROR_SIZE = 64 * 1024;

    private final ApiRequest request;
    private final PageLinks links;
    private final Function<String, CompletableFuture<RawResponse>> fetch;
    private final Runnable onEnd;
    private RawResponse page;
    private boolean returned;

    /**
     * @param request the list request
     * @param links   finds the next page
     * @param first   the first page
     * @param fetch   requests the page with this path and query
     * @param onEnd   runs after the last page, and when the pages are closed
     */
    public PagedResponse(ApiRequest request, PageLinks links, RawResponse first,
            Function<String, CompletableFuture<RawResponse>> fetch, Runnable onEnd) {
        this.request = request;
        this.links = links;
        this.fetch = fetch;
        this.onEnd = onEnd;
        this.page = first;
    }

    /** The HTTP status of the current page. */
    public int status() {
        return page.status();
    }

    /** The API's time when it sent the current page; null if it does not tell it. */
    public Instant time() {
        return page.date() == null ? null : DateUtils.parseStandardDate(page.date());
    }

    /** The number of pages found so far. */
    public int count() {
        return links.pages();
    }

    /**
     * The next page as the API sent it, usually a JSON array. It must be read to its end before the next page is requested.
     *
     * @return           null after the last page
     * @throws Exception if the API answers with an error, or its link to the next page is invalid
     */
    public InputStream next() throws Exception {
        if (returned) {
            Optional<String> target = links.next(page);
            if (target.isEmpty()) {
                onEnd.run();
                return null;
            }
            page = Futures.await(fetch.apply(target.get()));
        }
        returned = true;
        if (page.stream() == null) {
            // A response that is not streamed is an error, which this throws, or a 204: the empty list.
            ResponseParser.parse(request, page);
            return new ByteArrayInputStream(EMPTY);
        }
        try {
            return withoutErrorDocument(page.stream());
        } catch (IOException e) {
            throw e instanceof IntegratorioTransportException ? e : invalidPage(e);
        }
    }

    /** Skips a byte order mark and white space. An error document may come with status 200: it begins with a brace. */
    private InputStream withoutErrorDocument(InputStream in) throws Exception {
        PushbackInputStream body = new PushbackInputStream(in, BYTE_ORDER_MARK.length);
        byte[] mark = body.readNBytes(BYTE_ORDER_MARK.length);
        if (!Arrays.equals(mark, BYTE_ORDER_MARK)) {
            body.unread(mark);
        }
        int first;
        do {
            first = body.read();
        } while (first == ' ' || first == '\n' || first == '\r' || first == '\t');
        ResponseParser.requireJson(page, first);
        if (first >= 0) {
            body.unread(first);
        }
        if (first == '{') {
            ResponseParser.parse(request, page.withBody(body.readNBytes(MAX_ERROR_SIZE)));
        }
        return body;
    }

    /** The failure of a call whose current page is invalid. */
    Exception invalidPage(IOException cause) {
        return ResponseParser.invalidResponse(request.call(), page,
                cause instanceof JsonProcessingException ? "is not valid JSON, or was cut" : cause.getMessage());
    }

    /** Checks that a row is an object with its key. */
    void requireKey(Object row) throws Exception {
        ResponseParser.requireKey(request.call(), page, row);
    }

    @Override
    public void close() throws IOException {
        try {
            if (page.stream() != null) {
                page.stream().close();
            }
        } finally {
            onEnd.run();
        }
    }
}
