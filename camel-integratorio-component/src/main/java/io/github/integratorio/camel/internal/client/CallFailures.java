package io.github.integratorio.camel.internal.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

import io.github.integratorio.camel.api.IntegratorioAmbiguousOutcomeException;
import io.github.integratorio.camel.api.IntegratorioApiException;
import io.github.integratorio.camel.api.IntegratorioTransportException;
import io.github.integratorio.camel.internal.client.protocol.ApiMethod;
import io.github.integratorio.camel.internal.text.Redaction;

/**
 * Says by its exceptions what a failure means for a request: whether it was certainly not carried out.
 *
 * @param method what was called
 */
record CallFailures(ApiMethod method) {

    /** A write that was sent and got no response, or one that could not be processed, may have taken effect. */
    Throwable asOutcome(Throwable failure, boolean sent) {
        if (!method.isWrite() || !sent || failure instanceof IntegratorioApiException
                || failure instanceof IntegratorioAmbiguousOutcomeException) {
            return failure;
        }
        if (failure instanceof IntegratorioTransportException transport) {
            return transport.isNotSent() ? transport : ambiguous("response lost: " + transport.getReason(), 0);
        }
        return ambiguous("the response was not processed: " + failure, 0);
    }

    private IntegratorioAmbiguousOutcomeException ambiguous(String reason, int status) {
        return new IntegratorioAmbiguousOutcomeException(method.label(), reason, status);
    }

    /** A response that is not HTTP may echo the request; the messages of HttpCore quote it. */
    Throwable withoutTokens(Throwable failure, List<String> tokens) {
        if (failure instanceof IntegratorioTransportException transport && transport.getCause() != null) {
            String message = String.valueOf(transport.getCause().getMessage());
            String reason = Redaction.without(message, tokens);
            return reason.equals(message) ? failure : new IntegratorioTransportException(method.label(),
                    new IOException(reason), transport.isNotSent(), transport.isUntrusted());
        }
        return failure;
    }

    /** An outage of a token source is none of the API, and nothing was sent; a bad token is invalid input. */
    Throwable ofTokenSource(Throwable failure) {
        return failure instanceof UncheckedIOException outage
                ? new IntegratorioTransportException(method.label(), outage.getCause(), true, false)
                : failure;
    }

    /**
     * The failure of a call that ends.
     *
     * @param failure   of its last attempt
     * @param ambiguity of an earlier attempt that may have taken effect, or null
     */
    Throwable last(Throwable failure, Throwable ambiguity) {
        return ambiguity instanceof IntegratorioAmbiguousOutcomeException open
                && !(failure instanceof IntegratorioAmbiguousOutcomeException)
                        ? ambiguous("an earlier attempt may have taken effect, and the last one failed: "
                                + failure.getMessage(), open.getStatusCode())
                        : failure;
    }
}
