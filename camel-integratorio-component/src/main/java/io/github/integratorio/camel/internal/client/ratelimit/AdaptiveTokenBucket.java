package io.github.integratorio.camel.internal.client.ratelimit;

/**
 * A copy of the API's own bucket: so many requests at once, so many per second after that. Not for several threads.
 *
 * <p>It must never run ahead of the API's, or the end of a burst is refused. What is on its way may not have reached the API
 * yet, whose bucket may be full for so long and gain nothing: so this one gains nothing before the first answer, and has never more
 * than the burst without what is on its way. A refusal tells that somebody else uses the account, too, or that it may have less
 * than was thought: the rate is cut, and grows back, slowly at first so that it stays for long about where the last refusal came,
 * and to its full in the end whatever was before.
 */
final class AdaptiveTokenBucket {

    private static final double NANOS = 1e9;
    private static final double CUT = 0.7;
    /** The part of the full rate that is kept whatever happens. */
    private static final double LEAST = 1.0 / 30;
    /** How many seconds after the last refusal the rate is full again, at the latest. */
    private static final double RECOVERY = 25;

    private final double fullRate;
    private final double burst;
    /** The tokens there may be whatever is on its way: a burst smaller than what may be on its way would otherwise limit that. */
    private final double always;
    private double rate;
    private double cutRate;
    private long cutAt;
    private double tokens;
    private boolean refilling;
    private long refilledAt;

    /**
     * @param rate       tokens per second
     * @param burst      the most tokens, and those at the beginning
     * @param concurrent how many requests may be on their way
     */
    AdaptiveTokenBucket(double rate, int burst, int concurrent) {
        this.fullRate = rate;
        this.burst = burst;
        this.always = concurrent > burst ? 1 : 0;
        this.rate = rate;
        this.cutRate = rate;
        this.tokens = burst;
    }

    /**
     * Takes a token, when there is one.
     *
     * @param inFlight how many requests are on their way
     */
    boolean take(long now, int inFlight) {
        refill(now, inFlight);
        if (tokens < 1) {
            return false;
        }
        tokens--;
        return true;
    }

    /** How many nanoseconds from now the next token is there; {@link Long#MAX_VALUE} when that depends on an answer. */
    long nanosToNext(long now, int inFlight) {
        refill(now, inFlight);
        if (tokens >= 1) {
            return 0;
        }
        return refilling ? (long) Math.ceil((1 - tokens) / rate * NANOS) : Long.MAX_VALUE;
    }

    /**
     * Answers came, or their time is over: the API's bucket refills.
     *
     * @param inFlight how many requests were on their way until now
     */
    void responded(long now, int inFlight) {
        refill(now, inFlight);
        if (!refilling && tokens < burst) {
            refilling = true;
            refilledAt = now;
        }
    }

    /** The API's bucket is empty. This one is then, too, until some time. */
    void throttled(long until) {
        rate = Math.max(rate * CUT, fullRate * LEAST);
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
        double recovered = (now - cutAt) / NANOS / RECOVERY;
        rate = Math.min(fullRate, cutRate + fullRate * recovered * recovered);
        tokens += (before + rate) / 2 * (now - refilledAt) / NANOS;
        refilledAt = now;
        tokens = Math.min(tokens, Math.max(always, burst - inFlight));
        refilling = tokens < burst;
    }

    /** Tokens per second as they come now. */
    double rate() {
        return rate;
    }
}
