package io.github.integratorio.camel.internal.client.protocol;

import java.io.IOException;

/** A proxy answered in place of the API, which has not got the request. */
public final class ProxyException extends IOException {

    private final int status;

    /** @param status the HTTP status of the proxy */
    public ProxyException(int status) {
        super("the proxy answered " + status
                + (status == 407 ? ": it requires a user and password, or refuses them" : ""));
        this.status = status;
    }

    /** Whether the proxy would give the same answer again: it refuses its user, or the connection to this host. */
    boolean isFinal() {
        return status >= 400 && status < 500 && !FailureKind.TRANSIENT.contains(status) && status != 429;
    }
}
