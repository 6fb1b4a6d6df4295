package io.github.integratorio.camel.internal.producer;

import java.util.ArrayList;
import java.util.List;

import io.github.integratorio.camel.internal.producer.AmbiguousRedeliveryGuard.Ambiguity;
import org.apache.camel.Exchange;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.support.SimpleEventNotifierSupport;

/**
 * The ambiguous work of an exchange and of all its copies. A split, multicast, enricher, queue or circuit breaker works on copies, and on new
 * ones when it is repeated; they keep the properties of their original, so all of them share this object. Thread-safe.
 */
public final class AmbiguousWrites {

    private static final String PROPERTY = "CamelIntegratorioCopies";

    private final List<Ambiguity> all = new ArrayList<>();

    /** Gives the object to each exchange that begins: one that was added later would be unknown to the original. */
    public static final class Notifier extends SimpleEventNotifierSupport {

        @Override
        protected void setupIgnore(boolean ignore) {
            super.setupIgnore(true);
            setIgnoreExchangeEvents(false);
            setIgnoreExchangeCreatedEvent(false);
        }

        @Override
        public boolean isEnabled(CamelEvent event) {
            return event instanceof CamelEvent.ExchangeCreatedEvent;
        }

        @Override
        public void notify(CamelEvent event) {
            of(((CamelEvent.ExchangeEvent) event).getExchange());
        }
    }

    /** Returns the object of an exchange; an exchange that has none gets one. */
    static AmbiguousWrites of(Exchange exchange) {
        if (exchange.getProperty(PROPERTY) instanceof AmbiguousWrites shared) {
            return shared;
        }
        AmbiguousWrites shared = new AmbiguousWrites();
        exchange.setProperty(PROPERTY, shared);
        return shared;
    }

    synchronized void add(Ambiguity ambiguity) {
        all.removeIf(ambiguity::isSameWork);
        all.add(ambiguity);
    }

    synchronized List<Ambiguity> all() {
        return List.copyOf(all);
    }

    /** Hides the requests: error handlers and loggers print the properties of an exchange. */
    @Override
    public synchronized String toString() {
        return "AmbiguousWrites[" + all.size() + "]";
    }
}
