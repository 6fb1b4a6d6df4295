package io.github.integratorio.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import io.github.integratorio.camel.IntegratorioComponent;
import io.github.integratorio.camel.api.IntegratorioConstants;
import io.github.integratorio.camel.api.License;
import io.github.integratorio.camel.api.Region;
import io.github.integratorio.camel.api.WriteOutcome;
import io.github.integratorio.simulator.IntegratorioSimulator;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Producer;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.impl.engine.SimpleCamelContext;
import org.apache.camel.spi.Synchronization;

/** A connection to an account: a Camel context with the component. */
final class Session implements AutoCloseable {

    private final CamelContext context = new SimpleCamelContext();
    private final ProducerTemplate template;
    private final IntegratorioSimulator simulator;
    private final String sampleConnector;

    private Session(String token, String url, Region region, IntegratorioSimulator simulator, String sampleConnector) {
        this.simulator = simulator;
        this.sampleConnector = sampleConnector;
        IntegratorioComponent component = new IntegratorioComponent();
        component.getConfiguration().setAccessToken(token);
        if (url != null) {
            component.getConfiguration().setBaseUrl(url);
        } else if (region != null) {
            component.getConfiguration().setRegion(region);
        }
        context.addComponent("integratorio", component);
        context.start();
        template = context.createProducerTemplate();
    }

    static Session of(String token, String url, Region region) {
        return new Session(token, url, region, null, null);
    }

    /** A simulated account with five customers. */
    static Session simulated() {
        IntegratorioSimulator simulator = IntegratorioSimulator.builder().anyUser().start();
        String connector = simulator.addConnector("Shop to Books");
        Instant now = Instant.now();
        List.of(Map.entry("ann@acme.example", 3), Map.entry("ben@birch.example", 21),
                Map.entry("cleo@cedar.example", 200),
                Map.entry("dan@delta.example", 365), Map.entry("eve@ember.example", -10)).forEach(customer -> {
                    String license = simulator.addLicense(connector, Map.of("email", customer.getKey(), "expires",
                            now.plus(Duration.ofDays(customer.getValue())).toString(), "opts",
                            Map.of("connectorEdition", customer.getValue() > 100 ? "premium" : "standard")));
                    if (customer.getValue() > 3) {
                        simulator.install(connector, license);
                    }
                });
        return new Session(simulator.token(), simulator.baseUrl(), null, simulator, connector);
    }

    /** The connector of the simulated account; null in a real one. */
    String sampleConnector() {
        return sampleConnector;
    }

    /** All licenses of a connector. */
    List<License> licenses(String connector) {
        return list(request("licenses", "list", connector, null, Map.of()), License.class);
    }

    /**
     * Runs an operation.
     *
     * @param options further options of the endpoint
     * @return        the body of the result, may be null
     */
    Object request(String resource, String operation, String connector, Object body, Map<String, ?> options) {
        return template.requestBody(uri(resource, operation, connector, options), body);
    }

    /** What an operation on licenses would do. */
    WriteOutcome plan(String operation, String connector, Object body) {
        Exchange plan = template.request(uri("licenses", operation, connector, Map.of("dryRun", true)),
                exchange -> exchange.getMessage().setBody(body));
        if (plan.getException() != null) {
            throw CamelExecutionException.wrapCamelExecutionException(plan, plan.getException());
        }
        return plan.getMessage().getHeader(IntegratorioConstants.OUTCOME, WriteOutcome.class);
    }

    /**
     * Runs a reconcile.
     *
     * @param read takes the Iterator of the rows that are done
     */
    void reconcile(String connector, Iterator<Map<String, Object>> rows, Map<String, ?> options,
            Consumer<Iterator<?>> read) throws Exception {
        Map<String, Object> all = new LinkedHashMap<>(options);
        all.put("streaming", "true");
        Endpoint endpoint = context.getEndpoint(uri("licenses", "reconcile", connector, all));
        // A template would end the exchange, and the reconcile with it, before the rows are read.
        Exchange exchange = endpoint.createExchange();
        exchange.getMessage().setBody(rows);
        try (Producer producer = endpoint.createProducer()) {
            producer.start();
            producer.process(exchange);
            if (exchange.getException() != null) {
                throw exchange.getException();
            }
            read.accept(exchange.getMessage().getBody(Iterator.class));
        } finally {
            List<Synchronization> completions = exchange.getExchangeExtension().handoverCompletions();
            if (completions != null) {
                completions.forEach(completion -> completion.onComplete(exchange));
            }
        }
    }

    private static String uri(String resource, String operation, String connector, Map<String, ?> options) {
        StringBuilder uri = new StringBuilder("integratorio:" + resource + "?operation=" + operation);
        if (connector != null) {
            uri.append("&connectorId=RAW(").append(connector).append(')');
        }
        options.forEach((name, value) -> uri.append('&').append(name).append("=RAW(").append(value).append(')'));
        return uri.toString();
    }

    static <T> List<T> list(Object body, Class<T> type) {
        return ((List<?>) body).stream().map(type::cast).toList();
    }

    @Override
    public void close() {
        try {
            context.stop();
        } finally {
            if (simulator != null) {
                simulator.close();
            }
        }
    }
}
