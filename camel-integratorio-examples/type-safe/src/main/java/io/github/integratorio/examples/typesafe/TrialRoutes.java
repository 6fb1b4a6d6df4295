package io.github.integratorio.examples.typesafe;

import org.apache.camel.builder.endpoint.EndpointRouteBuilder;
import org.apache.camel.builder.endpoint.dsl.IntegratorioEndpointBuilderFactory.IntegratorioBuilders;

import static io.github.integratorio.camel.api.InitialSnapshot.EMIT;
import static io.github.integratorio.camel.api.IntegratorioOperation.EXPIRE;
import static io.github.integratorio.camel.api.IntegratorioOperation.LIST;
import static io.github.integratorio.camel.api.IntegratorioOperation.UPSERT;

/** Creates a trial license for a sign-up, expires it after a failed payment, and reports installs. */
final class TrialRoutes extends EndpointRouteBuilder implements IntegratorioBuilders {

    private final String connector;

    /** @param connector the id of the connector whose licenses are managed */
    TrialRoutes(String connector) {
        this.connector = connector;
    }

    @Override
    public void configure() {
        from(direct("sign-up"))
                .to(integratorio("licenses").operation(UPSERT).connectorId(connector).expires("P30D"));

        from(direct("payment-failed"))
                .setHeader(integratorio().integratorioEmail(), body())
                .to(integratorio("licenses").operation(EXPIRE).connectorId(connector));

        from(direct("licenses"))
                .to(integratorio("licenses").operation(LIST).connectorId(connector));

        // In memory for a demo only: changes made while the application is down are missed.
        from(integratorio("installBase").connectorId(connector).stateDirectory("memory").initialSnapshot(EMIT)
                .initialDelay(0).delay(200))
                .setBody(header(integratorio().integratorioChangeType()))
                .to(seda("installs"));
    }
}
