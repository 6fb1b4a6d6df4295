package io.github.integratorio.camel;

import java.util.Arrays;
import java.util.Set;

import io.github.integratorio.camel.api.IntegratorioConfiguration;
import io.github.integratorio.camel.api.Region;
import org.apache.camel.ProducerTemplate;

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
        String baseUrl = options.getBaseUrl();
        if (baseUrl != null && !baseUrl.equals(shared.getBaseUrl()) && !isOfRegion(baseUrl)
                && isInKameletForMessage()) {
            throw new IllegalArgumentException(
                    "baseUrl: a message could have supplied it, because a toD, recipientList, routingSlip,"
                            + " enrich or wireTap calls this Kamelet. Set it on the component (camel.component.integratorio.base-url),"
                            + " or call the Kamelet by to, or call integratorio: instead");
        }
    }

    private static boolean isOfRegion(String baseUrl) {
        return Arrays.stream(Region.values()).anyMatch(region -> region.baseUrl().toString().equals(baseUrl));
    }

    /** Whether a Kamelet is making this endpoint, on a thread that is at a dynamic step, and not at a template of the application. */
    private static boolean isInKameletForMessage() {
        return StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE)
                .walk(frames -> frames.map(StackWalker.StackFrame::getDeclaringClass)
                        .dropWhile(one -> !one.getName().startsWith(KAMELETS))
                        .filter(one -> ProducerTemplate.class.isAssignableFrom(one)
                                || DYNAMIC_STEPS.contains(one.getName()))
                        .findFirst().filter(one -> DYNAMIC_STEPS.contains(one.getName())).isPresent());
    }
}
