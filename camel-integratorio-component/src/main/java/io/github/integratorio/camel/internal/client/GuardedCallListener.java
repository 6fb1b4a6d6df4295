package io.github.integratorio.camel.internal.client;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

import io.github.integratorio.camel.internal.client.protocol.ApiMethod;
import io.github.integratorio.camel.internal.client.protocol.FailureKind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps whatever a listener throws away from the call: what has happened has happened. */
final class GuardedCallListener implements CallListener {

    private static final Logger LOG = LoggerFactory.getLogger(GuardedCallListener.class);

    private final CallListener listener;
    private final AtomicBoolean failed = new AtomicBoolean();

    GuardedCallListener(CallListener listener) {
        this.listener = listener;
    }

    @Override
    public void answered(ApiMethod call, Throwable error, FailureKind failure, Duration took) {
        try {
            listener.answered(call, error, failure, took);
        } catch (Throwable e) {
            log(e);
        }
    }

    @Override
    public void waited(ApiMethod call, Duration waited) {
        try {
            listener.waited(call, waited);
        } catch (Throwable e) {
            log(e);
        }
    }

    private void log(Throwable e) {
        if (failed.compareAndSet(false, true)) {
            LOG.warn("What observes requests failed, which has no effect on them; further failures are not logged: {}",
                    e.getClass().getName());
        }
    }
}
