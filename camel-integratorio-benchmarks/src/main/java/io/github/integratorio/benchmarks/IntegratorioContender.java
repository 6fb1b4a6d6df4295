package io.github.integratorio.benchmarks;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Iterator;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

import io.github.integratorio.camel.IntegratorioComponent;
import io.github.integratorio.camel.IntegratorioConsumer;
import io.github.integratorio.camel.api.IntegratorioConstants;
import org.apache.camel.Message;
import org.apache.camel.builder.RouteBuilder;

/** This component, used as documented. */
final class IntegratorioContender extends CamelContender {

    private final Path state;
    private final AtomicLong changes = new AtomicLong();

    /** @param limited true to keep the default rate limits, false to disable them */
    IntegratorioContender(URI base, boolean limited) throws Exception {
        state = Files.createTempDirectory("benchmark-state");
        IntegratorioComponent component = new IntegratorioComponent();
        component.getConfiguration().setAccessToken("secret");
        component.getConfiguration().setBaseUrl(base.toString());
        component.getConfiguration().setOperationTimeout(120_000);
        if (!limited) {
            component.getConfiguration().setRequestsPerSecond(1_000_000);
            component.getConfiguration().setRequestBurst(1_000_000);
        }
        component.getConfiguration().setMaxConcurrentRequests(HttpClientContender.CONNECTIONS);
        component.getConfiguration().setMaxQueuedRequests(10_000);
        camel.addComponent("integratorio", component);
        start(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:create").to("integratorio:licenses?operation=create");
                from("direct:get").to("integratorio:licenses?operation=get");
                from("direct:list").to("integratorio:licenses?operation=list");
                from("direct:stream").to("integratorio:licenses?operation=list&streaming=true")
                        .process(exchange -> {
                            Iterator<?> rows = exchange.getMessage().getBody(Iterator.class);
                            rows.forEachRemaining(Blackhole::consume);
                        });
                from("direct:upsert").to("integratorio:licenses?operation=upsert");
                from("direct:reconcile").to("integratorio:licenses?operation=reconcile");
                from("integratorio:installBase?connectorId=" + SampleDocuments.NO_ID
                        + "&startScheduler=false&stateDirectory=" + state).routeId("poll")
                        .process(exchange -> changes.incrementAndGet());
            }
        });
    }

    @Override
    public boolean blocks(Operation operation) {
        return operation == Operation.POLL;
    }

    @Override
    void setIds(Message message, Operation operation, VirtualUser user) {
        message.setHeader(IntegratorioConstants.CONNECTOR_ID, user.connectorId());
        if (operation == Operation.GET) {
            message.setHeader(IntegratorioConstants.LICENSE_ID, user.licenseId());
        }
    }

    @Override
    public void run(Operation operation, VirtualUser user) throws Exception {
        if (operation == Operation.POLL) {
            poll();
        } else {
            super.run(operation, user);
        }
    }

    private void poll() {
        IntegratorioConsumer consumer = (IntegratorioConsumer) camel.getRoute("poll").getConsumer();
        consumer.run();
        if (!"running".equals(consumer.getFeedState())) {
            throw new IllegalStateException("the poll failed: " + consumer.getFeedState());
        }
    }

    @Override
    public long changes() {
        return changes.get();
    }

    @Override
    public void close() {
        super.close();
        try (Stream<Path> files = Files.walk(state)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            e.printStackTrace();
        }
    }
}
