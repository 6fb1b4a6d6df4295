package io.github.integratorio.camel.internal.account;

import java.nio.file.Path;

import io.github.integratorio.camel.IntegratorioComponent;
import io.github.integratorio.camel.api.IntegratorioTransportException;
import io.github.integratorio.camel.api.License;
import io.github.integratorio.camel.support.Covers;
import io.github.integratorio.camel.support.ScriptedServer;
import io.github.integratorio.camel.support.ScriptedServerTestSupport;
import io.github.integratorio.camel.support.TestCertificates;
import org.apache.camel.support.jsse.KeyStoreParameters;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.apache.camel.support.jsse.SecureSocketProtocolsParameters;
import org.apache.camel.support.jsse.TrustManagersParameters;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static io.github.integratorio.camel.support.ScriptedServer.json;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A route trusts the certificate authorities of the JDK, or the configured ones. */
class TlsOptionsTest extends ScriptedServerTestSupport {

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

    private static SSLContextParameters trustOfTheTest() {
        KeyStoreParameters store = new KeyStoreParameters();
        store.setResource("file:" + certificates.trustStore());
        store.setPassword(TestCertificates.PASSWORD);
        TrustManagersParameters trust = new TrustManagersParameters();
        trust.setKeyStore(store);
        SSLContextParameters parameters = new SSLContextParameters();
        parameters.setTrustManagers(trust);
        return parameters;
    }

    private void assertPasses(String uri) {
        server.then(json(200, LICENSE));
        assertEquals("l1", send(uri, null).getMessage().getBody(License.class).getId());
        assertEquals(1, server.requestCount());
    }

    @Test
    @Covers(7)
    void a_certificate_authority_unknown_to_the_jdk_is_not_trusted() {
        IntegratorioTransportException error = fail(IntegratorioTransportException.class, GET + "&maxRetries=5", null);
        assertTrue(error.isNotSent() && error.isUntrusted(), error.getMessage());
        assertEquals(1, server.connectionCount());
        assertEquals(0, server.byteCount());
    }

    @Test
    @Covers(7)
    void a_certificate_authority_in_ssl_context_parameters_is_trusted() {
        context.getRegistry().bind("trust", trustOfTheTest());
        assertPasses(GET + "&sslContextParameters=#trust");
    }

    @Test
    @Covers(7)
    void a_certificate_authority_in_global_ssl_context_parameters_is_trusted_if_they_are_enabled() {
        context.setSSLContextParameters(trustOfTheTest());
        context.getComponent("integratorio", IntegratorioComponent.class).setUseGlobalSslContextParameters(true);
        assertPasses(GET);
    }

    @Test
    void a_trusted_certificate_of_another_host_is_rejected() throws Exception {
        context.getRegistry().bind("trust", trustOfTheTest());
        try (ScriptedServer other = ScriptedServer.start(certificates.server("other"))) {
            IntegratorioTransportException error = fail(IntegratorioTransportException.class,
                    GET + "&sslContextParameters=#trust&baseUrl=" + other.baseUrl(), null);
            assertTrue(
                    error.isUntrusted()
                            && error.getMessage().matches(".*(other\\.example|name matching localhost found).*"),
                    error.getMessage());
            assertEquals(0, other.byteCount());
        }
    }

    @Test
    @Covers(9)
    void old_tls_versions_stay_disabled_even_if_configured() {
        SSLContextParameters parameters = trustOfTheTest();
        SecureSocketProtocolsParameters old = new SecureSocketProtocolsParameters();
        old.getSecureSocketProtocol().add("TLSv1.1");
        parameters.setSecureSocketProtocols(old);
        context.getRegistry().bind("old", parameters);
        server.then((socket, out) -> {
            json(200,
                    LICENSE.replace("\"l1\"",
                            "\"l1\",\"tls\":\"" + ((javax.net.ssl.SSLSocket) socket).getSession().getProtocol() + "\""))
                    .give(socket, out);
        });
        License license = send(GET + "&sslContextParameters=#old", null).getMessage().getBody(License.class);
        assertTrue(((String) license.get("tls")).matches("TLSv1\\.[23]"), "" + license.get("tls"));
    }
}
