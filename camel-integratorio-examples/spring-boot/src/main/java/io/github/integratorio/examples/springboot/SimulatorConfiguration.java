package io.github.integratorio.examples.springboot;

import java.util.Map;

import io.github.integratorio.camel.IntegratorioComponent;
import io.github.integratorio.simulator.IntegratorioSimulator;
import org.apache.camel.spi.ComponentCustomizer;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;

/** Without an account: an integrator.io of the application's own. */
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

    /** Comes after the properties, so it has the last word. */
    @Bean
    ComponentCustomizer talkToTheSimulator(IntegratorioSimulator simulator) {
        return ComponentCustomizer.builder(IntegratorioComponent.class).build(component -> {
            component.getConfiguration().setBaseUrl(simulator.baseUrl());
            component.getConfiguration().setAccessToken(simulator.token());
        });
    }
}
