package io.github.integratorio.camel.support;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.integratorio.camel.IntegratorioComponent;
import io.github.integratorio.camel.api.ConsumerConfiguration;
import io.github.integratorio.simulator.IntegratorioSimulator;
import io.github.integratorio.simulator.IntegratorioSimulatorExtension;
import io.github.integratorio.simulator.RecordedRequest;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.test.junit5.CamelTestSupport;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

/** A Camel context whose component talks to its own simulator over a real socket. */
public abstract class SimulatorTestSupport extends CamelTestSupport {

    protected static final String JANE = "jane@example.com";
    protected static final String FUTURE = "2099-01-31T12:00:00.000Z";
    protected static final ObjectMapper MAPPER = new ObjectMapper();

    @RegisterExtension
    protected final IntegratorioSimulatorExtension extension = new IntegratorioSimulatorExtension(
            builder -> builder.user(JANE, "Jane").user("john@example.com", "John").noRateLimit());

    protected IntegratorioSimulator simulator() {
        return extension.simulator();
    }

    @Override
    protected CamelContext createCamelContext() throws Exception {
        CamelContext context = super.createCamelContext();
        IntegratorioComponent component = new IntegratorioComponent();
        component.getConfiguration().setBaseUrl(simulator().baseUrl());
        component.getConfiguration().setAccessToken(simulator().token());
        component.getConfiguration().setStateDirectory(ConsumerConfiguration.MEMORY);
        context.addComponent("integratorio", component);
        return context;
    }

    /** Sends a body and headers (name, value, …) to an endpoint and returns the exchange. */
    protected Exchange send(String uri, Object body, Object... headers) {
        return template.send(uri, exchange -> {
            exchange.getMessage().setBody(body);
            for (int i = 0; i < headers.length; i += 2) {
                exchange.getMessage().setHeader((String) headers[i], headers[i + 1]);
            }
        });
    }

    /** As {@link #send}, for an exchange that must succeed. */
    protected Exchange succeed(String uri, Object body, Object... headers) {
        Exchange exchange = send(uri, body, headers);
        if (exchange.getException() != null) {
            throw new AssertionError("failed: " + uri, exchange.getException());
        }
        return exchange;
    }

    /** As {@link #send}, for an exchange that must fail with this exception. */
    protected <T extends Exception> T fail(Class<T> type, String uri, Object body, Object... headers) {
        Exchange exchange = send(uri, body, headers);
        Exception exception = exchange.getException();
        assertNotNull(exception, "did not fail: " + uri);
        assertEquals(type, exception.getClass(), () -> "failed with " + exception);
        return type.cast(exception);
    }

    /** The one request since the start or {@code clearRequests()}. */
    protected RecordedRequest onlyRequest() {
        assertEquals(1, simulator().requestCount());
        return simulator().requests().get(0);
    }

    protected static Map<String, Object> map(Object... pairs) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put((String) pairs[i], pairs[i + 1]);
        }
        return map;
    }

    @SuppressWarnings("unchecked")
    protected static Map<String, Object> json(String text) {
        try {
            return MAPPER.readValue(text, Map.class);
        } catch (Exception e) {
            throw new AssertionError("not JSON: " + text, e);
        }
    }

    /** Adds a license of Jane to the API. */
    protected String janesLicense(String connectorId) {
        return simulator().addLicense(connectorId, map("user", map("email", JANE), "expires", FUTURE,
                "opts", map("connectorEdition", "standard", "addonLicenses", List.of(map("type", "store"))),
                "futureField", map("kept", List.of(1, 2.5, true))));
    }
}
