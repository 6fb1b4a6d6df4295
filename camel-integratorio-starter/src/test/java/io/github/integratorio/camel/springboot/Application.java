package io.github.integratorio.camel.springboot;

import java.util.function.Consumer;

import io.github.integratorio.camel.IntegratorioComponent;
import io.github.integratorio.camel.api.IntegratorioConfiguration;
import org.apache.camel.CamelContext;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Configuration;

/** A Spring Boot application that has nothing but what its classpath gives it. */
@Configuration
@EnableAutoConfiguration
class Application {

    /** Not started yet. */
    static ApplicationContextRunner runner() {
        return new ApplicationContextRunner().withUserConfiguration(Application.class);
    }

    /** Starts it with these properties and looks at the component's options. */
    static void configured(ApplicationContextRunner runner, Consumer<IntegratorioConfiguration> look, String... properties) {
        runner.withPropertyValues(properties).run(context -> look.accept(component(context).getConfiguration()));
    }

    static IntegratorioComponent component(ApplicationContext context) {
        return context.getBean(CamelContext.class).getComponent("integratorio", IntegratorioComponent.class);
    }
}
