package compatibility;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.github.integratorio.camel.api.IntegratorioConstants;
import io.github.integratorio.camel.api.License;
import io.github.integratorio.simulator.Fault;
import io.github.integratorio.simulator.IntegratorioSimulator;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.main.Main;

/** Sells, renews, ends, lists and watches licenses in Camel Main, and exits with 1 if anything is not as it should be. */
public final class SmokeTest {

    private static final int CUSTOMERS = 300;
    private static final AtomicInteger streamed = new AtomicInteger();
    private static int checks;

    private SmokeTest() {
    }

    public static void main(String[] args) throws Exception {
        Path state = Files.createTempDirectory("smoke");
        Set<String> watched = ConcurrentHashMap.newKeySet();
        AtomicInteger changes = new AtomicInteger();
        try (IntegratorioSimulator simulator = IntegratorioSimulator.builder().noRateLimit().anyUser().start()) {
            String connector = simulator.addConnector("Shop to Books");
            Main main = start(simulator, connector, state, watched, changes);
            ProducerTemplate template = main.getCamelTemplate();

            Exchange first = send(template, "create", Map.of("email", "jane@example.com"), "order-1");
            check("CREATED", outcome(first));
            check("RECONCILED", outcome(send(template, "create", Map.of("email", "jane@example.com"), "order-1")));
            simulator.faults().add(Fault.on("POST", ".*/licenses").resetAfter());
            check("RECONCILED", outcome(send(template, "create", Map.of("email", "lost@example.com"), "order-2")));
            check("UPDATED", outcome(send(template, "upsert", Map.of("email", "jane@example.com", "expires", "2099-01-31T12:00:00Z"), null)));
            check("UPDATED", outcome(send(template, "expire", Map.of("email", "jane@example.com"), null)));

            ExecutorService callers = Executors.newFixedThreadPool(32);
            IntStream.range(0, CUSTOMERS).forEach(i -> callers.execute(
                    () -> send(template, "upsert", Map.of("email", "c" + i + "@example.com", "expires", "2099-01-31T12:00:00Z"), null)));
            callers.shutdown();
            callers.awaitTermination(1, TimeUnit.MINUTES);
            check(CUSTOMERS + 2, simulator.licenses(connector).size());
            check(CUSTOMERS + 2, ((List<?>) send(template, "list", null, null).getMessage().getBody()).size());
            send(template, "stream", null, null);
            check(CUSTOMERS + 2, streamed.get());
            Exchange reconciled = send(template, "reconcile", IntStream.range(0, CUSTOMERS).mapToObj(
                    i -> Map.of("email", "c" + i + "@example.com", "expires", "2099-02-28T12:00:00Z")).toList(), null);
            check(null, reconciled.getException());
            check(true, simulator.licenses(connector).stream()
                    .filter(license -> "2099-02-28T12:00:00.000Z".equals(license.get("expires"))).count() == CUSTOMERS);
            await(() -> watched.size() == CUSTOMERS + 2);
            main.stop();

            int before = changes.get();
            String late = simulator.addLicense(connector, Map.of("email", "late@example.com", "expires", "2099-01-31T12:00:00Z"));
            main = start(simulator, connector, state, watched, changes);
            await(() -> watched.contains(late));
            check(true, changes.get() > before);
            main.stop();
        }
        System.out.println("ok: " + checks + " checks, Camel "
                + org.apache.camel.CamelContext.class.getPackage().getImplementationVersion() + ", Java "
                + Runtime.version().feature());
        System.exit(0);
    }

    private static Main start(IntegratorioSimulator simulator, String connector, Path state, Set<String> watched,
            AtomicInteger changes) {
        Main main = new Main();
        main.addInitialProperty("camel.component.integratorio.access-token", simulator.token());
        main.addInitialProperty("camel.component.integratorio.base-url", simulator.baseUrl());
        main.configure().addRoutesBuilder(new RouteBuilder() {
            @Override
            public void configure() {
                String of = "&connectorId=" + connector;
                from("direct:create").to("integratorio:licenses?operation=create&expires=P30D" + of);
                from("direct:upsert").to("integratorio:licenses?operation=upsert" + of);
                from("direct:expire").to("integratorio:licenses?operation=expire" + of);
                from("direct:list").to("integratorio:licenses?operation=list" + of);
                from("direct:stream").to("integratorio:licenses?operation=list&streaming=true" + of)
                        .split(body()).streaming().process(exchange -> streamed.incrementAndGet());
                from("direct:reconcile").to("integratorio:licenses?operation=reconcile" + of);
                from("integratorio:licenses?initialDelay=0&delay=200&initialSnapshot=emit&stateDirectory=" + state + of)
                        .process(exchange -> {
                            changes.incrementAndGet();
                            watched.add(exchange.getMessage().getBody(License.class).getId());
                        });
            }
        });
        main.start();
        return main;
    }

    private static Exchange send(ProducerTemplate template, String route, Object body, String order) {
        return template.send("direct:" + route, exchange -> {
            exchange.getMessage().setBody(body);
            if (order != null) {
                exchange.getMessage().setHeader(IntegratorioConstants.IDEMPOTENCY_KEY, order);
            }
        });
    }

    private static String outcome(Exchange exchange) {
        return exchange.getException() != null ? exchange.getException().toString()
                : String.valueOf(exchange.getMessage().getHeader(IntegratorioConstants.OUTCOME));
    }

    private static void check(Object expected, Object seen) {
        checks++;
        if (!java.util.Objects.equals(expected, seen)) {
            System.out.println("FAILED: check " + checks + ": expected " + expected + ", was " + seen);
            System.exit(1);
        }
    }

    private static void await(java.util.function.BooleanSupplier condition) throws InterruptedException {
        Instant end = Instant.now().plus(Duration.ofSeconds(30));
        while (!condition.getAsBoolean() && Instant.now().isBefore(end)) {
            Thread.sleep(20);
        }
        check(true, condition.getAsBoolean());
    }
}
