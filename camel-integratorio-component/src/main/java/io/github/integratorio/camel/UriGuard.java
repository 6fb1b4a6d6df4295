package io.github.integratorio.camel;

import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.github.integratorio.camel.api.IntegratorioConfiguration;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.ExtendedCamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.ServiceStatus;

/**
 * Refuses URIs that a message may have made: a whole one, in a recipient list, must have no options of the connection or the account; and of one
 * that is written with expressions, {@link IntegratorioSendDynamicAware} must have seen which values are the message's.
 */
final class UriGuard {

    /** Options that say where and how the token is sent, and those that all endpoints of an account share. */
    private static final Map<String, Function<IntegratorioConfiguration, Object>> CONNECTION_OPTIONS =
            new TreeMap<>(Map.ofEntries(Map.entry("accessToken", IntegratorioConfiguration::getAccessToken),
                    Map.entry("accessTokenSupplier", IntegratorioConfiguration::getAccessTokenSupplier),
                    Map.entry("baseUrl", IntegratorioConfiguration::getBaseUrl),
                    Map.entry("region", IntegratorioConfiguration::getRegion),
                    Map.entry("allowInsecureHttp", IntegratorioConfiguration::isAllowInsecureHttp),
                    Map.entry("proxyHost", IntegratorioConfiguration::getProxyHost),
                    Map.entry("proxyPort", IntegratorioConfiguration::getProxyPort),
                    Map.entry("sslContextParameters", IntegratorioConfiguration::getSslContextParameters),
                    Map.entry("httpClientCustomizer", IntegratorioConfiguration::getHttpClientCustomizer),
                    Map.entry("connectTimeout", IntegratorioConfiguration::getConnectTimeout),
                    Map.entry("maxBufferedBytes", IntegratorioConfiguration::getMaxBufferedBytes),
                    Map.entry("maxRetryAfter", IntegratorioConfiguration::getMaxRetryAfter),
                    Map.entry("requestsPerSecond", IntegratorioConfiguration::getRequestsPerSecond),
                    Map.entry("requestBurst", IntegratorioConfiguration::getRequestBurst),
                    Map.entry("maxConcurrentRequests", IntegratorioConfiguration::getMaxConcurrentRequests),
                    Map.entry("maxQueuedRequests", IntegratorioConfiguration::getMaxQueuedRequests)));
    private static final Set<ServiceStatus> BEFORE_START =
            EnumSet.of(ServiceStatus.Initializing, ServiceStatus.Initialized);
    /** What Camel runs for a {@code toD}, a {@code wireTap} and an {@code enrich}. */
    private static final Set<String> SENDING_STEPS =
            Set.of("org.apache.camel.processor.SendDynamicProcessor", "org.apache.camel.processor.Enricher");
    private static final Pattern SCHEME = Pattern.compile("toD\\[([A-Za-z][\\w+.-]*):");
    /** Set on an exchange while it is sent to a URI whose values have been checked. */
    private static final String CHECKED = "CamelIntegratorioUriChecked";

    private final IntegratorioEndpoint endpoint;
    private final boolean isProducerForMessage;

    /** The guard of a producer that is being made. */
    UriGuard(IntegratorioEndpoint endpoint) {
        this.endpoint = endpoint;
        this.isProducerForMessage = isForMessage(endpoint.getCamelContext());
    }

    /**
     * Whether Camel asks for an endpoint or producer because of a message: not before the context starts, and not on a thread that is
     * building or starting routes. A context that starts or stops has routes with messages, too.
     */
    static boolean isForMessage(CamelContext camel) {
        ExtendedCamelContext context = camel.getCamelContextExtension();
        return !BEFORE_START.contains(camel.getStatus()) && !context.isSetupRoutes()
                && !context.getInternalRouteController().isStartingRoutes();
    }

    /** Whether a message may have made the connection, so that it must not be opened before one has passed {@link #check}. */
    boolean mayHaveConnectionOfMessage() {
        return isUriForMessage() && hasOwnConnection();
    }

    private boolean isUriForMessage() {
        // The lazy producer of a route is made for its first message, too; its endpoint is made with the route.
        return isProducerForMessage && (!endpoint.isLazyStartProducer() || endpoint.isMadeForMessage());
    }

    static void markChecked(Exchange exchange) {
        exchange.setProperty(CHECKED, true);
    }

    static void removeMark(Exchange exchange) {
        exchange.removeProperty(CHECKED);
    }

    /**
     * Checks how an exchange has come to the endpoint.
     *
     * @throws IllegalArgumentException if a message may have chosen more than values
     */
    void check(Exchange exchange) {
        if (isUriForMessage()) {
            KameletGuard.check(exchange, endpoint);
        }
        if (isThis(exchange.getProperty(ExchangePropertyKey.RECIPIENT_LIST_ENDPOINT))
                || isThis(exchange.getProperty(ExchangePropertyKey.SLIP_ENDPOINT))) {
            if (hasOwnConnection()) {
                throw new IllegalArgumentException(String.join(", ", CONNECTION_OPTIONS.keySet())
                        + ": not allowed in the URI of a recipientList, routingSlip or dynamicRouter, which can come from a message;"
                        + " set them on the component, or use to or toD");
            }
        } else if (isProducerForMessage && exchange.getFromRouteId() != null && exchange.getProperty(CHECKED) == null
                && hasExpressions(exchange.getExchangeExtension().getHistoryNodeLabel())
                && !isSentByApplication()) {
            // With a blank before its scheme, for one, Camel does not ask IntegratorioSendDynamicAware.
            throw new IllegalArgumentException(
                    "toD, enrich and wireTap: the URI must begin with integratorio:, without a blank, a"
                            + " line break or an expression before it, and without allowOptimisedComponents=false; otherwise"
                            + " values of a message could change its options. Use recipientList for a URI that a message"
                            + " supplies as a whole");
        }
    }

    /**
     * Whether the step that an exchange is at may have made the URI from expressions.
     *
     * @param label the step and its URI, such as {@code to[…]}; null in an enrich or a wireTap
     */
    private boolean hasExpressions(String label) {
        if (label == null) {
            return isUriForMessage();
        }
        if (!label.startsWith("toD[")) {
            return false;
        }
        Matcher scheme = SCHEME.matcher(label);
        if (!scheme.lookingAt() || scheme.group(1).equals("language")) {
            return true;
        }
        // A toD to a bean of the application, or to another component, whose error handler calls this one with a URI of its own.
        return endpoint.getCamelContext().hasComponent(scheme.group(1)) instanceof IntegratorioComponent;
    }

    /** Whether a bean of the application sends the exchange of a route, or a copy of it, by a template: its URI is not the message's. */
    private static boolean isSentByApplication() {
        return StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE)
                .walk(frames -> frames.map(StackWalker.StackFrame::getDeclaringClass)
                        .filter(one -> ProducerTemplate.class.isAssignableFrom(one)
                                || SENDING_STEPS.contains(one.getName()))
                        .findFirst().filter(ProducerTemplate.class::isAssignableFrom).isPresent());
    }

    private boolean isThis(Object uri) {
        return endpoint.getEndpointUri().equals(uri);
    }

    /** Compares values, as Camel takes an option in several spellings. */
    private boolean hasOwnConnection() {
        return CONNECTION_OPTIONS.values().stream().anyMatch(
                option -> !Objects.equals(option.apply(endpoint.getConfiguration()), option.apply(endpoint.shared())));
    }
}
