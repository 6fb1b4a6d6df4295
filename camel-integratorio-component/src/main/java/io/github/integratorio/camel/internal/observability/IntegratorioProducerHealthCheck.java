package io.github.integratorio.camel.internal.observability;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.github.integratorio.camel.api.ConnectedEndpoint;
import io.github.integratorio.camel.api.IntegratorioApiException;
import io.github.integratorio.camel.internal.account.ClientRegistry;
import io.github.integratorio.camel.internal.client.protocol.FailureKind;
import io.github.integratorio.camel.internal.client.ratelimit.RateLimiterStatus;
import io.github.integratorio.camel.internal.concurrent.Futures;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/**
 * Health check of a producer: UP if the API accepts the token, DOWN if it does not or cannot be reached, UNKNOWN if it could not be
 * asked. Details are the HTTP status, the base URL and the load of the account, without secrets. The check sends one request, ahead of
 * those that wait for the rate limiter, and shares its answer with all checks of the account.
 */
public class IntegratorioProducerHealthCheck extends AbstractHealthCheck {

    private final ConnectedEndpoint endpoint;
    private final ClientRegistry.Client client;

    /** @param client the connection of the producer */
    public IntegratorioProducerHealthCheck(ConnectedEndpoint endpoint, ClientRegistry.Client client,
            String endpointId) {
        super("camel", "producer:integratorio-" + endpointId);
        this.endpoint = endpoint;
        this.client = client;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        builder.detail("service.url", endpoint.getServiceUrl());
        if (client.isClosed()) {
            builder.unknown().message("the producer is not started");
            return;
        }
        RateLimiterStatus load = client.rateLimiter().status();
        builder.detail("requests.queued", load.queued()).detail("requests.in.flight", load.inFlight());
        try {
            Duration timeout = Duration.ofMillis(endpoint.getConfiguration().getRequestTimeout());
            client.checkToken(timeout).get(2 * timeout.toMillis(), TimeUnit.MILLISECONDS);
            builder.up();
        } catch (ExecutionException e) {
            Throwable failure = Futures.unwrap(e);
            if (failure instanceof IntegratorioApiException rejected) {
                builder.detail("http.response.code", rejected.getStatusCode());
            }
            builder.state(wasNotAsked(failure) ? State.UNKNOWN : State.DOWN).message(failure.getMessage())
                    .error(failure);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            builder.unknown().message("interrupted");
        } catch (TimeoutException e) {
            builder.down().message("no response within requestTimeout");
        }
    }

    /** The load of the account, or a client that stops, says nothing about the API. */
    private static boolean wasNotAsked(Throwable failure) {
        FailureKind kind = FailureKind.of(failure);
        return kind == FailureKind.NOT_ADMITTED || kind == FailureKind.THROTTLED
                || failure.getCause() instanceof CancellationException;
    }

    @Override
    public boolean isLiveness() {
        // A restart does not make the API available.
        return false;
    }
}
