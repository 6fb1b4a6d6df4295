package io.github.integratorio.camel.internal.observability;

import java.util.Collection;
import java.util.List;

import io.github.integratorio.camel.internal.client.ratelimit.AccountRateLimiter;
import io.github.integratorio.camel.internal.operation.reconcile.ReconcileProgress;

/** A running component as the dev console and the meters see it. */
public interface ObservedComponent {

    /** Returns the rate limiters of the accounts in use; components that use the same account return the same limiter. */
    List<AccountRateLimiter> rateLimiters();

    /** Returns the reconciles that are running. */
    List<ReconcileProgress> reconciles();

    /** Returns the numbers of requests and the last failures. */
    RequestStatistics requestStatistics();

    /** Returns the started consumers. */
    Collection<ObservedConsumer> consumers();
}
