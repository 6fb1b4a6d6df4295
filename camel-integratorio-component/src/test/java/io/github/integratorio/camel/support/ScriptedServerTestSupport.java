package io.github.integratorio.camel.support;

import io.github.integratorio.camel.IntegratorioComponent;
import io.github.integratorio.camel.api.ConsumerConfiguration;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.test.junit5.CamelTestSupport;
import org.junit.jupiter.api.AfterEach;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

/** A Camel context whose component talks to a {@link ScriptedServer}. */
public abstract class ScriptedServerTestSupport extends CamelTestSupport {

    protected static final String LICENSE =
            "{\"_id\":\"l1\",\"expires\":\"2099-01-31T12:00:00.000Z\",\"user\":{\"email\":\"jane@example.com\"}}";
    protected static final String GET = "integratorio:licenses?operation=get&connectorId=c1&licenseId=l1";
    protected static final String LIST = "integratorio:licenses?operation=list&connectorId=c1";
    protected static final String CREATE = "integratorio:connectors?operation=create";
    protected static final String NEW = "{\"name\":\"Shop to Books\"}";

    protected ScriptedServer server;

    @Override
    protected CamelContext createCamelContext() throws Exception {
        CamelContext context = super.createCamelContext();
        server = newServer();
        IntegratorioComponent component = new IntegratorioComponent();
        component.getConfiguration().setBaseUrl(server.baseUrl());
        component.getConfiguration().setAccessToken("canary-token");
        component.getConfiguration().setStateDirectory(ConsumerConfiguration.MEMORY);
        // These tests count the requests of one attempt; retries have their own tests.
        component.getConfiguration().setMaxRetries(0);
        configure(component);
        context.addComponent("integratorio", component);
        return context;
    }

    protected ScriptedServer newServer() throws Exception {
        return ScriptedServer.start();
    }

    protected void configure(IntegratorioComponent component) throws Exception {
        component.getConfiguration().setRequestTimeout(5_000);
    }

    @AfterEach
    void closeServer() throws Exception {
        server.close();
    }

    protected Exchange send(String uri, Object body) {
        Exchange exchange = template.send(uri, one -> one.getMessage().setBody(body));
        if (exchange.getException() != null) {
            String text = String.valueOf(exchange.getException());
            assertEquals(false, text.contains("canary-token") || text.contains("jane@"), text);
        }
        return exchange;
    }

    /** Sends outside of a route, so that a stream stays open until the test has read it. */
    protected Exchange stream(String uri) {
        Exchange exchange = new org.apache.camel.support.DefaultExchange(context);
        try {
            org.apache.camel.Producer producer = context.getEndpoint(uri).createProducer();
            producer.start();
            producer.process(exchange);
        } catch (Exception e) {
            exchange.setException(e);
        }
        return exchange;
    }

    protected <T extends Exception> T fail(Class<T> type, String uri, Object body) {
        Exception exception = send(uri, body).getException();
        assertNotNull(exception, "did not fail: " + uri);
        assertEquals(type, exception.getClass(), () -> "failed with " + exception);
        return type.cast(exception);
    }
}
