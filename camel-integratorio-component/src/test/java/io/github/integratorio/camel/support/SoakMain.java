package io.github.integratorio.camel.support;

import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

import com.sun.management.UnixOperatingSystemMXBean;
import io.github.integratorio.camel.IntegratorioComponent;
import io.github.integratorio.camel.api.IntegratorioConstants;
import org.apache.camel.AsyncProducer;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * An application under steady load for a long time: a hundred requests a second, two feeds, a reconcile every half minute, and a second
 * context that comes and goes. It prints one line of figures for each sample; {@code SoakTest} starts it and judges them.
 */
public final class SoakMain {

    /** Users of each connector. */
    public static final int USERS = 300;

    /** Each gets a license that is deleted at once, and another one later; few, because the component remembers 200,000 users. */
    private static final int NEW_USERS = 5_000;
    private static final Duration BETWEEN_OPERATIONS = Duration.ofMillis(20);
    private static final Duration BETWEEN_CONTEXTS = Duration.ofSeconds(10);
    private static final Duration BETWEEN_RECONCILES = Duration.ofSeconds(30);

    private final String baseUrl;
    private final Path tokenFile;
    private final String sold;
    private final String reconciled;
    private final CamelContext context = new DefaultCamelContext();
    private final ScheduledExecutorService clock = Executors.newScheduledThreadPool(3);
    private final AtomicInteger number = new AtomicInteger();
    private final AtomicLong ended = new AtomicLong();
    private final AtomicLong endedTwice = new AtomicLong();
    private final AtomicLong changes = new AtomicLong();
    private final Map<String, Integer> failures = new TreeMap<>();
    private final Map<String, AsyncProducer> producers = new TreeMap<>();

    private SoakMain(String baseUrl, Path tokenFile, String sold, String reconciled, String database, Path state)
            throws Exception {
        this.baseUrl = baseUrl;
        this.tokenFile = tokenFile;
        this.sold = sold;
        this.reconciled = reconciled;
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setUrl(database);
        context.getRegistry().bind("database", dataSource);
        context.addComponent("integratorio", component());
        context.addRoutes(routes(state));
        // Creations whose response was lost may look for their license a little longer.
        context.getShutdownStrategy().setTimeout(2);
        context.start();
        for (String name : new String[] { "stream", "upsert", "expire", "create", "list", "reconcile" }) {
            AsyncProducer producer = context.getEndpoint("direct:" + name).createAsyncProducer();
            producer.start();
            producers.put(name, producer);
        }
    }

    /** Takes the URL of the API, the file of the token, the connectors, the URL of the database, a directory, and the time in seconds. */
    public static void main(String[] args) throws Exception {
        long seconds = Long.parseLong(args[6]);
        SoakMain soak = new SoakMain(args[0], Path.of(args[1]), args[2], args[3], args[4], Path.of(args[5]));
        soak.run(seconds);
        Runtime.getRuntime().halt(0);
    }

    private IntegratorioComponent component() {
        IntegratorioComponent component = new IntegratorioComponent();
        component.getConfiguration().setBaseUrl(baseUrl);
        component.getConfiguration().setAccessTokenSupplier(() -> {
            try {
                return Files.readString(tokenFile);
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        return component;
    }

    private RouteBuilder routes(Path state) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                String licenses = "integratorio:licenses?connectorId=" + sold + "&operation=";
                from("direct:stream").to(licenses + "list&streaming=true").split(body()).streaming()
                        .to("log:row?level=TRACE");
                from("direct:upsert").to(licenses + "upsert");
                from("direct:expire").to(licenses + "expire");
                from("direct:list").to(licenses + "list");
                from("direct:create").to(licenses + "create&expires=P30D").to(licenses + "delete");
                from("direct:reconcile").to("integratorio:licenses?operation=reconcile&connectorId=" + reconciled);
                from("integratorio:licenses?delay=1000&dataSource=#database&connectorId=" + sold)
                        .process(exchange -> changes.incrementAndGet());
                from("integratorio:installBase?delay=1000&stateDirectory=" + state + "&connectorId=" + sold)
                        .process(exchange -> changes.incrementAndGet());
            }
        };
    }

