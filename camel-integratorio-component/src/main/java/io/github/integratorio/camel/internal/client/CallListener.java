package io.github.integratorio.camel.internal.client;

import java.time.Duration;

import io.github.integratorio.camel.internal.client.protocol.ApiMethod;
import io.github.integratorio.camel.internal.client.protocol.FailureKind;

/** Receives the result of each request. Methods must be quick. What they throw has no effect on the call. */
public interface CallListener {

    /**
     * A request has ended, and its response has been judged.
     *
     * @param call    the API method
     * @param error   why it failed, or null; its message contains no secret
     * @param failure the kind of failure, or null
     * @param took    time from sending the request to its response
     */
    void answered(ApiMethod call, Throwable error, FailureKind failure, Duration took);

    /**
     * A request waited before it was sent.
     *
     * @param call   the API method
     * @param waited how long it waited for the rate limiter or before a retry
     */
    void waited(ApiMethod call, Duration waited);
}
