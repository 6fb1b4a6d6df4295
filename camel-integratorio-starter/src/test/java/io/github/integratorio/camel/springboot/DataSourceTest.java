package io.github.integratorio.camel.springboot;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;

import io.github.integratorio.simulator.IntegratorioSimulator;
import io.github.integratorio.simulator.IntegratorioSimulatorExtension;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Selection of the DataSource of a consumer. */
class DataSourceTest {

    private static final List<String> TABLES =
            List.of("INTEGRATORIO_CHANGE", "INTEGRATORIO_FEED", "INTEGRATORIO_FORMAT", "INTEGRATORIO_ROW");

    @RegisterExtension
    static final IntegratorioSimulatorExtension SIMULATOR = new IntegratorioSimulatorExtension();

    private final DataSource first = database("first");
    private final DataSource second = database("second");

    private static DataSource database(String name) {
        JdbcDataSource database = new JdbcDataSource();
        database.setUrl("jdbc:h2:mem:" + name + "-" + System.nanoTime() + ";DB_CLOSE_DELAY=-1");
        return database;
    }

    private ApplicationContextRunner watching(IntegratorioSimulator simulator) {
        return Application.runner()
                .withPropertyValues("camel.component.integratorio.base-url=" + simulator.baseUrl(),
                        "camel.component.integratorio.access-token=" + simulator.token())
                .withBean("routes", RouteBuilder.class, () -> new RouteBuilder() {
                    @Override
                    public void configure() {
                        from("integratorio:installBase").routeId("watch").process(exchange -> {});
                    }
                });
    }

    @Test
    void the_only_data_source_of_the_application_stores_the_state(IntegratorioSimulator simulator) {
        watching(simulator).withBean("orders", DataSource.class, () -> first).run(context -> {
            assertTrue(context.getBean(CamelContext.class).getRouteController().getRouteStatus("watch").isStarted());
            assertEquals(TABLES, tables(first));
        });
    }

    @Test
    void several_data_sources_fail_the_start_which_names_them(IntegratorioSimulator simulator) {
        both(simulator).run(context -> {
            assertTrue(causes(context.getStartupFailure()).contains("several DataSources (customers, orders)"));
            assertEquals(List.of(), tables(first));
            assertEquals(List.of(), tables(second));
        });
    }

    @Test
    void the_primary_data_source_stores_the_state(IntegratorioSimulator simulator) {
        watching(simulator).withBean("orders", DataSource.class, () -> first)
                .withBean("customers", DataSource.class, () -> second, definition -> definition.setPrimary(true))
                .run(context -> {
                    assertEquals(List.of(), tables(first));
                    assertEquals(TABLES, tables(second));
                });
    }

    @Test
    void a_property_selects_one_of_several_data_sources(IntegratorioSimulator simulator) {
        both(simulator).withPropertyValues("camel.component.integratorio.data-source=#bean:customers").run(context -> {
            assertEquals(List.of(), tables(first));
            assertEquals(TABLES, tables(second));
        });
    }

    @Test
    void no_data_source_is_used_if_autowiring_is_disabled(IntegratorioSimulator simulator) {
        watching(simulator).withBean("orders", DataSource.class, () -> first)
                .withPropertyValues("camel.component.integratorio.autowired-enabled=false").run(context -> {
                    assertTrue(causes(context.getStartupFailure()).contains("autowiring of its DataSource (orders)"));
                    assertEquals(List.of(), tables(first));
                });
    }

    @Test
    void a_property_keeps_the_state_in_memory(IntegratorioSimulator simulator) {
        both(simulator).withPropertyValues("camel.component.integratorio.state-directory=memory").run(context -> {
            assertTrue(context.getBean(CamelContext.class).getRouteController().getRouteStatus("watch").isStarted());
            assertEquals(List.of(), tables(first));
        });
    }

    private static String causes(Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause).map(Throwable::getMessage)
                .collect(Collectors.joining("\n"));
    }

    private ApplicationContextRunner both(IntegratorioSimulator simulator) {
        return watching(simulator).withBean("orders", DataSource.class, () -> first).withBean("customers",
                DataSource.class, () -> second);
    }

    private static List<String> tables(DataSource database) throws SQLException {
        List<String> names = new ArrayList<>();
        try (Connection connection = database.getConnection();
                ResultSet tables = connection.getMetaData().getTables(null, "PUBLIC", "INTEGRATORIO%", null)) {
            while (tables.next()) {
                names.add(tables.getString("TABLE_NAME"));
            }
        }
        return names.stream().sorted().toList();
    }
}
