package io.github.integratorio.camel.internal.observability;

import java.io.File;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

import io.github.integratorio.camel.IntegratorioComponent;
import io.github.integratorio.camel.RunningComponent;
import io.github.integratorio.camel.api.IntegratorioAmbiguousOutcomeException;
import io.github.integratorio.camel.api.IntegratorioConstants;
import io.github.integratorio.camel.api.WriteOutcome;
import io.github.integratorio.camel.internal.account.AccountRegistry;
import io.github.integratorio.camel.support.Covers;
import io.github.integratorio.camel.support.ScriptedServerTestSupport;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.core.instrument.distribution.pause.PauseDetector;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static io.github.integratorio.camel.support.ScriptedServer.json;
import static io.github.integratorio.camel.support.ScriptedServer.reset;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Headers and meters show the attempts and the duration of calls. */
class RequestMetricsTest extends ScriptedServerTestSupport {

    private static final String UPDATE =
            "integratorio:licenses?operation=update&connectorId=c1&licenseId=l1&maxRetries=5&retryDelay=1";
    private static final String EXPIRY = "{\"expires\":\"2099-01-31T12:00:00.000Z\"}";

    private final MeterRegistry meters = new SimpleMeterRegistry();

    @Override
    protected CamelContext createCamelContext() throws Exception {
        CamelContext context = super.createCamelContext();
        context.getRegistry().bind("meters", meters);
        return context;
    }

    @BeforeEach
    void doNotWaitForCallsAtTheEnd() {
        context.getShutdownStrategy().setTimeUnit(TimeUnit.MILLISECONDS);
    }

    private static void assertHeaders(Exchange exchange, Object outcome, Object status, int attempts) {
        assertEquals(outcome, exchange.getMessage().getHeader(IntegratorioConstants.OUTCOME));
        assertEquals(status, exchange.getMessage().getHeader(IntegratorioConstants.STATUS_CODE));
        assertEquals(attempts, exchange.getMessage().getHeader(IntegratorioConstants.ATTEMPTS));
        assertInstanceOf(Long.class, exchange.getMessage().getHeader(IntegratorioConstants.WAITED));
    }

    @Test
    void headers_contain_the_attempts_of_a_write_that_succeeded_after_retries() {
        server.then(json(503, "{}"), reset(), json(200, LICENSE));

        assertHeaders(send(UPDATE, EXPIRY), WriteOutcome.UPDATED, 200, 3);
    }

    @Test
    void headers_contain_the_attempts_and_the_status_of_a_rejected_call() {
        server.then(json(503, "{}"), json(422, "{\"errors\":[{\"code\":\"invalid_field\"}]}"));
        assertHeaders(
                send("integratorio:licenses?operation=get&connectorId=c1&licenseId=l1&maxRetries=5&retryDelay=1", null),
                null, 422, 2);
    }

    @Test
    void headers_contain_the_attempts_of_a_write_that_stays_ambiguous() {
        Exchange exchange = send(UPDATE, EXPIRY);

        assertInstanceOf(IntegratorioAmbiguousOutcomeException.class, exchange.getException());
        assertHeaders(exchange, null, null, 6);
    }

    @Test
    void headers_contain_the_time_waited_during_a_pause() {
        server.then(json(429, "{}", "Retry-After: 1"), json(200, LICENSE));
        Exchange exchange = send(UPDATE, EXPIRY);

        assertHeaders(exchange, WriteOutcome.UPDATED, 200, 2);
        assertTrue(exchange.getMessage().getHeader(IntegratorioConstants.WAITED, Long.class) >= 1_000);
    }

    @Test
    void headers_of_an_earlier_call_are_removed_if_the_next_call_fails() {
        server.then(json(200, LICENSE), json(500, "{}"));
        Exchange exchange = template.send(UPDATE, one -> one.getMessage().setBody(EXPIRY));
        assertHeaders(exchange, WriteOutcome.UPDATED, 200, 1);
        exchange.getMessage().setBody(EXPIRY);
        assertHeaders(template.send(UPDATE.replace("Retries=5", "Retries=0"), exchange), null, null, 1);

        exchange.setException(null);
        exchange.getMessage().setHeader(IntegratorioConstants.OUTCOME, WriteOutcome.UPDATED);
        exchange.getMessage().setBody("no JSON");
        Exchange refused = template.send(UPDATE, exchange);
        assertInstanceOf(IllegalArgumentException.class, refused.getException());
        assertNull(refused.getMessage().getHeader(IntegratorioConstants.OUTCOME));
        assertEquals(0, refused.getMessage().getHeader(IntegratorioConstants.ATTEMPTS));
    }

    private long count(String call, String result) {
        return meters.find("integratorio.requests").tags("call", call, "result", result).timers().stream()
                .mapToLong(timer -> timer.count()).sum();
    }

