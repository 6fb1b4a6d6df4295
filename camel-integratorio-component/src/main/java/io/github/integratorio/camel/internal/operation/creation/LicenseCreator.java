package io.github.integratorio.camel.internal.operation.creation;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

import io.github.integratorio.camel.api.IntegratorioAmbiguousOutcomeException;
import io.github.integratorio.camel.api.License;
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
import io.github.integratorio.camel.internal.license.DocumentValidator;
import io.github.integratorio.camel.internal.license.LicenseEnd;
import io.github.integratorio.camel.internal.license.LicenseUser;
import io.github.integratorio.camel.internal.operation.lookup.KnownLicenses;
import io.github.integratorio.camel.internal.operation.lookup.LicenseListReader;
import io.github.integratorio.camel.internal.operation.lookup.LicenseListReader.LicenseList;
import io.github.integratorio.camel.internal.operation.request.OperationResult;

/**
 * Creates a license, at most once. If the outcome is ambiguous, it polls the licenses of the connector until the new one appears or time
 * is up; it never sends the creation again. Creations for one user of one connector must not run concurrently.
 */
public final class LicenseCreator {

    /** The API may still be working on a request without a response: it is polled for 15 seconds with growing delays. */
    private static final List<Duration> RECONCILE_DELAYS =
            List.of(Duration.ofMillis(250), Duration.ofMillis(500), Duration.ofSeconds(1),
                    Duration.ofSeconds(2), Duration.ofSeconds(4), Duration.ofSeconds(8));
    /**
     * For orders, which must not get a license that somebody made a moment before: dates may be cut to a second. That a response takes time
     * makes the API's clock seem earlier, not later.
     */
    static final Duration ORDER_TOLERANCE = Duration.ofSeconds(1);
    /** The API's clock, and with it creation dates, is known to about a second, plus the time that a response takes. */
    static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(5);

    private final IntegratorioClient client;
    private final Scheduler scheduler;
    private final KnownLicenses known;
    private final LicenseListReader lists;

    public LicenseCreator(IntegratorioClient client, Scheduler scheduler, KnownLicenses known,
            LicenseListReader lists) {
        this.client = client;
        this.scheduler = scheduler;
        this.known = known;
        this.lists = lists;
    }

    /**
     * Creates the license. The outcome is {@link WriteOutcome#RECONCILED} if it was found by polling.
     *
     * @param tolerance how much older than the request a license may be that is found
     */
    CompletableFuture<OperationResult> run(String connectorId, Map<String, Object> license, Duration tolerance,
            CallContext context) {
        Creation creation = new Creation(connectorId, license, tolerance, context);
        client.call(new ApiRequest(ApiMethod.CREATE_LICENSE, connectorId, null, Json.toBytes(license)), context)
                .whenComplete(creation::answered);
        return creation.result;
    }

    /** One creation, and the search for its license if the outcome is ambiguous. */
    private final class Creation {

        private final String connectorId;
        private final Map<String, Object> license;
        private final LicenseUser user;
        private final Duration tolerance;
        private final CallContext context;
        private final Instant since = scheduler.now();
        private final CompletableFuture<OperationResult> result = new CompletableFuture<>();
        private IntegratorioAmbiguousOutcomeException ambiguity;
        private String seen = "there was no time to read the licenses";
        /** Whether the last read failed, so that another one is a retry. */
        private boolean isRetry;

        Creation(String connectorId, Map<String, Object> license, Duration tolerance, CallContext context) {
            this.connectorId = connectorId;
            this.license = license;
            this.user = LicenseUser.of((String) license.get("email"), license.get("sandbox"));
            this.tolerance = tolerance;
            this.context = context;
        }

        void answered(ApiResponse response, Throwable error) {
            Throwable cause = Futures.unwrap(error);
            String contradiction = cause == null ? contradiction(response.document()) : null;
            if (cause == null && contradiction == null) {
                succeed(response.status(), response.document(), WriteOutcome.CREATED);
            } else if (cause == null || cause instanceof IntegratorioAmbiguousOutcomeException) {
                ambiguity = cause != null ? (IntegratorioAmbiguousOutcomeException) cause
                        : new IntegratorioAmbiguousOutcomeException(ApiMethod.CREATE_LICENSE.label(),
                                "the response contains " + contradiction, response.status());
                // From now on, because the request may have waited for long before it was sent.
                known.recordOpen(connectorId, user, scheduler.nanoTime());
                poll(0);
            } else {
                result.completeExceptionally(cause);
            }
        }

