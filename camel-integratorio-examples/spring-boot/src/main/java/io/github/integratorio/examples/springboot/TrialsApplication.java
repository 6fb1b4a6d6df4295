package io.github.integratorio.examples.springboot;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Profiles;

/** Creates trial licenses for new customers and tracks who has installed the connector. */
@SpringBootApplication
public class TrialsApplication {

    public static void main(String[] args) {
        ConfigurableApplicationContext context = SpringApplication.run(TrialsApplication.class, args);
        // Without the profile live, DemoRunner has finished.
        if (!context.getEnvironment().acceptsProfiles(Profiles.of("live"))) {
            context.close();
        }
    }
}
