package io.github.integratorio.camel.internal.client.paging;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;

import io.github.integratorio.camel.internal.client.protocol.ApiRequest;
import io.github.integratorio.camel.internal.client.protocol.ApiResponse;
import io.github.integratorio.camel.internal.client.protocol.RawResponse;
import io.github.integratorio.camel.internal.client.protocol.ResponseParser;

/** A list that is read through all its pages into memory. A walk that is disturbed goes on, or begins again. */
public final class ListCollector {

    private final ApiRequest request;
    private final URI base;
    private final Function<String, CompletableFuture<RawResponse>> fetch;
    private List<Map<String, Object>> rows;
    private PageLinks walk;
    private String target;

    public ListCollector(ApiRequest request, URI base, Function<String, CompletableFuture<RawResponse>> fetch) {
        this.request = request;
        this.base = base;
        this.fetch = fetch;
        beginAgain();
    }

    /** A page of which nobody knows what became of it: the next walk asks for all of them. */
    public void beginAgain() {
        rows = new ArrayList<>();
        walk = new PageLinks(request, base);
        target = walk.first();
    }

    /** Reads on, from where it stands to the end. */
    public CompletableFuture<ApiResponse> goOn() {
        return fetch.apply(target).thenCompose(page -> {
            try {
                rows.addAll(rowsOf(page));
                Optional<String> next = walk.next(page);
                if (next.isEmpty()) {
                    return CompletableFuture.completedFuture(new ApiResponse(page.status(), rows, walk.pages()));
                }
                target = next.get();
            } catch (Exception e) {
                throw new CompletionException(e);
            }
            return goOn();
        });
    }

    @SuppressWarnings("unchecked")
    private List<Map<String, Object>> rowsOf(RawResponse page) throws Exception {
        return (List<Map<String, Object>>) ResponseParser.parse(request, page);
    }
}
