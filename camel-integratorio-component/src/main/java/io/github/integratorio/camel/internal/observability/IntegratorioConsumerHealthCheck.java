package io.github.integratorio.camel.internal.observability;

import java.util.Map;

import io.github.integratorio.camel.IntegratorioConsumer;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.support.ScheduledPollConsumerHealthCheck;

/** Whether changes arrive: says waiting, running, held or failing, counts, and the HTTP status; no secret and no address. */
public class IntegratorioConsumerHealthCheck extends ScheduledPollConsumerHealthCheck {

    private final IntegratorioConsumer consumer;

    public IntegratorioConsumerHealthCheck(IntegratorioConsumer consumer, String id) {
        super(consumer, id);
        this.consumer = consumer;
    }

    @Override
    public Result call(Map<String, Object> options) {
        Result polls = super.call(options);
        if (!isEnabled()) {
            return polls;
        }
        HealthCheckResultBuilder builder = HealthCheckResultBuilder.on(this).state(polls.getState()).details(polls.getDetails());
        polls.getMessage().ifPresent(builder::message);
        polls.getError().ifPresent(builder::error);
        int failing = consumer.getFailingChanges().size();
        builder.detail("feed.state", consumer.getFeedState());
        builder.detail("feed.held.removals", consumer.getHeldRemovals().values().stream().mapToInt(held -> held).sum());
        builder.detail("feed.failing.changes", failing);
        builder.detail("feed.under.way", consumer.getChangesUnderWay());
        if (failing > 0) {
            builder.down().message(failing + " changes failed and stay pending");
        }
        return builder.build();
    }
}
