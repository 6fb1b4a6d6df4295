package io.github.integratorio.camel.internal.producer;

import java.lang.reflect.Field;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

import io.github.integratorio.camel.IntegratorioProducer;
import io.github.integratorio.camel.api.IntegratorioConstants;
import org.apache.camel.Message;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Warns of headers that look like this component's and are none: one that is misspelt would be ignored in silence. */
public final class UnknownHeaderWarner {

    private static final Logger LOG = LoggerFactory.getLogger(IntegratorioProducer.class);
    private static final String PREFIX = "CamelIntegratorio";
    private static final int MOST = 100;
    private static final Set<String> KNOWN = known();

    private final Set<String> told = ConcurrentHashMap.newKeySet();

    private static Set<String> known() {
        // Camel takes header names in any case.
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

    /** Warns, once for each name. */
    public void warn(Message message) {
        if (!message.hasHeaders()) {
            return;
        }
        for (String name : message.getHeaders().keySet()) {
            if (name.regionMatches(true, 0, PREFIX, 0, PREFIX.length()) && !KNOWN.contains(name)
                    && told.size() < MOST && told.add(name.toLowerCase(Locale.ROOT))) {
                LOG.warn("Header {} is none of this component's and has no effect; is it misspelt? There are {}",
                        name.replaceAll("[^A-Za-z0-9]", "?"), KNOWN);
            }
        }
    }
}
