package io.github.integratorio.camel.internal.producer;

import java.lang.reflect.Field;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

import io.github.integratorio.camel.api.IntegratorioConstants;
import io.github.integratorio.camel.internal.message.ResultIds;
import org.apache.camel.Message;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds headers with this component's prefix that do not exist. A misspelled one would have no effect: a license would end now instead of
 * at the date that the header gives.
 */
public final class UnknownHeaders {

    private static final Logger LOG = LoggerFactory.getLogger(UnknownHeaders.class);
    private static final String PREFIX = "CamelIntegratorio";
    private static final int MAX_WARNINGS = 100;
    /** By their names in any case. */
    private static final Map<String, String> KNOWN = known();
    /** Those that a request may have. The others tell of results. */
    private static final String OF_REQUESTS = String.join(", ", IntegratorioConstants.OPERATION,
            IntegratorioConstants.CONNECTOR_ID, IntegratorioConstants.LICENSE_ID, IntegratorioConstants.EMAIL,
            IntegratorioConstants.EXPIRES, IntegratorioConstants.IDEMPOTENCY_KEY);

    private final Set<String> warned = ConcurrentHashMap.newKeySet();

    private static Map<String, String> known() {
        Map<String, String> names = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (Field field : IntegratorioConstants.class.getFields()) {
            try {
                names.put((String) field.get(null), (String) field.get(null));
            } catch (IllegalAccessException e) {
                throw new IllegalStateException(e);
            }
        }
        names.put(ResultIds.NAME, ResultIds.NAME);
        return names;
    }

    /**
     * Refuses a write with an unknown header; of a read, logs a warning once per name.
     *
     * @throws IllegalArgumentException if an operation that writes has one
     */
    public void check(Message message, OperationDefinition operation) {
        if (!message.hasHeaders()) {
            return;
        }
        for (String name : message.getHeaders().keySet()) {
            if (name.regionMatches(true, 0, PREFIX, 0, PREFIX.length()) && !isRead(message, name)) {
                handle(name, operation);
            }
        }
    }

    /** Whether it is a header of this component; in a context with case-sensitive headers, no other spelling of it is read. */
    private static boolean isRead(Message message, String name) {
        String known = KNOWN.get(name);
        return name.equals(known) || known != null && message.getHeaders().containsKey(known);
    }

    private void handle(String name, OperationDefinition operation) {
        String shown = name.replaceAll("[^A-Za-z0-9]", "?");
        if (operation.isWrite()) {
            throw new IllegalArgumentException("header " + shown + ": there is no such header (misspelled?);"
                    + " a request can have " + OF_REQUESTS);
        }
        if (warned.size() < MAX_WARNINGS && warned.add(name.toLowerCase(Locale.ROOT))) {
            LOG.warn("Ignoring unknown header {} (misspelled?). A request can have {}", shown, OF_REQUESTS);
        }
    }
}
