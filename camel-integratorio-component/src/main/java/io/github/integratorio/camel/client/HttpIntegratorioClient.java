package io.github.integratorio.camel.client;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ScheduledExecutorService;

import io.github.integratorio.camel.IntegratorioAmbiguousOutcomeException;
import io.github.integratorio.camel.IntegratorioTransportException;

/** The API over HTTP. */
public final class HttpIntegratorioClient implements IntegratorioClient, AutoCloseable {

    private final URI base;
    private final AccessToken token;
    private final HttpTransport transport;

    /**
     * @param settings how the API is reached
     * @param timer    runs time-outs; not closed here
     */
    public HttpIntegratorioClient(ClientSettings settings, ScheduledExecutorService timer) {
        this.base = settings.baseUrl();
        this.token = settings.token();
        this.transport = new HttpTransport(settings, timer);
    }

    @Override
    public CompletableFuture<ApiAnswer> call(ApiRequest request) {
        return guarded(() -> {
            if (request.call().answer() == ApiCall.Answer.LIST) {
                PageWalk walk = new PageWalk(request, base);
                return pages(request, walk, walk.first(), new ArrayList<>());
            }
            return send(request, base.getRawPath() + request.path(), false)
                    .thenApply(answer -> new ApiAnswer(answer.status(), read(request, answer)));
        });
    }

    @SuppressWarnings("unchecked")
    private CompletableFuture<ApiAnswer> pages(ApiRequest request, PageWalk walk, String target,
            List<Map<String, Object>> rows) {
        return send(request, target, false).thenCompose(page -> {
            rows.addAll((List<Map<String, Object>>) read(request, page));
            Optional<String> next = unchecked(() -> walk.next(page));
            return next.isPresent()
                    ? pages(request, walk, next.get(), rows)
                    : CompletableFuture.completedFuture(new ApiAnswer(page.status(), rows));
        });
    }

    @Override
    public CompletableFuture<ApiAnswer> stream(ApiRequest request) {
        return guarded(() -> {
            PageWalk walk = new PageWalk(request, base);
            return send(request, walk.first(), true).thenApply(page -> new ApiAnswer(page.status(),
                    unchecked(() -> new RowStream(request, walk, page, target -> send(request, target, true)))));
        });
    }

    private CompletableFuture<HttpAnswer> send(ApiRequest request, String target, boolean streamed) {
        ApiCall call = request.call();
        return transport.send(call.label(), call.method(), target, token.read(), request.body(), streamed)
                .exceptionally(error -> {
                    throw new CompletionException(judge(call, error));
                });
    }

    /** A write whose request left, and got no answer, may have happened. */
    private static Throwable judge(ApiCall call, Throwable error) {
        Throwable cause = error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
        return call.isWrite() && cause instanceof IntegratorioTransportException failure && !failure.isNotSent()
                ? new IntegratorioAmbiguousOutcomeException(call.label(), "no whole answer came", failure)
                : cause;
    }

    private static Object read(ApiRequest request, HttpAnswer answer) {
        return unchecked(() -> Answers.read(request, answer));
    }

    private interface Attempt<T> {
        T run() throws Exception;
    }

    private static <T> T unchecked(Attempt<T> attempt) {
        try {
            return attempt.run();
        } catch (Exception e) {
            throw new CompletionException(e);
        }
    }

    private static <T> CompletableFuture<T> guarded(Attempt<CompletableFuture<T>> attempt) {
        try {
            return attempt.run();
        } catch (Exception e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Closes all connections; what is in flight fails. */
    @Override
    public void close() {
        transport.close();
    }
}
