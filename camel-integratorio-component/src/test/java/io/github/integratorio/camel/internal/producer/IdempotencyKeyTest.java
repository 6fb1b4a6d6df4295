package io.github.integratorio.camel.internal.producer;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.integratorio.camel.IntegratorioComponent;
import io.github.integratorio.camel.api.IntegratorioConstants;
import io.github.integratorio.camel.api.IntegratorioTransportException;
import io.github.integratorio.camel.api.WriteOutcome;
import io.github.integratorio.camel.support.SimulatorTestSupport;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ResolveEndpointFailedException;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Option and header idempotencyKey, and option idempotentRepository. */
class IdempotencyKeyTest extends SimulatorTestSupport {

    private static final String KEY = IntegratorioConstants.IDEMPOTENCY_KEY;

    private final Claims claims = new Claims();
    private String connector;

    /** Tells by which threads it is used, and can be made to block. */
    private static final class Claims extends MemoryIdempotentRepository {
        private final Set<String> threads = ConcurrentHashMap.newKeySet();
        private final AtomicInteger starts = new AtomicInteger();
        private final AtomicInteger stops = new AtomicInteger();
        private volatile CountDownLatch blocked = new CountDownLatch(0);
        private volatile RuntimeException failure;

        @Override
        public boolean add(String key) {
            threads.add(Thread.currentThread().getName());
            try {
                blocked.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            if (failure != null) {
                throw failure;
            }
            return super.add(key);
        }

        @Override
        public boolean contains(String key) {
            threads.add(Thread.currentThread().getName());
            return super.contains(key);
        }

        @Override
        protected void doStart() throws Exception {
            starts.incrementAndGet();
            super.doStart();
        }

        @Override
        protected void doStop() throws Exception {
            stops.incrementAndGet();
            super.doStop();
        }
    }

    @Override
    protected CamelContext createCamelContext() throws Exception {
        CamelContext context = super.createCamelContext();
        context.getRegistry().bind("claims", IdempotentRepository.class, claims);
        return context;
    }

    @BeforeEach
    void aConnector() {
        connector = simulator().addConnector("Shop");
    }

    private String uri(String operation) {
        return "integratorio:licenses?operation=" + operation + "&connectorId=" + connector;
    }

    private static Map<String, Object> license() {
        return map("email", JANE, "expires", FUTURE);
    }

    private static Object outcome(Exchange exchange) {
        return exchange.getMessage().getHeader(IntegratorioConstants.OUTCOME);
    }

    private void assertLicenses(int count) {
        assertEquals(count, simulator().licenses(connector).size());
    }

    @Test
    void a_key_in_the_header_makes_one_license_of_one_order() {
        assertEquals(WriteOutcome.CREATED, outcome(succeed(uri("create"), license(), KEY, "4711")));
        assertEquals(WriteOutcome.RECONCILED, outcome(succeed(uri("create"), license(), KEY, 4711)));
        assertEquals(WriteOutcome.RECONCILED,
                outcome(succeed(uri("create"), license(), KEY, new BigDecimal("4711.0"))));
        assertEquals(WriteOutcome.RECONCILED, outcome(succeed(uri("create") + "&idempotencyKey=4711", license())));
        UUID order = UUID.randomUUID();
        assertEquals(WriteOutcome.CREATED, outcome(succeed(uri("create"), license(), KEY, order)));
        assertEquals(WriteOutcome.RECONCILED,
                outcome(succeed(uri("create"), license(), KEY, order.toString().toUpperCase(Locale.ROOT))));
        assertLicenses(2);
    }

    @ParameterizedTest
    @ValueSource(strings = { " ", "\t", "\n", "\u00a0", "\u202f", "\u2007", "\u3000", "\u2028", " \u00a0\t" })
    void blanks_at_the_edges_of_a_key_do_not_count(String blanks) {
        succeed(uri("create"), license(), KEY, "A\u00a01");
        for (String key : List.of(blanks + "A\u00a01", "A\u00a01" + blanks, blanks + "A\u00a01" + blanks)) {
            assertEquals(WriteOutcome.RECONCILED, outcome(succeed(uri("create"), license(), KEY, key)));
        }
        assertLicenses(1);
    }

