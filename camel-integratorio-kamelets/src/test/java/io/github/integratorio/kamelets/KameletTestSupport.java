package io.github.integratorio.kamelets;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.integratorio.simulator.IntegratorioSimulator;
import io.github.integratorio.simulator.IntegratorioSimulatorExtension;
import org.apache.camel.Exchange;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainConfigurationProperties;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

/** Applications with camel-main that use Kamelets with a simulator, whose token has every character that is special in URIs. */
abstract class KameletTestSupport {

    static final String TOKEN = "a+b%2F&c=d#e/f@g";
    static final String JANE = "jane@example.com";
    static final String FUTURE = "2099-01-31T12:00:00.000Z";

    @RegisterExtension
    final IntegratorioSimulatorExtension extension = new IntegratorioSimulatorExtension(
            builder -> builder.token(TOKEN).user(JANE, "Jane").user("john@example.com", "John"));
    @TempDir
    Path state;

    String connector;
    Main main;

    @BeforeEach
    void aConnector() {
        // A thread can be suspended for long on a busy machine.
        Awaitility.setDefaultTimeout(Duration.ofMinutes(1));
        connector = simulator().addConnector("Shop to Books");
    }

    @AfterEach
    void stop() {
        if (main != null) {
            main.stop();
            main = null;
        }
    }

    IntegratorioSimulator simulator() {
        return extension.simulator();
    }

    /** Starts an application with these files of routes and Pipes, and additional properties (name, value, …). */
    void start(String routes, String... properties) throws Exception {
        start(configuration -> configuration.withRoutesIncludePattern(routes), properties);
    }

    /** Starts an application with these routes. */
    void start(Consumer<MainConfigurationProperties> routes, String... properties) throws Exception {
        main = new Main();
        routes.accept(main.configure());
        main.addInitialProperty("integratorio.connector", connector);
        main.addInitialProperty("integratorio.token", TOKEN);
        main.addInitialProperty("integratorio.url", simulator().baseUrl());
        main.addInitialProperty("integratorio.state", state.toString());
        for (int i = 0; i < properties.length; i += 2) {
            main.addInitialProperty(properties[i], properties[i + 1]);
        }
        main.start();
    }

    /** Sends a body and headers (name, value, …) to an endpoint and returns the exchange. */
    Exchange send(String uri, Object body, Object... headers) throws Exception {
        return main.getCamelTemplate().request(uri, exchange -> {
            exchange.getMessage().setBody(body);
            for (int i = 0; i < headers.length; i += 2) {
                exchange.getMessage().setHeader((String) headers[i], headers[i + 1]);
            }
        });
    }

    /** As {@link #send}, for an exchange that must succeed. */
    Exchange succeed(String uri, Object body, Object... headers) throws Exception {
        Exchange exchange = send(uri, body, headers);
        assertNull(exchange.getException(), uri);
        return exchange;
    }

    /** The body received by a mock endpoint, as JSON. */
    JsonNode arrival(String mock, int number) {
        List<Exchange> all = main.getCamelContext().getEndpoint(mock, MockEndpoint.class).getExchanges();
        await().until(() -> all.size() > number);
        return json(all.get(number));
    }

    static JsonNode json(Exchange exchange) {
        try {
            return new ObjectMapper().readTree(exchange.getMessage().getBody(String.class));
        } catch (java.io.IOException e) {
            throw new AssertionError("not JSON", e);
        }
    }

    /** Adds a license of Jane to the API. */
    String janesLicense() {
        return simulator().addLicense(connector, map("user", map("email", JANE), "expires", FUTURE,
                "opts", map("connectorEdition", "standard")));
    }

    /** The only license of the API. */
    Map<String, Object> onlyLicense() {
        List<Map<String, Object>> all = simulator().licenses(connector);
        assertEquals(1, all.size());
        return all.get(0);
    }

    @SuppressWarnings("unchecked")
    static String email(Map<String, Object> license) {
        return (String) ((Map<String, Object>) license.get("user")).get("email");
    }

    static Map<String, Object> map(Object... pairs) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put((String) pairs[i], pairs[i + 1]);
        }
        return map;
    }
}
