package io.github.integratorio.camel.internal.producer;

import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import io.github.integratorio.camel.api.IntegratorioOperation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import static io.github.integratorio.camel.api.IntegratorioOperation.CREATE;
import static io.github.integratorio.camel.api.IntegratorioOperation.DELETE;
import static io.github.integratorio.camel.api.IntegratorioOperation.EXPIRE;
import static io.github.integratorio.camel.api.IntegratorioOperation.GET;
import static io.github.integratorio.camel.api.IntegratorioOperation.LIST;
import static io.github.integratorio.camel.api.IntegratorioOperation.RECONCILE;
import static io.github.integratorio.camel.api.IntegratorioOperation.UPDATE;
import static io.github.integratorio.camel.api.IntegratorioOperation.UPSERT;

/**
 * Warns of options that have no effect on the operation beside them: an upsert with {@code updateMode=replace} merges all the same. They
 * are no error, because the operation of a message may be another one.
 */
public final class IneffectiveOptions {

    private static final Logger LOG = LoggerFactory.getLogger(IneffectiveOptions.class);
    private static final Map<String, Set<IntegratorioOperation>> OPERATIONS = Map.of(
            "streaming", Set.of(LIST, RECONCILE), "unknownLicenses", Set.of(RECONCILE),
            "massExpiryLimit", Set.of(RECONCILE), "updateMode", Set.of(UPDATE),
            "notFoundBehaviour", Set.of(GET, DELETE), "email", Set.of(CREATE, UPSERT, UPDATE, EXPIRE, GET, DELETE),
            "expires", Set.of(CREATE, UPSERT, UPDATE, EXPIRE), "idempotencyKey", Set.of(CREATE, UPSERT));

    private IneffectiveOptions() {
    }

    /**
     * Logs a warning for each of the options that has no effect.
     *
     * @param options   the names of the options of an endpoint URI, in any of Camel's spellings
     * @param operation the operation of the endpoint, or null
     */
    public static void warn(Set<String> options, IntegratorioOperation operation) {
        if (operation == null) {
            return;
        }
        OPERATIONS.forEach((option, operations) -> {
            if (!operations.contains(operation)
                    && options.stream().anyMatch(name -> name.replace("-", "").equalsIgnoreCase(option))) {
                LOG.warn("Option {} has no effect on {}, only on {}", option, OperationDefinition.display(operation),
                        operations.stream().sorted().map(OperationDefinition::display)
                                .collect(Collectors.joining(", ")));
            }
        });
    }
}