    @Test
    void without_a_key_each_create_makes_a_license() {
        succeed(uri("create") + "&idempotentRepository=#claims", license());
        succeed(uri("create") + "&idempotentRepository=#claims", license());

        assertLicenses(2);
        assertEquals(Set.of(), claims.threads);
    }

    @Test
    void endpoints_and_components_share_a_repository() throws Exception {
        IntegratorioComponent other = new IntegratorioComponent();
        other.setConfiguration(
                context.getComponent("integratorio", IntegratorioComponent.class).getConfiguration().copy());
        other.getConfiguration().setIdempotentRepository(claims);
        context.addComponent("other", other);
        succeed(uri("create") + "&idempotentRepository=#claims", license(), KEY, "4711");

        assertEquals(WriteOutcome.RECONCILED,
                outcome(succeed(uri("create").replace("integratorio:", "other:"), license(), KEY, "4711")));
        assertEquals(1, claims.starts.get());
        assertEquals(0, claims.stops.get());
        context.stop();
        assertEquals(1, claims.stops.get());
    }

    @Test
    void a_header_that_conflicts_with_the_uri_is_refused() {
        IllegalArgumentException refused = fail(IllegalArgumentException.class,
                uri("create") + "&idempotencyKey=4711", license(), KEY, "4712");

        assertTrue(refused.getMessage().contains("idempotencyKey") && refused.getMessage().contains(KEY));
        assertEquals(0, simulator().requestCount());
    }

    @ParameterizedTest
    @ValueSource(strings = { "#bean:order", "#order", "RAW(#bean:order)", "%23bean:order", "#class:java.lang.Object",
            "#type:java.util.concurrent.locks.Lock" })
    void a_bean_is_no_order_number(String key) {
        context.getRegistry().bind("order", new Object());
        context.getRegistry().bind("lock", new java.util.concurrent.locks.ReentrantLock());
        Exception refused = assertThrows(ResolveEndpointFailedException.class,
                () -> context.getEndpoint(uri("create") + "&idempotencyKey=" + key));
        assertTrue(refused.getMessage().contains("idempotencyKey: expected text"), refused.getMessage());
    }

    @Test
    void a_bean_that_is_a_text_is_one() {
        context.getRegistry().bind("order", "A1");
        succeed(uri("create") + "&idempotencyKey=#bean:order", license());
        succeed(uri("create"), license(), KEY, "A1");
        assertEquals(1, simulator().count("POST", ".*/licenses"));
    }

    @Test
    void a_plus_sign_in_the_uri_which_camel_decodes_to_a_space_is_refused() {
        for (String key : List.of("A+1", "A%2B1", "A%201", "A1+", "+A1", "A1%2B", "A1%20", "A++1", "++")) {
            Exception refused = assertThrows(ResolveEndpointFailedException.class,
                    () -> context.getEndpoint(uri("create") + "&idempotencyKey=" + key));
            assertTrue(refused.getMessage().contains("idempotencyKey: has a space"), refused.getMessage());
        }
        succeed(uri("create") + "&idempotencyKey=RAW(A+1)", license());
        succeed(uri("create"), license(), KEY, "A+1");
        assertEquals(1, simulator().count("POST", ".*/licenses"));
        succeed(uri("create") + "&idempotencyKey=RAW(A 1)", license());
        succeed(uri("create") + "&idempotency-key=RAW{A 1}", license());
        succeed(uri("create"), license(), KEY, "A 1");
        assertEquals(2, simulator().count("POST", ".*/licenses"));
    }

