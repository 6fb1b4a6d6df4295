package io.github.integratorio.camel;

import java.util.List;

import io.github.integratorio.camel.api.IntegratorioConstants;
import io.github.integratorio.camel.support.SimulatorTestSupport;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** Routes that are added before their context starts, as in every application. */
class RouteStartTest extends SimulatorTestSupport {

    private static final String UPSERT = "integratorio:licenses?operation=upsert&expires=P30D";

    @Override
    protected RouteBuilder createRouteBuilder() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:split").split(body()).to(UPSERT);
                from("direct:multicast").multicast().to(UPSERT);
            }
        };
    }

    @Test
    void a_license_is_created_inside_a_split_and_a_multicast() {
        String connector = simulator().addConnector("Shop to Books");
        succeed("direct:split", List.of(map("email", JANE)), IntegratorioConstants.CONNECTOR_ID, connector);
        succeed("direct:multicast", map("email", "john@example.com"), IntegratorioConstants.CONNECTOR_ID, connector);
        assertEquals(2, simulator().licenses(connector).size());
    }
}
