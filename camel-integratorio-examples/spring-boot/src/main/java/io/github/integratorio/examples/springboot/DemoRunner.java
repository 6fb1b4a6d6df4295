package io.github.integratorio.examples.springboot;

import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

import io.github.integratorio.camel.api.License;
import io.github.integratorio.examples.springboot.CustomerRepository.Customer;
import io.github.integratorio.simulator.IntegratorioSimulator;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.CommandLineRunner;
import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Component;

/** Simulates the customers and prints how the application reacts. */
@Component
@Profile("!live")
class DemoRunner implements CommandLineRunner {

    private static final Duration TIMEOUT = Duration.ofMinutes(1);

    private final CustomerRepository customers;
    private final IntegratorioSimulator simulator;
    private final String connector;

    DemoRunner(CustomerRepository customers, IntegratorioSimulator simulator,
            @Value("${trials.connector}") String connector) {
        this.customers = customers;
        this.simulator = simulator;
        this.connector = connector;
    }

    @Override
    public void run(String... arguments) throws InterruptedException {
        System.out.printf("%n%d customers signed up -> an embedded integrator.io, %s%n%n", customers.findAll().size(),
                simulator.baseUrl());

        awaitAndPrint("Every customer has a license or a rejection", table -> customers.findUnlicensed().isEmpty());

        List<String> integrations = simulator.licenses(connector).stream().map(License::of)
                .filter(license -> !license.getEmail().startsWith("dana"))
                .map(license -> simulator.install(connector, license.getId())).toList();
        awaitAndPrint("All but one have installed the connector",
                table -> table.stream().filter(Customer::installed).count() == integrations.size());

        simulator.uninstall(connector, integrations.get(0));
        awaitAndPrint("One customer has uninstalled it",
                table -> table.stream().filter(Customer::installed).count() == integrations.size() - 1);

        System.out.printf("%d requests. The change feed keeps its state in the application's database.%n%n",
                simulator.requestCount());
    }

    /** Waits until the table meets the condition and prints it. */
    private void awaitAndPrint(String title, Predicate<List<Customer>> done) throws InterruptedException {
        long end = System.nanoTime() + TIMEOUT.toNanos();
        while (!done.test(customers.findAll())) {
            if (System.nanoTime() - end > 0) {
                throw new IllegalStateException("Not within " + TIMEOUT.toSeconds() + " s: " + title);
            }
            Thread.sleep(20);
        }
        System.out.println(title + ":");
        for (Customer customer : customers.findAll()) {
            System.out.printf("  %-14s %-26s %s%n", customer.name(),
                    customer.rejection() != null ? "rejected: " + customer.rejection()
                            : "licensed until " + customer.expires(),
                    customer.installed() ? "installed" : "-");
        }
        System.out.println();
    }
}
