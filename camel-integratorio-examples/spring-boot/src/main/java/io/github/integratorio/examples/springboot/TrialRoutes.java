package io.github.integratorio.examples.springboot;

import io.github.integratorio.camel.api.IntegratorioApiException;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.springframework.stereotype.Component;

/** Licenses new customers, and records who has installed the connector. */
@Component
class TrialRoutes extends RouteBuilder {

    @Override
    public void configure() {
        // @formatter:off (the indentation shows the nesting of the route)
        // synchronous: one round at a time. After any other error the next round tries again, which is safe with upsert.
        from("timer:sign-ups?period={{trials.period}}&synchronous=true").routeId("licenses")
                .bean(CustomerRepository.class, "findUnlicensed")
                .split(body())
                    .setProperty("email", simple("${body.email}"))
                    .doTry()
                        .to("integratorio:licenses?operation=upsert&connectorId={{trials.connector}}&expires=P30D")
                        .bean(CustomerRepository.class, "recordLicense")
                    .doCatch(IntegratorioApiException.class)
                        .onWhen(TrialRoutes::isUnknownUser)
                        .bean(CustomerRepository.class, "recordRejection")
                    .end()
                .end();
        // @formatter:on

        // initialSnapshot=emit: the first poll reports existing installs, too.
        from("integratorio:installBase?connectorId={{trials.connector}}&delay={{trials.period}}&initialDelay=0&initialSnapshot=emit")
                .routeId("installs").bean(CustomerRepository.class, "recordInstallation");
    }

    /** Detects the error that a retry cannot fix. */
    private static boolean isUnknownUser(Exchange exchange) {
        IntegratorioApiException error = exchange.getException(IntegratorioApiException.class);
        return error != null && error.hasError("invalid_user");
    }
}
