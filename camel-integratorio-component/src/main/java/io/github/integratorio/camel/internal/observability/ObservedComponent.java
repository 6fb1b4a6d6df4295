package io.github.integratorio.camel.internal.observability;

import java.util.Collection;
import java.util.List;

import io.github.integratorio.camel.internal.client.ratelimit.RateLimiterStatus;
import org.apache.camel.CamelContext;

/** A component as the dev console and the meters see it. */
public interface ObservedComponent {

    /** Returns true while the component is started. */
    boolean isStarted();

    /** Returns the status of each account's rate limiter; empty before the start. */
    List<RateLimiterStatus> rateLimiters();

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
