package io.github.integratorio.camel;

import java.util.Arrays;
import java.util.List;
import java.util.Set;

import io.github.integratorio.camel.api.IntegratorioConfiguration;
import io.github.integratorio.camel.api.Region;
import org.apache.camel.Exchange;
import org.apache.camel.Route;

/**
 * Keeps the token away from a host that a message has named in the URI of a Kamelet. Camel puts such a value into the route of the
 * Kamelet, where it looks like any other property, so only the thread shows that the route is made for a message.
 */
final class KameletGuard {

    private static final String KAMELETS = "org.apache.camel.component.kamelet.KameletComponent";
    /** What Camel runs for a step whose URI a message may have made. */
    private static final Set<String> DYNAMIC_STEPS = Set.of("org.apache.camel.processor.SendDynamicProcessor",
            "org.apache.camel.processor.Enricher", "org.apache.camel.processor.PollEnricher",
            "org.apache.camel.processor.RecipientListProcessor", "org.apache.camel.processor.RoutingSlip",
            "org.apache.camel.processor.DynamicRouter");

    /** The packages of Camel, and of the JDK that it calls itself through. */
    private static final List<String> CAMEL = List.of("org.apache.camel.", "java.", "jdk.");

    private KameletGuard() {
    }

    /**
     * Checks the base URL of an endpoint that is being made.
     *
     * @param  options                  the options of the endpoint
     * @param  shared                   the options of the component
     * @throws IllegalArgumentException if a message may have supplied it: the endpoint is in a Kamelet that a dynamic step calls, and its base URL is
     *                                  neither that of the component nor that of a region
     */
    static void check(IntegratorioConfiguration options, IntegratorioConfiguration shared) {
        if (hasOwnBaseUrl(options, shared) && isInKameletForMessage()) {
            throw new IllegalArgumentException(
                    "baseUrl: a message could have supplied it, because a toD, recipientList, routingSlip,"
                            + " enrich or wireTap calls this Kamelet. Set it on the component (camel.component.integratorio.base-url),"
                            + " or call the Kamelet by to, or call integratorio: instead");
        }
    }

    /**
     * Checks the base URL of an endpoint that a dynamic step has made for a message. If that step is in a Kamelet, the stack shows nothing of the
     * step that calls the Kamelet, which was made before.
     *
     * @throws IllegalArgumentException if the exchange is in a Kamelet, and the base URL is neither that of the component nor that of a region
     */
    static void check(Exchange exchange, IntegratorioEndpoint endpoint) {
        if (hasOwnBaseUrl(endpoint.getConfiguration(), endpoint.shared()) && isInKamelet(exchange)) {
            throw new IllegalArgumentException(
                    "baseUrl: not allowed in a toD, enrich or wireTap of a Kamelet, where a message could have"
                            + " supplied it. Set it on the component (camel.component.integratorio.base-url), or use to");
        }
    }

    private static boolean hasOwnBaseUrl(IntegratorioConfiguration options, IntegratorioConfiguration shared) {
        String baseUrl = options.getBaseUrl();
        return baseUrl != null && !baseUrl.equals(shared.getBaseUrl())
                && Arrays.stream(Region.values()).noneMatch(region -> region.baseUrl().toString().equals(baseUrl));
    }

    private static boolean isInKamelet(Exchange exchange) {
        Route route = exchange.getUnitOfWork() == null ? null : exchange.getUnitOfWork().getRoute();
        if (route == null && exchange.getFromRouteId() != null) {
            // In an enrich, whose exchange has no unit of work.
            route = exchange.getContext().getRoute(exchange.getFromRouteId());
        }
        return route != null && route.isCreatedByKamelet();
    }

    /** Whether a Kamelet is making this endpoint for a dynamic step, and not for code of the application that the step has called. */
    private static boolean isInKameletForMessage() {
        return StackWalker.getInstance()
                .walk(frames -> frames.map(StackWalker.StackFrame::getClassName)
                        .dropWhile(one -> !one.startsWith(KAMELETS))
                        .filter(one -> DYNAMIC_STEPS.contains(one) || CAMEL.stream().noneMatch(one::startsWith))
                        .findFirst().filter(DYNAMIC_STEPS::contains).isPresent());
    }
}
