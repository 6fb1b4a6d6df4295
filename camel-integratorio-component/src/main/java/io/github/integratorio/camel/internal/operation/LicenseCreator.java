package io.github.integratorio.camel.internal.operation;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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
import io.github.integratorio.camel.internal.json.JsonValues;

/**
 * Creates a license, once. When nobody can tell whether it was created, the licenses of the connector are read until the new one
 * shows or time is up; it is never sent again. Creations for one user of one connector must come one after the other.
 */
final class LicenseCreator {

    /** The API may still be at work on what it did not answer: it is asked less and less often, for a quarter of a minute. */
    private static final List<Duration> SETTLE = List.of(Duration.ofMillis(250), Duration.ofMillis(500), Duration.ofSeconds(1),
            Duration.ofSeconds(2), Duration.ofSeconds(4), Duration.ofSeconds(8));
    /** How far the API's clock may be behind ours, and its creation dates with it. */
    private static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(5);

    private final IntegratorioClient client;
    private final Scheduler timeline;
    private final AccountWriteState writes;

    LicenseCreator(IntegratorioClient client, Scheduler timeline, AccountWriteState writes) {
        this.client = client;
        this.timeline = timeline;
        this.writes = writes;
    }

    /** Creates the license; {@link WriteOutcome#RECONCILED} when that had to be found out. */
    CompletableFuture<OperationResult> run(String connectorId, Map<String, Object> license, CallContext context) {
        Instant since = timeline.now();
        ApiRequest request = new ApiRequest(ApiMethod.CREATE_LICENSE, connectorId, null, Json.toBytes(license));
        CompletableFuture<OperationResult> result = new CompletableFuture<>();
        client.call(request, context).whenComplete((answer, error) -> {
            Throwable cause = Futures.unwrap(error);
            if (cause == null) {
                end(result, answer, WriteOutcome.CREATED);
            } else if (cause instanceof IntegratorioAmbiguousOutcomeException ambiguous) {
                new Reconciliation(connectorId, license, since, context, ambiguous, result).look(0);
            } else {
                result.completeExceptionally(cause);
            }
        });
        return result;
    }

    private void end(CompletableFuture<OperationResult> result, ApiResponse answer, WriteOutcome outcome) {
        writes.recordReturned((String) answer.document().get("_id"));
        result.complete(new OperationResult(answer.status(), answer.value(), List.of(outcome)));
    }

    /** The search for a license that may have been created. */
    private final class Reconciliation {

        private final String connectorId;
        private final Map<String, Object> license;
        private final Instant since;
        private final CallContext context;
        private final IntegratorioAmbiguousOutcomeException ambiguity;
        private final CompletableFuture<OperationResult> result;
        private String seen = "there was no time to look";

        Reconciliation(String connectorId, Map<String, Object> license, Instant since, CallContext context,
               IntegratorioAmbiguousOutcomeException ambiguity, CompletableFuture<OperationResult> result) {
            this.connectorId = connectorId;
            this.license = license;
            this.since = since;
            this.context = context;
            this.ambiguity = ambiguity;
            this.result = result;
        }

        void look(int step) {
            if (step == SETTLE.size() || context.remaining().compareTo(SETTLE.get(step)) <= 0) {
                giveUp();
                return;
            }
            timeline.schedule(SETTLE.get(step), () -> client
                    .call(ApiRequest.of(ApiMethod.LIST_LICENSES, connectorId, null), context)
                    .whenComplete((answer, error) -> {
                        if (error != null) {
                            seen = "the licenses could not be read: " + Futures.unwrap(error).getMessage();
                            look(step + 1);
                        } else {
                            judge(answer.rows(), step);
                        }
                    }));
        }

        private void judge(List<Map<String, Object>> rows, int step) {
            List<Map<String, Object>> alike = rows.stream().filter(this::isAlike).toList();
            List<Map<String, Object>> created = alike.stream().filter(this::isNew).toList();
            if (created.size() == 1) {
                end(result, new ApiResponse(200, created.get(0)), WriteOutcome.RECONCILED);
            } else if (created.size() > 1) {
                // More time makes them no fewer.
                seen = created.size() + " new licenses are like it: " + ids(created);
                giveUp();
            } else {
                seen = "at " + IsoInstants.format(timeline.now()) + " there was no such license"
                       + (alike.isEmpty() ? "" : ", but older ones like it: " + ids(alike));
                look(step + 1);
            }
        }

        /** The same user, expiry and options; the API may have added options. */
        private boolean isAlike(Map<String, Object> row) {
            return row.get("user") instanceof Map<?, ?> user && user.get("email") instanceof String email
                    && EmailAddress.canonical(email).equals(EmailAddress.canonical((String) license.get("email")))
                    && instant(row.get("expires")).equals(instant(license.get("expires")))
                    && (license.get("opts") == null || JsonValues.includes(row.get("opts"), license.get("opts")))
                    && !writes.wasReturned((String) row.get("_id"));
        }

        private boolean isNew(Map<String, Object> row) {
            return !instant(row.get("created")).isBefore(since.minus(CLOCK_TOLERANCE));
        }

        private void giveUp() {
            result.completeExceptionally(
                    new IntegratorioAmbiguousOutcomeException(ambiguity.getOperation(), ambiguity.getReason() + "; " + seen,
                            ambiguity.getStatusCode()));
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
