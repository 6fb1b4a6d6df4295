package io.github.integratorio.camel.client.gate;

import java.io.IOException;

/** A request was not let through the gate: it was not sent. */
public final class GateException extends IOException {

    GateException(String reason) {
        super(reason);
    }
}