    @Test
    void meters_count_requests_by_call_and_result() {
        server.then(json(503, "{}"), json(200, LICENSE), json(404, "{}"), json(429, "{}", "Retry-After: 0"),
                json(401, "{}"));
        send(UPDATE, EXPIRY);
        for (int i = 0; i < 3; i++) {
            send(GET, null);
        }

        assertEquals(1, count("licenses update", "ambiguous"));
        assertEquals(1, count("licenses update", "ok"));
        assertEquals(1, count("licenses get", "rejected"));
        assertEquals(1, count("licenses get", "throttled"));
        assertEquals(1, count("licenses get", "unauthorized"));
        assertTrue(meters.get("integratorio.requests").tag("result", "ok").timer().totalTime(TimeUnit.NANOSECONDS) > 0);
    }

    @Test
    @Covers(249)
    void meters_contain_no_id_no_email_address_and_no_token() {
        server.then(json(200, LICENSE),
                json(422, "{\"errors\":[{\"code\":\"invalid_user\",\"message\":\"jane@example.com\"}]}"));
        send(GET, null);
        send("integratorio:licenses?operation=create&connectorId=c1&email=jane@example.com&expires=P30D", null);

        List<Meter> ours = meters.getMeters().stream()
                .filter(meter -> meter.getId().getName().startsWith("integratorio.")).toList();
        assertTrue(ours.size() >= 7, ours.toString());
        for (Meter meter : ours) {
            for (Tag tag : meter.getId().getTags()) {
                assertTrue(List.of("call", "result").contains(tag.getKey()), tag.toString());
                assertTrue(tag.getValue().matches("licenses (get|create)|ok|rejected"), tag.toString());
            }
        }
    }

    @Test
    void meters_show_the_rate_limiter_and_the_waiting_times() {
        server.then(json(429, "{}", "Retry-After: 50"));
        template.asyncSend(UPDATE, exchange -> exchange.getMessage().setBody(EXPIRY));
        await().until(() -> meters.get("integratorio.paused.milliseconds").gauge().value() > 0);
        template.asyncSend(GET, exchange -> {});

        await().until(() -> meters.get("integratorio.requests.queued").gauge().value() == 1);
        // The pause begins with the head of the response, before its end.
        await().until(() -> meters.get("integratorio.requests.in.flight").gauge().value() == 0);
        assertEquals(1, meters.get("integratorio.waits").tag("call", "licenses update").timer().count());
    }

    @Test
    void meters_show_the_rate_limiters_of_all_components() throws Exception {
        IntegratorioComponent second = new IntegratorioComponent();
        second.getConfiguration().setBaseUrl(server.baseUrl());
        second.getConfiguration().setAccessToken("another-token");
        context.addComponent("integratorio2", second);
        server.then(json(429, "{}", "Retry-After: 50"));
        template.asyncSend(GET.replace("integratorio:", "integratorio2:"), exchange -> {});

        await().until(() -> meters.get("integratorio.paused.milliseconds").gauge().value() > 0);
    }

    private DefaultCamelContext another(String token) {
        DefaultCamelContext camel = new DefaultCamelContext();
        camel.getRegistry().bind("meters", meters);
        IntegratorioComponent component = new IntegratorioComponent();
        component.getConfiguration().setBaseUrl(server.baseUrl());
        component.getConfiguration().setAccessToken(token);
        component.getConfiguration().setMaxRetries(0);
        camel.addComponent("integratorio", component);
        camel.getShutdownStrategy().setTimeUnit(TimeUnit.MILLISECONDS);
        camel.start();
        return camel;
    }

    private double inFlight() {
        return meters.get("integratorio.requests.in.flight").gauge().value();
    }

    @Test
    void gauges_show_the_sum_of_all_contexts_that_share_a_registry() {
        for (int i = 0; i < 8; i++) {
            server.then(server.rawThenSilence(""));
        }
        DefaultCamelContext sameAccount = another("canary-token");
        DefaultCamelContext otherAccount = another("canary-token-2");
        try {
            for (int i = 0; i < 3; i++) {
                template.asyncSend(GET, exchange -> {});
                otherAccount.createProducerTemplate().asyncSend(GET, exchange -> {});
            }
            sameAccount.createProducerTemplate().asyncSend(GET, exchange -> {});
            await().until(() -> inFlight() == 7);
            otherAccount.stop();
            await().until(() -> inFlight() == 4);
        } finally {
            sameAccount.stop();
            otherAccount.stop();
        }
        await().until(() -> inFlight() == 3);
        context.stop();
        assertNull(meters.find("integratorio.requests.in.flight").gauge());
    }

