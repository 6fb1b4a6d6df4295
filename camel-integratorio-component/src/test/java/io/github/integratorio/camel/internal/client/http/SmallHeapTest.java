package io.github.integratorio.camel.internal.client.http;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.integratorio.camel.IntegratorioComponent;
import io.github.integratorio.camel.api.License;
import io.github.integratorio.camel.support.HostileServer;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertTrue;

/** A process with a small heap that lists and streams from a hostile server, and that works afterwards. */
class SmallHeapTest {

    private static final int SECONDS = Integer.getInteger("heap.seconds", 4);
    private static final long SEED = Long.getLong("heap.seed", 1);
    private static final String HEAP = "-Xmx256m";

    @TempDir
    private Path directory;

    @Test
    void a_client_in_a_small_heap_works_after_a_hostile_server() throws Exception {
        Path output = directory.resolve("output");
        try (HostileServer server = new HostileServer()) {
            Process process =
                    new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                            "-XX:TieredStopAtLevel=1", HEAP,
                            "-cp", System.getProperty("java.class.path"), Client.class.getName(), server.baseUrl(),
                            "" + SECONDS,
                            "" + SEED).redirectErrorStream(true).redirectOutput(output.toFile()).start();
            try {
                assertTrue(process.waitFor(SECONDS + 180L, TimeUnit.SECONDS), () -> "it hangs: " + said(output));
            } finally {
                process.destroyForcibly();
            }
        }
        String last = said(output);
        System.out.println("small heap: " + last);
        assertTrue(last.endsWith("works"), last);
    }

    private static String said(Path output) {
        try {
            List<String> lines = Files.readAllLines(output);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 3), lines.size()));
        } catch (java.io.IOException e) {
            return e.toString();
        }
    }

    /** The process. */
    static final class Client {

        private static final int CONCURRENT = 40;
        private static final List<String> SHAPES = List.of("", "&outputType=JSON", "&outputType=MAP", "&streaming=true",
                "&streaming=true&outputType=JSON");

        private final DefaultCamelContext context = new DefaultCamelContext();
        private final Map<String, AsyncProducer> producers = new ConcurrentHashMap<>();
        private final Map<String, AtomicInteger> failures = new ConcurrentHashMap<>();
        private final ConcurrentLinkedQueue<AtomicInteger> ends = new ConcurrentLinkedQueue<>();
        private final CountDownLatch idle = new CountDownLatch(CONCURRENT);
        private final Random random;
        private final long until;

        private Client(String baseUrl, int seconds, long seed) {
            random = new Random(seed);
            until = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
            IntegratorioComponent component = new IntegratorioComponent();
            component.getConfiguration().setBaseUrl(baseUrl);
            component.getConfiguration().setAccessToken("t");
            component.getConfiguration().setMaxRetries(1);
            component.getConfiguration().setRequestTimeout(10_000);
            component.getConfiguration().setOperationTimeout(20_000);
            context.addComponent("integratorio", component);
            context.start();
        }

        public static void main(String[] arguments) throws Exception {
            System.out.println(
                    new Client(arguments[0], Integer.parseInt(arguments[1]), Long.parseLong(arguments[2])).run());
            System.out.flush();
            Runtime.getRuntime().halt(0);
        }

        private String run() throws Exception {
            for (String kind : HostileServer.KINDS) {
                for (String shape : SHAPES) {
                    producer("integratorio:licenses?operation=list&connectorId=" + kind + shape);
                }
            }
            for (int i = 0; i < CONCURRENT; i++) {
                next();
            }
            boolean ended = idle.await(until - System.nanoTime() + TimeUnit.SECONDS.toNanos(60), TimeUnit.NANOSECONDS);
            long once = ends.stream().filter(count -> count.get() == 1).count();
            Exchange last = context.createProducerTemplate()
                    .send("integratorio:licenses?operation=get&connectorId=small&licenseId=l1", exchange -> {});
            boolean works = ended && once == ends.size() && last.getException() == null
                    && last.getMessage().getBody() instanceof License;
            return ends.size() + " exchanges, " + once + " ended once; failures " + failures + "; then "
                    + (works ? "it works" : "it fails: " + last.getException());
        }

        private AsyncProducer producer(String uri) {
            return producers.computeIfAbsent(uri, key -> {
                try {
                    AsyncProducer producer = context.getEndpoint(key).createAsyncProducer();
                    producer.start();
                    return producer;
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
        }

        private void next() {
            if (System.nanoTime() > until) {
                idle.countDown();
                return;
            }
            String kind;
            String shape;
            boolean all;
            synchronized (random) {
                kind = HostileServer.KINDS.get(random.nextInt(HostileServer.KINDS.size()));
                shape = SHAPES.get(random.nextInt(SHAPES.size()));
                all = random.nextBoolean();
            }
            AtomicInteger count = new AtomicInteger();
            ends.add(count);
            Exchange exchange = new DefaultExchange(context);
            producer("integratorio:licenses?operation=list&connectorId=" + kind + shape).process(exchange, sync -> {
                try {
                    count.incrementAndGet();
                    String failure = read(exchange, all);
                    if (failure != null) {
                        failures.computeIfAbsent(failure, key -> new AtomicInteger()).incrementAndGet();
                    }
                } finally {
                    // On a thread of its own, so that exchanges do not nest.
                    context.getExecutorServiceManager().newThread("next", this::next).start();
                }
            });
        }

        /** Reads a stream, to its end or a few rows of it. */
        private static String read(Exchange exchange, boolean all) {
            if (exchange.getException() != null) {
                Throwable cause = exchange.getException();
                return (cause instanceof org.apache.camel.CamelExecutionException ? cause.getCause() : cause).getClass()
                        .getSimpleName();
            }
            if (!(exchange.getMessage().getBody() instanceof Iterator<?> rows)) {
                return null;
            }
            try (java.io.Closeable stream = (java.io.Closeable) rows) {
                for (int i = 0; (all || i < 10) && rows.hasNext(); i++) {
                    rows.next();
                }
                return null;
            } catch (Exception | Error e) {
                return "reading: " + (e.getCause() == null ? e : e.getCause()).getClass().getSimpleName();
            }
        }
    }
}
