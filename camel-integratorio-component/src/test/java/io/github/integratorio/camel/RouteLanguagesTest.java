package io.github.integratorio.camel;

import java.util.List;
import java.util.Map;
import java.util.Properties;

import io.github.integratorio.camel.support.SimulatorTestSupport;
import io.github.integratorio.simulator.IntegratorioSimulator;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.main.Main;
import org.apache.camel.spring.SpringCamelContext;
import org.apache.camel.spring.xml.handler.CamelNamespaceHandler;
import org.junit.jupiter.api.Test;
import org.springframework.context.support.ClassPathXmlApplicationContext;
import org.springframework.core.env.PropertiesPropertySource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** Every operation in a YAML route and in a Spring XML route, using only options in the catalog. */
class RouteLanguagesTest extends SimulatorTestSupport {

    private String connector;
    private String license;
    private String integration;

    private void world() {
        connector = simulator().addConnector("Shop to Books");
        license = janesLicense(connector);
        integration = simulator().install(connector, license);
    }

    private void everyOperationWorks(CamelContext camel) {
        try (ProducerTemplate routes = camel.createProducerTemplate()) {
            check(routes, "connectors-list", null, 1);
            check(routes, "connectors-get", null, null);
            check(routes, "connectors-create", "{\"name\":\"Second\"}", null);
            check(routes, "connectors-update", "{\"name\":\"Renamed\"}", null);
            check(routes, "installBase-list", null, 1);
            check(routes, "installBase-pushUpdate", List.of(integration), null);
            check(routes, "licenses-list", null, 1);
            check(routes, "licenses-get", null, null);
            check(routes, "licenses-create", map("email", "john@example.com", "expires", FUTURE), null);
            check(routes, "licenses-update", map("expires", "2098-01-01T00:00:00Z"), null);
            check(routes, "licenses-expire", null, null);
            check(routes, "licenses-upsert", map("email", JANE, "expires", FUTURE), null);
            assertEquals(FUTURE, simulator().license(connector, license).get("expires"));
            check(routes, "licenses-delete", null, null);
            assertEquals(1, simulator().licenses(connector).size());
            check(routes, "connectors-delete", null, null);
            assertEquals(List.of("Second"), simulator().connectors().stream().map(one -> one.get("name")).toList());
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void check(ProducerTemplate routes, String route, Object body, Integer rows) {
        Exchange exchange = routes.send("direct:" + route, one -> one.getMessage().setBody(body));
        assertEquals(null, exchange.getException(), route);
        if (rows != null) {
            assertEquals(rows, exchange.getMessage().getBody(List.class).size(), route);
        }
    }

    @Test
    void every_operation_works_from_yaml_under_camel_main() throws Exception {
        world();
        Main main = new Main();
        main.configure().withRoutesIncludePattern("classpath:routes/operations.camel.yaml");
        main.addInitialProperty("camel.component.integratorio.configuration.base-url", simulator().baseUrl());
        main.addInitialProperty("camel.component.integratorio.access-token", simulator().token());
        main.addInitialProperty("connector", connector);
        main.addInitialProperty("license", license);
        main.start();
        try {
            everyOperationWorks(main.getCamelContext());
        } finally {
            main.stop();
        }
    }

    @Test
    void every_operation_works_from_spring_xml() {
        // camel-spring-xml stays at the baseline version (see the pom) and works only with that version of Camel.
        assumeTrue(
                new DefaultCamelContext().getVersion()
                        .equals(CamelNamespaceHandler.class.getPackage().getImplementationVersion()),
                "camel-spring-xml is not of this Camel's version");
        world();
        IntegratorioSimulator api = simulator();
        Properties properties = new Properties();
        properties.putAll(
                Map.of("base", api.baseUrl(), "token", api.token(), "connector", connector, "license", license));
        try (ClassPathXmlApplicationContext spring = new ClassPathXmlApplicationContext()) {
            spring.getEnvironment().getPropertySources().addFirst(new PropertiesPropertySource("test", properties));
            spring.setConfigLocation("routes/operations-spring.xml");
            System.setProperty("connector", connector);
            System.setProperty("license", license);
            spring.refresh();
            everyOperationWorks(spring.getBean(SpringCamelContext.class));
        } finally {
            System.clearProperty("connector");
            System.clearProperty("license");
        }
    }
}
