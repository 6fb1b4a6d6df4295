package io.github.integratorio.examples.trial;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.github.integratorio.simulator.Fault;
import io.github.integratorio.simulator.IntegratorioSimulator;

/** An embedded integrator.io with customers. */
final class DemoEnvironment implements AutoCloseable {

    /** An address without an account at integrator.io. */
    static final String NOBODY = "nobody@unknown.example";

    private final IntegratorioSimulator api;
    private final String connector;
    private int release;

    /** Starts the API with some customers, most of whom have installed the connector. */
    DemoEnvironment(String product, Clock clock) {
        api = IntegratorioSimulator.builder().anyUser().recordRequests(false).start();
        api.removeUser(NOBODY);
        connector = api.addConnector(product);
        Instant now = clock.instant();
        customer("mara@birchandco.example", now.minus(Duration.ofDays(3)), true);
        customer("tom@cedarsupply.example", now.plus(Duration.ofDays(2)), true);
        customer("ines@deltafoods.example", now.plus(Duration.ofDays(5)), true);
        customer("yuki@emberworks.example", now.plus(Duration.ofDays(12)), false);
        customer("olu@fjordoutdoor.example", now.plus(Duration.ofDays(19)), true);
        customer("ana@grovehome.example", now.plus(Duration.ofDays(204)), true);
        customer("lee@irisoptics.example", now.plus(Duration.ofDays(341)), true);
    }

    private void customer(String email, Instant expires, boolean installed) {
        String license = api.addLicense(connector, Map.of("email", email, "expires", expires));
        if (installed) {
            api.install(connector, license);
        }
    }

    IntegratorioSimulator api() {
        return api;
    }

    String connector() {
        return connector;
    }

    /** Tests whether the API is down. */
    boolean isDown() {
        return api.faults().armed() > 0;
    }

    /** Makes every call fail. */
    void takeDown() {
        api.faults().clear();
        api.faults().add(Fault.onAny().always().status(503));
    }

    /** Makes calls succeed again. */
    void bringBack() {
        api.faults().clear();
    }

    /** Installs the connector for every active license. */
    void installAll() {
        for (Map<String, Object> license : api.licenses(connector)) {
            if (license.get("_integrationId") == null
                    && Instant.parse(String.valueOf(license.get("expires"))).isAfter(Instant.now())) {
                api.install(connector, (String) license.get("_id"));
            }
        }
    }

    /** Uninstalls the oldest install, if there is one. */
    void uninstallOne() {
        api.installBase(connector).stream().findFirst()
                .ifPresent(row -> api.uninstall(connector, (String) row.get("_integrationId")));
    }

    /** Returns the ids of the installs that can be updated. */
    List<String> listInstalls() {
        return api.installBase(connector).stream().map(row -> (String) row.get("_integrationId"))
                .filter(Objects::nonNull).toList();
    }

    /** Completes the pushed updates with the next version. */
    void finishUpdates() {
        release++;
        api.finishUpdates(connector, "1." + release + ".0");
    }

    /** Creates the account of {@link #NOBODY}. */
    void addMissingUser() {
        api.addUser(NOBODY, "Nobody");
    }

    @Override
    public void close() {
        api.close();
    }
}
