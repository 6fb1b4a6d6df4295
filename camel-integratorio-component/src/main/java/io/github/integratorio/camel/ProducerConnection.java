package io.github.integratorio.camel;

import io.github.integratorio.camel.internal.account.ClientRegistry;
import io.github.integratorio.camel.internal.observability.IntegratorioProducerHealthCheck;
import io.github.integratorio.camel.internal.operation.OperationExecutor;
import org.apache.camel.health.HealthCheckHelper;
import org.apache.camel.health.WritableHealthCheckRepository;

/** A producer's connection to the account of its endpoint, and the health check of it. */
final class ProducerConnection {

    private final IntegratorioEndpoint endpoint;
    /** Null while the connection is not open. Set while this is locked. */
    private volatile ClientRegistry.Client client;

    // Guarded by this.
    private boolean isStarted;
    private WritableHealthCheckRepository healthChecks;
    private IntegratorioProducerHealthCheck healthCheck;

    ProducerConnection(IntegratorioEndpoint endpoint) {
        this.endpoint = endpoint;
    }

    /** Allows the connection to be opened. */
    synchronized void start() {
        isStarted = true;
    }

    /**
     * Opens the connection, if it is not open.
     *
     * @throws java.util.concurrent.RejectedExecutionException if the producer is not started: Camel hands it exchanges nevertheless
     * @throws IllegalArgumentException                        if an option of the connection is missing or invalid
     */
    synchronized ClientRegistry.Client open() {
        if (!isStarted) {
            throw OperationExecutor.refused();
        }
        if (client == null) {
            client = endpoint.connect();
            healthChecks = HealthCheckHelper.getHealthCheckRepository(endpoint.getCamelContext(), "producers",
                    WritableHealthCheckRepository.class);
            if (healthChecks != null) {
                healthCheck = new IntegratorioProducerHealthCheck(endpoint, client, endpoint.getId());
                healthCheck.setEnabled(endpoint.getComponent().isHealthCheckProducerEnabled());
                healthChecks.addHealthCheck(healthCheck);
            }
        }
        return client;
    }

    void stop() {
        ClientRegistry.Client released = close();
        if (released != null) {
            // Not synchronized: it waits for operations, and meanwhile other exchanges must be refused at once.
            endpoint.getComponent().services().release(released);
        }
    }

    private synchronized ClientRegistry.Client close() {
        ClientRegistry.Client released = client;
        isStarted = false;
        client = null;
        if (healthCheck != null) {
            healthChecks.removeHealthCheck(healthCheck);
            healthCheck = null;
        }
        return released;
    }

    /** What runs the operations; opens the connection if it is not open. */
    OperationExecutor operations() {
        ClientRegistry.Client open = client;
        return (open == null ? open() : open).operations();
    }
}
