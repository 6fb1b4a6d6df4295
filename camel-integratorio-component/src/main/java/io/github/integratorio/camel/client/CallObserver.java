package io.github.integratorio.camel.client;

import java.time.Duration;

/** Is told what becomes of requests. Must be quick, and must not throw. */
public interface CallObserver {

    /**
     * A request came to its end.
     *
     * @param call    the call it was for
     * @param error   why it failed, or null when it did not; its message holds no secret
     * @param failure what kind of failure that is, or null
     * @param took    from its sending to its end
     */
    void answered(ApiCall call, Throwable error, Failure failure, Duration took);

    /**
     * A request waited before it was sent.
     *
     * @param call   the call it was for
     * @param waited how long, at the gate or before a retry
     */
    void waited(ApiCall call, Duration waited);
}
