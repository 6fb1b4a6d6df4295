package io.github.integratorio.examples.watch;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.github.integratorio.camel.IntegratorioComponent;
import io.github.integratorio.camel.api.Installation;
import io.github.integratorio.simulator.IntegratorioSimulator;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.impl.DefaultCamelContext;

/** An account with one connector and its customers, on an embedded integrator.io. */
final class DemoAccount implements AutoCloseable {

    private final IntegratorioSimulator api = IntegratorioSimulator.builder().anyUser().start();
    private final String connector = api.addConnector("Shop to Books");
    private final Map<String, String> integrations = new HashMap<>();
    private final CamelContext context = new DefaultCamelContext();
    private final ProducerTemplate template;

    DemoAccount() {
        IntegratorioComponent component = new IntegratorioComponent();
        component.getConfiguration().setBaseUrl(api.baseUrl());
        component.getConfiguration().setAccessToken(api.token());
        context.addComponent("integratorio", component);
        context.start();
        template = context.createProducerTemplate();
    }

    IntegratorioSimulator api() {
        return api;
    }

    /** Creates a license for each customer and installs the connector. */
    void install(String... customers) {
        for (String customer : customers) {
            String email = customer.charAt(0) + "nn@" + customer + ".example";
            String license = api.addLicense(connector, Map.of("email", email, "expires", "2099-01-01T00:00:00Z"));
            integrations.put(customer, api.install(connector, license));
        }
    }

    /** Uninstalls the connector of these customers. */
    void uninstall(String... customers) {
        for (String customer : customers) {
            api.uninstall(connector, integrations.remove(customer));
        }
    }

    /** Requests an update of the installs of these customers. */
    void pushUpdate(String... customers) {
        template.requestBody("integratorio:installBase?operation=pushUpdate&connectorId=" + connector,
                Stream.of(customers).map(integrations::get).toList());
    }

    /** Completes the requested updates. */
    void finishUpdates(String version) {
        api.finishUpdates(connector, version);
    }

    /** Returns the install base from the API. */
    List<Installation> listInstalls() {
        List<Installation> all = new ArrayList<>();
        ((List<?>) template.requestBody("integratorio:installBase?operation=list&connectorId=" + connector, null,
                List.class))
                .forEach(row -> all.add((Installation) row));
        return all;
    }

    /** Returns the number of polls started so far; each poll first lists the connectors. */
    long countPolls() {
        return api.count("GET", "/v1/connectors");
    }

    @Override
    public void close() {
        context.stop();
        api.close();
    }
}
