package io.github.integratorio.camel.api;

import org.apache.camel.spi.EndpointServiceLocation;

/** An endpoint as its consumer, health checks and spans use it: its options and, once started, where the API is. */
public interface ConnectedEndpoint extends EndpointServiceLocation {

    /** The resource that the URI names. */
    IntegratorioResource getResource();

    /** The endpoint's own options. */
    IntegratorioConfiguration getConfiguration();
}
