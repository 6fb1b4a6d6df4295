package io.github.integratorio.camel.internal.client.ratelimit;

/**
 * A local copy of the API's leaky bucket. Not thread-safe.
 *
 * <p>It must never hold more tokens than the server's bucket, or the tail of a burst gets 429. While the first requests are in flight
 * the server's bucket may still be full and not refilling, so this one does not refill before the first response, and never holds
 * more than the burst minus the requests in flight. A 429 shows that other clients use the account, or that it has a lower limit: the
 * rate is cut, then recovers, slowly at first so that it stays near the level of the last 429, and completely in the end.
 */
final class AdaptiveTokenBucket {

    private static final double NANOS = 1e9;
    private static final double CUT = 0.7;
    /** Lower bound of the rate, as a part of the full rate. */
    private static final double MIN_RATE = 1.0 / 30;
    /** Seconds from the last 429 until the rate has recovered, at most. */
    private static final double RECOVERY_SECONDS = 25;

    private final double fullRate;
    private final double burst;
    /** Tokens kept regardless of requests in flight: a burst smaller than the concurrency limit would otherwise reduce concurrency. */
    private final double minTokens;
    private double rate;
    private double cutRate;
    private long cutAt;
    private double tokens;
    private boolean refilling;
    private long refilledAt;

    /**
     * @param rate       tokens per second
     * @param burst      capacity, and the number of tokens at the start
     * @param concurrent maximum number of requests in flight
     */
    AdaptiveTokenBucket(double rate, int burst, int concurrent) {
        this.fullRate = rate;
        this.burst = burst;
        this.minTokens = concurrent > burst ? 1 : 0;
        this.rate = rate;
        this.cutRate = rate;
        this.tokens = burst;
    }

    /**
     * Takes a token if there is one.
     *
     * @param inFlight number of requests in flight
     */
    boolean take(long now, int inFlight) {
        refill(now, inFlight);
        if (tokens < 1) {
            return false;
        }
        tokens--;
        return true;
    }

    /** Takes a token although there may be none: the next ones come later. */
    void takeAhead(long now, int inFlight) {
        refill(now, inFlight);
        tokens--;
    }

    /** Nanoseconds until the next token; {@link Long#MAX_VALUE} if it depends on a response. */
    long nanosToNext(long now, int inFlight) {
        refill(now, inFlight);
        if (tokens >= 1) {
            return 0;
        }
        return refilling ? (long) Math.ceil((1 - tokens) / rate * NANOS) : Long.MAX_VALUE;
    }

    /**
     * Requests have ended, so the API's bucket refills.
     *
     * @param inFlight number of requests in flight before
     */
    void responded(long now, int inFlight) {
        refill(now, inFlight);
        if (!refilling && tokens < burst) {
            refilling = true;
            refilledAt = now;
        }
    }

    /** The API's bucket is empty; this one stays empty until the given time. */
    void throttled(long until) {
        rate = Math.max(rate * CUT, fullRate * MIN_RATE);
        cutRate = rate;
        cutAt = until;
        tokens = 0;
        refilling = true;
        refilledAt = until;
    }

    private void refill(long now, int inFlight) {
        if (!refilling || now <= refilledAt) {
            return;
        }
        double before = rate;
        rate = rate(now);
        tokens += (before + rate) / 2 * (now - refilledAt) / NANOS;
        refilledAt = now;
        tokens = Math.min(tokens, Math.max(minTokens, burst - inFlight));
        refilling = tokens < burst;
    }

    /** Tokens per second at a time: the rate recovers while nobody asks for tokens, too. */
    double rate(long now) {
        double recovered = Math.max(0, now - cutAt) / NANOS / RECOVERY_SECONDS;
        return Math.min(fullRate, cutRate + fullRate * recovered * recovered);
    }
}
