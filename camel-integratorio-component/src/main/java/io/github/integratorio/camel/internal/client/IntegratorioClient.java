package io.github.integratorio.camel.internal.client;

import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

import io.github.integratorio.camel.api.IntegratorioTransportException;
import io.github.integratorio.camel.internal.client.http.HttpTransport;
import io.github.integratorio.camel.internal.client.paging.ListCollector;
import io.github.integratorio.camel.internal.client.paging.PageLinks;
import io.github.integratorio.camel.internal.client.paging.PageReader;
import io.github.integratorio.camel.internal.client.paging.PagedResponse;
import io.github.integratorio.camel.internal.client.paging.RowIterator;
import io.github.integratorio.camel.internal.client.protocol.ApiMethod;
import io.github.integratorio.camel.internal.client.protocol.ApiRequest;
import io.github.integratorio.camel.internal.client.protocol.ApiResponse;
import io.github.integratorio.camel.internal.client.protocol.RawResponse;
import io.github.integratorio.camel.internal.client.protocol.ResponseParser;
import io.github.integratorio.camel.internal.client.protocol.ResponseReader;
import io.github.integratorio.camel.internal.client.ratelimit.AccountRateLimiter;
import io.github.integratorio.camel.internal.concurrent.Scheduler;

/**
 * The integrator.io API for one account. No method blocks. Futures fail
 * with {@link io.github.integratorio.camel.api.IntegratorioApiException},
 * {@link io.github.integratorio.camel.api.IntegratorioAmbiguousOutcomeException},
 * {@link io.github.integratorio.camel.api.IntegratorioTransportException}, or {@link IllegalArgumentException} if the request or the
 * token cannot be sent.
 */
public final class IntegratorioClient {

    final ClientConfig config;
    final TokenCache token;
    final Supplier<HttpTransport> transport;
    final AccountRateLimiter rateLimiter;
    final Scheduler scheduler;
    final Executor workers;
    final CallListener listener;
    private final URI baseUrl;

    /**
     * @param config      how the API is reached
     * @param transport   sends the requests; it may be another one after each request
     * @param rateLimiter admits the account's requests
     * @param scheduler   clock and timer of this client alone: when it is closed, all calls end, and no request is sent any more
     * @param workers     runs what may take long: asking for the token, parsing long responses
     * @param listener    is told the result of each request
     */
    public IntegratorioClient(ClientConfig config, Supplier<HttpTransport> transport, AccountRateLimiter rateLimiter,
            Scheduler scheduler, Executor workers, CallListener listener) {
        this.config = config;
        this.baseUrl = config.transport().baseUrl();
        this.token = TokenCache.of(config.token());
        this.rateLimiter = rateLimiter;
        this.scheduler = scheduler;
        this.workers = workers;
        this.listener = new GuardedCallListener(listener);
        this.transport = transport;
    }

    /** Calls the API. A list is read to its last page, and is complete or fails. */
    public CompletableFuture<ApiResponse> call(ApiRequest request, CallContext context) {
        return start(request, context, () -> request.call().responseKind() == ApiMethod.ResponseKind.LIST
                ? new ListCollector(request, baseUrl, config.pageSize())
                : new DocumentReader(request, baseUrl.getRawPath() + request.path()));
    }

    /**
     * Calls a list method and completes as soon as the first page begins, with a {@link RowIterator} that reads the rest. The
     * deadline of the context applies to the first page; each further page has the same time again.
     */
    public CompletableFuture<ApiResponse> stream(ApiRequest request, CallContext context) {
        return pages(request, context).thenApply(pages -> new ApiResponse(pages.status(), new RowIterator(pages)));
    }

    /** As {@link #stream}, with the pages as the API sends them instead of their rows. */
    public CompletableFuture<PagedResponse> pages(ApiRequest request, CallContext context) {
        CompletableFuture<PagedResponse> pages = new CompletableFuture<>();
        rateLimiter.streams().acquire(context.remaining(), scheduler).whenComplete((slot, refusal) -> {
            if (refusal != null) {
                pages.completeExceptionally(
                        new IntegratorioTransportException(request.call().label(), (Exception) refusal, true, false));
                return;
            }
            page(request, context, null).whenComplete((first, error) -> {
                if (error != null) {
                    slot.release();
                    pages.completeExceptionally(error);
                } else {
                    pages.complete(new PagedResponse(request, new PageLinks(request, baseUrl, config.pageSize()), first,
                            target -> page(request, context.withFreshDeadline(), target), slot::release));
                }
            });
        });
        return pages;
    }

    /** Takes a retry from the account's budget, for an operation that repeats a call; returns false if it is exhausted. */
    public boolean takeRetry() {
        return rateLimiter.retries().take();
    }

    private CompletableFuture<RawResponse> page(ApiRequest request, CallContext context, String target) {
        return start(request, context, () -> {
            PageLinks links = new PageLinks(request, baseUrl, config.pageSize());
            return new PageReader(request, links, target == null ? links.first() : target);
        });
    }

    private <T> CompletableFuture<T> start(ApiRequest request, CallContext context,
            Supplier<ResponseReader<T>> reader) {
        if (context.isReadOnly() && request.call().isWrite()) {
            return CompletableFuture
                    .failedFuture(new IllegalStateException(request.call().label() + ": not sent in a dry run"));
        }
        try {
            return new RetryingCall<>(this, request, context, reader.get()).start();
        } catch (IllegalArgumentException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Reads a response that is one document, or none. */
    private record DocumentReader(ApiRequest request, String target) implements ResponseReader<ApiResponse> {
        @Override
        public ApiResponse read(RawResponse response) throws Exception {
            return new ApiResponse(response.status(), ResponseParser.parse(request, response), 1, response.date());
        }

        @Override
        public ApiResponse resultIfGone() {
            return "DELETE".equals(request.call().method()) ? new ApiResponse(404, null) : null;
        }
    }
}
