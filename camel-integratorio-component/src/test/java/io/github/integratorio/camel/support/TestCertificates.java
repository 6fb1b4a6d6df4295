package io.github.integratorio.camel.support;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Server certificates, issued for a test by its own certificate authority. */
public final class TestCertificates {

    public static final String PASSWORD = "changeit";

    private final Path file;
    private final Path trustStore;
    private final KeyStore keys;
    private final Map<String, SSLContext> servers = new ConcurrentHashMap<>();

    private TestCertificates(Path folder) throws IOException, InterruptedException, GeneralSecurityException {
        file = folder.resolve("keys.p12");
        trustStore = folder.resolve("trust.p12");
        make("ca", "-ext", "bc:c", "-validity", "30");
        make("good", "-signer", "ca", "-ext", "san=dns:localhost", "-validity", "30");
        make("expired", "-signer", "ca", "-ext", "san=dns:localhost", "-startdate", "2020/01/01 00:00:00", "-validity",
                "1");
        make("other", "-signer", "ca", "-ext", "san=dns:other.example", "-validity", "30");
        keys = KeyStore.getInstance(file.toFile(), PASSWORD.toCharArray());
        try (java.io.OutputStream out = java.nio.file.Files.newOutputStream(trustStore)) {
            trusted().store(out, PASSWORD.toCharArray());
        }
    }

    /** Creates a valid and an expired certificate of {@code localhost}, and one of another host. */
    public static TestCertificates in(Path folder) throws Exception {
        return new TestCertificates(folder);
    }

    private void make(String alias, String... options) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                        "-genkeypair", "-alias", alias, "-keyalg", "EC", "-dname", "CN=" + alias, "-keystore",
                        file.toString(), "-storetype", "PKCS12", "-storepass", PASSWORD));
        command.addAll(List.of(options));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes());
        if (process.waitFor() != 0) {
            throw new IOException("keytool: " + said);
        }
    }

    private KeyStore trusted() throws IOException, GeneralSecurityException {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("ca", keys.getCertificate("ca"));
        return trusted;
    }

    /** A server with one of the certificates. It is made once: reading a key takes ten thousand hashes. */
    public SSLContext server(String alias) throws IOException, GeneralSecurityException {
        SSLContext made = servers.get(alias);
        if (made == null) {
            made = newServer(alias);
            servers.put(alias, made);
        }
        return made;
    }

    private SSLContext newServer(String alias) throws IOException, GeneralSecurityException {
        char[] password = PASSWORD.toCharArray();
        KeyStore one = KeyStore.getInstance("PKCS12");
        one.load(null, null);
        one.setKeyEntry(alias, keys.getKey(alias, password), password, keys.getCertificateChain(alias));
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(one, password);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }

    /** A client that trusts the authority. */
    public SSLContext client() throws IOException, GeneralSecurityException {
        TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(trusted());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return context;
    }

    /** A PKCS12 file with the authority's certificate. */
    public Path trustStore() {
        return trustStore;
    }
}
