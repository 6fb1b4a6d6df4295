package io.github.integratorio.camel.internal.client.paging;

import java.io.IOException;
import java.net.URI;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

import io.github.integratorio.camel.internal.client.protocol.ApiRequest;
import io.github.integratorio.camel.internal.client.protocol.RawResponse;
import io.github.integratorio.camel.internal.client.protocol.ResponseParser;

/** Where a walk through the pages of a list stands: it ends, and never goes in a circle. */
public final class PageLinks {

    private static final int MOST_PAGES = 1000;

    private final ApiRequest request;
    private final URI base;
    private final String path;
    private final Set<String> seen = new HashSet<>();

    public PageLinks(ApiRequest request, URI base) {
        this.request = request;
        this.base = base;
        this.path = base.getRawPath() + request.path();
        seen.add(path);
    }

    /** Path and query of the first page. */
    public String first() {
        return path;
    }

    /** How many pages there are, as far as is known. */
    int pages() {
        return seen.size();
    }

    /** Path and query of the page after this one; empty after the last. */
    Optional<String> next(RawResponse page) throws Exception {
        try {
            Optional<String> next = LinkHeader.of(page.head().getHeaders("Link"), base, path);
            if (next.isPresent() && !seen.add(next.get())) {
                throw new IOException("links to a page that was read already");
            }
            if (next.isPresent() && seen.size() > MOST_PAGES) {
                throw new IOException("has more than " + MOST_PAGES + " pages");
            }
            return next;
        } catch (IOException e) {
            throw ResponseParser.invalidResponse(request.call(), page, e.getMessage());
        }
    }
}
