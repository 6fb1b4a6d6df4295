package io.github.integratorio.examples.springboot;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Profiles;

/** Gives everybody who signs up a trial license, and learns who has installed the connector. */
@SpringBootApplication
public class TrialsApplication {

    public static void main(String[] args) {
        ConfigurableApplicationContext context = SpringApplication.run(TrialsApplication.class, args);
        // Without an account it is a demo, and over by now.
        if (!context.getEnvironment().acceptsProfiles(Profiles.of("live"))) {
            context.close();
        }
    }
}
