package io.github.integratorio.camel.springboot;

import java.util.function.Consumer;

import io.github.integratorio.camel.IntegratorioComponent;
import io.github.integratorio.camel.api.IntegratorioConfiguration;
import org.apache.camel.CamelContext;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Configuration;

/** A Spring Boot application with only auto-configuration. */
@Configuration
@EnableAutoConfiguration
class Application {

    /** Not started yet. */
    static ApplicationContextRunner runner() {
        return new ApplicationContextRunner().withUserConfiguration(Application.class);
    }

    /** Starts the application with these properties and checks the component's options. */
    static void configured(ApplicationContextRunner runner, Consumer<IntegratorioConfiguration> look,
            String... properties) {
        runner.withPropertyValues(properties).run(context -> look.accept(component(context).getConfiguration()));
    }

    static IntegratorioComponent component(ApplicationContext context) {
        return context.getBean(CamelContext.class).getComponent("integratorio", IntegratorioComponent.class);
    }
}
