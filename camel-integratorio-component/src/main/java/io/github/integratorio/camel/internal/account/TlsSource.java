package io.github.integratorio.camel.internal.account;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

import org.apache.camel.CamelContext;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.support.jsse.SSLContextParameters;

/**
 * Makes the TLS context of a transport. Two of them are equal if their parameters are the same object, so that endpoints with the same
 * parameters share connections: two contexts made of the same parameters would never be equal.
 */
public final class TlsSource implements Supplier<SSLContext> {

    private final SSLContextParameters parameters;
    private final CamelContext camel;

    public TlsSource(SSLContextParameters parameters, CamelContext camel) {
        this.parameters = parameters;
        this.camel = camel;
    }

    @Override
    public SSLContext get() {
        try {
            return parameters.createSSLContext(camel);
        } catch (GeneralSecurityException | IOException e) {
            throw new RuntimeCamelException("sslContextParameters: " + e.getMessage(), e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TlsSource source && source.parameters == parameters;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(parameters);
    }
}
