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

/** What the platform needs around it, in this process and for its time: a PostgreSQL and an integrator.io. For demo and tests. */
final class EmbeddedServices implements AutoCloseable {

    /** What the billing system signs with. */
    static final String SECRET = "a-secret-of-the-demo-only";

    private final IntegratorioSimulator api;
    private final String connector;
    private final EmbeddedPostgres postgres;

    /** @param how what the integrator.io shall be like */
    EmbeddedServices(UnaryOperator<SimulatorBuilder> how) throws IOException {
        api = how.apply(IntegratorioSimulator.builder()).start();
        connector = api.addConnector("Shop to Books");
        postgres = EmbeddedPostgres.builder().setLocaleConfig("encoding", "UTF8").setPGStartupWait(Duration.ofMinutes(2)).start();
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

    /** What the platform must be told to use them, and to listen on ports that are free. */
    Map<String, String> settings() throws IOException {
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
