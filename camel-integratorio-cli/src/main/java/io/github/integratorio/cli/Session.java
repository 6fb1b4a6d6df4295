package io.github.integratorio.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import io.github.integratorio.camel.IntegratorioComponent;
import io.github.integratorio.camel.api.FieldDifference;
import io.github.integratorio.camel.api.IntegratorioConstants;
import io.github.integratorio.camel.api.License;
import io.github.integratorio.camel.api.Region;
import io.github.integratorio.camel.api.WriteOutcome;
import io.github.integratorio.simulator.IntegratorioSimulator;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Producer;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.RuntimeCamelException;
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
        // Checks the token and the URL before anything is sent.
        try (Producer producer = context.getEndpoint(uri("connectors", "list", Map.of())).createProducer()) {
            producer.start();
        } catch (Exception e) {
            close();
            throw RuntimeCamelException.wrapRuntimeCamelException(e);
        }
    }

    /** Lets creations be claimed, from the next request on. */
    void claimBy(Claims claims) {
        try {
            context.addService(claims);
        } catch (Exception e) {
            throw RuntimeCamelException.wrapRuntimeCamelException(e);
        }
        context.getComponent("integratorio", IntegratorioComponent.class).getConfiguration()
                .setIdempotentRepository(claims);
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
        return list(request("licenses", "list", connector, null, null, Map.of()).body(), License.class);
    }

    /**
     * The result of an operation.
     *
     * @param body        may be null
     * @param outcome     null after a read
     * @param differences what a dry run tells; otherwise null
     */
    record Result(Object body, WriteOutcome outcome, List<FieldDifference> differences) {

        License license() {
            return (License) body;
        }
    }

    /**
     * Runs an operation.
     *
     * @param license id of the license; may be null
     * @param options further options of the endpoint, none of them from outside: a URI is no place for what users write
     */
    @SuppressWarnings("unchecked")
    Result request(String resource, String operation, String connector, String license, Object body,
            Map<String, ?> options) {
        Exchange done = template.request(uri(resource, operation, options), exchange -> {
            exchange.getMessage().setBody(body);
            exchange.getMessage().setHeader(IntegratorioConstants.CONNECTOR_ID, connector);
            exchange.getMessage().setHeader(IntegratorioConstants.LICENSE_ID, license);
        });
        if (done.getException() != null) {
            throw RuntimeCamelException.wrapRuntimeCamelException(done.getException());
        }
        return new Result(done.getMessage().getBody(),
                done.getMessage().getHeader(IntegratorioConstants.OUTCOME, WriteOutcome.class),
                done.getMessage().getHeader(IntegratorioConstants.DIFFERENCES, List.class));
    }

    /**
     * Runs a reconcile.
     *
     * @param read takes the Iterator of the rows that are done
     */
    void reconcile(String connector, List<Map<String, Object>> rows, Map<String, ?> options,
            Consumer<Iterator<?>> read) throws Exception {
        Map<String, Object> all = new LinkedHashMap<>(options);
        all.put("streaming", "true");
        Endpoint endpoint = context.getEndpoint(uri("licenses", "reconcile", all));
        // A template would end the exchange, and the reconcile with it, before the rows are read.
        Exchange exchange = endpoint.createExchange();
        exchange.getMessage().setBody(rows);
        exchange.getMessage().setHeader(IntegratorioConstants.CONNECTOR_ID, connector);
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

    private static String uri(String resource, String operation, Map<String, ?> options) {
        StringBuilder uri = new StringBuilder("integratorio:" + resource + "?operation=" + operation);
        options.forEach((name, value) -> uri.append('&').append(name).append('=').append(value));
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
