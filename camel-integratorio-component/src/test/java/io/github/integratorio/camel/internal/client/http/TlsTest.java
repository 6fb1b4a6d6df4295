package io.github.integratorio.camel.internal.client.http;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

import io.github.integratorio.camel.api.IntegratorioAmbiguousOutcomeException;
import io.github.integratorio.camel.api.IntegratorioApiException;
import io.github.integratorio.camel.api.IntegratorioTransportException;
import io.github.integratorio.camel.internal.client.protocol.ApiMethod;
import io.github.integratorio.camel.internal.client.protocol.ApiResponse;
import io.github.integratorio.camel.internal.client.protocol.FailureKind;
import io.github.integratorio.camel.support.Covers;
import io.github.integratorio.camel.support.EveryCallSupport;
import io.github.integratorio.camel.support.ScriptedServer;
import io.github.integratorio.camel.support.TestCertificates;
import io.github.integratorio.camel.support.ThreadPerTaskExecutor;
import io.github.integratorio.camel.support.VirtualClient;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.jsse.KeyStoreParameters;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.apache.camel.support.jsse.SecureSocketProtocolsParameters;
import org.apache.camel.support.jsse.TrustManagersParameters;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static io.github.integratorio.camel.support.ScriptedServer.json;
import static io.github.integratorio.camel.support.ScriptedServer.raw;
import static io.github.integratorio.camel.support.VirtualClient.failure;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Servers that are not trusted, violate TLS, or close the connection during TLS. */
class TlsTest extends EveryCallSupport {

    @TempDir
    static Path folder;
    static TestCertificates certificates;

    @BeforeAll
    static void makeCertificates() throws Exception {
        certificates = TestCertificates.in(folder);
    }

    @Override
    protected ScriptedServer newServer() throws Exception {
        return ScriptedServer.start(certificates.server("good"));
    }

