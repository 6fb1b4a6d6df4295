package io.github.integratorio.examples.springboot;

import java.util.Map;

import io.github.integratorio.camel.IntegratorioComponent;
import io.github.integratorio.simulator.IntegratorioSimulator;
import org.apache.camel.spi.ComponentCustomizer;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;

/** Embeds an integrator.io unless the profile {@code live} is active. */
@Configuration
@Profile("!live")
class SimulatorConfiguration {

    @Bean
    IntegratorioSimulator simulator(@Value("${trials.connector}") String connector) {
        IntegratorioSimulator simulator = IntegratorioSimulator.start();
        simulator.addConnector(Map.of("_id", connector, "name", "Shop to Books"));
        simulator.removeUser("nora.nobody@unknown.example");
        return simulator;
    }

    /** Overrides the properties: customizers run after them. */
    @Bean
    ComponentCustomizer simulatorCustomizer(IntegratorioSimulator simulator) {
        return ComponentCustomizer.builder(IntegratorioComponent.class).build(component -> {
            component.getConfiguration().setBaseUrl(simulator.baseUrl());
            component.getConfiguration().setAccessToken(simulator.token());
        });
    }
}
