package io.github.integratorio.camel.client;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;

/** A list that is read through all its pages into memory. A walk that is disturbed goes on, or begins again. */
final class WholeList {

    private final ApiRequest request;
    private final URI base;
    private final Function<String, CompletableFuture<HttpAnswer>> fetch;
    private List<Map<String, Object>> rows;
    private PageWalk walk;
    private String target;

    WholeList(ApiRequest request, URI base, Function<String, CompletableFuture<HttpAnswer>> fetch) {
        this.request = request;
        this.base = base;
        this.fetch = fetch;
        beginAgain();
    }

    /** A page of which nobody knows what became of it: the next walk asks for all of them. */
    void beginAgain() {
        rows = new ArrayList<>();
        walk = new PageWalk(request, base);
        target = walk.first();
    }

    /** Reads on, from where it stands to the end. */
    CompletableFuture<ApiAnswer> goOn() {
        return fetch.apply(target).thenCompose(page -> {
            try {
                rows.addAll(rowsOf(page));
                Optional<String> next = walk.next(page);
                if (next.isEmpty()) {
                    return CompletableFuture.completedFuture(new ApiAnswer(page.status(), rows, walk.pages()));
                }
                target = next.get();
            } catch (Exception e) {
                throw new CompletionException(e);
            }
            return goOn();
        });
    }

    @SuppressWarnings("unchecked")
    private List<Map<String, Object>> rowsOf(HttpAnswer page) throws Exception {
        return (List<Map<String, Object>>) Answers.read(request, page);
    }
}
