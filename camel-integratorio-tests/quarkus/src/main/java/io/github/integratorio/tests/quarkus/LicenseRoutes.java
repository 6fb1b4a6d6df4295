package io.github.integratorio.tests.quarkus;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

import org.apache.camel.builder.RouteBuilder;

/** Sign-ups become licenses, and changes of the install base are kept. */
@ApplicationScoped
public class LicenseRoutes extends RouteBuilder {

    @Inject
    Changes changes;

    @Override
    public void configure() {
        from("direct:sign-up")
                .to("integratorio:licenses?operation=upsert&connectorId={{connector}}&expires=P30D&outputType=json");

        from("integratorio:installBase?connectorId={{connector}}&stateDirectory={{state}}&delay=500&outputType=json")
                .process(exchange -> changes.add(exchange.getMessage().getBody(String.class)));
    }
}
