package io.github.integratorio.camel.support;

import io.github.integratorio.camel.internal.account.AccountRegistry;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** No test finds what another one has left in the JVM: a server of one test may get the port of another one's. */
public final class FreshAccounts implements BeforeEachCallback {

    @Override
    public void beforeEach(ExtensionContext context) {
        AccountRegistry.ofJvm().endUnused();
    }
}
