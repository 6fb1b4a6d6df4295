package io.github.integratorio.examples.springboot;

import io.github.integratorio.camel.IntegratorioApiException;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.springframework.stereotype.Component;

/** Sign-ups become licenses; installs come back. */
@Component
class TrialRoutes extends RouteBuilder {

    @Override
    public void configure() {
        // One round after the other. Whatever else goes wrong leaves the customer waiting for the next: an upsert is safe to repeat.
        from("timer:sign-ups?period={{trials.period}}&synchronous=true").routeId("licenses")
                .bean(CustomerRepository.class, "waiting")
                .split(body())
                    .setProperty("email", simple("${body.email}"))
                    .doTry()
                        .to("integratorio:licenses?operation=upsert&connectorId={{trials.connector}}&expires=P30D")
                        .bean(CustomerRepository.class, "licensed")
                    .doCatch(IntegratorioApiException.class)
                        .onWhen(TrialRoutes::noSuchUser)
                        .bean(CustomerRepository.class, "refused")
                    .end()
                .end();

        // Those who are there when it looks for the first time are news as well.
        from("integratorio:installBase?connectorId={{trials.connector}}&delay={{trials.period}}&initialDelay=0&initialSnapshot=emit").routeId("installs")
                .bean(CustomerRepository.class, "installed");
    }

    /** Trying again would be of no use. */
    private static boolean noSuchUser(Exchange exchange) {
        IntegratorioApiException error = exchange.getException(IntegratorioApiException.class);
        return error != null && error.hasError("invalid_user");
    }
}
