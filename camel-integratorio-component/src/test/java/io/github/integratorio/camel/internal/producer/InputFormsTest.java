package io.github.integratorio.camel.internal.producer;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.io.StringReader;
import java.math.BigInteger;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Date;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.xml.datatype.DatatypeFactory;
import javax.xml.transform.stream.StreamSource;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.github.integratorio.camel.api.IntegratorioConstants;
import io.github.integratorio.camel.api.WriteOutcome;
import io.github.integratorio.camel.support.SimulatorTestSupport;
import io.github.integratorio.simulator.Fault;
import org.apache.camel.Exchange;
import org.apache.camel.ResolveEndpointFailedException;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.file.GenericFile;
import org.apache.camel.converter.stream.InputStreamCache;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** Values and bodies in the classes that users' programs and Camel's components have them in. */
class InputFormsTest extends SimulatorTestSupport {

    private static final String TEXT =
            "{\"email\":\"" + JANE + "\",\"expires\":\"" + FUTURE + "\",\"opts\":{\"n\":\"ü\"}}";

    @TempDir
    Path directory;
    private String create;

    @BeforeEach
    void aConnector() {
        create = "integratorio:licenses?operation=create&connectorId=" + simulator().addConnector("Shop to Books");
    }

    /** Text of another class than String, as Groovy's GString is. */
    private record Text(String value) implements CharSequence {
        @Override
        public int length() {
            return value.length();
        }

        @Override
        public char charAt(int index) {
            return value.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return new Text(value.substring(start, end));
        }

        @Override
        public String toString() {
            return value;
        }
    }

    private enum Edition {
        STANDARD
    }

    private record Order(CharSequence email, Instant expires, Options opts) implements Serializable {
    }

    private record Options(float price, Date paid, Optional<String> note, Edition edition) implements Serializable {
    }

    private Object sentOpts(Object opts) {
        simulator().clearRequests();
        succeed(create, map("email", JANE, "expires", FUTURE, "opts", opts));
        return json(onlyRequest().body()).get("opts");
    }

    @Test
    void values_of_any_usual_class_are_sent_as_users_mean_them() {
        assertEquals(
                map("text", "gold", "price", 19.9, "d", 0.1, "whole", new BigInteger("123456789012345678901234567890"),
                        "edition", "STANDARD", "id", "b6a0a5a6-0d5b-4d68-a4c5-3f0d3c3b0b5e", "uri",
                        "https://example.com/x",
                        "some", "x", "none", null, "c", "y", "list", List.of("a", 1.5)),
                sentOpts(map(new Text("text").toString(), new Text("gold"), "price", 19.9f, "d", 0.1d, "whole",
                        new BigInteger("123456789012345678901234567890"), "edition", Edition.STANDARD, "id",
                        UUID.fromString("b6a0a5a6-0d5b-4d68-a4c5-3f0d3c3b0b5e"), "uri",
                        URI.create("https://example.com/x"), "some", Optional.of(new Text("x")), "none",
                        Optional.empty(), "c", 'y', "list", List.of(new Text("a"), 1.5f))));
        assertEquals(Map.of("gold", 1), sentOpts(Map.of(new Text("gold"), 1)));
    }

    @Test
    void text_of_any_class_is_accepted_for_ids_addresses_and_dates() {
        String uri = create.replace("create", "upsert").replaceAll("&connectorId=.*", "");
        succeed(uri, new StringBuilder("{}"), IntegratorioConstants.CONNECTOR_ID,
                new Text(create.replaceAll(".*connectorId=", "")), IntegratorioConstants.EMAIL, new Text(JANE),
                IntegratorioConstants.EXPIRES, new Text("P30D"));
        assertEquals(1, simulator().count("POST", ".*"));
    }

    @Test
    void an_object_of_the_user_is_sent_as_its_fields() {
        succeed(create, new Order(new Text(JANE), Instant.parse(FUTURE),
                new Options(19.9f, Date.from(Instant.parse(FUTURE)), Optional.of("n"), Edition.STANDARD)));
        Map<String, Object> sent = json(onlyRequest().body());
        assertEquals(FUTURE, sent.get("expires"));
        assertEquals(map("price", 19.9, "paid", FUTURE, "note", "n", "edition", "STANDARD"), sent.get("opts"));
    }

