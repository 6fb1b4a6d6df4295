package io.github.integratorio.benchmarks;

import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.Map;

import io.github.integratorio.camel.IntegratorioComponent;
import io.github.integratorio.camel.api.IntegratorioConstants;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;

/**
 * A process that starts a context with one route, which creates licenses, and prints what the start and the first calls took, and what
 * the idle context uses.
 */
public final class StartMain {

    private static final int CALLS = 20;

    private StartMain() {
    }

    /** @param arguments {@code integratorio}, {@code http} or {@code none}, and the URL of the API */
    public static void main(String[] arguments) throws Exception {
        String base = arguments[1];
        long begun = System.nanoTime();
        CamelContext camel = new DefaultCamelContext();
        switch (arguments[0]) {
            case "integratorio" -> integratorio(camel, base);
            case "http" -> http(camel, base);
            default -> none(camel);
        }
        camel.start();
        long started = System.nanoTime();
        int threads = ManagementFactory.getThreadMXBean().getThreadCount();
        long[] calls = new long[CALLS];
        try (ProducerTemplate template = camel.createProducerTemplate()) {
            for (int i = 0; i < CALLS; i++) {
                long before = System.nanoTime();
                Object created = template.requestBodyAndHeader("direct:create",
                        SampleDocuments.license(SampleDocuments.email(i), SampleDocuments.EXPIRES),
                        IntegratorioConstants.CONNECTOR_ID, SampleDocuments.NO_ID);
                calls[i] = System.nanoTime() - before;
                Blackhole.consume(created);
            }
        }
        System.gc();
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        int used = ManagementFactory.getThreadMXBean().getThreadCount();
        System.out.printf(Locale.ROOT, "start=%d first=%d second=%d last=%d threads=%d threadsAfter=%d heap=%d%n",
                (started - begun) / 1000, calls[0] / 1000, calls[1] / 1000, calls[CALLS - 1] / 1000, threads, used,
                heap / 1024);
        camel.stop();
        System.exit(0);
    }

    private static void integratorio(CamelContext camel, String base) throws Exception {
        IntegratorioComponent component = new IntegratorioComponent();
        component.getConfiguration().setAccessToken("secret");
        component.getConfiguration().setBaseUrl(base);
        camel.addComponent("integratorio", component);
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:create").to("integratorio:licenses?operation=create");
            }
        });
    }

    private static void http(CamelContext camel, String base) throws Exception {
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:create").marshal().json()
                        .setHeader(Exchange.HTTP_PATH)
                        .simple("/connectors/${header." + IntegratorioConstants.CONNECTOR_ID + "}/licenses")
                        .setHeader(Exchange.CONTENT_TYPE).constant("application/json")
                        .setHeader("Authorization").constant("Bearer secret")
                        .to(base + "?httpMethod=POST").unmarshal().json();
            }
        });
    }

    private static void none(CamelContext camel) throws Exception {
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:create").setBody().constant(Map.of());
            }
        });
    }
}
