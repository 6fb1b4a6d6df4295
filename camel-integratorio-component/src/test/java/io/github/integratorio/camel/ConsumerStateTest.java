package io.github.integratorio.camel;

import java.io.File;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import javax.sql.DataSource;

import io.github.integratorio.camel.api.ConsumerConfiguration;
import io.github.integratorio.camel.api.FeedStateException;
import io.github.integratorio.camel.api.IntegratorioConstants;
import io.github.integratorio.camel.internal.consumer.FeedStoreRegistry;
import io.github.integratorio.camel.support.ThreadPerTaskExecutor;
import io.github.integratorio.simulator.IntegratorioSimulator;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Selection of the store of a consumer. */
class ConsumerStateTest {

    private final List<Object> seen = new CopyOnWriteArrayList<>();
    private IntegratorioSimulator simulator;
    private String connector;

    @BeforeEach
    void start() {
        simulator = IntegratorioSimulator.builder().anyUser().noRateLimit().start();
        connector = simulator.addConnector("Shop");
    }

    @AfterEach
    void stop() {
        simulator.close();
    }

    private static JdbcDataSource database(String name) {
        JdbcDataSource database = new JdbcDataSource();
        database.setURL("jdbc:h2:mem:" + name + ";DB_CLOSE_DELAY=-1");
        return database;
    }

    private CamelContext context(JdbcDataSource... databases) throws Exception {
        CamelContext context = new DefaultCamelContext();
        for (JdbcDataSource database : databases) {
            context.getRegistry().bind(database.getURL(), database);
        }
        return context;
    }

    /** Consumes licenses while an action runs, which receives the minimum number of polls so far. */
    private void watching(CamelContext context, String options, Runnable meanwhile) throws Exception {
        try (context) {
            watch(context, options);
            context.start();
            long before = simulator.requestCount();
            await().until(() -> simulator.requestCount() >= before + 4);
            meanwhile.run();
        }
    }

