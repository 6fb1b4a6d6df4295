package io.github.integratorio.camel.api;

import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.Objects;
import javax.net.ssl.SSLException;

import io.github.integratorio.camel.internal.text.Redaction;

/** Thrown if a call has no valid response. Nothing changed at the API: the call was a read, or it was not sent. */
public class IntegratorioTransportException extends IOException {

    private static final long serialVersionUID = 1;

    private final String operation;
    private final String reason;
    private final boolean notSent;
    private final boolean untrusted;

    /**
     * @param operation API call, such as {@code licenses list}
     * @param cause     the underlying failure
     * @param notSent   true if the request was certainly not sent
     * @param untrusted true if the TLS handshake failed, which makes a retry useless
     */
    public IntegratorioTransportException(String operation, Exception cause, boolean notSent, boolean untrusted) {
        super(operation + (notSent ? " was not sent: " : " got no valid response: ") + (untrusted ? "TLS: " : "")
                + text(cause) + advice(cause), readable(cause));
        this.operation = operation;
        this.reason = text(cause);
        this.notSent = notSent;
        this.untrusted = untrusted;
    }

    private static String text(Exception cause) {
        String said = cause.getMessage();
        // HttpClient writes a host in the brackets of a tag.
        String message = Redaction.line(
                cause instanceof SSLException && said != null ? said.replaceAll("<([^<>]*)>", "$1") : said, 200);
        // Java remembers that a host is unknown, and then says nothing but its name.
        return message.isEmpty() ? cause.getClass().getSimpleName()
                : (cause instanceof UnknownHostException ? "unknown host " : "") + message;
    }

    /** The cause, which loggers print, too; without its class if it, or one of its own, quotes an e-mail address of what is not HTTP. */
    private static Exception readable(Exception cause) {
        for (Throwable each = cause; each != null; each = each.getCause()) {
            if (!Objects.equals(each.getMessage(), Redaction.mask(each.getMessage()))) {
                IOException readable = new IOException(text(cause));
                readable.setStackTrace(cause.getStackTrace());
                return readable;
            }
        }
        return cause;
    }

    /** What to check if there is no server, or another one. */
    private static String advice(Exception cause) {
        if (cause instanceof SSLException && String.valueOf(cause.getMessage()).contains("plaintext")) {
            return "; the server does not speak TLS at this port: check the scheme and port of baseUrl";
        }
        return cause instanceof ConnectException || cause instanceof UnknownHostException
                ? "; check region or baseUrl, and that the server runs and can be reached from here" : "";
    }

    /** API call, such as {@code licenses list}. */
    public String getOperation() {
        return operation;
    }

    /** Description of the failure in one line, without secrets. */
    public String getReason() {
        return reason;
    }

    /** Returns true if the request was certainly not sent. */
    public boolean isNotSent() {
        return notSent;
    }

    /** Returns true if the TLS handshake failed: the server's certificate or name is not trusted, or it does not support TLS. */
    public boolean isUntrusted() {
        return untrusted;
    }
}
