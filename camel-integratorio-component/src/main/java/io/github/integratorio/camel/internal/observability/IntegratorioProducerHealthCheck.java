package io.github.integratorio.camel.internal.observability;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

import io.github.integratorio.camel.IntegratorioEndpoint;
import io.github.integratorio.camel.api.IntegratorioApiException;
import io.github.integratorio.camel.internal.client.CallContext;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/** Whether the API can be reached and takes the token; says the HTTP status, and no secret. */
public class IntegratorioProducerHealthCheck extends AbstractHealthCheck {

    private final IntegratorioEndpoint endpoint;

    public IntegratorioProducerHealthCheck(IntegratorioEndpoint endpoint) {
        super("camel", "producer:integratorio-" + endpoint.getId());
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
            // Once, and no longer than one request: a health check that waits for retries says nothing in time.
            Duration patience = Duration.ofMillis(endpoint.getConfiguration().getRequestTimeout());
            endpoint.provisioning().checkToken(CallContext.begin(endpoint.provisioning().timeline(), patience))
                    .get(2 * patience.toMillis(), TimeUnit.MILLISECONDS);
            builder.up();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IntegratorioApiException refused) {
                builder.detail("http.response.code", refused.getStatusCode());
            }
            builder.down().message(e.getCause().getMessage()).error(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            builder.down().message("interrupted");
        } catch (java.util.concurrent.TimeoutException e) {
            builder.down().message("no answer within the time-out");
        }
    }

    @Override
    public boolean isLiveness() {
        // A restart does not bring the API back.
        return false;
    }
}
