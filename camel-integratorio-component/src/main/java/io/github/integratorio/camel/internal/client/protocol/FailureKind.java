package io.github.integratorio.camel.internal.client.protocol;

import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CompletionException;

import io.github.integratorio.camel.api.IntegratorioAmbiguousOutcomeException;
import io.github.integratorio.camel.api.IntegratorioApiException;
import io.github.integratorio.camel.api.IntegratorioRateLimitException;
import io.github.integratorio.camel.api.IntegratorioTransportException;
import io.github.integratorio.camel.internal.client.ratelimit.AdmissionException;

/** What kind of failure one try of a call ended with: this decides whether it may be tried again. */
public enum FailureKind {

    /** The request certainly never left. */
    NOT_SENT,
    /** The account's own gate did not let it through in time: nothing was sent, and a crowd is no smaller for coming back at once. */
    NOT_ADMITTED,
    /** The server's certificate, its name or its TLS is not trusted; nothing was sent, and trying again is useless. */
    TLS_REJECTED,
    /** The account is used up; nothing happened. */
    THROTTLED,
    /** The token was refused; nothing happened. */
    UNAUTHORIZED,
    /** The API refused; nothing happened. */
    REJECTED,
    /** The request left and no answer came that can be believed: nobody knows. */
    AMBIGUOUS;

    private static final Set<Integer> TRANSIENT = Set.of(408, 425);

    public static FailureKind of(Throwable error) {
        if (error instanceof IntegratorioTransportException transport) {
            return transport.getCause() instanceof AdmissionException ? NOT_ADMITTED : transport.isUntrusted() ? TLS_REJECTED : transport.isNotSent() ? NOT_SENT : AMBIGUOUS;
        }
        if (error instanceof IntegratorioRateLimitException) {
            return THROTTLED;
        }
        if (error instanceof IntegratorioApiException refused) {
            int status = refused.getStatusCode();
            return status == 401 ? UNAUTHORIZED : isAmbiguous(status) ? AMBIGUOUS : REJECTED;
        }
        return error instanceof IntegratorioAmbiguousOutcomeException ? AMBIGUOUS : REJECTED;
    }

    /** Whether a status leaves open what happened. A redirect is no answer to hope for: it is definite. */
    static boolean isAmbiguous(int status) {
        return status < 200 || status >= 500 || TRANSIENT.contains(status);
    }

    /** The failure itself, without the wrapper that futures put around it. */
    public static Throwable unwrap(Throwable error) {
        Throwable cause = error;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /** After which failures a call may be sent again. A refused token is not here: that is tried again once when there is a new one. */
    public enum Idempotency {
        /** Sending it twice does what sending it once does. */
        IDEMPOTENT(EnumSet.of(NOT_SENT, THROTTLED, AMBIGUOUS)),
        /** Sending it twice may do it twice. */
        NON_IDEMPOTENT(EnumSet.of(NOT_SENT, THROTTLED));

        private final Set<FailureKind> failures;

        Idempotency(Set<FailureKind> failures) {
            this.failures = failures;
        }

        public boolean after(FailureKind failure) {
            return failures.contains(failure);
        }
    }
}
