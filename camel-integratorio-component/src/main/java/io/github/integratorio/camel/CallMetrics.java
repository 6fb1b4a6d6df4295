package io.github.integratorio.camel;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

import io.github.integratorio.camel.client.ApiCall;
import io.github.integratorio.camel.client.CallObserver;
import io.github.integratorio.camel.client.Failure;
import io.github.integratorio.camel.client.gate.GateStatus;
import io.micrometer.core.instrument.MeterRegistry;
import org.apache.camel.CamelContext;

/**
 * Meters for what becomes of requests. Their tags name the call and its result; never an id, an address or a token. To be
 * touched only when Micrometer is on the classpath.
 */
final class CallMetrics implements CallObserver {

    private final MeterRegistry meters;
    private final CallObserver next;

    private CallMetrics(MeterRegistry meters, CallObserver next) {
        this.meters = meters;
        this.next = next;
    }

    /** Feeds the one meter registry of the Camel context, and the next observer; just the next one when there is no registry. */
    static CallObserver before(CallObserver next, CamelContext camel) {
        MeterRegistry meters = camel.getRegistry().findSingleByType(MeterRegistry.class);
        if (meters == null) {
            return next;
        }
        // Of all components of the context: a meter is registered once, and the second one's would be ignored.
        Supplier<List<GateStatus>> gates = () -> camel.getComponentNames().stream().map(camel::hasComponent)
                .filter(IntegratorioComponent.class::isInstance).map(IntegratorioComponent.class::cast)
                .filter(component -> component.clients() != null).flatMap(component -> component.clients().gates().stream()).toList();
        gauge(meters, gates, "integratorio.requests.queued", GateStatus::queued);
        gauge(meters, gates, "integratorio.requests.in.flight", GateStatus::inFlight);
        gauge(meters, gates, "integratorio.paused.milliseconds", status -> status.paused().toMillis());
        return new CallMetrics(meters, next);
    }

    private static void gauge(MeterRegistry meters, Supplier<List<GateStatus>> gates, String name,
            ToDoubleFunction<GateStatus> value) {
        io.micrometer.core.instrument.Gauge.builder(name, gates, all -> all.get().stream().mapToDouble(value).sum())
                .strongReference(true).register(meters);
    }

    @Override
    public void answered(ApiCall call, Throwable error, Failure failure, Duration took) {
        meters.timer("integratorio.requests", "call", call.label(), "result",
                failure == null ? "ok" : failure.name().toLowerCase(Locale.ROOT)).record(took);
        next.answered(call, error, failure, took);
    }

    @Override
    public void waited(ApiCall call, Duration waited) {
        meters.timer("integratorio.waits", "call", call.label()).record(waited);
        next.waited(call, waited);
    }
}
