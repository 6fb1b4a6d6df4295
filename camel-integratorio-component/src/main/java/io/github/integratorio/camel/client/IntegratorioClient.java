package io.github.integratorio.camel.client;

import java.util.concurrent.CompletableFuture;

/**
 * The integrator.io API, one account. No call blocks; a future fails with
 * {@link io.github.integratorio.camel.IntegratorioApiException},
 * {@link io.github.integratorio.camel.IntegratorioAmbiguousOutcomeException},
 * {@link io.github.integratorio.camel.IntegratorioTransportException}, or {@link IllegalArgumentException} when nothing could be sent.
 */
public interface IntegratorioClient {

    /** Makes a call; a list is followed through all its pages, and is whole or fails. */
    CompletableFuture<ApiAnswer> call(ApiRequest request, CallContext context);

    /**
     * Makes a list call and answers as soon as the first page begins, with a {@link RowStream} that reads on as it is
     * iterated. The operation's deadline is for its beginning; each further page has as long again.
     */
    CompletableFuture<ApiAnswer> stream(ApiRequest request, CallContext context);

    /** As {@link #stream}, with the pages as they are sent instead of their rows. */
    CompletableFuture<ListPages> pages(ApiRequest request, CallContext context);
}