    /** Starts a context, makes a call and stops it again. */
    private WeakReference<Object> stoppedComponent() {
        DefaultCamelContext camel = another("canary-token");
        server.then(json(200, LICENSE));
        camel.createProducerTemplate().send(GET, exchange -> {});
        WeakReference<Object> component = new WeakReference<>(camel.getComponent("integratorio"));
        camel.stop();
        return component;
    }

    @Test
    void meters_keep_no_component_that_has_stopped() {
        WeakReference<Object> stopped = stoppedComponent();
        assertEquals(1, count("licenses get", "ok"));
        // An idle connection may refer to its last request until it is closed.
        AccountRegistry.ofJvm().endUnused();

        await().until(() -> {
            System.gc();
            return stopped.get() == null;
        });
    }

    @Test
    void a_meter_of_the_application_with_the_same_name_and_another_type_changes_no_outcome() {
        SimpleMeterRegistry theirs = new SimpleMeterRegistry();
        Counter requests = theirs.counter("integratorio.requests", "call", "licenses get", "result", "ok");
        theirs.counter("integratorio.waits", "call", "licenses get").increment();
        Counter queued = theirs.counter("integratorio.requests.queued");
        assertUnaffected(theirs);

        assertEquals(0, requests.count());
        assertEquals(queued, theirs.get("integratorio.requests.queued").counter());
        assertNull(theirs.find("integratorio.requests.in.flight").gauge());
    }

    @Test
    void a_registry_that_throws_changes_no_outcome() {
        assertUnaffected(new SimpleMeterRegistry() {
            @Override
            protected Timer newTimer(Meter.Id id, DistributionStatisticConfig config, PauseDetector detector) {
                throw new IllegalStateException("full");
            }

            @Override
            protected <T> Gauge newGauge(Meter.Id id, T value, ToDoubleFunction<T> function) {
                throw new AssertionError("broken");
            }
        });
    }

    /** A context with these meters starts, calls, retries and stops. */
    private void assertUnaffected(MeterRegistry theirs) {
        try (DefaultCamelContext camel = new DefaultCamelContext()) {
            camel.getRegistry().bind("meters", theirs);
            IntegratorioComponent component = new IntegratorioComponent();
            component.getConfiguration().setBaseUrl(server.baseUrl());
            component.getConfiguration().setAccessToken("canary-token");
            camel.addComponent("integratorio", component);
            camel.start();
            server.then(json(200, LICENSE), json(503, "{}"), json(200, LICENSE), json(201, LICENSE));
            for (String uri : List.of(GET, GET + "&maxRetries=3&retryDelay=1")) {
                assertNull(camel.createProducerTemplate().send(uri, exchange -> {}).getException());
            }
            assertNull(camel.createProducerTemplate()
                    .send("integratorio:licenses?operation=create&connectorId=c1&email=jane@example.com&expires=P30D",
                            exchange -> {})
                    .getException());
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "{\"errors\":[{\"code\":\"x\"}]}", "<html>", "{\"name\":\"no id\"}", "" })
    void a_creation_with_an_answer_that_cannot_be_used_is_not_counted_as_good(String body) {
        server.then(json(200, body));
        send("integratorio:connectors?operation=create", "{\"name\":\"Shop to Books\"}");

        assertEquals(0, count("connectors create", "ok"));
        assertEquals(0, RunningComponent.observed(context).requestStatistics()
                .succeeded());
    }

    /** Runs without Micrometer: {@link #apply} is called on a class of another class loader. */
    public static final class WithoutMicrometer implements Function<String, String> {
        @Override
        public String apply(String baseUrl) {
            assertThrows(ClassNotFoundException.class,
                    () -> Class.forName("io.micrometer.core.instrument.MeterRegistry"));
            try (DefaultCamelContext camel = new DefaultCamelContext()) {
                camel.start();
                IntegratorioComponent component = camel.getComponent("integratorio", IntegratorioComponent.class);
                component.getConfiguration().setBaseUrl(baseUrl);
                component.getConfiguration().setAccessToken("canary-token");
                return camel.createProducerTemplate().requestBody(GET, null, String.class);
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }

    @Test
    @SuppressWarnings("unchecked")
    void calls_work_without_micrometer_on_the_classpath() throws Exception {
        List<URL> urls = new ArrayList<>();
        String classpath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        for (String entry : classpath.split(File.pathSeparator)) {
            if (!new File(entry).getName().startsWith("micrometer")) {
                urls.add(new File(entry).toURI().toURL());
            }
        }
        server.then(json(200, LICENSE));
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        try (URLClassLoader loader =
                new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
            Thread.currentThread().setContextClassLoader(loader);
            Class<?> there = loader.loadClass(WithoutMicrometer.class.getName());
            String body = ((Function<String, String>) there.getConstructor().newInstance()).apply(server.baseUrl());

            assertFalse(there == WithoutMicrometer.class);
            assertTrue(body.contains("\"_id\":\"l1\""), body);
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }
}
