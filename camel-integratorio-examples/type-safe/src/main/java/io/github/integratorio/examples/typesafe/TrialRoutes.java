package io.github.integratorio.examples.typesafe;

import org.apache.camel.builder.endpoint.EndpointRouteBuilder;
import org.apache.camel.builder.endpoint.dsl.IntegratorioEndpointBuilderFactory.IntegratorioBuilders;

import static io.github.integratorio.camel.api.InitialSnapshot.EMIT;
import static io.github.integratorio.camel.api.IntegratorioOperation.EXPIRE;
import static io.github.integratorio.camel.api.IntegratorioOperation.LIST;
import static io.github.integratorio.camel.api.IntegratorioOperation.UPSERT;

/** A sign-up becomes a trial, a failed payment ends it, an install is told. The compiler knows every option. */
final class TrialRoutes extends EndpointRouteBuilder implements IntegratorioBuilders {

    private final String connector;

    /** @param connector the id of the connector that is sold */
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

        from(integratorio("installBase").connectorId(connector).initialSnapshot(EMIT).initialDelay(0).delay(200))
                .setBody(header(integratorio().integratorioChangeType()))
                .to(seda("installs"));
    }
}
