package io.github.integratorio.examples.subscriptions;

import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

import io.github.integratorio.simulator.IntegratorioSimulator;
import io.github.integratorio.simulator.SimulatorBuilder;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

/** An embedded PostgreSQL and an embedded integrator.io. For demo and tests. */
final class EmbeddedServices implements AutoCloseable {

    /** The secret of the simulated billing system. */
    static final String SECRET = "a-secret-of-the-demo-only";

    private final IntegratorioSimulator api;
    private final String connector;
    private final EmbeddedPostgres postgres;

    /** @param customizer configures the embedded integrator.io */
    EmbeddedServices(UnaryOperator<SimulatorBuilder> customizer) throws IOException {
        api = customizer.apply(IntegratorioSimulator.builder()).start();
        connector = api.addConnector("Shop to Books");
        postgres = EmbeddedPostgres.builder().setLocaleConfig("encoding", "UTF8")
                .setPGStartupWait(Duration.ofMinutes(2)).start();
    }

    IntegratorioSimulator api() {
        return api;
    }

    String connector() {
        return connector;
    }

    EmbeddedPostgres postgres() {
        return postgres;
    }

    /** Returns the properties with which the platform uses these services and listens on free ports. */
    Map<String, String> properties() throws IOException {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("camel.component.integratorio.base-url", api.baseUrl());
        settings.put("camel.component.integratorio.access-token", api.token());
        settings.put("connector", connector);
        settings.put("database.url", postgres.getJdbcUrl("postgres", "postgres"));
        settings.put("webhook.secrets", SECRET);
        try (ServerSocket one = new ServerSocket(0); ServerSocket other = new ServerSocket(0)) {
            settings.put("camel.server.port", String.valueOf(one.getLocalPort()));
            settings.put("camel.management.port", String.valueOf(other.getLocalPort()));
        }
        return settings;
    }

    @Override
    public void close() throws IOException {
        postgres.close();
        api.close();
    }
}