    static Stream<Object> numbersWithoutJson() {
        return Stream.of(Double.NaN, Float.NaN, Double.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY,
                List.of(Double.NaN), new DoubleNode(Double.NaN), new float[] { Float.NaN },
                JsonNodeFactory.instance.objectNode().put("a", Double.NEGATIVE_INFINITY));
    }

    @ParameterizedTest
    @MethodSource("numbersWithoutJson")
    void a_number_that_json_does_not_have_is_rejected_by_name(Object number) {
        refused("price", map("email", JANE, "expires", FUTURE, "opts", map("price", number)));
        assertEquals(0, simulator().requestCount());
    }

    @Test
    void a_number_that_json_does_not_have_is_rejected_in_text_and_in_objects() {
        refused("opts/price", "{\"email\":\"" + JANE + "\",\"opts\":{\"price\":NaN}}");
        refused("opts/price", new Order(JANE, Instant.parse(FUTURE), new Options(Float.NaN, null, null, null)));
        refused("day", map("email", JANE, "expires", FUTURE, "opts", map("day", LocalDate.of(2098, 1, 1))));
        assertEquals(0, simulator().requestCount());
    }

    private void refused(String name, Object body) {
        String message = fail(IllegalArgumentException.class, create, body).getMessage();
        assertTrue(message.startsWith("body: ") && message.contains(name), message);
    }

    private void assertTaken(Object body) {
        simulator().clearRequests();
        succeed(create, body);
        assertEquals(Map.of("n", "ü"), json(onlyRequest().body()).get("opts"), String.valueOf(body.getClass()));
    }

    @Test
    void a_body_in_a_file_buffer_or_reader_is_read() throws Exception {
        byte[] bytes = TEXT.getBytes(StandardCharsets.UTF_8);
        Path path = Files.write(directory.resolve("license.json"), bytes);
        assertTaken(path);
        assertTaken(path.toFile());
        assertTaken(new StringReader(TEXT));
        assertTaken(ByteBuffer.wrap(bytes));
        assertTaken(ByteBuffer.wrap(bytes).asReadOnlyBuffer());
        assertTaken(new ByteArrayInputStream(bytes));
        assertTaken(new InputStreamCache(bytes));
        assertTaken(Optional.of(json(TEXT)));
    }

    @Test
    void a_local_or_remote_file_of_camels_components_is_read() throws Exception {
        byte[] bytes = TEXT.getBytes(StandardCharsets.UTF_8);
        assertTaken(file(Files.write(directory.resolve("license.json"), bytes).toFile(), null));
        assertTaken(file(null, bytes));
        assertTaken(file(null, new ByteArrayInputStream(bytes)));
        assertTaken(file(null, TEXT));
    }

    @ParameterizedTest
    @ValueSource(strings = { "create", "upsert", "reconcile" })
    void a_file_is_closed_once_it_was_read(String operation) throws Exception {
        assumeTrue(Files.isDirectory(Path.of("/proc/self/fd")), "Linux");
        String uri = create.replace("=create", '=' + operation);
        for (String text : List.of(TEXT, "{\"email\":", "[" + " ".repeat(300_000))) {
            Path path = Files.writeString(directory.resolve("license.json"), text);
            for (Callable<Object> opened : List.<Callable<Object>>of(() -> path, path::toFile,
                    () -> file(path.toFile(), null), () -> Files.newInputStream(path),
                    () -> Files.newBufferedReader(path))) {
                Object body = opened.call();
                assertEquals(text.equals(TEXT), send(uri, body).getException() == null, () -> "" + body);
                assertFalse(isOpen(path), () -> "" + body.getClass());
            }
        }
    }

