package io.github.integratorio.examples.trial;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.github.integratorio.simulator.Fault;
import io.github.integratorio.simulator.IntegratorioSimulator;

/** An embedded integrator.io, and what its customers do there. */
final class DemoEnvironment implements AutoCloseable {

    /** An address that integrator.io does not know. */
    static final String NOBODY = "nobody@unknown.example";

    private final IntegratorioSimulator api;
    private final String connector;
    private int release = 1;

    /** Starts it, with a few customers of whom some have installed. */
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

    /** Whether it answers no call. */
    boolean isDown() {
        return api.faults().armed() > 0;
    }

    /** From now on every call fails. */
    void goDown() {
        api.faults().clear();
        api.faults().add(Fault.onAny().always().status(503));
    }

    /** From now on calls work again. */
    void comeBack() {
        api.faults().clear();
    }

    /** Whoever has a license that has not ended, and has not installed yet, does. */
    void everybodyInstalls() {
        for (Map<String, Object> license : api.licenses(connector)) {
            if (license.get("_integrationId") == null && Instant.parse(String.valueOf(license.get("expires"))).isAfter(Instant.now())) {
                api.install(connector, (String) license.get("_id"));
            }
        }
    }

    /** The one who has had it longest uninstalls; nobody, when nobody has it. */
    void oneUninstalls() {
        api.installBase(connector).stream().findFirst()
                .ifPresent(row -> api.uninstall(connector, (String) row.get("_integrationId")));
    }

    /** The integrations that an update can be pushed to. */
    List<String> installs() {
        return api.installBase(connector).stream().map(row -> (String) row.get("_integrationId")).filter(Objects::nonNull).toList();
    }

    /** The updates that were pushed are done, and brought the next version. */
    void updatesEnd() {
        release++;
        api.finishUpdates(connector, "1." + release + ".0");
    }

    /** integrator.io gets to know the address that it did not. */
    void nobodyGetsAnAccount() {
        api.addUser(NOBODY, "Nobody");
    }

    @Override
    public void close() {
        api.close();
    }
}
