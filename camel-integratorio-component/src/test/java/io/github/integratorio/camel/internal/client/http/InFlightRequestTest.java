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
    void a_cancelled_request_is_not_sent() {
        flight.finish(new IOException("too late"));
        assertThrows(IOException.class, flight::markSent);
        assertEnded(true, false);
    }

    @Test
    void a_request_marked_as_sent_stays_sent_after_any_failure() {
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
    void a_tls_failure_before_sending_means_an_untrusted_server() {
        flight.finish(new SSLHandshakeException("bad certificate"));
        assertEnded(true, true);
    }
}
