package io.github.integratorio.camel.features;

import java.util.Map;

import io.github.integratorio.camel.api.AccessTokenSupplier;
import io.github.integratorio.camel.api.IntegratorioConstants;
import io.github.integratorio.camel.api.WriteOutcome;
import io.github.integratorio.camel.support.SimulatorTestSupport;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.builder.TemplatedRouteBuilder;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.spi.PropertiesFunction;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Ways in which an application gives options: placeholders, beans, classes, property functions, templates, YAML. */
class RouteSetupTest extends SimulatorTestSupport {

    /** The token of {@link SimulatorTestSupport}. */
    public static final class FixedToken implements AccessTokenSupplier {
        @Override
        public String get() {
            return "simulator-token";
        }
    }

    private String connector;

    @BeforeEach
    void aConnector() {
        connector = simulator().addConnector("Shop to Books");
        context.getPropertiesComponent().addInitialProperty("connector", connector);
    }

    private void assertCreates(String from) {
        Exchange exchange = succeed(from, map("email", JANE, "expires", FUTURE));
        assertEquals(WriteOutcome.CREATED, exchange.getMessage().getHeader(IntegratorioConstants.OUTCOME));
    }

    @Test
    void an_optional_placeholder_without_a_value_leaves_its_option_out() throws Exception {
        String uri = "integratorio:licenses?operation=create&connectorId={{connector}}&expires={{?trial}}"
                + "&idempotencyKey={{?none}}";
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:without").to(uri);
            }
        });
        assertCreates("direct:without");

        context.getPropertiesComponent().addInitialProperty("trial", "2098-01-01T00:00:00Z");
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:with").to(uri);
            }
        });
        Exchange exchange = succeed("direct:with", map("email", JANE));
        assertEquals("2098-01-01T00:00:00.000Z", simulator().license(connector,
                exchange.getMessage().getHeader(IntegratorioConstants.LICENSE_ID, String.class)).get("expires"));
    }

    @ParameterizedTest
    @ValueSource(strings = { "#tokens", "#bean:tokens",
            "#class:io.github.integratorio.camel.features.RouteSetupTest$FixedToken",
            "#type:io.github.integratorio.camel.api.AccessTokenSupplier" })
    void an_option_takes_a_bean_by_its_name_class_or_type(String supplier) throws Exception {
        context.getRegistry().bind("tokens", new FixedToken());
        simulator().token("simulator-token");
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:sell").to("integratorio:licenses?operation=create&connectorId={{connector}}"
                        + "&accessToken=&accessTokenSupplier=" + supplier);
            }
        });
        assertCreates("direct:sell");
    }

    /** As those of AWS, Azure, Google, Hashicorp and Kubernetes. */
    private final class Vault implements PropertiesFunction {
        @Override
        public String getName() {
            return "vault";
        }

        @Override
        public String apply(String name) {
            return Map.of("token", simulator().token(), "connector", connector).get(name);
        }
    }

    @Test
    void a_property_function_supplies_the_token_and_the_connector() throws Exception {
        Main main = new Main();
        main.addInitialProperty("camel.component.integratorio.configuration.base-url", simulator().baseUrl());
        main.addInitialProperty("camel.component.integratorio.access-token", "{{vault:token}}");
        main.addMainListener(new MainListenerSupport() {
            @Override
            public void beforeConfigure(BaseMainSupport starting) {
                starting.getCamelContext().getPropertiesComponent().addPropertiesFunction(new Vault());
            }
        });
        main.configure().addRoutesBuilder(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:sell").to("integratorio:licenses?operation=create&connectorId={{vault:connector}}");
            }
        });
        main.start();
        try {
            main.getCamelTemplate().sendBody("direct:sell", map("email", JANE, "expires", FUTURE));
        } finally {
            main.stop();
        }
        assertEquals(1, simulator().licenses(connector).size());
    }

    @Test
    void each_route_of_a_template_works_on_its_own_connector() throws Exception {
        String other = simulator().addConnector("Shop to Shelf");
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                routeTemplate("sell").templateParameter("name").templateParameter("connectorId")
                        .templateOptionalParameter("expires")
                        .templateBean("tokens", "#class:" + FixedToken.class.getName())
                        .from("direct:{{name}}")
                        .to("integratorio:licenses?operation=create&connectorId={{connectorId}}&expires={{?expires}}"
                                + "&accessTokenSupplier=#bean:{{tokens}}&accessToken=");
            }
        });
        simulator().token("simulator-token");
        TemplatedRouteBuilder.builder(context, "sell").parameter("name", "books").parameter("connectorId", connector)
                .add();
        TemplatedRouteBuilder.builder(context, "sell").parameter("name", "shelf").parameter("connectorId", other)
                .parameter("expires", "P30D").add();

        assertCreates("direct:books");
        succeed("direct:shelf", map("email", JANE));
        assertEquals(1, simulator().licenses(connector).size());
        assertEquals(1, simulator().licenses(other).size());
    }

    @ParameterizedTest
    @ValueSource(strings = { """
            - route:
                from:
                  uri: direct:sell
                  steps:
                    - to:
                        uri: integratorio:licenses
                        parameters:
                          operation: upsert
                          connectorId: "{{connector}}"
                          notFoundBehaviour: NULL
            """, """
            - route:
                from:
                  uri: direct:sell
                  steps:
                    - to:
                        uri: integratorio:licenses
                        parameters:
                          operation: upsert
                          connector-id: "{{connector}}"
                          not-found-behaviour: "null"
            """, """
            - from:
                uri: direct:sell
                steps:
                  - to: "integratorio:licenses?operation=upsert&connectorId={{connector}}"
            """ })
    void yaml_takes_options_in_both_spellings_and_in_the_uri(String yaml) throws Exception {
        PluginHelper.getRoutesLoader(context).loadRoutes(ResourceHelper.fromString("sell.camel.yaml", yaml));
        assertCreates("direct:sell");
    }

    @Test
    void a_placeholder_without_a_value_stops_the_start_and_names_itself() {
        Exception failed = org.junit.jupiter.api.Assertions.assertThrows(Exception.class,
                () -> context.addRoutes(new RouteBuilder() {
                    @Override
                    public void configure() {
                        from("direct:sell").to("integratorio:licenses?operation=create&connectorId={{no.such}}");
                    }
                }));
        assertTrue(failed.toString().contains("no.such"), failed::toString);
    }
}