    @Test
    void a_key_that_is_no_order_number_is_refused() {
        for (Object key : List.of("", " ", "\u00a0", "x".repeat(201), "a\nb", "a\u0000", "\ufeffa", "a\u200b",
                "a\u00adb",
                "a\ud800", 1.5, new BigDecimal("0.5"),
                new BigDecimal("1e200"), new BigDecimal("1e999999999"), new byte[] { 65 }, List.of("a"),
                Map.of())) {
            IllegalArgumentException refused = fail(IllegalArgumentException.class, uri("create"), license(), KEY, key);
            assertTrue(refused.getMessage().startsWith("header " + KEY + ": expected an order number"),
                    refused.getMessage());
        }
        assertEquals(0, simulator().requestCount());
    }

    @Test
    void operations_that_create_no_license_ignore_the_header() {
        String license = janesLicense(connector);
        for (String operation : List.of("list", "get", "expire", "update", "delete")) {
            succeed(uri(operation) + (operation.equals("list") ? "" : "&licenseId=" + license),
                    map("expires", FUTURE), KEY, List.of("left over"));
        }
    }

    @Test
    void a_dynamic_uri_with_a_key_uses_one_endpoint_and_leaves_no_header() throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:orders").toD(uri("create") + "&idempotencyKey=${header.order}");
            }
        });
        int before = context.getEndpoints().size();
        for (String order : List.of("1", "2", "1", "3")) {
            Exchange exchange = succeed("direct:orders", license(), "order", order);
            assertNull(exchange.getMessage().getHeader(KEY));
        }

        assertLicenses(3);
        assertTrue(context.getEndpoints().size() <= before + 2, context.getEndpoints().toString());
    }

    @Test
    void only_the_workers_wait_for_a_repository() {
        succeed(uri("create") + "&idempotentRepository=#claims", license(), KEY, "4711");
        succeed(uri("create") + "&idempotentRepository=#claims", license(), KEY, "4711");
        succeed(uri("upsert") + "&idempotentRepository=#claims", map("email", "john@example.com", "expires", FUTURE));

        assertFalse(claims.threads.isEmpty());
        for (String thread : claims.threads) {
            assertTrue(thread.contains(" - integratorio"), thread);
        }
    }

    @Test
    void a_repository_that_hangs_fails_the_creation_as_not_sent_and_keeps_no_claim() {
        claims.blocked = new CountDownLatch(1);
        IntegratorioTransportException failure = fail(IntegratorioTransportException.class,
                uri("create") + "&idempotentRepository=#claims&operationTimeout=300", license(), KEY, "4711");

        assertTrue(failure.isNotSent());
        assertTrue(failure.getMessage().contains("idempotentRepository"), failure.getMessage());
        assertEquals(0, simulator().requestCount());
        claims.blocked.countDown();
        await().until(() -> claims.threads.size() > 0 && !claims.contains(connector + ":o:4711"));
        assertEquals(WriteOutcome.CREATED,
                outcome(succeed(uri("create") + "&idempotentRepository=#claims", license(), KEY, "4711")));
    }

    @ParameterizedTest
    @ValueSource(ints = { 0, 1, 2, 5 })
    void the_stack_trace_of_a_failed_repository_shows_no_address_in_an_order(int depth) {
        RuntimeException cause = new IllegalStateException("duplicate key (jane.doe@example.org)");
        for (int level = 0; level < depth; level++) {
            cause = new IllegalStateException("insert failed", cause);
        }
        claims.failure = cause;
        IntegratorioTransportException failure = fail(IntegratorioTransportException.class,
                uri("create") + "&idempotentRepository=#claims", license(), KEY, "jane.doe@example.org");

        StringWriter logged = new StringWriter();
        failure.printStackTrace(new PrintWriter(logged));
        assertTrue(logged.toString().contains("idempotentRepository"), logged::toString);
        assertFalse(logged.toString().contains("jane.doe@"), logged::toString);
        assertEquals(0, simulator().requestCount());
    }
}
