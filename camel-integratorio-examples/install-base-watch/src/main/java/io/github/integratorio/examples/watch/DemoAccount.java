package io.github.integratorio.examples.watch;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.github.integratorio.camel.IntegratorioComponent;
import io.github.integratorio.camel.model.Installation;
import io.github.integratorio.simulator.IntegratorioSimulator;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.impl.DefaultCamelContext;

/** What there is to watch: a vendor with one connector, on an embedded integrator.io, and its customers. */
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

    /** Customers buy and install. */
    void install(String... customers) {
        for (String customer : customers) {
            String email = customer.charAt(0) + "nn@" + customer + ".example";
            String license = api.addLicense(connector, Map.of("email", email, "expires", "2099-01-01T00:00:00Z"));
            integrations.put(customer, api.install(connector, license));
        }
    }

    /** Customers uninstall. */
    void leave(String... customers) {
        for (String customer : customers) {
            api.uninstall(connector, integrations.remove(customer));
        }
    }

    /** The vendor asks for the update of some customers' installs. */
    void pushUpdate(String... customers) {
        template.requestBody("integratorio:installBase?operation=pushUpdate&connectorId=" + connector,
                Stream.of(customers).map(integrations::get).toList());
    }

    /** The updates that were asked for are done. */
    void finishUpdates(String version) {
        api.finishUpdates(connector, version);
    }

    /** The install base, as the API has it. */
    List<Installation> installBase() {
        List<Installation> all = new ArrayList<>();
        ((List<?>) template.requestBody("integratorio:installBase?operation=list&connectorId=" + connector, null, List.class))
                .forEach(row -> all.add((Installation) row));
        return all;
    }

    /** How many polls have begun: each first asks for the connectors. */
    long polls() {
        return api.count("GET", "/v1/connectors");
    }

    @Override
    public void close() {
        context.stop();
        api.close();
    }
}
