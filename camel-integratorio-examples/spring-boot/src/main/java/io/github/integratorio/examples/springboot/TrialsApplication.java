package io.github.integratorio.examples.springboot;

import java.util.concurrent.atomic.AtomicBoolean;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.event.ApplicationFailedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Profiles;

/** Creates trial licenses for new customers and tracks who has installed the connector. */
@SpringBootApplication
public class TrialsApplication {

    public static void main(String[] args) {
        SpringApplication application = new SpringApplication(TrialsApplication.class);
        AtomicBoolean failed = new AtomicBoolean();
        application.addListeners((ApplicationListener<ApplicationFailedEvent>) event -> failed.set(true));
        try {
            ConfigurableApplicationContext context = application.run(args);
            // Without the profile live, DemoRunner has finished.
            if (!context.getEnvironment().acceptsProfiles(Profiles.of("live"))) {
                context.close();
            }
        } finally {
            // The log says why. The thread of camel.main.run-controller would keep the process.
            if (failed.get()) {
                System.exit(1);
            }
        }
    }
}
