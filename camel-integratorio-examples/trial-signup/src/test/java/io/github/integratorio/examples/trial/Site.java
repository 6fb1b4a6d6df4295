package io.github.integratorio.examples.trial;

import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import io.github.integratorio.simulator.IntegratorioSimulator;

/** The application as in production, on a free port, with a simulator instead of integrator.io. */
final class Site implements AutoCloseable {

    static final String PASSWORD = "correct horse battery";

    private final TrialApp app;

    Site(IntegratorioSimulator api, String connector, Map<String, String> environment) {
        app = new TrialApp(TrialConfig.of(environment(api, connector, environment), true), null, Clock.systemUTC());
    }

    /** Returns the environment variables of the application. */
    static Map<String, String> environment(IntegratorioSimulator api, String connector, Map<String, String> more) {
        Map<String, String> all =
                new HashMap<>(Map.of("INTEGRATOR_IO_TOKEN", api.token(), "INTEGRATOR_IO_URL", api.baseUrl(),
                        "INTEGRATOR_IO_CONNECTOR_ID", connector, "TRIAL_PORT", "0", "TRIAL_POLL_SECONDS", "1",
                        "TRIAL_AMBIGUOUS_RETRY_SECONDS", "1",
                        "TRIAL_VENDOR_PASSWORD", PASSWORD, "TRIAL_SUBMITS_PER_MINUTE", "1000",
                        "TRIAL_DATABASE_URL", "jdbc:h2:mem:" + UUID.randomUUID()));
        all.putAll(more);
        return all;
    }

    TrialApp app() {
        return app;
    }

    Visitor visitor() {
        return new Visitor(app.url());
    }

    /** Returns the licenses of a person. */
    static List<Map<String, Object>> licenses(IntegratorioSimulator api, String connector, String email) {
        return api.licenses(connector).stream()
                .filter(license -> license.get("user") instanceof Map<?, ?> user
                        && email.equalsIgnoreCase((String) user.get("email")))
                .toList();
    }

    @Override
    public void close() {
        app.close();
    }
}
