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

/** A request is either sent or cancelled, never both. */
class InFlightRequestTest {

    private final CompletableFuture<RawResponse> answer = new CompletableFuture<>();
    private final InFlightRequest request = new InFlightRequest("licenses create", answer, () -> {});

    private void assertEnded(boolean notSent, boolean untrusted) {
        IntegratorioTransportException error = assertInstanceOf(IntegratorioTransportException.class, failure(answer));
        assertEquals(notSent, error.isNotSent());
        assertEquals(untrusted, error.isUntrusted());
    }

    @Test
    void a_cancelled_request_is_not_sent() {
        request.finish(new IOException("too late"));
        assertThrows(IOException.class, request::markSent);
        assertEnded(true, false);
    }

    @Test
    void a_request_marked_as_sent_stays_sent_after_any_failure() {
        assertEquals(false, request.isSent());
        assertEquals(true, leaves());
        request.finish(new SSLHandshakeException("bad certificate"));
        assertEnded(false, false);
    }

    private boolean leaves() {
        try {
            request.markSent();
        } catch (IOException e) {
            return false;
        }
        return request.isSent();
    }

    @Test
    void a_tls_failure_before_sending_means_an_untrusted_server() {
        request.finish(new SSLHandshakeException("bad certificate"));
        assertEnded(true, true);
    }
}
