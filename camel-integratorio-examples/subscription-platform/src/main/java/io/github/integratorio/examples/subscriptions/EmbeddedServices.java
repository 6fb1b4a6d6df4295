package io.github.integratorio.examples.subscriptions;

import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
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
        settings.put("camel.server.port", String.valueOf(freePort(20_000)));
        settings.put("camel.management.port", String.valueOf(freePort(26_000)));
        return settings;
    }

    /** Returns a free port of the 6,000 from the given one, below those that the system hands out: another process could be given one of these first. */
    static int freePort(int from) throws IOException {
        try (ServerSocket probe = new ServerSocket(ThreadLocalRandom.current().nextInt(from, from + 6_000))) {
            return probe.getLocalPort();
        }
    }

    @Override
    public void close() throws IOException {
        postgres.close();
        api.close();
    }
}
