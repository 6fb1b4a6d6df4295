package io.github.integratorio.camel.internal.client;

import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

import io.github.integratorio.camel.api.IntegratorioAmbiguousOutcomeException;
import io.github.integratorio.camel.api.IntegratorioTransportException;
import io.github.integratorio.camel.internal.client.http.HttpTransport;
import io.github.integratorio.camel.internal.client.paging.ListCollector;
import io.github.integratorio.camel.internal.client.paging.PageLinks;
import io.github.integratorio.camel.internal.client.paging.PagedResponse;
import io.github.integratorio.camel.internal.client.paging.RowIterator;
import io.github.integratorio.camel.internal.client.protocol.ApiMethod;
import io.github.integratorio.camel.internal.client.protocol.ApiRequest;
import io.github.integratorio.camel.internal.client.protocol.ApiResponse;
import io.github.integratorio.camel.internal.client.protocol.FailureKind;
import io.github.integratorio.camel.internal.client.protocol.RawResponse;
import io.github.integratorio.camel.internal.client.protocol.ResponseParser;
import io.github.integratorio.camel.internal.client.ratelimit.AccountRateLimiter;
import io.github.integratorio.camel.internal.client.ratelimit.AccountRateLimiter.Permit;
import io.github.integratorio.camel.internal.concurrent.Scheduler;

/** The API over HTTP: every request passes the account's gate, and is repeated where that is safe. */
public final class HttpIntegratorioClient implements IntegratorioClient, AutoCloseable {

    /** From so many bytes on an answer is read elsewhere than on an I/O thread, where other answers would wait for it. */
    private static final int LONG = 100_000;

    private final ClientConfig settings;
    private final URI base;
    private final TokenCache token;
    private final HttpTransport transport;
    private final AccountRateLimiter gate;
    private final Scheduler timeline;
    private final Executor workers;
    private final CallListener observer;

    /**
     * @param settings how the API is reached
     * @param gate     where the account's requests pass; not closed here
     * @param timeline the time
     * @param workers  where an access token supplier is asked again, which may block, and long answers are read
     * @param observer is told what becomes of requests
     */
    public HttpIntegratorioClient(ClientConfig settings, AccountRateLimiter gate, Scheduler timeline, Executor workers,
                                  CallListener observer) {
        this.settings = settings;
        this.base = settings.baseUrl();
        this.token = new TokenCache(settings.token());
        this.gate = gate;
        this.timeline = timeline;
        this.workers = workers;
        this.observer = observer;
        this.transport = new HttpTransport(settings, timeline);
    }

    @Override
    public CompletableFuture<ApiResponse> call(ApiRequest request, CallContext context) {
        return guarded(() -> {
            Conversation talk = new Conversation(request, context);
            if (request.call().responseKind() == ApiMethod.ResponseKind.LIST) {
                ListCollector list = new ListCollector(request, base, target -> talk.send(target, false));
                return talk.attempts(list::goOn).beforeRetry(failure -> {
                    if (failure == FailureKind.AMBIGUOUS) {
                        list.beginAgain();
                    }
                }).run();
            }
            String target = base.getRawPath() + request.path();
            RetryingCall<ApiResponse> attempts = talk.attempts(() -> talk.send(target, false)
                    .thenApply(answer -> new ApiResponse(answer.status(), unchecked(() -> ResponseParser.parse(request, answer)))));
            return ("DELETE".equals(request.call().method()) ? attempts.alreadyGone(new ApiResponse(404, null)) : attempts).run();
        });
    }

    @Override
    public CompletableFuture<ApiResponse> stream(ApiRequest request, CallContext context) {
        return pages(request, context).thenApply(pages -> new ApiResponse(pages.status(), new RowIterator(pages)));
    }

    @Override
    public CompletableFuture<PagedResponse> pages(ApiRequest request, CallContext context) {
        return guarded(() -> {
            PageLinks walk = new PageLinks(request, base);
            return page(request, walk.first(), context)
                    .thenApply(first -> new PagedResponse(request, walk, first, target -> page(request, target, context.withFreshDeadline())));
        });
    }

