package io.github.integratorio.camel.internal.message;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

import io.github.integratorio.camel.api.IntegratorioConstants;
import io.github.integratorio.camel.api.License;
import io.github.integratorio.camel.internal.json.JsonValues;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/**
 * The ids that an operation wrote into the headers of an exchange. They are results: the next call may use them, but unlike an id that the
 * route itself put into a header, they never contradict what the call says by option or body. Camel may put those of an earlier operation
 * back, such as after {@code variableReceive} or a claim check, so an exchange knows those of its last operations. It knows them by a
 * property, and by a header that goes where the ids go: into another exchange, or past {@code removeProperties}.
 *
 * @param connectorId header {@code CamelIntegratorioConnectorId} as it was written, or null
 * @param licenseId   header {@code CamelIntegratorioLicenseId} as it was written, or null
 * @param user        e-mail address of the license, or null if it is not known
 * @param sandbox     whether the license is a sandbox license
 */
public record ResultIds(String connectorId, String licenseId, String user, boolean sandbox) implements Serializable {

    private static final long serialVersionUID = 1L;

    /** Header and property with the results. */
    public static final String NAME = "CamelIntegratorioResultIds";

    private static final int MAX_RESULTS = 50;
    private static final ResultIds NONE = new ResultIds(null, null, null, false);

    /** The results of an exchange, the last one first; immutable, because copies of the exchange share it. */
    private record Results(List<ResultIds> all) implements Serializable {

        private static final long serialVersionUID = 1L;

        /** Short: loggers print headers. */
        @Override
        public String toString() {
            return all.size() + " results";
        }
    }

    /** Writes the id of a connector; null removes the header. */
    public static void writeConnectorId(Exchange exchange, String connectorId) {
        ResultIds earlier = last(exchange);
        write(exchange, Objects.equals(connectorId, earlier.connectorId)
                ? new ResultIds(copy(connectorId), earlier.licenseId, earlier.user, earlier.sandbox)
                : new ResultIds(copy(connectorId), null, null, false));
        set(exchange.getMessage(), IntegratorioConstants.CONNECTOR_ID, last(exchange).connectorId);
    }

    /**
     * Writes the id of a license, and whether it is installed.
     *
     * @param licenseId null removes the header
     * @param document  the license, which tells whose it is, or anything else
     */
    public static void writeLicenseId(Exchange exchange, String licenseId, Object document) {
        License license = document instanceof Map<?, ?> map ? License.over(JsonValues.object(map)) : null;
        write(exchange, new ResultIds(last(exchange).connectorId, copy(licenseId), user(license),
                license != null && license.isSandbox()));
        set(exchange.getMessage(), IntegratorioConstants.LICENSE_ID, last(exchange).licenseId);
        set(exchange.getMessage(), IntegratorioConstants.INSTALLED, license == null ? null : license.isInstalled());
    }

    /**
     * Tells the route's own ids from these: a route that has removed the headers of a result means each id that it sets afterwards, also
     * one that it had kept from the result.
     */
    public static void forgetRemovedHeaders(Exchange exchange) {
        Message message = exchange.getMessage();
        ResultIds ids = last(exchange);
        if (ids != NONE && message.getHeader(NAME) == null) {
            ResultIds own = new ResultIds(copy(ids.connectorId), copy(ids.licenseId), ids.user, ids.sandbox);
            exchange.setProperty(NAME, new Results(List.of(own)));
        }
    }

    private static void write(Exchange exchange, ResultIds ids) {
        List<ResultIds> results = new ArrayList<>();
        results.add(ids);
        results.addAll(all(exchange));
        Results written = new Results(List.copyOf(results.subList(0, Math.min(results.size(), MAX_RESULTS))));
        exchange.setProperty(NAME, written);
        exchange.getMessage().setHeader(NAME, written);
    }

    /** A copy, so that the header is recognized by identity: a route may well set an equal value of its own. */
    private static String copy(String id) {
        return id == null ? null : new String(id.toCharArray());
    }

    /** Whose license it is; null for a child license, which is nobody's. */
    private static String user(License license) {
        if (license == null || license.isChild()) {
            return null;
        }
        Object email = license.get("user") instanceof Map<?, ?> user ? user.get("email") : license.get("email");
        return email instanceof String text ? text : null;
    }

    private static void set(Message message, String header, Object value) {
        if (value == null) {
            message.removeHeader(header);
        } else {
            message.setHeader(header, value);
        }
    }

    private static List<ResultIds> all(Exchange exchange) {
        if (exchange == null) {
            return List.of();
        }
        List<ResultIds> ofExchange = exchange.getProperty(NAME) instanceof Results results ? results.all : List.of();
        return !(exchange.getMessage().getHeader(NAME) instanceof Results results) || results.all == ofExchange
                ? ofExchange : Stream.concat(ofExchange.stream(), results.all.stream()).toList();
    }

    private static ResultIds last(Exchange exchange) {
        List<ResultIds> all = all(exchange);
        return all.isEmpty() ? NONE : all.get(0);
    }

    /** The result that wrote the value of a header; one without ids if the value is the route's own, or null. */
    public static ResultIds of(Exchange exchange, Object value) {
        return all(exchange).stream().filter(ids -> ids.contains(value)).findFirst().orElse(NONE);
    }

    /** The last result with a license; one without ids if there is none. */
    public static ResultIds withLicense(Exchange exchange, Object licenseId) {
        return all(exchange).stream().filter(ids -> ids.licenseId != null && ids.licenseId.equals(licenseId))
                .findFirst().orElse(NONE);
    }

    /** Whether the value of a header is one of these, and not the route's own. */
    public boolean contains(Object value) {
        return value != null && (value == connectorId || value == licenseId);
    }

    /** Whether a value is a license of these that belongs to another connector. */
    public boolean isOfOther(Object value, String connector) {
        return contains(value) && connectorId != null && !connectorId.equals(connector);
    }

    /** Hides the user: error handlers and loggers print the properties of an exchange. */
    @Override
    public String toString() {
        return "ResultIds[" + connectorId + ", " + licenseId + "]";
    }
}
