package io.github.integratorio.camel.internal.operation;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

import io.github.integratorio.camel.api.IntegratorioAmbiguousOutcomeException;
import io.github.integratorio.camel.api.WriteOutcome;
import io.github.integratorio.camel.internal.client.CallContext;
import io.github.integratorio.camel.internal.client.IntegratorioClient;
import io.github.integratorio.camel.internal.client.protocol.ApiMethod;
import io.github.integratorio.camel.internal.client.protocol.ApiRequest;
import io.github.integratorio.camel.internal.client.protocol.ApiResponse;
import io.github.integratorio.camel.internal.concurrent.Futures;
import io.github.integratorio.camel.internal.concurrent.Scheduler;
import io.github.integratorio.camel.internal.json.IsoInstants;
import io.github.integratorio.camel.internal.json.Json;
import io.github.integratorio.camel.internal.json.JsonMerge;

/**
 * Creates a license, at most once. If the outcome is ambiguous, it polls the licenses of the connector until the new one appears or time
 * is up; it never sends the creation again. Creations for one user of one connector must not run concurrently.
 */
final class LicenseCreator {

    /** The API may still be working on a request without a response: it is polled for 15 seconds with growing delays. */
    private static final List<Duration> RECONCILE_DELAYS =
            List.of(Duration.ofMillis(250), Duration.ofMillis(500), Duration.ofSeconds(1),
                    Duration.ofSeconds(2), Duration.ofSeconds(4), Duration.ofSeconds(8));
    /** How far the API's clock, and with it creation dates, may be behind ours. */
    private static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(5);

    private final IntegratorioClient client;
    private final Scheduler scheduler;
    private final AccountWriteState writes;

    LicenseCreator(IntegratorioClient client, Scheduler scheduler, AccountWriteState writes) {
        this.client = client;
        this.scheduler = scheduler;
        this.writes = writes;
    }

    /** Creates the license. The outcome is {@link WriteOutcome#RECONCILED} if it was found by polling. */
    CompletableFuture<OperationResult> run(String connectorId, Map<String, Object> license, CallContext context) {
        Instant since = scheduler.now();
        ApiRequest request = new ApiRequest(ApiMethod.CREATE_LICENSE, connectorId, null, Json.toBytes(license));
        CompletableFuture<OperationResult> result = new CompletableFuture<>();
        client.call(request, context).whenComplete((response, error) -> {
            Throwable cause = Futures.unwrap(error);
            if (cause == null) {
                end(result, response, WriteOutcome.CREATED);
            } else if (cause instanceof IntegratorioAmbiguousOutcomeException ambiguous) {
                new Reconciliation(connectorId, license, since, context, ambiguous, result).poll(0);
            } else {
                result.completeExceptionally(cause);
            }
        });
        return result;
    }

    private void end(CompletableFuture<OperationResult> result, ApiResponse response, WriteOutcome outcome) {
        writes.recordReturned((String) response.document().get("_id"));
        result.complete(new OperationResult(response.status(), response.value(), List.of(outcome)));
    }

    /** Polls for a license that may have been created. */
    private final class Reconciliation {

        private final String connectorId;
        private final Map<String, Object> license;
        private final Instant since;
        private final CallContext context;
        private final IntegratorioAmbiguousOutcomeException ambiguity;
        private final CompletableFuture<OperationResult> result;
        private String seen = "there was no time to read the licenses";

        Reconciliation(String connectorId, Map<String, Object> license, Instant since, CallContext context,
                IntegratorioAmbiguousOutcomeException ambiguity, CompletableFuture<OperationResult> result) {
            this.connectorId = connectorId;
            this.license = license;
            this.since = since;
            this.context = context;
            this.ambiguity = ambiguity;
            this.result = result;
        }

        void poll(int step) {
            if (step == RECONCILE_DELAYS.size() || context.remaining().compareTo(RECONCILE_DELAYS.get(step)) <= 0) {
                giveUp();
                return;
            }
            scheduler.schedule(RECONCILE_DELAYS.get(step), () -> client
                    .call(ApiRequest.of(ApiMethod.LIST_LICENSES, connectorId, null), context)
                    .whenComplete((response, error) -> {
                        if (error != null) {
                            seen = "the licenses could not be read: " + Futures.unwrap(error).getMessage();
                            poll(step + 1);
                        } else {
                            judge(response.rows(), step);
                        }
                    }));
        }

        private void judge(List<Map<String, Object>> rows, int step) {
            List<Map<String, Object>> matching = rows.stream().filter(this::matches).toList();
            List<Map<String, Object>> created = matching.stream().filter(this::isNew).toList();
            if (created.size() == 1) {
                end(result, new ApiResponse(200, created.get(0)), WriteOutcome.RECONCILED);
            } else if (created.size() > 1) {
                // Further polls would not make them fewer.
                seen = created.size() + " new licenses match it: " + ids(created);
                giveUp();
            } else {
                seen = "at " + IsoInstants.format(scheduler.now()) + " no license matched"
                        + (matching.isEmpty() ? "" : ", but older ones: " + ids(matching));
                poll(step + 1);
            }
        }

        /** Whether a license has the same user, expiry and options; the API may have added options. */
        private boolean matches(Map<String, Object> row) {
            return row.get("user") instanceof Map<?, ?> user && user.get("email") instanceof String email
                    && EmailAddress.canonical(email).equals(EmailAddress.canonical((String) license.get("email")))
                    && instant(row.get("expires")).equals(instant(license.get("expires")))
                    && (license.get("opts") == null || JsonMerge.includes(row.get("opts"), license.get("opts")))
                    && !writes.wasReturned((String) row.get("_id"));
        }

        private boolean isNew(Map<String, Object> row) {
            return !instant(row.get("created")).isBefore(since.minus(CLOCK_TOLERANCE));
        }

        private void giveUp() {
            result.completeExceptionally(
                    new IntegratorioAmbiguousOutcomeException(ambiguity.getOperation(),
                            ambiguity.getReason() + "; " + seen, ambiguity.getStatusCode()));
        }
    }

    private static Instant instant(Object value) {
        try {
            return value instanceof String text ? IsoInstants.parse(text) : Instant.MIN;
        } catch (DateTimeException e) {
            return Instant.MIN;
        }
    }

    private static String ids(List<Map<String, Object>> rows) {
        return rows.stream().limit(10).map(row -> (String) row.get("_id")).collect(Collectors.joining(", "));
    }
}