    private static boolean isOpen(Path path) throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            return files.anyMatch(file -> {
                try {
                    return Files.readSymbolicLink(file).equals(path.toAbsolutePath());
                } catch (IOException e) {
                    // It was closed meanwhile.
                    return false;
                }
            });
        }
    }

    private Stream<Object> wrapped(String text) {
        Supplier<InputStream> stream = () -> new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
        return Stream.of(file(null, stream.get()), file(null, new StringReader(text)), new StreamSource(stream.get()),
                new StreamSource(new StringReader(text)), CompletableFuture.completedFuture(stream.get()),
                pending(stream));
    }

    /** A future that is not complete until somebody waits for it. */
    private static <T> Future<T> pending(Supplier<T> value) {
        return new FutureTask<>(value::get) {
            @Override
            public T get() throws InterruptedException, ExecutionException {
                run();
                return super.get();
            }
        };
    }

    @Test
    void a_future_that_has_not_completed_is_waited_for() {
        assertNull(send(create, pending(() -> map("email", JANE, "expires", FUTURE))).getException());
        assertEquals(1, simulator().count("POST", ".*"));

        Exception other = send(create.replace("=create", "=expire") + "&email=" + JANE,
                pending(() -> map("email", "john@example.com"))).getException();
        assertInstanceOf(IllegalArgumentException.class, other);
        assertEquals(0, simulator().count("PUT", ".*"));
    }

    @Test
    void a_stream_within_a_file_a_source_or_a_future_is_the_same_body_at_a_redelivery() throws Exception {
        context.setStreamCaching(false);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(defaultErrorHandler().maximumRedeliveries(1).redeliveryDelay(0));
                from("direct:sell").to(create + "&email=" + JANE + "&expires=" + FUTURE);
                from("direct:bill").to(create.replace("=create", "=reconcile"));
            }
        });
        wrapped("{\"sandbox\":true,\"opts\":{\"n\":1}}").forEach(body -> {
            simulator().clearRequests();
            simulator().faults().add(Fault.on("POST", ".*").times(1).status(422));
            succeed("direct:sell", body);
            List<String> sent = simulator().requests().stream().map(request -> request.body()).toList();
            assertEquals(2, sent.size());
            assertEquals(sent.get(0), sent.get(1));
            assertTrue(sent.get(1).contains("\"sandbox\":true") && sent.get(1).contains("\"n\":1"), sent.get(1));
        });
        simulator().clearRequests();
        wrapped("{\"email\":\"" + JANE + "\",\"expires\":\"" + FUTURE + "\"}").forEach(body -> {
            simulator().faults().add(Fault.on("GET", ".*/licenses.*").times(1).status(403));
            assertTrue(fail(IllegalArgumentException.class, "direct:bill", body).getMessage()
                    .contains("body: it was read before"));
        });
        assertEquals(0, simulator().count("POST|PUT", ".*"));
    }

    private record Purchase(Map<String, Object> opts) {
    }

    @Test
    void what_a_repetition_would_find_empty_is_refused_within_a_document() throws Exception {
        for (Object once : List.of(List.of(1).iterator(), Stream.of(1), new ObjectMapper().createParser("{\"n\":1}"))) {
            refused("can be read only once; expected a List", map("email", JANE, "opts", map("n", once)));
            refused("can be read only once; expected a List", new Purchase(map("n", once)));
        }
        refused("can be read only once; expected a List", new ObjectMapper().createParser(TEXT));
    }

    @Test
    void blanks_without_an_end_are_no_empty_body() {
        String text = " ".repeat(300_000) + TEXT;
        for (Object body : List.of(text, new StringReader(text),
                new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)))) {
            assertTrue(fail(IllegalArgumentException.class, create + "&email=" + JANE + "&expires=P30D", body)
                    .getMessage().contains("body: is longer than"));
        }
    }

    @Test
    void the_error_of_a_body_that_cannot_be_read_shows_no_address() {
        Iterator<Object> broken = new Iterator<>() {
            @Override
            public boolean hasNext() {
                return true;
            }

            @Override
            public Object next() {
                throw new IllegalStateException("row of " + JANE);
            }
        };
        for (Object body : List.of(directory.resolve(JANE), directory.resolve(JANE).toFile(), broken)) {
            for (String operation : List.of("create", "upsert", "expire", "reconcile")) {
                if (body == broken && operation.equals("expire")) {
                    continue;
                }
                for (Throwable error = fail(IllegalArgumentException.class,
                        create.replace("=create", '=' + operation), body); error != null; error = error.getCause()) {
                    assertTrue(error.getMessage().contains("body: ") && !error.getMessage().contains(JANE),
                            error::toString);
                }
            }
        }
    }

    @Test
    void a_function_or_an_object_of_the_jdk_is_no_license() throws Exception {
        Supplier<String> function = () -> TEXT;
        try (FileChannel channel = FileChannel.open(Files.writeString(directory.resolve("channel.json"), TEXT))) {
            for (Object body : List.of(function, channel, new Object())) {
                assertTrue(fail(IllegalArgumentException.class, create + "&email=" + JANE + "&expires=P30D", body)
                        .getMessage().contains("body: has no JSON form"));
            }
        }
    }

    private GenericFile<Object> file(File local, Object content) {
        GenericFile<Object> file = new GenericFile<>();
        file.setBinding(new org.apache.camel.component.file.GenericFileDefaultBinding<>());
        file.setFile(local);
        file.setBody(content);
        file.setFileName("license.json");
        return file;
    }

    @Test
    void a_reader_or_file_that_is_too_large_or_not_json_is_rejected() throws Exception {
        refused("longer", new StringReader("[" + " ".repeat(300_000)));
        refused("longer", Files.writeString(directory.resolve("large"), "[" + " ".repeat(300_000)));
        refused("not valid JSON", "license.json");
        refused("cannot be read", directory.resolve("absent"));
    }

    @ParameterizedTest
    @ValueSource(strings = { "2098-01-31T12:00:00.000+0000", "2098-01-31T12:00:00+00", "2098-01-31T13:00:00+01:00",
            "2098-01-31t12:00:00z", "2098-01-31T12:00Z", "2098-01-31T12:00:00.000000001Z", "2098-01-31T17:30:00+0530" })
    void a_date_in_any_iso_form_is_taken_from_body_header_and_option(String expires) {
        assertSent(succeed(create, map("email", JANE, "expires", expires)));
        assertSent(succeed(create, map("email", JANE), IntegratorioConstants.EXPIRES, expires));
        assertSent(succeed(create + "&expires=RAW(" + expires + ")", map("email", JANE)));
        assertSent(succeed(create + "&expires=" + expires, map("email", JANE)));
    }

    private void assertSent(Exchange created) {
        assertEquals(WriteOutcome.CREATED, created.getMessage().getHeader(IntegratorioConstants.OUTCOME));
        simulator().requests().forEach(
                one -> assertEquals("2098-01-31T12:00:00.000Z", json(one.body()).get("expires")));
    }

    @Test
    void a_duration_is_taken_from_the_body_too() {
        succeed(create, map("email", JANE, "expires", "P30D"));
        succeed(create.replace("create", "upsert"), List.of(map("email", "john@example.com", "expires", "PT72H")));
        assertEquals(2, simulator().count("POST", ".*"));
    }

    @ParameterizedTest
    @ValueSource(strings = { "P1Y2M10DT2H30M", "P1MT1H", "P1W2DT3H", "PT1H", "P10DT2H", "P1M" })
    void a_duration_may_have_a_date_and_a_time(String duration) {
        Instant now = Instant.parse("2027-01-31T12:00:00Z");
        assertEquals(Instant.parse(switch (duration) {
            case "P1Y2M10DT2H30M" -> "2028-04-10T14:30:00Z";
            case "P1MT1H" -> "2027-02-28T13:00:00Z";
            case "P1W2DT3H" -> "2027-02-09T15:00:00Z";
            case "PT1H" -> "2027-01-31T13:00:00Z";
            case "P10DT2H" -> "2027-02-10T14:00:00Z";
            default -> "2027-02-28T12:00:00Z";
        }), OptionOrHeader.expires("expires", duration, now));
    }

    @Test
    void a_list_may_be_a_stream_and_is_kept_for_a_repetition() {
        Exchange done = succeed(create.replace("create", "upsert"), Stream.of(map("email", JANE, "expires", "PT72H"),
                map("email", "john@example.com", "expires", "2098-01-31T12:00:00Z")));
        assertEquals(List.of(WriteOutcome.CREATED, WriteOutcome.CREATED),
                done.getMessage().getHeader(IntegratorioConstants.OUTCOME));
        Exchange failed = send(create.replace("create", "upsert"), Stream.of(map("email", "no address")));
        assertEquals(List.of(map("email", "no address")), failed.getMessage().getBody());
    }

    @Test
    void the_items_of_a_list_may_be_json_text() {
        succeed(create.replace("=create", "=upsert"),
                List.of(TEXT, "{\"email\":\"john@example.com\",\"expires\":\"P1D\"}"));
        assertEquals(2, simulator().count("POST", ".*"));
        refused("item 1: ", create.replace("=create", "=upsert"), List.of("jane"));
    }

    @Test
    void a_redelivery_has_all_items_of_an_iterator_an_iterable_or_a_stream() throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(defaultErrorHandler().maximumRedeliveries(1).redeliveryDelay(1));
                from("direct:redelivered").to(create.replace("create", "upsert") + "&maxRetries=0");
            }
        });
        List<Map<String, Object>> items = List.of(map("email", JANE, "expires", "PT72H"),
                map("email", "john@example.com", "expires", "PT72H"));
        Iterator<Map<String, Object>> cursor = items.iterator();
        Iterable<Map<String, Object>> once = () -> cursor;
        Iterable<Map<String, Object>> again = items::iterator;
        for (Object body : List.of(items.iterator(), items.stream(), once, again)) {
            simulator().faults().add(Fault.on("GET", ".*/licenses").status(500));
            Exchange done = succeed("direct:redelivered", body);
            assertEquals(2, done.getMessage().getBody(List.class).size());
        }
        simulator().clearRequests();
        Iterable<Object> failing = () -> new FailingIterator(items);
        for (Object body : List.of(new FailingIterator(items), failing)) {
            Exception failed = send("direct:redelivered", body).getException();
            assertTrue(failed instanceof IllegalArgumentException && failed.getMessage().contains("read before"),
                    () -> "" + failed);
        }
        assertEquals(0, simulator().requestCount());
    }

    /** Equal to others of the same table, whatever that has. */
    private record Table(List<Object> rows) implements Iterable<Object> {
        @Override
        public Iterator<Object> iterator() {
            return List.copyOf(rows).iterator();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Table;
        }

        @Override
        public int hashCode() {
            return 1;
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = { false, true })
    void each_part_of_a_split_sends_the_rows_that_its_iterable_has_then(boolean isOneObject) throws Exception {
        List<Object> rows = new ArrayList<>();
        Iterable<Object> same = () -> List.copyOf(rows).iterator();
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:tables").split(body()).stopOnException().process(exchange -> {
                    rows.clear();
                    rows.add(map("email", exchange.getMessage().getBody(), "expires", "PT72H"));
                    exchange.getMessage().setBody(isOneObject ? same : new Table(rows));
                }).to(create.replace("create", "upsert"));
                from("direct:corrected").process(exchange -> exchange.getMessage().setBody(same)).doTry()
                        .to(create.replace("create", "upsert")).doCatch(IllegalArgumentException.class)
                        .process(exchange -> rows.set(0, map("email", "dora@example.com", "expires", "PT72H")))
                        .setBody(exchange -> same).to(create.replace("create", "upsert")).end();
            }
        });
        List.of("anna@example.com", "bert@example.com", "cleo@example.com", "dora@example.com")
                .forEach(email -> simulator().addUser(email, email));
        succeed("direct:tables", List.of("anna@example.com", "bert@example.com", "cleo@example.com"));
        assertEquals(3, simulator().count("POST", ".*/licenses"));

        rows.set(0, map("email", "no address"));
        Exchange corrected = succeed("direct:corrected", null);
        assertEquals(List.of(WriteOutcome.CREATED), corrected.getMessage().getHeader(IntegratorioConstants.OUTCOME));
    }

    @Test
    void an_iterable_that_has_no_rows_any_more_is_no_list_of_the_rows_before() throws Exception {
        List<Object> rows = new ArrayList<>(List.of(map("email", JANE, "expires", "PT72H")));
        Iterable<Object> same = () -> List.copyOf(rows).iterator();
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:emptied").setBody(exchange -> same).to(create.replace("create", "upsert"))
                        .process(exchange -> rows.clear())
                        .setBody(exchange -> same).to(create.replace("create", "upsert"));
            }
        });
        Exception failed = send("direct:emptied", null).getException();
        assertTrue(failed instanceof IllegalArgumentException && failed.getMessage().contains("read before"),
                () -> "" + failed);
        assertEquals(1, simulator().count("POST", ".*/licenses"));
    }

    /** Fails at the second item, and then has the rest. */
    private static final class FailingIterator implements Iterator<Object> {
        private final List<?> items;
        private int read;

        FailingIterator(List<?> items) {
            this.items = items;
        }

        @Override
        public boolean hasNext() {
            return read < 3;
        }

        @Override
        public Object next() {
            if (++read == 2) {
                throw new IllegalStateException("read timed out");
            }
            return items.get(read / 2);
        }
    }

    @Test
    void a_license_of_another_connector_is_refused() {
        for (String operation : List.of("create", "upsert", "update&licenseId=l1")) {
            refused("_connectorId", create.replace("create", operation),
                    map("email", JANE, "expires", "P1D", "_connectorId", "other"));
        }
        assertSent(succeed(create, map("email", JANE, "expires", "2098-01-31T12:00:00Z", "_connectorId",
                create.replaceAll(".*connectorId=", ""))));
    }

    private void refused(String name, String uri, Object body) {
        String message = fail(IllegalArgumentException.class, uri, body).getMessage();
        assertTrue(message.contains(name), message);
    }

    @Test
    void a_calendar_of_xml_needs_a_zone() throws Exception {
        DatatypeFactory dates = DatatypeFactory.newInstance();
        assertSent(succeed(create, map("email", JANE), IntegratorioConstants.EXPIRES,
                dates.newXMLGregorianCalendar("2098-01-31T13:00:00+01:00")));
        assertSent(succeed(create,
                map("email", JANE, "expires", dates.newXMLGregorianCalendar("2098-01-31T12:00:00Z"))));
        for (String other : List.of("2098-01-31T12:00:00", "2098-01-31Z", "12:00:00Z")) {
            refused("zone", map("email", JANE, "expires", dates.newXMLGregorianCalendar(other)));
        }
    }

    @Test
    void an_expiry_that_header_and_option_write_differently_is_no_conflict() {
        String withOption = create + "&expires=2098-01-31T12:00:00Z";
        for (Object same : List.of(Instant.parse("2098-01-31T12:00:00Z"), "2098-01-31T12:00:00.000Z",
                "2098-01-31T13:00:00+01:00")) {
            assertSent(succeed(withOption, map("email", JANE), IntegratorioConstants.EXPIRES, same));
        }
        fail(IllegalArgumentException.class, withOption, map("email", JANE), IntegratorioConstants.EXPIRES,
                "2098-01-31T12:00:01Z");
    }

    @ParameterizedTest
    @ValueSource(strings = { "30d", "p30d", "P30", "2098-01-31", "in a month", "31.01.2098" })
    void another_form_of_an_expiry_is_rejected_with_both_valid_forms(String expires) {
        for (String message : List.of(
                fail(IllegalArgumentException.class, create, map("email", JANE, "expires", expires)).getMessage(),
                fail(IllegalArgumentException.class, create, map("email", JANE), IntegratorioConstants.EXPIRES, expires)
                        .getMessage())) {
            assertTrue(message.contains("P30D") && message.contains("2027-01-31T12:00:00Z"), message);
        }
        assertEquals(0, simulator().requestCount());
    }

    @ParameterizedTest
    @ValueSource(strings = { "jane+trial@example.com", "jane%2Btrial@example.com", "RAW(jane+trial@example.com)" })
    void a_plus_sign_in_a_uri_is_one(String email) {
        simulator().addUser("jane+trial@example.com", "Jane");
        succeed(create + "&email=" + email + "&expires=2098-01-31T13:00:00+01:00", null);
        assertEquals("jane+trial@example.com", json(onlyRequest().body()).get("email"));
        assertEquals("2098-01-31T12:00:00.000Z", json(onlyRequest().body()).get("expires"));
    }

    @ParameterizedTest
    @ValueSource(strings = { "a++b@example.com", "a%2B%2Bb@example.com", "RAW(a++b@example.com)" })
    void several_plus_signs_in_a_uri_are_as_many(String email) {
        simulator().addUser("a++b@example.com", "A");
        succeed(create + "&email=" + email + "&expires=P30D", null);
        assertEquals("a++b@example.com", json(onlyRequest().body()).get("email"));
    }

    @ParameterizedTest
    @ValueSource(strings = { "+49123@example.com", "%2B49123@example.com", " jane@example.com", "jane@example.com " })
    void a_plus_sign_that_begins_an_address_in_a_uri_is_refused_for_what_it_is(String email) {
        ResolveEndpointFailedException refused = assertThrows(ResolveEndpointFailedException.class,
                () -> succeed(create + "&email=" + email + "&expires=P30D", null));
        assertTrue(refused.getMessage().contains("email: has a space, or a plus sign, which Camel decodes to one"),
                refused.getMessage());
        simulator().addUser("+49123@example.com", "A");
        succeed(create + "&expires=P30D&email=RAW(+49123@example.com)", null);
        assertEquals("+49123@example.com", json(onlyRequest().body()).get("email"));
    }

    /** Camel decodes nothing in RAW, so it was a space. */
    @ParameterizedTest
    @ValueSource(strings = { "email=RAW(jane doe@example.com)", "email=RAW{jane doe@example.com}",
            "EMAIL=RAW(jane doe@example.com)" })
    void a_space_in_raw_is_no_plus_sign(String email) {
        ResolveEndpointFailedException refused = assertThrows(ResolveEndpointFailedException.class,
                () -> succeed(create + "&expires=P30D&" + email, null));
        assertTrue(refused.getMessage().contains("not a valid e-mail address"), refused.getMessage());
        assertEquals(0, simulator().requestCount());
    }

    @Test
    void the_user_may_be_named_in_four_ways() {
        String connector = create.replaceAll(".*connectorId=", "");
        String upsert = create.replace("create", "upsert");
        String expire = create.replace("create", "expire");
        succeed(upsert + "&email=" + JANE + "&expires=P30D", null);
        succeed(upsert, null, IntegratorioConstants.EMAIL, JANE, IntegratorioConstants.EXPIRES, "P30D");
        succeed(upsert, map("email", JANE, "expires", "P30D"));
        assertEquals(1, simulator().licenses(connector).size());
        for (Object body : List.of(map("email", JANE), "{\"email\":\"" + JANE + "\"}",
                map("user", map("email", JANE)))) {
            assertEquals(simulator().licenses(connector).get(0).get("_id"),
                    succeed(expire, body).getMessage().getHeader(IntegratorioConstants.LICENSE_ID));
        }
    }

    @Test
    void headers_that_are_left_over_do_not_disturb_an_operation_that_has_no_use_for_them() {
        String connector = create.replaceAll(".*connectorId=", "");
        String delete = "integratorio:licenses?operation=delete&connectorId=" + connector + "&licenseId="
                + janesLicense(connector);
        succeed(delete, null, IntegratorioConstants.EXPIRES, "whenever");
        succeed("integratorio:licenses?operation=list&connectorId=" + connector, null, IntegratorioConstants.EXPIRES, 7,
                IntegratorioConstants.LICENSE_ID, "a/b", IntegratorioConstants.EMAIL, "nobody");
    }
}
