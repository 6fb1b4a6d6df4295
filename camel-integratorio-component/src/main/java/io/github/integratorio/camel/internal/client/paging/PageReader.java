package io.github.integratorio.camel.internal.client.paging;

import io.github.integratorio.camel.internal.client.protocol.ApiRequest;
import io.github.integratorio.camel.internal.client.protocol.RawResponse;
import io.github.integratorio.camel.internal.client.protocol.ResponseParser;
import io.github.integratorio.camel.internal.client.protocol.ResponseReader;

/**
 * Opens one page of a list, to be read while it arrives.
 *
 * @param request the list request
 * @param links   reads the link to the next page
 * @param target  path and query of the page
 */
public record PageReader(ApiRequest request, PageLinks links, String target) implements ResponseReader<RawResponse> {

    @Override
    public boolean isStreamed() {
        return true;
    }

    @Override
    public RawResponse read(RawResponse response) throws Exception {
        if (response.stream() == null) {
            // A response that is not streamed is an error, which this throws, or an empty page.
            ResponseParser.parse(request, response);
        }
        // Now, because it cannot be requested again once the caller has rows of it.
        links.check(response);
        return response;
    }
}
