package io.github.integratorio.camel.internal.producer;

import java.lang.reflect.Field;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

import io.github.integratorio.camel.api.IntegratorioConstants;
import org.apache.camel.Message;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs a warning for headers with this component's prefix that do not exist, because a misspelled header has no effect. */
public final class UnknownHeaderWarner {

    private static final Logger LOG = LoggerFactory.getLogger(UnknownHeaderWarner.class);
    private static final String PREFIX = "CamelIntegratorio";
    private static final int MAX_WARNINGS = 100;
    private static final Set<String> KNOWN = known();

    private final Set<String> warned = ConcurrentHashMap.newKeySet();

    private static Set<String> known() {
        // Header names are case-insensitive in Camel.
        Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        for (Field field : IntegratorioConstants.class.getFields()) {
            try {
                names.add((String) field.get(null));
            } catch (IllegalAccessException e) {
                throw new IllegalStateException(e);
            }
        }
        return names;
    }

    /** Logs a warning for each unknown header, once per name. */
    public void warn(Message message) {
        if (!message.hasHeaders()) {
            return;
        }
        for (String name : message.getHeaders().keySet()) {
            if (name.regionMatches(true, 0, PREFIX, 0, PREFIX.length()) && !KNOWN.contains(name)
                    && warned.size() < MAX_WARNINGS && warned.add(name.toLowerCase(Locale.ROOT))) {
                LOG.warn("Ignoring unknown header {} (misspelled?). Known headers: {}",
                        name.replaceAll("[^A-Za-z0-9]", "?"), KNOWN);
            }
        }
    }
}
