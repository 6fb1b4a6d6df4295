package io.github.integratorio.camel.internal.observability;

import java.util.Map;

import io.github.integratorio.camel.internal.consumer.ConsumerStatus;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.support.ScheduledPollConsumer;
import org.apache.camel.support.ScheduledPollConsumerHealthCheck;

/** Health check of a consumer: DOWN if polls or changes fail. Details are the state, counts and the HTTP status, without secrets. */
public class IntegratorioConsumerHealthCheck extends ScheduledPollConsumerHealthCheck {

    private final ObservedConsumer consumer;

    /** Creates the check; both consumers are the same object. */
    public IntegratorioConsumerHealthCheck(ScheduledPollConsumer polling, ObservedConsumer consumer, String id) {
        super(polling, id);
        this.consumer = consumer;
    }

    @Override
    public Result call(Map<String, Object> options) {
        Result polls = super.call(options);
        if (!isEnabled()) {
            return polls;
        }
        HealthCheckResultBuilder builder =
                HealthCheckResultBuilder.on(this).state(polls.getState()).details(polls.getDetails());
        polls.getMessage().ifPresent(builder::message);
        polls.getError().ifPresent(builder::error);
        ConsumerStatus status = consumer.status();
        int failing = status.failingChanges().size();
        builder.detail("feed.state", status.state().toString());
        builder.detail("feed.held.removals", status.heldRemovals().values().stream().mapToInt(held -> held).sum());
        builder.detail("feed.failing.changes", failing);
        builder.detail("feed.in.flight", status.inFlight());
        builder.detail("feed.activity", status.activity().toString());
        if (failing > 0) {
            builder.down().message(failing + " changes failed and stay pending");
        }
        return builder.build();
    }
}
