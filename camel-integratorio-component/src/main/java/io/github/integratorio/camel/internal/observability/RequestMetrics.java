package io.github.integratorio.camel.internal.observability;

import java.io.Closeable;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;

import io.github.integratorio.camel.internal.client.CallListener;
import io.github.integratorio.camel.internal.client.protocol.ApiMethod;
import io.github.integratorio.camel.internal.client.protocol.FailureKind;
import io.micrometer.core.instrument.MeterRegistry;
import org.apache.camel.CamelContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records requests in Micrometer. Tags are the call and its result, never an id, an address or a token. A meter that fails changes
 * nothing for the request. Load this class only if Micrometer is on the classpath.
 */
public final class RequestMetrics implements CallListener, Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(RequestMetrics.class);

    private final MeterRegistry meters;
    private final ObservedComponent component;
    private final CallListener next;
    private final AtomicBoolean isReported = new AtomicBoolean();

    private RequestMetrics(MeterRegistry meters, ObservedComponent component, CallListener next) {
        this.meters = meters;
        this.component = component;
        this.next = next;
    }

    /**
     * Returns a listener for the single meter registry of the Camel context that also calls the next one; only the next one if there is
     * no registry.
     *
     * @param component whose accounts the gauges show, until the listener is closed
     */
    public static CallListener before(CallListener next, CamelContext camel, ObservedComponent component) {
        MeterRegistry meters = camel.getRegistry().findSingleByType(MeterRegistry.class);
        if (meters == null) {
            return next;
        }
        AccountGauges.add(meters, component);
        return new RequestMetrics(meters, component, next);
    }

    @Override
    public void answered(ApiMethod call, Throwable error, FailureKind failure, Duration took) {
        next.answered(call, error, failure, took);
        record(took, "integratorio.requests", "call", call.label(), "result",
                failure == null ? "ok" : failure.name().toLowerCase(Locale.ROOT));
    }

    @Override
    public void waited(ApiMethod call, Duration waited) {
        next.waited(call, waited);
        record(waited, "integratorio.waits", "call", call.label());
    }

    private void record(Duration time, String name, String... tags) {
        try {
            meters.timer(name, tags).record(time);
        } catch (RuntimeException | Error e) {
            // The application has a meter of this name and another type, or its registry fails.
            if (isReported.compareAndSet(false, true)) {
                LOG.warn("The meter {} cannot be recorded, which is not reported again: {}", name, e.toString());
            }
        }
    }

    /** Removes the component from the gauges. */
    @Override
    public void close() {
        AccountGauges.remove(meters, component);
    }
}
