package io.github.integratorio.tests.contract;

import java.util.Collection;
import java.util.Map;

import io.github.integratorio.simulator.IntegratorioSimulator;
import org.apache.camel.Exchange;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckHelper;
import org.apache.camel.main.Main;

/**
 * An application with the component. It has the API's own base URL, so that links to next pages are what they are for everyone,
 * and goes there through Prism as its HTTP proxy.
 */
final class Client implements AutoCloseable {

    private final Main camel = new Main();

    Client(IntegratorioSimulator simulator, Prism prism) throws Exception {
        camel.addInitialProperty("camel.health.producersEnabled", "true");
        option("base-url", simulator.baseUrl());
        option("access-token", simulator.token());
        option("proxy-host", "127.0.0.1");
        option("proxy-port", String.valueOf(prism.port()));
        option("max-retries", "0");
        option("output-type", "map");
        camel.start();
    }

    private void option(String name, String value) {
        camel.addInitialProperty("camel.component.integratorio." + name, value);
    }

    /** Does something, and gives what became of it. */
    Exchange send(String uri, Object body) throws Exception {
        return camel.getCamelTemplate().send("integratorio:" + uri, exchange -> exchange.getMessage().setBody(body));
    }

    /** Does something that must succeed, and gives the body. */
    <T> T call(Class<T> type, String uri, Object body) throws Exception {
        Exchange exchange = send(uri, body);
        if (exchange.getException() != null) {
            throw new AssertionError("failed: " + uri, exchange.getException());
        }
        return exchange.getMessage().getBody(type);
    }

    /** Does something that must succeed, and gives the id of the document that comes of it. */
    String id(String uri, Object body) throws Exception {
        return call(Map.class, uri, body).get("_id").toString();
    }

    /** Reads a list, and gives the number of its rows. */
    int rows(String uri) throws Exception {
        return call(Collection.class, uri, null).size();
    }

    /** Whether the API takes the token, as the health check says. */
    boolean tokenTaken() {
        return HealthCheckHelper.invoke(camel.getCamelContext()).stream()
                .filter(result -> result.getCheck().getId().startsWith("producer:integratorio"))
                .allMatch(result -> result.getState() == HealthCheck.State.UP);
    }

    @Override
    public void close() {
        camel.stop();
    }
}
