package io.github.integratorio.camel.internal.client.ratelimit;

import java.io.IOException;

/** A request was not let through the gate: it was not sent. */
public final class AdmissionException extends IOException {

    AdmissionException(String reason) {
        super(reason);
    }
}
