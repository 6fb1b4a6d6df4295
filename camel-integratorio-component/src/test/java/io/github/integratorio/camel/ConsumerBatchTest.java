package io.github.integratorio.camel;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.github.integratorio.camel.api.IntegratorioConstants;
import io.github.integratorio.camel.support.Covers;
import io.github.integratorio.camel.support.LogCapture;
import io.github.integratorio.camel.support.ThreadPerTaskExecutor;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.support.RoutePolicySupport;
import org.junit.jupiter.api.Test;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The consumer follows Camel's contract of a batch consumer. */
class ConsumerBatchTest extends ConsumerTestSupport {

    private final List<Exchange> exchanges = new CopyOnWriteArrayList<>();

    private void scheduled(String... options) throws Exception {
        context.addRoutes(route(uri(options).replace("startScheduler=false", "initialDelay=0"),
                steps -> steps.process(this::arrive)));
    }

    private int polls() {
        return (int) simulator().requestCount();
    }

    @Test
    void each_exchange_has_its_index_in_the_batch_and_a_poll_returns_the_number_of_changes() throws Exception {
        rows(0, 3, 1);
        context.addRoutes(
                route(uri("initialSnapshot=emit"), steps -> steps.process(exchange -> exchanges.add(exchange.copy()))));
        assertEquals(3, poll());
        assertEquals(0, poll());
        rows(3, 4, 1);
        assertEquals(1, poll());
        assertEquals(List.of("0 of 3 false", "1 of 3 false", "2 of 3 true", "0 of 1 true"), exchanges.stream()
                .map(one -> one.getProperty(ExchangePropertyKey.BATCH_INDEX) + " of "
                        + one.getProperty(ExchangePropertyKey.BATCH_SIZE) + " "
                        + one.getProperty(ExchangePropertyKey.BATCH_COMPLETE))
                .toList());
    }

    @Test
    void a_change_that_fails_counts_as_delivered_because_it_was_attempted() throws Exception {
        rows(0, 3, 1);
        context.addRoutes(route(uri("initialSnapshot=emit"), steps -> steps.process(exchange -> {
            throw new IllegalStateException("no");
        })));
        assertEquals(3, poll());
    }

    @Test
    @Covers(208)
    void changes_beyond_the_limit_of_a_poll_stay_pending_for_the_next_poll() throws Exception {
        rows(0, 5, 1);
        watch(uri("initialSnapshot=emit", "maxMessagesPerPoll=2"));
        assertEquals(2, poll());
        assertEquals(2, messages.size());
        assertEquals(2, poll());
        assertEquals(1, poll());
        assertEquals(0, poll());
        assertEquals(5, received().stream().distinct().count());
        assertEquals(5, messages.size());
    }

    @Test
    @Covers(207)
    void a_greedy_consumer_polls_again_while_changes_are_pending() throws Exception {
        rows(0, 7, 1);
        scheduled("initialSnapshot=emit", "maxMessagesPerPoll=2", "greedy=true", "delay=3600000");
        await().until(() -> messages.size() == 7);
    }

    @Test
    @Covers(207)
    void a_poll_without_changes_is_idle() throws Exception {
        scheduled("delay=1", "backoffMultiplier=3", "backoffIdleThreshold=2");
        await().until(() -> integratorioConsumer().getBackoffCounter() > 0);
        await().until(() -> integratorioConsumer().getBackoffCounter() == 0);
        assertEquals(0, integratorioConsumer().getErrorCounter());
    }

    @Test
    @Covers(207)
    void a_poll_that_fails_is_an_error() throws Exception {
        simulator().faults().add(io.github.integratorio.simulator.Fault.on("GET", ".*").always().status(500));
        scheduled("delay=1", "backoffMultiplier=3", "backoffErrorThreshold=2");
        await().until(() -> integratorioConsumer().getBackoffCounter() > 0);
    }

