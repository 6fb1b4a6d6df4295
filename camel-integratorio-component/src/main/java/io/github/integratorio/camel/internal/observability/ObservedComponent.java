package io.github.integratorio.camel.internal.observability;

import java.util.Collection;
import java.util.List;

import io.github.integratorio.camel.internal.client.ratelimit.AccountRateLimiter;
import io.github.integratorio.camel.internal.operation.reconcile.ReconcileProgress;
import org.apache.camel.CamelContext;

/** A component as the dev console and the meters see it. */
public interface ObservedComponent {

    /** Returns true while the component is started. */
    boolean isStarted();

    /** Returns the rate limiters of the accounts in use; components that use the same account return the same limiter. */
    List<AccountRateLimiter> rateLimiters();

    /** Returns the reconciles that are running. */
    List<ReconcileProgress> reconciles();

    /** Returns the numbers of requests and the last failures. */
    RequestStatistics requestStatistics();

    /** Returns the started consumers. */
    Collection<? extends ObservedConsumer> consumers();

    /** Returns all integratorio components of a Camel context. */
    static List<ObservedComponent> in(CamelContext camel) {
        return camel.getComponentNames().stream().map(camel::hasComponent)
                .filter(ObservedComponent.class::isInstance).map(ObservedComponent.class::cast).toList();
    }
}
