package io.github.integratorio.examples.springboot;

import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

import io.github.integratorio.camel.model.License;
import io.github.integratorio.examples.springboot.Customers.Customer;
import io.github.integratorio.simulator.IntegratorioSimulator;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.CommandLineRunner;
import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Component;

/** Plays the customers, and shows what the application makes of it. */
@Component
@Profile("!live")
class DemoRunner implements CommandLineRunner {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final CustomerRepository customers;
    private final IntegratorioSimulator simulator;
    private final String connector;

    DemoRunner(CustomerRepository customers, IntegratorioSimulator simulator, @Value("${trials.connector}") String connector) {
        this.customers = customers;
        this.simulator = simulator;
        this.connector = connector;
    }

    @Override
    public void run(String... arguments) throws InterruptedException {
        System.out.printf("%n%d customers signed up -> an embedded integrator.io, %s%n%n", customers.all().size(), simulator.baseUrl());

        show("Everybody has a license, or a reason why not", table -> customers.waiting().isEmpty());

        List<String> integrations = simulator.licenses(connector).stream().map(License::of)
                .filter(license -> !license.getEmail().startsWith("dana"))
                .map(license -> simulator.install(connector, license.getId())).toList();
        show("All but one have installed the connector", table -> table.stream().filter(Customer::installed).count() == integrations.size());

        simulator.uninstall(connector, integrations.get(0));
        show("One of them has uninstalled it", table -> table.stream().filter(Customer::installed).count() == integrations.size() - 1);

        System.out.printf("%d requests. The component remembers what it has seen in the application's own database.%n%n", simulator.requestCount());
    }

    /** Waits until the table is like that, and shows it. */
    private void show(String title, Predicate<List<Customer>> done) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!done.test(customers.all())) {
            if (System.nanoTime() - end > 0) {
                throw new IllegalStateException("Not after " + PATIENCE.toSeconds() + " s: " + title);
            }
            Thread.sleep(20);
        }
        System.out.println(title + ":");
        for (Customer customer : customers.all()) {
            System.out.printf("  %-14s %-26s %s%n", customer.name(),
                    customer.refusal() != null ? "refused: " + customer.refusal() : "licensed until " + customer.expires(),
                    customer.installed() ? "installed" : "-");
        }
        System.out.println();
    }
}
