package io.github.integratorio.camel.internal.client.paging;

import java.io.IOException;
import java.net.URI;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

import io.github.integratorio.camel.internal.client.protocol.ApiRequest;
import io.github.integratorio.camel.internal.client.protocol.RawResponse;
import io.github.integratorio.camel.internal.client.protocol.ResponseParser;

/** Finds the next page of a list, and makes sure that paging ends: no page twice, and no more than a thousand. */
public final class PageLinks {

    private static final int MAX_PAGES = 1000;

    private final ApiRequest request;
    private final URI base;
    private final String path;
    private final String first;
    private final Set<String> seen = new HashSet<>();

    /**
     * @param base     the configured base URL
     * @param pageSize number of rows to ask for in each page; 0 leaves it to the API
     */
    public PageLinks(ApiRequest request, URI base, int pageSize) {
        this.request = request;
        this.base = base;
        this.path = base.getRawPath() + request.path();
        this.first = pageSize == 0 ? path : path + "?limit=" + pageSize;
        seen.add(first);
    }

    /** Path and query of the first page. */
    public String first() {
        return first;
    }

    /** The number of pages found so far. */
    int pages() {
        return seen.size();
    }

    /** Checks the link of a page to the next one before its rows are read. */
    void check(RawResponse page) throws Exception {
        try {
            link(page);
        } catch (IOException e) {
            throw ResponseParser.invalidResponse(request.call(), page, e.getMessage());
        }
    }

    private Optional<String> link(RawResponse page) throws IOException {
        return LinkHeader.next(page.head().getHeaders("Link"), base, path);
    }

    /** Path and query of the page after this one; empty after the last page. */
    Optional<String> next(RawResponse page) throws Exception {
        try {
            Optional<String> next = link(page);
            if (next.isPresent() && (next.get().equals(path) || !seen.add(next.get()))) {
                throw new IOException("links to a page that was already read");
            }
            if (next.isPresent() && seen.size() > MAX_PAGES) {
                throw new IOException("has more than " + MAX_PAGES + " pages");
            }
            return next;
        } catch (IOException e) {
            throw ResponseParser.invalidResponse(request.call(), page, e.getMessage());
        }
    }
}
