package io.github.integratorio.camel.internal.observability;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.function.ToDoubleFunction;

import io.github.integratorio.camel.internal.client.ratelimit.AccountRateLimiter;
import io.github.integratorio.camel.internal.client.ratelimit.RateLimiterStatus;
import io.github.integratorio.camel.internal.operation.reconcile.ReconcileProgress;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gauges of one meter registry. A meter is registered once, so its value is the sum over the accounts of all components that use the
 * registry, in all Camel contexts. No component is kept after it has stopped, and no gauge after the last one.
 */
final class AccountGauges {

    private static final Logger LOG = LoggerFactory.getLogger(AccountGauges.class);
    /** Guarded by itself. Weak, for contexts that are dropped without being stopped. */
    private static final Map<MeterRegistry, AccountGauges> ALL = new WeakHashMap<>();

    private final Set<ObservedComponent> components =
            Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));
    private final List<Meter.Id> registered = new ArrayList<>();

    private AccountGauges() {
    }

    /** Adds a component to the gauges of a registry. */
    static void add(MeterRegistry meters, ObservedComponent component) {
        synchronized (ALL) {
            AccountGauges gauges = ALL.get(meters);
            if (gauges == null) {
                gauges = new AccountGauges();
                ALL.put(meters, gauges);
                gauges.register(meters, "integratorio.requests.queued", all -> all.sum(RateLimiterStatus::queued));
                gauges.register(meters, "integratorio.requests.in.flight",
                        all -> all.sum(RateLimiterStatus::inFlight));
                gauges.register(meters, "integratorio.paused.milliseconds",
                        all -> all.sum(status -> status.paused().toMillis()));
                gauges.register(meters, "integratorio.reconcile.rows", all -> all.reconciles(ReconcileProgress::rows));
                gauges.register(meters, "integratorio.reconcile.to.do", all -> all.reconciles(ReconcileProgress::toDo));
                gauges.register(meters, "integratorio.reconcile.done", all -> all.reconciles(ReconcileProgress::done));
                gauges.register(meters, "integratorio.reconcile.failed",
                        all -> all.reconciles(ReconcileProgress::failed));
            }
            gauges.components.add(component);
        }
    }

    /** Removes a component again. */
    static void remove(MeterRegistry meters, ObservedComponent component) {
        synchronized (ALL) {
            AccountGauges gauges = ALL.get(meters);
            if (gauges != null && gauges.components.remove(component) && gauges.components.isEmpty()) {
                ALL.remove(meters);
                gauges.registered.forEach(meters::remove);
            }
        }
    }

    /** The application may have a meter of this name and another type; that must not prevent its start. */
    private void register(MeterRegistry meters, String name, ToDoubleFunction<AccountGauges> value) {
        try {
            if (!meters.find(name).meters().isEmpty()) {
                LOG.warn("The meter {} is not registered, because the application has one of this name", name);
                return;
            }
            registered.add(Gauge.builder(name, this, value).strongReference(true)
                    .register(meters).getId());
        } catch (RuntimeException | Error e) {
            LOG.warn("The meter {} cannot be registered: {}", name, e.toString());
        }
    }

    private double reconciles(ToDoubleFunction<ReconcileProgress> value) {
        synchronized (components) {
            return components.stream().flatMap(component -> component.reconciles().stream()).mapToDouble(value).sum();
        }
    }

    /** Components that use the same account have the same limiter, which counts once. */
    private double sum(ToDoubleFunction<RateLimiterStatus> value) {
        Set<AccountRateLimiter> limiters = new HashSet<>();
        synchronized (components) {
            components.forEach(component -> limiters.addAll(component.rateLimiters()));
        }
        return limiters.stream().map(AccountRateLimiter::status).mapToDouble(value).sum();
    }
}
