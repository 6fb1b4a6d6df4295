package io.github.integratorio.examples.trial;

import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.support.DefaultPollingConsumerPollStrategy;

/** Knows when the change feeds were last read, and whether a feed fails. */
public final class FeedAge extends DefaultPollingConsumerPollStrategy {

    private final Clock clock;
    private final Map<String, Instant> reads = new ConcurrentHashMap<>();
    private final Set<String> failing = ConcurrentHashMap.newKeySet();

    FeedAge(Clock clock) {
        this.clock = clock;
    }

    @Override
    public void commit(Consumer consumer, Endpoint endpoint, int polledMessages) {
        reads.put(endpoint.getEndpointKey(), clock.instant());
        failing.remove(endpoint.getEndpointKey());
    }

    @Override
    public boolean rollback(Consumer consumer, Endpoint endpoint, int retryCounter, Exception cause) throws Exception {
        failing.add(endpoint.getEndpointKey());
        return super.rollback(consumer, endpoint, retryCounter, cause);
    }

    /** Says how old the data is: that of the feed which was read least recently. */
    String text() {
        String read =
                reads.values().stream().min(Instant::compareTo).map(at -> Formats.formatTime(at) + " UTC").orElse(null);
        if (failing.isEmpty()) {
            return read == null ? "Not read yet" : "Live, as of " + read;
        }
        return "Not reachable" + (read == null ? "" : " since " + read);
    }

    boolean isFailing() {
        return !failing.isEmpty();
    }
}
