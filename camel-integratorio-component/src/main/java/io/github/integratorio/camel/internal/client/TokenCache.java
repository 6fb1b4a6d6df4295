package io.github.integratorio.camel.internal.client;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.WeakHashMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The current access token of a source, for all clients that use the source. It is asked for once, and again after the API has refused
 * it: by one call, on a worker, while the other calls that need the answer wait for it without a thread.
 */
final class TokenCache {

    /** For this time no call asks again for another token than the one that the source has just given for the second time. */
    private static final Duration CONFIRMED = Duration.ofSeconds(2);
    /** Guarded by itself. No value may lead to its key. */
    private static final Map<Supplier<String>, TokenCache> BY_SUPPLIER = new WeakHashMap<>();

    /** As many former tokens are masked as a server may still know and quote. */
    private static final int REMEMBERED = 4;

    private volatile String token;
    /** The token and those before it, the last one first. */
    private volatile List<String> secrets = List.of();
    // All fields below are guarded by this.
    private CompletableFuture<String> answer;
    private boolean isConfirmed;
    private long confirmedUntil;

    private TokenCache() {
    }

    /** The cache of a source. */
    static TokenCache of(TokenSource source) {
        if (source.supplier() == null) {
            return new TokenCache();
        }
        synchronized (BY_SUPPLIER) {
            return BY_SUPPLIER.computeIfAbsent(source.supplier(), supplier -> new TokenCache());
        }
    }

    /** The token to send; null if it has to be {@linkplain #read read} first. */
    String current() {
        return token;
    }

    /** The token and those before it: what no message may show. */
    List<String> secrets() {
        return secrets;
    }

    /**
     * The token to send.
     *
     * @param  client asks the source if that is necessary
     * @return        fails with {@link IllegalArgumentException} if there is no token, or it cannot be sent
     */
    CompletableFuture<String> read(IntegratorioClient client) {
        return ask(client, null);
    }

    /**
     * Asks the source again, unless another call has done so already.
     *
     * @param  client  asks the source if that is necessary
     * @param  refused the token that the API refused
     * @return         whether there is a different token now; fails if the source does
     */
    CompletableFuture<Boolean> renew(IntegratorioClient client, String refused) {
        return ask(client, refused).thenApply(given -> !refused.equals(token));
    }

    /** Whether the source can give another token. */
    static boolean isRenewable(TokenSource source) {
        return source.supplier() != null;
    }

    /** Asks the source if this is still the current token, and nobody else does. */
    private CompletableFuture<String> ask(IntegratorioClient client, String last) {
        CompletableFuture<String> mine = new CompletableFuture<>();
        synchronized (this) {
            if (!Objects.equals(last, token) || isConfirmed && client.scheduler.nanoTime() - confirmedUntil < 0) {
                return CompletableFuture.completedFuture(token);
            }
            if (answer != null) {
                return answer;
            }
            answer = mine;
        }
        if (!isRenewable(client.config.token())) {
            answer(client, mine);
            return mine;
        }
        try {
            client.workers.execute(() -> answer(client, mine));
        } catch (RuntimeException | Error e) {
            finish(client, mine, null, e);
        }
        return mine;
    }

    private void answer(IntegratorioClient client, CompletableFuture<String> mine) {
        String given = null;
        Throwable failure = null;
        try {
            given = client.config.token().read();
        } catch (Throwable e) {
            failure = e;
        }
        finish(client, mine, given, failure);
    }

    private void finish(IntegratorioClient client, CompletableFuture<String> mine, String given, Throwable failure) {
        synchronized (this) {
            isConfirmed = token != null && (given == null || given.equals(token));
            confirmedUntil = client.scheduler.nanoTime() + CONFIRMED.toNanos();
            if (given != null && !given.equals(token)) {
                secrets = Stream.concat(Stream.of(given), secrets.stream()).distinct().limit(REMEMBERED).toList();
                token = given;
            }
            answer = null;
        }
        if (failure == null) {
            mine.complete(given);
        } else {
            mine.completeExceptionally(failure);
        }
    }
}
