package io.github.integratorio.camel.internal.client;

import java.time.Duration;

import io.github.integratorio.camel.internal.client.protocol.ApiMethod;
import io.github.integratorio.camel.internal.client.protocol.FailureKind;

/** Is told what becomes of requests. Must be quick, and must not throw. */
public interface CallListener {

    /**
     * A request came to its end.
     *
     * @param call    the call it was for
     * @param error   why it failed, or null when it did not; its message holds no secret
     * @param failure what kind of failure that is, or null
     * @param took    from its sending to its end
     */
    void answered(ApiMethod call, Throwable error, FailureKind failure, Duration took);

    /**
     * A request waited before it was sent.
     *
     * @param call   the call it was for
     * @param waited how long, at the gate or before a retry
     */
    void waited(ApiMethod call, Duration waited);
}
