package io.github.integratorio.camel.api;

import java.io.IOException;

import io.github.integratorio.camel.internal.json.Redaction;

/** A call got no answer that can be used. Nothing was changed at the API: it was a read, or was not sent. */
public class IntegratorioTransportException extends IOException {

    private final String operation;
    private final String reason;
    private final boolean notSent;
    private final boolean untrusted;

    /**
     * @param operation what was called, such as {@code licenses list}
     * @param cause     the failure behind it
     * @param notSent   whether it is certain that the request never left
     * @param untrusted whether TLS failed, so that trying again is useless
     */
    public IntegratorioTransportException(String operation, Exception cause, boolean notSent, boolean untrusted) {
        super(operation + (notSent ? " was not sent: " : " got no usable answer: ") + (untrusted ? "TLS: " : "")
              + text(cause), cause);
        this.operation = operation;
        this.reason = text(cause);
        this.notSent = notSent;
        this.untrusted = untrusted;
    }

    private static String text(Exception cause) {
        String message = Redaction.line(cause.getMessage(), 200);
        return message.isEmpty() ? cause.getClass().getSimpleName() : message;
    }

    /** What was called, such as {@code licenses list}. */
    public String getOperation() {
        return operation;
    }

    /** What happened, in one line without secrets. */
    public String getReason() {
        return reason;
    }

    /** Whether it is certain that the request never left. */
    public boolean isNotSent() {
        return notSent;
    }

    /** Whether TLS failed: the server's certificate or name is not trusted, or it speaks no TLS. */
    public boolean isUntrusted() {
        return untrusted;
    }
}