    private CompletableFuture<RawResponse> page(ApiRequest request, String target, CallContext context) {
        Conversation talk = new Conversation(request, context);
        return talk.attempts(() -> talk.send(target, true).thenApply(page -> {
            if (page.stream() == null) {
                // An error to be tried again, or to be thrown.
                unchecked(() -> ResponseParser.parse(request, page));
            }
            return page;
        })).run();
    }

    /** What is sent for one call, with the token that it was sent with. */
    private final class Conversation {
        private final ApiRequest request;
        private final ApiMethod call;
        private final CallContext context;
        private volatile String usedToken;

        Conversation(ApiRequest request, CallContext context) {
            this.request = request;
            this.call = request.call();
            this.context = context;
            // Asked here, where the route's own thread may wait for it.
            this.usedToken = token.read();
        }

        <T> RetryingCall<T> attempts(Supplier<CompletableFuture<T>> attempt) {
            return new RetryingCall<>(call, context, settings.retry(), timeline, gate.retries(), observer, attempt)
                    .newToken(() -> token.isRenewable()
                            ? CompletableFuture.supplyAsync(() -> token.renew(usedToken), workers)
                            : CompletableFuture.completedFuture(false));
        }

        CompletableFuture<RawResponse> send(String target, boolean streamed) {
            long asked = timeline.nanoTime();
            CompletableFuture<Permit> entry = gate.acquire(context.deadline());
            if (entry.isDone() && !entry.isCompletedExceptionally()) {
                return exchange(entry.join(), asked, target, streamed);
            }
            return entry.handle((permit, refused) -> {
                if (refused != null) {
                    throw new CompletionException(new IntegratorioTransportException(call.label(),
                            (Exception) FailureKind.unwrap(refused), true, false));
                }
                return exchange(permit, asked, target, streamed);
            }).thenCompose(answer -> answer);
        }

        private CompletableFuture<RawResponse> exchange(Permit permit, long asked, String target, boolean streamed) {
            try {
                long sent = timeline.nanoTime();
                context.waited(sent - asked);
                observer.waited(call, Duration.ofNanos(sent - asked));
                String secret = token.read();
                usedToken = secret;
                Duration left = context.remaining();
                Duration timeout = left.compareTo(settings.requestTimeout()) < 0 ? left : settings.requestTimeout();
                return transport.send(call.label(), call.method(), target, secret, request.body(), streamed, timeout,
                        answer -> pause(permit, answer), permit::release)
                        .handle((answer, error) -> {
                            RawResponse shown = error == null ? answer.hiding(secret) : null;
                            Throwable cause = error == null ? null : judge(FailureKind.unwrap(error));
                            observe(shown, cause, Duration.ofNanos(timeline.nanoTime() - sent));
                            if (cause != null) {
                                throw new CompletionException(cause);
                            }
                            return shown;
                        }).thenCompose(answer -> answer.length() < LONG
                                ? CompletableFuture.completedFuture(answer)
                                : CompletableFuture.supplyAsync(() -> answer, workers));
            } catch (RuntimeException e) {
                permit.release();
                throw e;
            }
        }

        private void observe(RawResponse answer, Throwable error, Duration took) {
            Throwable cause = error;
            if (cause == null && answer.stream() == null) {
                try {
                    ResponseParser.throwErrors(call, answer, null);
                } catch (Exception e) {
                    cause = e;
                }
            }
            observer.answered(call, cause, cause == null ? null : FailureKind.of(cause), took);
        }

        /** A write whose request left, and got no answer, may have happened. */
        private Throwable judge(Throwable cause) {
            return call.isWrite() && cause instanceof IntegratorioTransportException failure && !failure.isNotSent()
                    ? new IntegratorioAmbiguousOutcomeException(call.label(), "no whole answer came: " + failure.getReason(), 0)
                    : cause;
        }
    }

    private static void pause(Permit permit, RawResponse answer) {
        if (answer.status() == 429) {
            permit.throttled(answer.retryAfter().orElse(RetryPolicy.UNSAID_PAUSE));
        }
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
