package io.github.integratorio.camel.internal.observability;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

import io.github.integratorio.camel.internal.client.CallListener;
import io.github.integratorio.camel.internal.client.protocol.ApiMethod;
import io.github.integratorio.camel.internal.client.protocol.FailureKind;
import io.github.integratorio.camel.internal.client.ratelimit.RateLimiterStatus;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.apache.camel.CamelContext;

/**
 * Records requests in Micrometer. Tags are the call and its result, never an id, an address or a token. Load this class only if
 * Micrometer is on the classpath.
 */
public final class RequestMetrics implements CallListener {

    private final MeterRegistry meters;
    private final CallListener next;

    private RequestMetrics(MeterRegistry meters, CallListener next) {
        this.meters = meters;
        this.next = next;
    }

    /** Returns a listener for the single meter registry of the Camel context that also calls the next one; only the next one if there is no registry. */
    public static CallListener before(CallListener next, CamelContext camel) {
        MeterRegistry meters = camel.getRegistry().findSingleByType(MeterRegistry.class);
        if (meters == null) {
            return next;
        }
        // Of all components of the context: a meter is registered once, and a second registration is ignored.
        Supplier<List<RateLimiterStatus>> limiters = () -> ObservedComponent.in(camel).stream()
                .flatMap(component -> component.rateLimiters().stream()).toList();
        gauge(meters, limiters, "integratorio.requests.queued", RateLimiterStatus::queued);
        gauge(meters, limiters, "integratorio.requests.in.flight", RateLimiterStatus::inFlight);
        gauge(meters, limiters, "integratorio.paused.milliseconds", status -> status.paused().toMillis());
        return new RequestMetrics(meters, next);
    }

    private static void gauge(MeterRegistry meters, Supplier<List<RateLimiterStatus>> limiters, String name,
            ToDoubleFunction<RateLimiterStatus> value) {
        Gauge.builder(name, limiters, all -> all.get().stream().mapToDouble(value).sum())
                .strongReference(true).register(meters);
    }

    @Override
    public void answered(ApiMethod call, Throwable error, FailureKind failure, Duration took) {
        meters.timer("integratorio.requests", "call", call.label(), "result",
                failure == null ? "ok" : failure.name().toLowerCase(Locale.ROOT)).record(took);
        next.answered(call, error, failure, took);
    }

    @Override
    public void waited(ApiMethod call, Duration waited) {
        meters.timer("integratorio.waits", "call", call.label()).record(waited);
        next.waited(call, waited);
    }
}
