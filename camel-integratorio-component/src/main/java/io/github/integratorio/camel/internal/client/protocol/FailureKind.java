package io.github.integratorio.camel.internal.client.protocol;

import java.util.Set;

import io.github.integratorio.camel.api.IntegratorioAmbiguousOutcomeException;
import io.github.integratorio.camel.api.IntegratorioApiException;
import io.github.integratorio.camel.api.IntegratorioRateLimitException;
import io.github.integratorio.camel.api.IntegratorioTransportException;
import io.github.integratorio.camel.internal.client.ratelimit.AdmissionException;

/** How an attempt of a call failed, which decides whether the call may be retried. */
public enum FailureKind {

    /** The request was certainly not sent. */
    NOT_SENT,
    /** The rate limiter did not admit the request in time, so it was not sent. Retrying at once would make the queue no shorter. */
    NOT_ADMITTED,
    /** The server's certificate, host name or TLS version was rejected. Nothing was sent, and a retry would fail too. */
    TLS_REJECTED,
    /** The API answered 429: it did not process the request. */
    THROTTLED,
    /** The API answered 401: it did not process the request. */
    UNAUTHORIZED,
    /** The API rejected the request, or the request was invalid. */
    REJECTED,
    /** The request was sent, and there is no response that can be trusted: it may have taken effect. */
    AMBIGUOUS;

    static final Set<Integer> TRANSIENT = Set.of(408, 425);

    /** Classifies a failure. */
    public static FailureKind of(Throwable error) {
        if (error instanceof IntegratorioTransportException transport) {
            return of(transport);
        }
        if (error instanceof IntegratorioRateLimitException) {
            return THROTTLED;
        }
        if (error instanceof IntegratorioApiException refusal) {
            int status = refusal.getStatusCode();
            return status == 401 ? UNAUTHORIZED : isAmbiguous(status) ? AMBIGUOUS : REJECTED;
        }
        return error instanceof IntegratorioAmbiguousOutcomeException ? AMBIGUOUS : REJECTED;
    }

    private static FailureKind of(IntegratorioTransportException transport) {
        if (transport.getCause() instanceof AdmissionException) {
            return NOT_ADMITTED;
        }
        if (transport.getCause() instanceof ProxyException proxy && proxy.isFinal()) {
            return REJECTED;
        }
        return transport.isUntrusted() ? TLS_REJECTED : transport.isNotSent() ? NOT_SENT : AMBIGUOUS;
    }

    /** Whether the request may have taken effect although the response has this status. Redirects are never followed: not ambiguous. */
    static boolean isAmbiguous(int status) {
        return status < 200 || status >= 500 || TRANSIENT.contains(status);
    }
}
