package io.github.integratorio.tests.contract;

import java.util.Collection;
import java.util.Map;

import io.github.integratorio.simulator.IntegratorioSimulator;
import org.apache.camel.Exchange;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckHelper;
import org.apache.camel.main.Main;

/**
 * An application with the component. It uses the real base URL of the API, so that links to next pages are unchanged,
 * and Prism as its HTTP proxy.
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

    /** Sends an exchange and returns it. */
    Exchange send(String uri, Object body) throws Exception {
        return camel.getCamelTemplate().send("integratorio:" + uri, exchange -> exchange.getMessage().setBody(body));
    }

    /** Sends an exchange that must succeed and returns the body. */
    <T> T call(Class<T> type, String uri, Object body) throws Exception {
        Exchange exchange = send(uri, body);
        if (exchange.getException() != null) {
            throw new AssertionError("failed: " + uri, exchange.getException());
        }
        return exchange.getMessage().getBody(type);
    }

    /** Sends an exchange that must succeed and returns the id of the resulting document. */
    String id(String uri, Object body) throws Exception {
        return call(Map.class, uri, body).get("_id").toString();
    }

    /** Reads a list and returns the number of its rows. */
    int rows(String uri) throws Exception {
        return call(Collection.class, uri, null).size();
    }

    /** The result of the health check, which asks whether the API accepts the token. */
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
