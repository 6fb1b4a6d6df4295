package io.github.integratorio.camel.internal.observability;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.github.integratorio.camel.api.IntegratorioApiException;
import io.github.integratorio.camel.internal.account.ConnectedEndpoint;
import io.github.integratorio.camel.internal.client.CallContext;
import io.github.integratorio.camel.internal.concurrent.Futures;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/** Health check of a producer: UP if the API accepts the token. Details are the HTTP status and the base URL, without secrets. */
public class IntegratorioProducerHealthCheck extends AbstractHealthCheck {

    private final ConnectedEndpoint endpoint;

    public IntegratorioProducerHealthCheck(ConnectedEndpoint endpoint, String endpointId) {
        super("camel", "producer:integratorio-" + endpointId);
        this.endpoint = endpoint;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        builder.detail("service.url", endpoint.getServiceUrl());
        if (!endpoint.isStarted()) {
            builder.unknown().message("the endpoint is not started");
            return;
        }
        try {
            // A single request: a health check that waits for retries answers too late.
            Duration timeout = Duration.ofMillis(endpoint.getConfiguration().getRequestTimeout());
            endpoint.operations().checkToken(CallContext.begin(endpoint.operations().scheduler(), timeout))
                    .get(2 * timeout.toMillis(), TimeUnit.MILLISECONDS);
            builder.up();
        } catch (ExecutionException e) {
            Throwable failure = Futures.unwrap(e);
            if (failure instanceof IntegratorioApiException rejected) {
                builder.detail("http.response.code", rejected.getStatusCode());
            }
            builder.down().message(failure.getMessage()).error(failure);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            builder.down().message("interrupted");
        } catch (TimeoutException e) {
            builder.down().message("no response within requestTimeout");
        }
    }

    @Override
    public boolean isLiveness() {
        // A restart does not make the API available.
        return false;
    }
}
