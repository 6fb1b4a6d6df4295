package io.github.integratorio.camel.internal.producer;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

import io.github.integratorio.camel.internal.database.WriteDelay;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.support.PluginHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What can be told of a repository of claims before the first creation. */
public final class ClaimRepositories {

    private static final Logger LOG = LoggerFactory.getLogger(ClaimRepositories.class);

    private ClaimRepositories() {
    }

    /**
     * Refuses a repository that forgets claims if the process is killed: one with a {@code dataSource}, as Camel's JDBC repositories have it, that leads
     * to an H2 which writes late. Their orders would make a second license.
     *
     * @throws IllegalArgumentException if it is one of these; the message says what to change
     */
    public static void requireDurable(CamelContext context, IdempotentRepository repository) {
        Object source = property(context, repository, "dataSource");
        if (source == null) {
            Object template = property(context, repository, "jdbcTemplate");
            source = template == null ? null : property(context, template, "dataSource");
        }
        if (source instanceof DataSource dataSource && writesLate(dataSource)) {
            throw new IllegalArgumentException("idempotentRepository: its H2 database writes what was committed half a"
                    + " second later, so a killed process would forget its orders and make their licenses twice; add"
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
