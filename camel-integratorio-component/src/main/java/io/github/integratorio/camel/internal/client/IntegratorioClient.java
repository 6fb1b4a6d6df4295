package io.github.integratorio.camel.internal.client;

import java.util.concurrent.CompletableFuture;

import io.github.integratorio.camel.internal.client.paging.PagedResponse;
import io.github.integratorio.camel.internal.client.paging.RowIterator;
import io.github.integratorio.camel.internal.client.protocol.ApiRequest;
import io.github.integratorio.camel.internal.client.protocol.ApiResponse;

/**
 * The integrator.io API, one account. No call blocks; a future fails with
 * {@link io.github.integratorio.camel.api.IntegratorioApiException},
 * {@link io.github.integratorio.camel.api.IntegratorioAmbiguousOutcomeException},
 * {@link io.github.integratorio.camel.api.IntegratorioTransportException}, or {@link IllegalArgumentException} when nothing could be sent.
 */
public interface IntegratorioClient {

    /** Makes a call; a list is followed through all its pages, and is whole or fails. */
    CompletableFuture<ApiResponse> call(ApiRequest request, CallContext context);

    /**
     * Makes a list call and answers as soon as the first page begins, with a {@link RowIterator} that reads on as it is
     * iterated. The operation's deadline is for its beginning; each further page has as long again.
     */
    CompletableFuture<ApiResponse> stream(ApiRequest request, CallContext context);

    /** As {@link #stream}, with the pages as they are sent instead of their rows. */
    CompletableFuture<PagedResponse> pages(ApiRequest request, CallContext context);
}
