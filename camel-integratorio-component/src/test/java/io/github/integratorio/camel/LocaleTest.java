package io.github.integratorio.camel;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.github.integratorio.camel.support.SimulatorTestSupport;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A process in any default locale starts its routes and creates licenses; in Turkish and Azeri, the small form of I is not i. */
class LocaleTest extends SimulatorTestSupport {

    @ParameterizedTest
    @ValueSource(strings = { "tr-TR", "az-AZ", "ar-EG", "th-TH" })
    void a_process_in_this_locale_creates_a_license(String locale) throws Exception {
        String connector = simulator().addConnector("Shop to Books");
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-Duser.language=" + locale.substring(0, 2),
                "-Duser.country=" + locale.substring(3), "-cp", System.getProperty("java.class.path"),
                LocaleTest.class.getName(), simulator().baseUrl(), simulator().token(), connector)
                .redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(1, TimeUnit.MINUTES));
        assertTrue(output.contains("created by CREATE, ended by EXPIRE"), output);
        assertEquals(1, simulator().licenses(connector).size());
    }

    /** The other process. */
    public static void main(String[] args) throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    String connection = "&baseUrl=" + args[0] + "&accessToken=" + args[1] + "&connectorId=" + args[2];
                    from("direct:create").to("integratorio:licenses?operation=create" + connection);
                    from("direct:any")
                            .toD("integratorio:licenses?licenseId=${header.id}&updateMode=merge" + connection);
                }
            });
            context.start();
            Object license = context.createProducerTemplate().requestBody("direct:create",
                    Map.of("email", JANE, "expires", "P30D"));
            Object id = ((io.github.integratorio.camel.api.License) license).getId();
            context.createProducerTemplate().requestBodyAndHeaders("direct:any", null,
                    Map.of("id", id, "CamelIntegratorioOperation", "expire"));
            System.out.println("created by CREATE, ended by EXPIRE");
        }
    }
}