    private void watch(CamelContext context, String options) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("integratorio:licenses?connectorId=" + connector + "&baseUrl=" + simulator.baseUrl()
                        + "&accessToken=" + simulator.token() + "&initialDelay=0&delay=20" + options).routeId("watch")
                        .process(exchange -> seen
                                .add(exchange.getMessage().getHeader(IntegratorioConstants.LICENSE_ID)));
            }
        });
    }

    private String license(String email) {
        return simulator.addLicense(connector, java.util.Map.of("email", email, "expires", "2099-01-01T00:00:00Z"));
    }

    private void sees(Object... ids) {
        await().until(() -> seen.size() >= ids.length);
        assertEquals(List.of(ids), seen);
    }

    @Test
    void the_only_data_source_of_the_registry_is_used() throws Exception {
        JdbcDataSource database = database("the-one");
        watching(context(database), "", () -> {});
        String whileAway = license("a@example.com");
        watching(context(database), "", () -> sees(whileAway));
        try (Connection connection = database.getConnection();
                ResultSet rows = connection.createStatement().executeQuery("SELECT COUNT(*) FROM integratorio_row")) {
            rows.next();
            assertEquals(1, rows.getInt(1));
        }
    }

    /** The message of the failure to start a consumer. */
    private String refused(CamelContext context, String options) {
        return assertThrows(IllegalArgumentException.class, () -> watching(context, options, () -> {})).getMessage();
    }

    @Test
    void a_consumer_without_a_store_does_not_start_and_names_the_ways() throws Exception {
        String message = refused(context(), "");
        for (String way : List.of("no DataSource", "stateDirectory=<directory>", "needs com.h2database:h2",
                "dataSource=#<name>",
                "stateDirectory=memory")) {
            assertTrue(message.contains(way), message);
        }
        assertEquals(0, simulator.requestCount());
    }

    @Test
    void an_empty_state_directory_is_none() throws Exception {
        assertTrue(refused(context(), "&stateDirectory=RAW()").contains("no DataSource"));
    }

    @Test
    void a_consumer_does_not_choose_among_data_sources_and_names_them() throws Exception {
        JdbcDataSource one = database("one");
        JdbcDataSource other = database("other");
        String message = refused(context(one, other), "");
        assertTrue(message.contains("(" + one.getURL() + ", " + other.getURL() + ")"), message);
    }

    @Test
    void a_data_source_that_another_one_joins_stops_a_route_that_restarts() throws Exception {
        try (CamelContext context = context(database("first"))) {
            watch(context, "");
            context.start();
            context.getRouteController().stopRoute("watch");
            context.getRegistry().bind("second", database("second"));
            assertTrue(assertThrows(IllegalArgumentException.class,
                    () -> context.getRouteController().startRoute("watch")).getMessage().contains("second"));
        }
    }

    @Test
    void a_data_source_that_is_gone_is_not_replaced_by_memory() throws Exception {
        try (CamelContext context = context(database("there"))) {
            watch(context, "");
            context.start();
            context.getRouteController().stopRoute("watch");
            context.getRegistry().unbind(database("there").getURL());
            assertTrue(assertThrows(IllegalArgumentException.class,
                    () -> context.getRouteController().startRoute("watch")).getMessage().contains("no DataSource"));
        }
    }

    @Test
    void a_data_source_is_not_used_if_autowiring_is_disabled() throws Exception {
        CamelContext context = context(database("unused"));
        context.setAutowiredEnabled(false);
        assertTrue(refused(context, "").contains("jdbc:h2:mem:unused"));
    }

    @Test
    void two_stores_are_refused(@TempDir Path directory) throws Exception {
        String message = refused(context(database("a")),
                "&dataSource=#jdbc:h2:mem:a;DB_CLOSE_DELAY=-1&stateDirectory=" + directory);
        assertTrue(message.contains("stateDirectory, dataSource: both are set"), message);
    }

    @Test
    void the_store_of_an_endpoint_replaces_the_one_of_the_component(@TempDir Path directory) throws Exception {
        JdbcDataSource database = database("component");
        CamelContext context = context();
        IntegratorioComponent component = context.getComponent("integratorio", IntegratorioComponent.class);
        component.getConfiguration().setDataSource(database);
        watching(context, "&stateDirectory=" + directory.resolve("state"), () -> {});
        assertTrue(Files.exists(directory.resolve("state")));

        CamelContext other = context(database);
        other.getComponent("integratorio", IntegratorioComponent.class).getConfiguration()
                .setStateDirectory(directory.resolve("other").toString());
        watching(other, "&dataSource=#" + database.getURL(), () -> {});
        assertFalse(Files.exists(directory.resolve("other")));
    }

    @Test
    void memory_is_used_on_request_only_and_ends_with_the_process() throws Exception {
        watching(context(database("one"), database("other")), "&stateDirectory=memory", () -> {
            String license = license("a@example.com");
            sees(license);
        });
        license("b@example.com");
        watching(context(), "&stateDirectory=memory", () -> {});
        assertEquals(1, seen.size());
        assertFalse(Files.exists(Path.of("memory")));
    }

    @Test
    void a_state_directory_takes_precedence_over_a_data_source(@TempDir Path directory) throws Exception {
        watching(context(database("unused")), "&stateDirectory=" + directory.resolve("state"), () -> {});
        assertTrue(Files.exists(directory.resolve("state")));
        String whileAway = license("a@example.com");
        watching(context(), "&stateDirectory=" + directory.resolve("state"), () -> sees(whileAway));
    }

    @Test
    void links_to_one_directory_are_one_store(@TempDir Path directory) throws Exception {
        Path state = Files.createDirectory(directory.resolve("state"));
        Path link = Files.createSymbolicLink(directory.resolve("link"), state);
        try (CamelContext first = context(); CamelContext second = context(); CamelContext third = context()) {
            watch(first, "&stateDirectory=" + state);
            first.start();
            watch(second, "&stateDirectory=" + link + "&consumerId=second");
            second.start();
            watch(third, "&stateDirectory=" + directory.resolve("link/../link"));
            String message = assertThrows(IllegalArgumentException.class, third::start).getMessage();
            assertTrue(message.contains("another consumer already uses the feed"), message);
            first.stop();
            // An empty list is believed at the third look.
            long asked = simulator.requestCount();
            await().until(() -> simulator.requestCount() >= asked + 4);
            int before = seen.size();
            license("a@example.com");
            await().until(() -> seen.size() == before + 1);
        }
    }

    @Test
    void a_consumer_of_all_connectors_and_one_of_a_connector_need_two_names(@TempDir Path directory) throws Exception {
        String all = "integratorio:licenses?accessToken=" + simulator.token() + "&baseUrl=" + simulator.baseUrl()
                + "&stateDirectory=" + directory;
        String one = all + "&connectorId=" + connector;
        for (List<String> order : List.of(List.of(all, one), List.of(one, all))) {
            try (CamelContext first = context(); CamelContext second = context()) {
                first.addRoutes(logging(order.get(0)));
                first.start();
                second.addRoutes(logging(order.get(1)));
                String message = assertThrows(IllegalArgumentException.class, second::start).getMessage();
                assertTrue(message.contains("another consumer already uses the feed default/licenses"), message);
                assertTrue(message.contains("overlaps"), message);
            }
        }
        try (CamelContext first = context()) {
            first.addRoutes(logging(all));
            first.addRoutes(logging(one + "&consumerId=other"));
            first.addRoutes(logging(all.replace("licenses", "installBase")));
            first.start();
        }
    }

    @Test
    void a_row_size_that_no_store_holds_is_refused() throws Exception {
        try (CamelContext context = context()) {
            context.start();
            Exception refused = assertThrows(Exception.class,
                    () -> watch(context, "&stateDirectory=memory&maxRowSize=" + ((1 << 20) + 1)));
            Throwable cause = refused;
            while (cause.getCause() != null) {
                cause = cause.getCause();
            }
            assertEquals("maxRowSize: expected 1024 to 1048576 bytes", cause.getMessage());
        }
    }

    private static RouteBuilder logging(String uri) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from(uri).log("${body}");
            }
        };
    }

    /** A data source that gets its connections from elsewhere. */
    private static DataSource dataSource(Callable<Connection> connections) {
        return (DataSource) Proxy.newProxyInstance(DataSource.class.getClassLoader(),
                new Class<?>[] { DataSource.class }, (proxy, method, arguments) -> switch (method.getName()) {
                    case "getConnection" -> connections.call();
                    case "equals" -> proxy == arguments[0];
                    case "hashCode" -> System.identityHashCode(proxy);
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    @Test
    void a_database_that_hangs_at_the_start_of_a_consumer_does_not_hold_up_others() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answers = new CountDownLatch(1);
        JdbcDataSource database = database("hangs");
        try (CamelContext hanging = context(); CamelContext other = context()) {
            hanging.getRegistry().bind("hanging", dataSource(() -> {
                asked.countDown();
                answers.await();
                return database.getConnection();
            }));
            watch(hanging, "&consumerId=hanging&dataSource=#hanging");
            CompletableFuture<Void> start = CompletableFuture.runAsync(hanging::start, ThreadPerTaskExecutor.INSTANCE);
            asked.await();
            watch(other, "&stateDirectory=memory&initialSnapshot=emit");
            String id = license("a@example.com");
            try {
                CompletableFuture.runAsync(() -> {
                    other.start();
                    sees(id);
                    other.stop();
                }, ThreadPerTaskExecutor.INSTANCE).get(1, TimeUnit.MINUTES);
                assertFalse(start.isDone());
            } finally {
                answers.countDown();
            }
            start.get();
            long before = simulator.requestCount();
            await().until(() -> simulator.requestCount() > before);
        }
    }

    @Test
    void a_store_that_could_not_be_opened_is_opened_by_the_next_start() throws Exception {
        JdbcDataSource database = database("later");
        AtomicBoolean isDown = new AtomicBoolean(true);
        DataSource recovering = dataSource(() -> {
            if (isDown.get()) {
                throw new SQLException("down");
            }
            return database.getConnection();
        });
        CamelContext first = context();
        first.getRegistry().bind("recovering", recovering);
        String options = "&dataSource=#recovering&initialSnapshot=emit";
        assertThrows(FeedStateException.class, () -> watching(first, options, () -> {}));
        isDown.set(false);
        CamelContext second = context();
        second.getRegistry().bind("recovering", recovering);
        String id = license("a@example.com");
        watching(second, options, () -> sees(id));
    }

    @Test
    void a_state_directory_without_h2_names_what_is_missing(@TempDir Path directory) throws Exception {
        String h2 = JdbcDataSource.class.getProtectionDomain().getCodeSource().getLocation().getPath();
        URL[] others = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(path -> !path.equals(h2)).map(ConsumerStateTest::url).toArray(URL[]::new);
        try (URLClassLoader withoutH2 = new URLClassLoader(others, ClassLoader.getPlatformClassLoader())) {
            Class<?> options = withoutH2.loadClass(ConsumerConfiguration.class.getName());
            Object configuration = options.getConstructor().newInstance();
            options.getMethod("setStateDirectory", String.class).invoke(configuration, directory.toString());
            Class<?> registry = withoutH2.loadClass(FeedStoreRegistry.class.getName());
            Class<?> component = withoutH2.loadClass("org.apache.camel.Component");
            InvocationTargetException failure = assertThrows(InvocationTargetException.class,
                    () -> registry.getMethod("lease", options, component)
                            .invoke(registry.getConstructor().newInstance(), configuration, null));
            assertEquals("stateDirectory: needs com.h2database:h2 on the classpath", failure.getCause().getMessage());
        }
    }

    private static URL url(String path) {
        try {
            return Path.of(path).toUri().toURL();
        } catch (MalformedURLException e) {
            throw new AssertionError(e);
        }
    }
}
