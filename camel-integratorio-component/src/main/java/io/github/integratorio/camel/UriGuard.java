package io.github.integratorio.camel;

import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;

import io.github.integratorio.camel.api.IntegratorioConfiguration;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;

/**
 * Refuses URIs that a message may have made: a whole one, in a recipient list, must not say where the token is sent; and of one that is
 * written with expressions, {@link IntegratorioSendDynamicAware} must have seen which values are the message's.
 */
final class UriGuard {

    /** Options that say where the token is sent. */
    private static final Map<String, Function<IntegratorioConfiguration, Object>> CONNECTION_OPTIONS = new TreeMap<>(
            Map.of("accessToken", IntegratorioConfiguration::getAccessToken, "accessTokenSupplier",
                    IntegratorioConfiguration::getAccessTokenSupplier, "baseUrl", IntegratorioConfiguration::getBaseUrl,
                    "allowInsecureHttp", IntegratorioConfiguration::isAllowInsecureHttp, "proxyHost",
                    IntegratorioConfiguration::getProxyHost, "proxyPort", IntegratorioConfiguration::getProxyPort,
                    "sslContextParameters", IntegratorioConfiguration::getSslContextParameters, "httpClientCustomizer",
                    IntegratorioConfiguration::getHttpClientCustomizer));
    /** Set on an exchange while it is sent to a URI whose values have been checked. */
    private static final String CHECKED = "CamelIntegratorioUriChecked";

    private final IntegratorioEndpoint endpoint;
    private final boolean isMadeForMessage;

    /** The guard of a producer that is being made. */
    UriGuard(IntegratorioEndpoint endpoint) {
        this.endpoint = endpoint;
        // The lazy producer of a route is made for its first message, too; its endpoint is made with the route.
        this.isMadeForMessage = isForMessage(endpoint.getCamelContext())
                && (!endpoint.isLazyStartProducer() || endpoint.isMadeForMessage());
    }

    /** Whether Camel asks for an endpoint or producer after it has started, and not because it is building or starting routes. */
    static boolean isForMessage(CamelContext camel) {
        return camel.isStarted() && !camel.getCamelContextExtension().isSetupRoutes()
                && !camel.getRouteController().isStartingRoutes();
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
        if (isThis(exchange.getProperty(ExchangePropertyKey.RECIPIENT_LIST_ENDPOINT))
                || isThis(exchange.getProperty(ExchangePropertyKey.SLIP_ENDPOINT))) {
            if (hasOwnConnection()) {
                throw new IllegalArgumentException(String.join(", ", CONNECTION_OPTIONS.keySet())
                        + ": not allowed in the URI of a recipientList, routingSlip or dynamicRouter, which can come from a message;"
                        + " set them on the component, or use to or toD");
            }
        } else if (isMadeForMessage && exchange.getFromRouteId() != null && exchange.getProperty(CHECKED) == null
                && hasExpressions(exchange.getExchangeExtension().getHistoryNodeLabel())) {
            // With a blank before its scheme, for one, Camel does not ask IntegratorioSendDynamicAware.
            throw new IllegalArgumentException(
                    "toD, enrich and wireTap: the URI must begin with integratorio:, without a blank, a"
                            + " line break or an expression before it, and without allowOptimisedComponents=false; otherwise"
                            + " values of a message could change its options. Use recipientList for a URI that a message"
                            + " supplies as a whole");
        }
    }

    /**
     * Whether the step that an exchange is at has a URI with expressions.
     *
     * @param label the step and its URI, such as {@code to[…]}; null in an enrich or a wireTap
     */
    private static boolean hasExpressions(String label) {
        return label == null || label.startsWith("toD[") && !label.startsWith("toD[ref:");
    }

    private boolean isThis(Object uri) {
        return endpoint.getEndpointUri().equals(uri);
    }

    /** By the values, as Camel takes an option in several spellings. */
    private boolean hasOwnConnection() {
        return CONNECTION_OPTIONS.values().stream().anyMatch(
                option -> !Objects.equals(option.apply(endpoint.getConfiguration()), option.apply(endpoint.shared())));
    }
}