        /** Returns why the license of a response is not the new one of this user; null if it can be. It may name no user. */
        private String contradiction(Map<String, Object> created) {
            String id = (String) created.get("_id");
            if (!ApiRequest.isId(id)) {
                return "a license without a valid _id";
            }
            if (!LicenseUser.isAddressOf(created, (String) license.get("email"))
                    || created.containsKey("sandbox") && LicenseUser.isSandbox(created) != user.sandbox()) {
                return "a license of another user or kind";
            }
            // A proxy may repeat an earlier response. An end ahead is not compared: test servers have one response for all creations.
            Instant end = License.over(created).getEndsAt();
            String otherEnd = end != null && end.isAfter(since) ? null : LicenseEnd.contradiction(license, created);
            return otherEnd == null ? null : "a license that " + otherEnd;
        }

        private void succeed(int status, Map<String, Object> created, WriteOutcome outcome) {
            known.recordCreated(connectorId, user, (String) created.get("_id"), scheduler.nanoTime());
            result.complete(new OperationResult(status, created, List.of(outcome)));
        }

        private void poll(int step) {
            if (step == RECONCILE_DELAYS.size() || context.remaining().compareTo(RECONCILE_DELAYS.get(step)) <= 0) {
                giveUp();
                return;
            }
            scheduler.schedule(RECONCILE_DELAYS.get(step), () -> (isRetry ? lists.readAgain(connectorId, context)
                    : lists.read(connectorId, context)).whenComplete((list, error) -> {
                        isRetry = error != null;
                        if (error != null) {
                            seen = "the licenses could not be read: " + Futures.unwrap(error).getMessage();
                            poll(step + 1);
                        } else {
                            judge(list, step);
                        }
                    }));
        }

        private void judge(LicenseList list, int step) {
            List<Map<String, Object>> matching = list.licenses().all(user, LicenseUser.isChild(license)).stream()
                    .filter(this::matches).toList();
            // By the API's clock if it tells the time; then there is no difference to tolerate, but that it tells whole seconds.
            Instant oldest = list.apiTime() == null ? since.minus(tolerance)
                    : since.plus(Duration.between(scheduler.now(), list.apiTime())).minus(ORDER_TOLERANCE);
            List<Map<String, Object>> created = matching.stream().filter(row -> !created(row).isBefore(oldest))
                    .toList();
            if (created.size() == 1) {
                succeed(200, created.get(0), WriteOutcome.RECONCILED);
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

        private boolean matches(Map<String, Object> row) {
            String id = (String) row.get("_id");
            return LicenseCreator.matches(row, license) && ApiRequest.isId(id) && !known.wasCreatedHere(id);
        }

        private void giveUp() {
            // An operation that waits for this one counts from its end, not from the lost response.
            known.recordOpen(connectorId, user, scheduler.nanoTime());
            result.completeExceptionally(
                    new IntegratorioAmbiguousOutcomeException(ambiguity.getOperation(),
                            ambiguity.getReason() + "; " + seen, ambiguity.getStatusCode()));
        }
    }

    /** Whether a license of the same user has all fields that were sent, and no dates or options of its own. */
    static boolean matches(Map<String, Object> row, Map<String, Object> sent) {
        return sent.keySet().stream().filter(name -> !name.equals("email") && !name.equals("opts"))
                .allMatch(name -> JsonMerge.same(row.get(name), sent.get(name)))
                && DocumentValidator.DATES.stream().allMatch(name -> JsonMerge.same(row.get(name), sent.get(name)))
                && matchesOptions(row.get("opts"), sent.get("opts"));
    }

    /** The API may add defaults within an option, but an option that was not asked for is somebody else's choice. */
    private static boolean matchesOptions(Object options, Object sent) {
        return JsonMerge.includes(options, sent) && (!(options instanceof Map<?, ?> map)
                || map.entrySet().stream().allMatch(entry -> JsonMerge.isEmpty(entry.getValue())
                        || sent instanceof Map<?, ?> asked && !JsonMerge.isEmpty(asked.get(entry.getKey()))));
    }

    private static Instant created(Map<String, Object> row) {
        Instant created = IsoInstants.parseOrNull(row.get("created"));
        return created == null ? Instant.MIN : created;
    }

    private static String ids(List<Map<String, Object>> rows) {
        return rows.stream().limit(10).map(row -> (String) row.get("_id")).collect(Collectors.joining(", "));
    }
}
