package io.github.integratorio.camel.internal.producer;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;

import io.github.integratorio.camel.internal.database.WriteDelay;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.support.PluginHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the repositories of claims of a component, and refuses one that would forget its claims. */
public final class ClaimRepositories {

    private static final Logger LOG = LoggerFactory.getLogger(ClaimRepositories.class);

    /** Looked at once: there may be a producer for each recipient, and each look takes a connection. */
    private final Set<IdempotentRepository> durable = ConcurrentHashMap.newKeySet();

    /**
     * Starts a repository. The context stops it at its end: other endpoints and idempotent consumers may share it.
     *
     * @throws IllegalArgumentException if it forgets claims when the process is killed; the message says what to change
     */
    public void start(CamelContext context, IdempotentRepository repository) throws Exception {
        if (!context.hasService(repository)) {
            context.addService(repository, true, true);
        }
        if (!durable.contains(repository)) {
            requireDurable(context, repository);
            durable.add(repository);
        }
    }

    /** Refuses one with a {@code dataSource}, as Camel's JDBC repositories have it, that leads to an H2 which writes late: its orders would make a second license. */
    private static void requireDurable(CamelContext context, IdempotentRepository repository) {
        Object source = property(context, repository, "dataSource");
        if (source == null) {
            Object template = property(context, repository, "jdbcTemplate");
            source = template == null ? null : property(context, template, "dataSource");
        }
        if (source instanceof DataSource dataSource && writesLate(dataSource)) {
            throw new IllegalArgumentException("idempotentRepository: its H2 database writes what was committed after a"
                    + " delay, so a killed process would forget its orders and make their licenses twice; add"
                    + " ;WRITE_DELAY=0 to its JDBC URL");
        }
    }

    private static Object property(CamelContext context, Object bean, String name) {
        return PluginHelper.getBeanIntrospection(context).getOrElseProperty(bean, name, null, false);
    }

    private static boolean writesLate(DataSource dataSource) {
        try (Connection connection = dataSource.getConnection()) {
            return WriteDelay.isSet(connection);
        } catch (SQLException e) {
            LOG.debug("Whether the database of the idempotentRepository writes late cannot be told: SQL state {}",
                    e.getSQLState());
            return false;
        }
    }
}
