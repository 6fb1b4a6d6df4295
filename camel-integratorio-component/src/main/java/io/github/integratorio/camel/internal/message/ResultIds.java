package io.github.integratorio.camel.internal.message;

import java.util.Map;

import io.github.integratorio.camel.api.IntegratorioConstants;
import io.github.integratorio.camel.api.License;
import io.github.integratorio.camel.internal.json.JsonValues;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/**
 * The ids that this component wrote into the headers of an exchange. They are results: the next call may use them, but unlike an id
 * that the route itself put into a header, they never contradict what the call says by option or body.
 *
 * @param connectorId header {@code CamelIntegratorioConnectorId} as it was written, or null
 * @param licenseId   header {@code CamelIntegratorioLicenseId} as it was written, or null
 * @param user        e-mail address of the license, or null if it is not known
 * @param sandbox     whether the license is a sandbox license
 */
public record ResultIds(String connectorId, String licenseId, String user, boolean sandbox) {

    private static final String PROPERTY = "CamelIntegratorioResultIds";
    private static final ResultIds NONE = new ResultIds(null, null, null, false);

    /** Writes the id of a connector; null removes the header. */
    public static void writeConnectorId(Exchange exchange, String connectorId) {
        ResultIds earlier = of(exchange);
        write(exchange, new ResultIds(copy(connectorId), earlier.licenseId, earlier.user, earlier.sandbox));
        set(exchange.getMessage(), IntegratorioConstants.CONNECTOR_ID, of(exchange).connectorId);
    }

    /**
     * Writes the id of a license, and whether it is installed.
     *
     * @param licenseId null removes the header
     * @param document  the license, which tells whose it is, or anything else
     */
    public static void writeLicenseId(Exchange exchange, String licenseId, Object document) {
        write(exchange, new ResultIds(of(exchange).connectorId, copy(licenseId), user(document),
                document instanceof Map<?, ?> license && Boolean.TRUE.equals(license.get("sandbox"))));
        set(exchange.getMessage(), IntegratorioConstants.LICENSE_ID, of(exchange).licenseId);
        set(exchange.getMessage(), IntegratorioConstants.INSTALLED,
                document instanceof Map<?, ?> license ? License.over(JsonValues.object(license)).isInstalled() : null);
    }

    /**
     * Tells the route's own ids from these: a route that has removed the headers of a result means each id that it sets afterwards, also
     * one that it had kept from the result.
     */
    public static void forgetRemovedHeaders(Exchange exchange) {
        Message message = exchange.getMessage();
        ResultIds ids = of(exchange);
        if (ids != NONE && message.getHeader(IntegratorioConstants.ATTEMPTS) == null
                && message.getHeader(IntegratorioConstants.CHANGE_TYPE) == null) {
            write(exchange, new ResultIds(copy(ids.connectorId), copy(ids.licenseId), ids.user, ids.sandbox));
        }
    }

    private static void write(Exchange exchange, ResultIds ids) {
        exchange.setProperty(PROPERTY, ids);
    }

    /** A copy, so that the header is recognized by identity: a route may well set an equal value of its own. */
    private static String copy(String id) {
        return id == null ? null : new String(id.toCharArray());
    }

    private static String user(Object document) {
        Object email = !(document instanceof Map<?, ?> license) ? null
                : license.get("user") instanceof Map<?, ?> user ? user.get("email") : license.get("email");
        return email instanceof String text ? text : null;
    }

    private static void set(Message message, String header, Object value) {
        if (value == null) {
            message.removeHeader(header);
        } else {
            message.setHeader(header, value);
        }
    }

    /** The ids of the last result of the exchange; all null if it has none. */
    public static ResultIds of(Exchange exchange) {
        return exchange != null && exchange.getProperty(PROPERTY) instanceof ResultIds ids ? ids : NONE;
    }

    /** Whether the value of a header is one of these, and not the route's own. */
    public boolean contains(Object value) {
        return value != null && (value == connectorId || value == licenseId);
    }

    /** Hides the user: error handlers and loggers print the properties of an exchange. */
    @Override
    public String toString() {
        return "ResultIds[" + connectorId + ", " + licenseId + "]";
    }
}
