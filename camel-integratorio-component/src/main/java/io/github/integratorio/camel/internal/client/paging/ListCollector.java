package io.github.integratorio.camel.internal.client.paging;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.github.integratorio.camel.internal.client.protocol.ApiRequest;
import io.github.integratorio.camel.internal.client.protocol.ApiResponse;
import io.github.integratorio.camel.internal.client.protocol.RawResponse;
import io.github.integratorio.camel.internal.client.protocol.ResponseParser;
import io.github.integratorio.camel.internal.client.protocol.ResponseReader;

/** Reads all pages of a list into memory. */
public final class ListCollector implements ResponseReader<ApiResponse> {

    private final ApiRequest request;
    private final URI baseUrl;
    private List<Map<String, Object>> rows;
    private PageLinks links;
    private String target;

    public ListCollector(ApiRequest request, URI baseUrl) {
        this.request = request;
        this.baseUrl = baseUrl;
        restart();
    }

    /** After a failed page the list may have changed, so all pages are read again. */
    @Override
    public void restart() {
        rows = new ArrayList<>();
        links = new PageLinks(request, baseUrl);
        target = links.first();
    }

    @Override
    public String target() {
        return target;
    }

    @Override
    @SuppressWarnings("unchecked")
    public ApiResponse read(RawResponse page) throws Exception {
        List<Map<String, Object>> read = (List<Map<String, Object>>) ResponseParser.parse(request, page);
        Optional<String> next = links.next(page);
        rows.addAll(read);
        if (next.isEmpty()) {
            return new ApiResponse(page.status(), rows, links.pages(), page.date());
        }
        target = next.get();
        return null;
    }
}
