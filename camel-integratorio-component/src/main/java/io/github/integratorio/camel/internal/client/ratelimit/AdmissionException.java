package io.github.integratorio.camel.internal.client.ratelimit;

import java.io.IOException;

/** The rate limiter did not admit a request, so it was not sent. */
public final class AdmissionException extends IOException {

    AdmissionException(String reason) {
        super(reason);
    }
}
