package io.github.integratorio.camel.internal.account;

import io.github.integratorio.camel.api.IntegratorioConfiguration;
import io.github.integratorio.camel.api.IntegratorioResource;
import io.github.integratorio.camel.internal.client.IntegratorioClient;
import io.github.integratorio.camel.internal.operation.OperationExecutor;
import org.apache.camel.spi.EndpointServiceLocation;

/** An endpoint as its consumer, health checks and spans use it: its options and, once started, its connection to the API. */
public interface ConnectedEndpoint extends EndpointServiceLocation {

    /** The resource that the URI names. */
    IntegratorioResource getResource();

    /** The endpoint's own options. */
    IntegratorioConfiguration getConfiguration();

    /** Returns true while the endpoint is started, and so connected. */
    boolean isStarted();

    /** The operations of the account; only while started. */
    OperationExecutor operations();

    /** The client below them; only while started. */
    IntegratorioClient client();
}
