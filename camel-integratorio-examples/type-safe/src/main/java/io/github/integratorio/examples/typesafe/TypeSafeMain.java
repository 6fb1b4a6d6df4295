package io.github.integratorio.examples.typesafe;

import java.io.PrintStream;
import java.util.List;
import java.util.Map;

import io.github.integratorio.camel.api.License;
import io.github.integratorio.simulator.IntegratorioSimulator;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.component.dsl.IntegratorioComponentBuilderFactory;
import org.apache.camel.impl.DefaultCamelContext;

/** Sells, installs and ends a trial on an embedded integrator.io, with a component and routes that the compiler checks. */
public final class TypeSafeMain {

    private TypeSafeMain() {
    }

    public static void main(String[] args) throws Exception {
        try (IntegratorioSimulator api = IntegratorioSimulator.start()) {
            run(api, api.addConnector("Shop to Books"), System.out);
        }
    }

    /** Plays the life of one trial and prints each step. */
    static void run(IntegratorioSimulator api, String connector, PrintStream console) throws Exception {
        try (DefaultCamelContext camel = new DefaultCamelContext()) {
            IntegratorioComponentBuilderFactory.integratorio()
                    .baseUrl(api.baseUrl()).accessToken(api.token()).maxRetries(3)
                    .register(camel, "integratorio");
            camel.addRoutes(new TrialRoutes(connector));
            camel.start();
            ProducerTemplate template = camel.createProducerTemplate();

            License license =
                    template.requestBody("direct:sign-up", Map.of("email", "jane@example.com"), License.class);
            console.println("Signed up: the license expires at " + license.getExpires());
            api.install(connector, license.getId());
            console.println("Installed: the change feed reports "
                    + camel.createConsumerTemplate().receiveBody("seda:installs", 30_000));
            template.requestBody("direct:payment-failed", "jane@example.com");
            List<?> licenses = template.requestBody("direct:licenses", null, List.class);
            console.println("Payment failed: the license expired at " + ((License) licenses.get(0)).getExpires());
        }
    }
}
