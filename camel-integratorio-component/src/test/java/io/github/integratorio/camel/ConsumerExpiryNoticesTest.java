package io.github.integratorio.camel;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.stream.Stream;
import javax.sql.DataSource;

import io.github.integratorio.camel.api.License;
import io.github.integratorio.camel.internal.account.ClientRegistry;
import io.github.integratorio.camel.internal.consumer.ChangeMessageWriter;
import io.github.integratorio.camel.internal.consumer.ChangeRouter;
import io.github.integratorio.camel.internal.consumer.ConsumerFeeds;
import io.github.integratorio.camel.internal.consumer.FeedPoller;
import io.github.integratorio.camel.internal.consumer.FeedStoreRegistry;
import io.github.integratorio.camel.internal.consumer.PollActivityTracker;
import io.github.integratorio.camel.support.Postgres;
import io.github.integratorio.camel.support.ScriptedServer;
import io.github.integratorio.camel.support.VirtualScheduler;
import io.github.integratorio.simulator.Fault;
import io.github.integratorio.simulator.IntegratorioSimulator;
import io.github.integratorio.simulator.SimulatorClock;
import org.apache.camel.CamelContext;
import org.apache.camel.FailedToStartRouteException;
import org.apache.camel.Message;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A route receives notices of licenses that end, by the API's clock. */
class ConsumerExpiryNoticesTest {

    private static final Instant START = Instant.parse("2031-01-01T00:00:00Z");
    private static final String JANE = "jane@example.com";

    @TempDir
    Path directory;

    private final SimulatorClock clock = SimulatorClock.at(START);
    private final IntegratorioSimulator simulator =
            IntegratorioSimulator.builder().user(JANE, "Jane").noRateLimit().clock(clock).start();
    private final String connector = simulator.addConnector("Shop to Books");
    private final List<Message> messages = new ArrayList<>();
    private boolean isRefusing;
    private CamelContext context;
    private final DataSource database = postgres();