    @Override
    public VirtualClient newClient(String baseUrl) {
        try {
            return newClient(baseUrl, certificates.client(), 0, CONNECT_TIMEOUT, null);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static IntegratorioTransportException assertUntrusted(VirtualClient client, Throwable error) {
        IntegratorioTransportException transport = assertInstanceOf(IntegratorioTransportException.class, error);
        assertTrue(transport.isNotSent() && transport.isUntrusted(), transport.getMessage());
        assertTrue(transport.getMessage().contains("TLS: "), transport.getMessage());
        assertEquals(List.of(FailureKind.TLS_REJECTED), client.failures, "tried once");
        return transport;
    }

    @ParameterizedTest
    @EnumSource
    @Covers({ 5, 6, 7 })
    void an_untrusted_server_receives_no_byte_of_a_request(ApiMethod call) throws Exception {
        assertRefused(call, "expired", certificates.client(), "validity check failed");
        // The text of HttpClient's verifier, or of the JDK's, which HttpClient asks first from 5.6 on.
        assertRefused(call, "other", certificates.client(),
                "for localhost doesn't match|name matching localhost found");
        // A certificate authority unknown to the JDK.
        assertRefused(call, "good", null, "unable to find valid certification path");
    }

    private static void assertRefused(ApiMethod call, String certificate, SSLContext trust, String reason)
            throws Exception {
        try (ScriptedServer impostor = ScriptedServer.start(certificates.server(certificate));
                VirtualClient client = newClient(impostor.baseUrl(), trust, 0, CONNECT_TIMEOUT, null)) {
            IntegratorioTransportException error = assertUntrusted(client, failure(client.call(call)));
            assertTrue(Pattern.compile(reason).matcher(error.getMessage()).find(), error.getMessage());
            assertEquals(1, impostor.connectionCount());
            assertEquals(0, impostor.byteCount());
        }
    }

    @ParameterizedTest
    @EnumSource
    @Covers({ 7, 32 })
    void http_1_is_used_with_a_trusted_server_that_prefers_http_2(ApiMethod call) {
        CompletableFuture<String> protocol = new CompletableFuture<>();
        server.then((socket, out) -> {
            protocol.complete(((SSLSocket) socket).getApplicationProtocol());
            good(call).give(socket, out);
        });
        client.call(call).join();
        assertTrue(List.of("", "http/1.1").contains(protocol.join()), protocol.join());
        assertTrue(server.requests().get(0).startsWith(call.method() + " /v1"), server.requests().get(0));
        assertTrue(server.requests().get(0).contains(" HTTP/1.1\r\n"), server.requests().get(0));
    }

    @ParameterizedTest
    @EnumSource
    @Covers(32)
    void http_2_frames_are_not_accepted_as_a_response(ApiMethod call) {
        // SETTINGS, then GOAWAY with REFUSED_STREAM: not requested, so it guarantees nothing.
        ambiguous(call,
                raw(new byte[] { 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7 }));
    }

    @ParameterizedTest
    @EnumSource
    @Covers(8)
    void a_server_without_tls_is_not_retried(ApiMethod call) throws Exception {
        try (HelloServer plain = new HelloServer("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n".getBytes());
                VirtualClient client = newClient(plain.baseUrl())) {
            assertUntrusted(client, failure(client.call(call)));
            assertEquals(1, plain.connections);
        }
    }

    @ParameterizedTest
    @ValueSource(bytes = { 1, 2 })
    @Covers(9)
    void tls_1_0_and_1_1_are_rejected(byte minor) throws Exception {
        byte[] hello = new byte[47];
        byte[] head = { 22, 3, minor, 0, 42, 2, 0, 0, 38, 3, minor };
        System.arraycopy(head, 0, hello, 0, head.length);
        // After 32 random bytes and no session: TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA.
        hello[44] = (byte) 0xc0;
        hello[45] = 0x13;
        for (ApiMethod call : ApiMethod.values()) {
            try (HelloServer old = new HelloServer(hello); VirtualClient client = newClient(old.baseUrl())) {
                IntegratorioTransportException error = assertUntrusted(client, failure(client.call(call)));
                assertTrue(error.getMessage().contains("TLS1"), error.getMessage());
                assertEquals(1, old.connections);
            }
        }
    }

    /** With TLS 1.3, the client learns of it after it has sent its first request. */
    @ParameterizedTest
    @ValueSource(strings = { "TLSv1.2", "TLSv1.3" })
    void a_server_that_misses_a_client_certificate_has_received_nothing(String version) throws Exception {
        for (ApiMethod call : ApiMethod.values()) {
            try (ServerSocket mutual = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
                CompletableFuture<Integer> received = CompletableFuture.supplyAsync(() -> firstByte(mutual, version),
                        ThreadPerTaskExecutor.INSTANCE);
                try (VirtualClient client = newClient("https://localhost:" + mutual.getLocalPort() + "/v1")) {
                    assertUntrusted(client, failure(client.call(call)));
                }
                assertEquals(-1, received.join());
            }
        }
    }

    /** The first byte that an application gets from a client with a certificate; -1 if the client has none. */
    private static int firstByte(ServerSocket server, String version) {
        try (Socket plain = server.accept();
                SSLSocket tls = (SSLSocket) certificates.server("good").getSocketFactory().createSocket(plain,
                        "localhost", plain.getPort(), false)) {
            tls.setUseClientMode(false);
            tls.setNeedClientAuth(true);
            tls.setEnabledProtocols(new String[] { version });
            try {
                return tls.getInputStream().read();
            } catch (IOException e) {
                // With bytes that nobody reads, closing would reset the connection, and the alert could be lost.
                plain.getInputStream().transferTo(OutputStream.nullOutputStream());
                return -1;
            }
        } catch (IOException | GeneralSecurityException e) {
            return -1;
        }
    }

    @Test
    void the_tls_versions_of_the_context_are_the_only_ones() throws Exception {
        SSLContextParameters parameters = new SSLContextParameters();
        SecureSocketProtocolsParameters only = new SecureSocketProtocolsParameters();
        only.setSecureSocketProtocol(List.of("TLSv1.3"));
        parameters.setSecureSocketProtocols(only);
        TrustManagersParameters trust = new TrustManagersParameters();
        KeyStoreParameters store = new KeyStoreParameters();
        store.setResource("file:" + certificates.trustStore());
        store.setPassword(TestCertificates.PASSWORD);
        trust.setKeyStore(store);
        parameters.setTrustManagers(trust);
        try (DefaultCamelContext context = new DefaultCamelContext();
                SSLServerSocket old = (SSLServerSocket) certificates.server("good").getServerSocketFactory()
                        .createServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            old.setEnabledProtocols(new String[] { "TLSv1.2" });
            CompletableFuture.runAsync(() -> {
                try (Socket socket = old.accept()) {
                    socket.getInputStream().read();
                } catch (IOException e) {
                    // As expected.
                }
            }, ThreadPerTaskExecutor.INSTANCE);
            try (VirtualClient client = newClient("https://localhost:" + old.getLocalPort() + "/v1",
                    parameters.createSSLContext(context), 0, CONNECT_TIMEOUT, null)) {
                assertUntrusted(client, failure(client.call(ApiMethod.CREATE_LICENSE)));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_connection_lost_during_the_handshake_is_retried(ApiMethod call) throws Exception {
        try (HelloServer going = new HelloServer(new byte[0]); VirtualClient client = newClient(going.baseUrl())) {
            IntegratorioTransportException error =
                    assertInstanceOf(IntegratorioTransportException.class, failure(client.call(call)));
            assertTrue(error.isNotSent() && !error.isUntrusted(), error.getMessage());
            assertEquals(6, going.connections);
        }
    }

    @ParameterizedTest
    @EnumSource
    @Covers(10)
    void a_response_cut_without_close_notify_makes_the_call_ambiguous(ApiMethod call) {
        String head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
        for (String part : List.of("", head, head + "Content-Length: 99\r\n\r\n{\"_id\"", head + "\r\n{\"_id\"",
                head + "Transfer-Encoding: chunked\r\n\r\n20\r\n{\"_id\"")) {
            ambiguous(call, server.rawThenCutUnderTls(part));
        }
    }

    @ParameterizedTest
    @EnumSource
    @Covers(45)
    void a_redirect_from_https_to_http_is_not_followed(ApiMethod call) throws Exception {
        try (ScriptedServer clear = ScriptedServer.start()) {
            for (int status : new int[] { 301, 302, 303, 307, 308 }) {
                int before = server.requestCount();
                server.then(json(status, "{}", "Location: " + clear.baseUrl() + "/connectors"));
                Throwable failure = failure(client.call(call));
                // A server may redirect after it has carried out a write.
                assertEquals(status, call.isWrite()
                        ? assertInstanceOf(IntegratorioAmbiguousOutcomeException.class, failure).getStatusCode()
                        : assertInstanceOf(IntegratorioApiException.class, failure).getStatusCode());
                assertEquals(1, server.requestCount() - before);
            }
            assertEquals(0, clear.connectionCount());
        }
    }

    @Test
    void a_request_cancelled_during_the_handshake_is_never_written() throws Exception {
        CompletableFuture<Socket> connected = new CompletableFuture<>();
        try (ServerSocket slow = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            CompletableFuture.runAsync(() -> accept(slow, connected), ThreadPerTaskExecutor.INSTANCE);
            VirtualClient waiting = newClient("https://localhost:" + slow.getLocalPort() + "/v1");
            CompletableFuture<ApiResponse> call = waiting.begin(ApiMethod.CREATE_LICENSE);
            Socket plain = connected.get();
            waiting.scheduler.advance(Duration.ofSeconds(30));
            await().until(() -> waiting.failures.contains(FailureKind.NOT_SENT));
            assertFalse(call.isDone(), "the call must be retried");

            SSLSocket late =
                    (SSLSocket) certificates.server("good").getSocketFactory().createSocket(plain, null, 0, true);
            late.setUseClientMode(false);
            assertEquals(0, read(late), "bytes came");
            waiting.close();
        }
    }

    private static void accept(ServerSocket server, CompletableFuture<Socket> connected) {
        try {
            connected.complete(server.accept());
        } catch (IOException e) {
            connected.completeExceptionally(e);
        }
    }

    private static int read(Socket socket) {
        try (socket) {
            return socket.getInputStream().readAllBytes().length;
        } catch (IOException e) {
            return 0;
        }
    }

    /** Responds to the first TLS record of each client with these bytes, and closes after the client. */
    private static final class HelloServer implements AutoCloseable {

        private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        private final byte[] answer;
        private volatile int connections;

        HelloServer(byte[] answer) throws IOException {
            this.answer = answer;
            Thread thread = new Thread(this::serve, "hello-server");
            thread.setDaemon(true);
            thread.start();
        }

        private void serve() {
            while (!server.isClosed()) {
                try (Socket socket = server.accept()) {
                    connections++;
                    DataInputStream in = new DataInputStream(socket.getInputStream());
                    in.readNBytes(3);
                    in.readNBytes(in.readUnsignedShort());
                    socket.getOutputStream().write(answer);
                    if (answer.length > 0) {
                        in.readAllBytes();
                    }
                } catch (IOException e) {
                    // The client disconnected, or the test has ended.
                }
            }
        }

        String baseUrl() {
            return "https://localhost:" + server.getLocalPort() + "/v1";
        }

        @Override
        public void close() throws IOException {
            server.close();
        }
    }
}
