package io.github.integratorio.examples.springboot;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Profiles;

/** Creates trial licenses for new customers and tracks who has installed the connector. */
@SpringBootApplication
public class TrialsApplication {

    public static void main(String[] args) {
        try {
            ConfigurableApplicationContext context = SpringApplication.run(TrialsApplication.class, args);
            // Without the profile live, DemoRunner has finished.
            if (!context.getEnvironment().acceptsProfiles(Profiles.of("live"))) {
                context.close();
            }
        } catch (RuntimeException e) {
            // The start has failed, and the log says why. The thread of camel.main.run-controller would keep the process.
            System.exit(1);
        }
    }
}