    private void run(long seconds) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        every(BETWEEN_OPERATIONS, this::operation);
        every(BETWEEN_CONTEXTS, this::anotherContext);
        every(BETWEEN_RECONCILES, this::reconcile);
        long sampleMillis = Math.max(1000, seconds * 1000 / 240);
        // On a busy machine, a short run lasts until its feeds have begun.
        for (long begin = System.nanoTime(); System.nanoTime() < end || changes.get() == 0;) {
            Thread.sleep(sampleMillis);
            sample("sample", TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin));
        }
        clock.shutdown();
        clock.awaitTermination(1, TimeUnit.MINUTES);
        context.stop();
        sample("stopped", seconds);
        System.out.println("failures " + failures);
        System.out.flush();
    }

    private void every(Duration time, Runnable task) {
        clock.scheduleAtFixedRate(() -> {
            try {
                task.run();
            } catch (Throwable e) {
                failed(e);
            }
        }, 0, time.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void operation() {
        int n = number.getAndIncrement();
        String user = "user" + n * 7 % USERS + "@example.com";
        switch (n % 20) {
            case 0 -> send("list", null, null);
            case 1 -> send("stream", null, null);
            case 2, 3, 4, 5, 6, 7 -> send("create",
                    Map.of("email", "new" + n % NEW_USERS + "@example.com"), "soak-" + n);
            case 8, 9, 10, 11 -> send("expire", Map.of("email", user), null);
            default -> send("upsert", Map.of("email", user, "expires", later(n)), null);
        }
    }

    private void reconcile() {
        int n = number.get();
        send("reconcile", IntStream.range(0, USERS)
                .mapToObj(i -> Map.of("email", "user" + i + "@example.com", "expires", later(i + n / 2 * (i % 10))))
                .toList(), null);
    }

    private static String later(int seconds) {
        return Instant.now().truncatedTo(ChronoUnit.DAYS).plus(Duration.ofDays(60).plusSeconds(seconds)).toString();
    }

    private void send(String route, Object body, String order) {
        Exchange exchange = new DefaultExchange(context);
        exchange.getMessage().setBody(body);
        if (order != null) {
            exchange.getMessage().setHeader(IntegratorioConstants.IDEMPOTENCY_KEY, order);
        }
        AtomicInteger times = new AtomicInteger();
        producers.get(route).process(exchange, doneSync -> {
            (times.incrementAndGet() == 1 ? ended : endedTwice).incrementAndGet();
            if (exchange.getException() != null) {
                failed(exchange.getException());
            }
        });
    }

    private void failed(Throwable failure) {
        synchronized (failures) {
            failures.merge(failure.getClass().getSimpleName(), 1, Integer::sum);
        }
    }

    /** A context of the same account that lives for a second, with a producer and a feed. */
    private void anotherContext() {
        try (CamelContext other = new DefaultCamelContext()) {
            other.addComponent("integratorio", component());
            String from = "integratorio:licenses?initialDelay=0&stateDirectory=memory&connectorId=" + reconciled;
            other.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from(from).process(exchange -> changes.incrementAndGet());
                }
            });
            other.start();
            other.createProducerTemplate().send("integratorio:connectors?operation=list", exchange -> {});
        } catch (Exception e) {
            failed(e);
        }
    }

    /** Prints seconds, heap in KB after a collection, threads, descriptors, and the numbers of operations and changes. */
    private void sample(String kind, long seconds) {
        System.gc();
        Runtime memory = Runtime.getRuntime();
        long descriptors = ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? unix.getOpenFileDescriptorCount()
                : 0;
        System.out.printf("%s %d %d %d %d %d %d %d %d%n", kind, seconds,
                (memory.totalMemory() - memory.freeMemory()) / 1024,
                ManagementFactory.getThreadMXBean().getThreadCount(), descriptors, number.get(), ended.get(),
                endedTwice.get(), changes.get());
        System.out.flush();
    }
}
