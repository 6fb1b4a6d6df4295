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
    AMBIGUOUS,
    /**
     * A write was answered with a status that does not say whether it was processed, such as a redirect: it may have taken effect. A
     * retry would be answered in the same way.
     */
    UNEXPECTED;

    /** The statuses with which the API says that it did not process a request. All others say nothing about a write. */
    private static final Set<Integer> NOT_PROCESSED = Set.of(400, 401, 403, 404, 405, 409, 415, 422, 429);
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
            return status == 401 ? UNAUTHORIZED : isTransient(status) ? AMBIGUOUS : REJECTED;
        }
        if (error instanceof IntegratorioAmbiguousOutcomeException ambiguous) {
            int status = ambiguous.getStatusCode();
            return status < 300 || isTransient(status) ? AMBIGUOUS : UNEXPECTED;
        }
        return REJECTED;
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

    /** Whether the same request may be answered with a better status later. */
    public static boolean isTransient(int status) {
        return status < 200 || status >= 500 || TRANSIENT.contains(status);
    }

    /** Whether this status says that the API did not process the request. */
    static boolean isNotProcessed(int status) {
        return NOT_PROCESSED.contains(status);
    }

    /** Whether the request may have taken effect. */
    public boolean isOpen() {
        return this == AMBIGUOUS || this == UNEXPECTED;
    }
}