    private static DataSource postgres() {
        try {
            return Postgres.database();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @AfterEach
    void stop() {
        if (context != null) {
            context.stop();
        }
        simulator.close();
    }

    /** Starts an application that watches the licenses, after the one before has ended. */
    private void start(String options) throws Exception {
        start("licenses?connectorId=" + connector, options);
    }

    private void start(String list, String options) throws Exception {
        if (context != null) {
            context.stop();
        }
        context = new DefaultCamelContext();
        IntegratorioComponent component = new IntegratorioComponent();
        component.getConfiguration().setBaseUrl(simulator.baseUrl());
        component.getConfiguration().setAccessToken(simulator.token());
        context.addComponent("integratorio", component);
        context.getRegistry().bind("db", database);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("integratorio:" + list + "&maxRetries=0&startScheduler=false&" + options).routeId("watch")
                        .process(exchange -> {
                            messages.add(exchange.getMessage().copy());
                            if (isRefusing) {
                                throw new IllegalStateException("refused");
                            }
                        });
            }
        });
        context.start();
    }

    /** Polls on a day, and returns what the route receives, as {@code TYPE} and the day when it was due. */
    private List<String> poll(long day) throws Exception {
        clock.set(day(day));
        messages.clear();
        ((IntegratorioConsumer) context.getRoute("watch").getConsumer()).poll();
        return messages.stream().map(message -> header(message, "ChangeType")
                + (header(message, "DueAt") == null ? ""
                        : " " + Duration.between(START, Instant.parse((String) header(message, "DueAt"))).toDays()))
                .toList();
    }

    private static Object header(Message message, String name) {
        return message.getHeader("CamelIntegratorio" + name);
    }

    private static Instant day(long day) {
        return START.plus(Duration.ofDays(day));
    }

    private String license(long expires) {
        return simulator.addLicense(connector,
                Map.of("user", Map.of("email", JANE), "expires", day(expires).toString()));
    }

    private void move(String license, long expires) {
        context.createProducerTemplate().sendBody("integratorio:licenses?operation=update&connectorId=" + connector
                + "&licenseId=" + license, Map.of("expires", day(expires)));
    }

    static Stream<String> stores() {
        return Stream.of("stateDirectory=memory", "stateDirectory=state", "dataSource=#db");
    }

    @ParameterizedTest
    @MethodSource("stores")
    void a_route_receives_notices_by_the_api_s_clock_with_the_license_and_the_instant_when_they_were_due(String where)
            throws Exception {
        String license = license(100);
        start("expiryNotices=P30D,P7D,PT0S&" + where.replace("=state", "=" + directory));
        assertEquals(List.of(), poll(0));
        assertEquals(List.of(), poll(69));
        assertEquals(List.of("EXPIRING 70"), poll(70));
        assertEquals(license, header(messages.get(0), "LicenseId"));
        assertEquals(connector, header(messages.get(0), "ConnectorId"));
        assertEquals(List.of(), header(messages.get(0), "ChangedFields"));
        assertEquals(license + ":2031-04-11T00:00:00.000Z:P30D", header(messages.get(0), "ChangeId"));
        assertEquals("2031-03-12T00:00:00.000Z", header(messages.get(0), "DueAt"));
        assertEquals(day(100), messages.get(0).getBody(License.class).getExpires());
        assertEquals(List.of("EXPIRING 93", "EXPIRED 100"), poll(101));
        assertEquals(List.of(), poll(102));
    }

    @ParameterizedTest
    @ValueSource(strings = { "stateDirectory=state", "dataSource=#db" })
    void notices_that_the_route_refused_come_again_after_a_restart_with_the_same_id(String where) throws Exception {
        String options = "expiryNotices=P7D,PT0S&" + where.replace("=state", "=" + directory);
        String license = license(100);
        String moved = license(100);
        start(options);
        poll(0);
        isRefusing = true;
        assertEquals(List.of("EXPIRING 93", "EXPIRING 93"), poll(93));
        isRefusing = false;
        start(options);
        move(moved, 300);
        assertEquals(List.of("EXPIRING 93", "UPDATED", "EXPIRED 100"), poll(150));
        assertEquals(license + ":2031-04-11T00:00:00.000Z:P7D", header(messages.get(0), "ChangeId"));
        assertEquals(license, header(messages.get(2), "LicenseId"));
        start(options);
        assertEquals(List.of(), poll(160));
        assertEquals(List.of("EXPIRING 293"), poll(293));
    }

    @Test
    void a_list_that_cannot_be_read_delays_pending_notices() throws Exception {
        license(100);
        start("expiryNotices=P7D&stateDirectory=memory");
        poll(0);
        isRefusing = true;
        assertEquals(List.of("EXPIRING 93"), poll(93));
        isRefusing = false;
        simulator.faults().add(Fault.on("GET", ".*/licenses").status(500));
        assertThrows(Exception.class, () -> poll(94));
        assertEquals(List.of(), messages);
        assertEquals(List.of("EXPIRING 93"), poll(94));
    }

    @Test
    void a_license_that_is_expired_now_is_told_at_the_next_poll() throws Exception {
        String license = license(100);
        start("expiryNotices=P30D,PT0S&stateDirectory=memory");
        poll(0);
        poll(9);
        clock.set(day(10));
        context.createProducerTemplate().sendBody("integratorio:licenses?operation=expire&connectorId=" + connector
                + "&licenseId=" + license, null);
        assertEquals(List.of("UPDATED", "EXPIRING -20", "EXPIRED 10"), poll(11));
    }

    @Test
    void one_response_with_a_wrong_date_tells_nothing() throws Exception {
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        String list = "[{\"_id\":\"old\",\"expires\":\"" + now.minus(Duration.ofDays(100))
                + "\"},{\"_id\":\"a\",\"expires\":\""
                + now.plus(Duration.ofDays(100)) + "\"}]";
        try (ScriptedServer api = ScriptedServer.start()) {
            start("licenses?connectorId=c1",
                    "expiryNotices=P30D,PT0S&stateDirectory=memory&baseUrl=RAW(" + api.baseUrl() + ")");
            for (String wrong : List.of("Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 01 Jan 2106 00:00:00 GMT")) {
                for (String date : List.of(date(now), wrong, date(now), date(now))) {
                    api.then(ScriptedServer.json(200, list, "Date: " + date));
                }
                for (int poll = 0; poll < 3; poll++) {
                    assertEquals(List.of(), poll(0));
                }
                assertTrue(api.requestCount() % 4 == 0, api.requests().toString());
            }
        }
    }

    private static String date(Instant moment) {
        return DateTimeFormatter.RFC_1123_DATE_TIME.format(moment.atZone(ZoneOffset.UTC));
    }

    @ParameterizedTest
    @CsvSource({ "0, 5", "25, 1" })
    void a_notice_is_not_routed_minutes_after_the_beginning_of_the_look_that_has_shown_its_end(long secondsPerRow,
            int toldAtFirst) throws Exception {
        start("expiryNotices=PT0S&stateDirectory=memory");
        for (int i = 0; i < 10; i++) {
            license(10);
        }
        IntegratorioEndpoint endpoint = context.getEndpoint("integratorio:licenses?connectorId=" + connector
                + "&expiryNotices=PT0S&stateDirectory=memory&consumerId=slow", IntegratorioEndpoint.class);
        List<String> told = new ArrayList<>();
        ClientRegistry.Client client = endpoint.connect();
        try (VirtualScheduler local = new VirtualScheduler(START);
                FeedStoreRegistry.Lease lease =
                        endpoint.getComponent().services().leaseStore(endpoint.getConfiguration())) {
            FeedPoller poller = new FeedPoller(new ConsumerFeeds(endpoint, client, lease),
                    new ChangeRouter((IntegratorioConsumer) endpoint.createConsumer(exchange -> {
                        told.add(header(exchange.getMessage(), "LicenseId").toString());
                        local.advance(Duration.ofSeconds(61));
                    }), new ChangeMessageWriter(endpoint.getResource(), endpoint.getConfiguration().getOutputType(),
                            endpoint.getServiceUrl())),
                    new PollActivityTracker(), local);
            poller.poll(100, allOf(poller));
            clock.set(day(10));
            simulator.faults().add(Fault.on("GET", ".*/licenses").withoutRows(row -> {
                local.advance(Duration.ofSeconds(secondsPerRow));
                return false;
            }));
            poller.poll(100, allOf(poller));
            assertEquals(toldAtFirst, told.size());
            String renewed = simulator.licenses(connector).stream().map(row -> (String) row.get("_id"))
                    .filter(id -> !told.contains(id)).findFirst()
                    .orElseThrow();
            move(renewed, 300);
            poller.poll(100, allOf(poller));
            poller.poll(100, allOf(poller));
            poller.poll(100, allOf(poller));
            assertEquals(10, told.size());
            assertEquals(10, Set.copyOf(told).size());
        } finally {
            endpoint.getComponent().services().release(client);
        }
    }

    /** Delivers each batch as a consumer does. */
    private static FeedPoller.Delivery allOf(FeedPoller poller) {
        return new FeedPoller.Delivery() {
            @Override
            public boolean isAllowed() {
                return true;
            }

            @Override
            public void listWasRead() {
                // Nobody waits for it.
            }

            @Override
            public int deliver(Queue<Object> batch) {
                int size = batch.size();
                for (int i = 0; i < size; i++) {
                    poller.route(batch.remove(), i, size);
                }
                return size;
            }
        };
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = { "licenses|P1M|not a duration: P1M", "licenses|P30D;x|not a duration: P30D;x",
            "licenses|,|not a duration: ,",
            "licenses|-P1D|out of range: -P1D", "licenses|PT0.0005S|not whole seconds: PT0.0005S",
            "licenses|P36501D|out of range: P36501D",
            "licenses|P1D,PT24H|the same duration twice: PT24H", "licenses|P1D,P1D|the same duration twice: P1D",
            "installBase|P1D|from(integratorio:licenses) only", "connectors|P1D|from(integratorio:licenses) only" })
    void invalid_notices_are_refused_at_the_start(String resource, String notices, String problem) {
        Exception refused = assertThrows(FailedToStartRouteException.class,
                () -> start(resource + "?stateDirectory=memory", "expiryNotices=" + notices));
        String message = refused.getCause().getMessage();
        assertTrue(message.startsWith("expiryNotices: ") && message.contains(problem), message);
    }

    @Test
    void the_dates_must_not_be_ignored() {
        Exception refused = assertThrows(FailedToStartRouteException.class,
                () -> start("stateDirectory=memory&expiryNotices=P1D&ignoredFields=a,expires"));
        assertTrue(refused.getCause().getMessage().startsWith("ignoredFields: "), refused.getCause().getMessage());
    }
}