    @Test
    @Covers(207)
    void an_idle_poll_sends_an_empty_message_if_configured_and_a_failed_poll_does_not() throws Exception {
        rows(0, 1, 1);
        watch(uri("initialSnapshot=emit", "sendEmptyMessageWhenIdle=true"));
        integratorioConsumer().run();
        assertEquals(1, messages.size());
        integratorioConsumer().run();
        assertEquals(2, messages.size());
        assertNull(messages.get(1).getBody());
        assertFalse(messages.get(1).hasHeaders());
        simulator().faults().add(io.github.integratorio.simulator.Fault.on("GET", ".*").times(1).status(500));
        integratorioConsumer().run();
        assertEquals(2, messages.size());
    }

    @Test
    @Covers(207)
    void the_number_of_polls_is_the_configured_repeat_count() throws Exception {
        scheduled("delay=1", "repeatCount=3");
        await().until(() -> !integratorioConsumer().isSchedulerStarted());
        assertEquals(3, polls());
    }

    @Test
    @Covers(209)
    void a_poll_that_takes_longer_than_the_delay_never_runs_in_parallel_with_another() throws Exception {
        AtomicInteger ticks = new AtomicInteger();
        AtomicInteger requests = new AtomicInteger();
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("timer:tick?period=1").process(exchange -> ticks.incrementAndGet());
            }
        });
        rows(0, 1, 1);
        context.addRoutes(route(
                uri("initialSnapshot=emit", "delay=1", "useFixedDelay=false").replace("startScheduler=false",
                        "initialDelay=0"),
                steps -> steps.process(exchange -> {
                    // As long as fifty polls take.
                    int until = ticks.get() + 50;
                    await().until(() -> ticks.get() >= until);
                    requests.set(polls());
                    arrive(exchange);
                })));
        await().until(() -> messages.size() == 1);
        assertEquals(1, requests.get());
    }

    @Test
    void changes_of_one_row_are_delivered_one_after_the_other_and_many_changes_in_batches_of_a_thousand()
            throws Exception {
        rows(0, 1, 1);
        context.addRoutes(route(uri("initialSnapshot=emit"), steps -> steps.process(exchange -> {
            if (exchange.getMessage().getHeader(IntegratorioConstants.INTEGRATION_ID).equals("i0") && messages.isEmpty()
                    && exchanges.isEmpty()) {
                exchanges.add(exchange.copy());
                throw new IllegalStateException("not now");
            }
            arrive(exchange);
        })));
        assertEquals(1, poll());
        rows(0, 1, 2);
        rows(1, 1_003, 1);
        poll();
        assertEquals(1, exchanges.size());
        List<String> ofTheFirst = received().stream().filter(change -> change.endsWith(" i0")).toList();
        assertEquals(List.of("ADDED i0", "UPDATED i0"), ofTheFirst);
        assertEquals(1_004, messages.size());
        assertTrue(IntStream.range(0, 1_003).allMatch(number -> received().contains("ADDED i" + number)));
        nothingIsPending();
    }

    @Test
    void polls_never_overlap_whatever_the_scheduler_does() throws Exception {
        rows(0, 1, 1);
        context.addRoutes(route(
                uri("initialSnapshot=emit", "delay=1", "scheduler.concurrentConsumers=3")
                        .replace("startScheduler=false", "initialDelay=0"),
                steps -> steps.process(this::arrive).process(this::wait)));
        await().until(() -> messages.size() == 1);
        CompletableFuture<Void> another =
                CompletableFuture.runAsync(integratorioConsumer(), ThreadPerTaskExecutor.INSTANCE);
        another.get();
        assertEquals(1, polls());
        assertEquals(1, integratorioConsumer().getChangesInFlight());
    }

    @Test
    void lists_take_turns_under_a_limit_even_if_the_first_one_is_always_busy() throws Exception {
        String other = simulator().addConnector("Books to Shop");
        rows(0, 10, 1);
        simulator().putInstallation(other, map("_integrationId", "o1", "email", JANE));
        context.addRoutes(route(uri("initialSnapshot=emit", "maxMessagesPerPoll=2").replace(connector,
                connector + "," + other), steps -> steps.process(this::arrive)));
        assertEquals(2, poll());
        assertEquals(2, poll());
        assertTrue(received().contains("ADDED o1"), received()::toString);
        for (int poll = 0; poll < 4; poll++) {
            poll();
        }
        assertEquals(11, messages.size());
        nothingIsPending();
    }

    @Test
    void a_route_policy_that_suspends_the_route_ends_the_batch_and_the_rest_stays_pending() throws Exception {
        rows(0, 20, 1);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(uri("initialSnapshot=emit")).routeId("watch").routePolicy(new RoutePolicySupport() {
                    @Override
                    public void onExchangeDone(Route route, Exchange exchange) {
                        if (messages.size() == 3) {
                            try {
                                suspendOrStopConsumer(route.getConsumer());
                            } catch (Exception e) {
                                throw new IllegalStateException(e);
                            }
                        }
                    }
                }).process(ConsumerBatchTest.this::arrive);
            }
        });
        assertEquals(3, poll());
        assertEquals(3, messages.size());
        assertEquals(0, integratorioConsumer().getChangesInFlight());
        context.getRouteController().resumeRoute("watch");
        assertEquals(17, poll());
    }

    /** Polls with a route that fails while the messages are fewer than needed; returns the changes tried in each poll. */
    private List<Integer> triesPerPoll(int polls, Processor step) throws Exception {
        AtomicInteger tried = new AtomicInteger();
        context.addRoutes(route(uri("initialSnapshot=emit"), steps -> steps.process(exchange -> {
            tried.incrementAndGet();
            step.process(exchange);
        })));
        List<Integer> tries = new ArrayList<>();
        for (int poll = 0; poll < polls; poll++) {
            int before = tried.get();
            poll();
            tries.add(tried.get() - before);
        }
        return tries;
    }

    @Test
    void a_route_that_refuses_everything_is_tried_with_five_changes_and_less_and_less_often() throws Exception {
        rows(0, 100, 1);
        try (LogCapture log = new LogCapture()) {
            assertEquals(List.of(5, 5, 0, 5, 0, 0, 0, 5), triesPerPoll(8, exchange -> {
                throw new IllegalStateException("no");
            }));
            assertEquals(4, log.lines().stream().filter(line -> line.contains("changes failed and stay pending"))
                    .count());
            assertEquals(4, log.lines().stream().filter(line -> line.contains("A change failed and stays pending"))
                    .count());
        }
        assertEquals(0, integratorioConsumer().getChangesInFlight());
    }

    @Test
    void changes_that_always_fail_do_not_keep_the_others_from_being_delivered() throws Exception {
        rows(0, 60, 1);
        triesPerPoll(2, exchange -> {
            int number = Integer.parseInt(
                    exchange.getMessage().getHeader(IntegratorioConstants.INTEGRATION_ID, String.class).substring(1));
            if (number < 20) {
                throw new IllegalStateException("never");
            }
            arrive(exchange);
        });
        for (int poll = 0; messages.size() < 40; poll++) {
            assertTrue(poll < 10, () -> "delivered: " + messages.size());
            poll();
        }
    }

    @Test
    void a_route_that_recovers_receives_all_changes() throws Exception {
        rows(0, 30, 1);
        triesPerPoll(4, exchange -> {
            if (routeReleased.getCount() > 0) {
                throw new IllegalStateException("not yet");
            }
            arrive(exchange);
        });
        routeReleased.countDown();
        for (int poll = 0; messages.size() < 30; poll++) {
            assertTrue(poll < 10, () -> "delivered: " + messages.size());
            poll();
        }
        nothingIsPending();
    }
}
