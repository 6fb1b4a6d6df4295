package io.github.integratorio.camel.internal.client.http;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLHandshakeException;

import io.github.integratorio.camel.api.IntegratorioTransportException;
import io.github.integratorio.camel.internal.client.protocol.RawResponse;
import org.junit.jupiter.api.Test;

import static io.github.integratorio.camel.support.VirtualClient.failure;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

/** A request leaves, or is given up: never both. */
class InFlightRequestTest {

    private final CompletableFuture<RawResponse> answer = new CompletableFuture<>();
    private final InFlightRequest flight = new InFlightRequest("licenses create", answer, () -> { });

    private void assertEnded(boolean notSent, boolean untrusted) {
        IntegratorioTransportException error = assertInstanceOf(IntegratorioTransportException.class, failure(answer));
        assertEquals(notSent, error.isNotSent());
        assertEquals(untrusted, error.isUntrusted());
    }

    @Test
    void what_was_given_up_does_not_leave_any_more() {
        flight.finish(new IOException("too late"));
        assertThrows(IOException.class, flight::markSent);
        assertEnded(true, false);
    }

    @Test
    void what_has_left_was_sent_whatever_ends_it() {
        assertEquals(false, flight.isSent());
        assertEquals(true, leaves());
        flight.finish(new SSLHandshakeException("bad certificate"));
        assertEnded(false, false);
    }

    private boolean leaves() {
        try {
            flight.markSent();
        } catch (IOException e) {
            return false;
        }
        return flight.isSent();
    }

    @Test
    void tls_that_fails_before_is_a_matter_of_trust() {
        flight.finish(new SSLHandshakeException("bad certificate"));
        assertEnded(true, true);
    }
}
