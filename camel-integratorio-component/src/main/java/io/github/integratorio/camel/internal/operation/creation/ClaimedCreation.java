package io.github.integratorio.camel.internal.operation.creation;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

import io.github.integratorio.camel.api.IntegratorioAmbiguousOutcomeException;
import io.github.integratorio.camel.api.IntegratorioApiException;
import io.github.integratorio.camel.api.IntegratorioTransportException;
import io.github.integratorio.camel.api.WriteOutcome;
import io.github.integratorio.camel.internal.client.CallContext;
import io.github.integratorio.camel.internal.client.protocol.ApiMethod;
import io.github.integratorio.camel.internal.client.protocol.FailureKind;
import io.github.integratorio.camel.internal.concurrent.Futures;
import io.github.integratorio.camel.internal.concurrent.Scheduler;
import io.github.integratorio.camel.internal.json.JsonValues;
import io.github.integratorio.camel.internal.operation.creation.CreationClaim.Evidence;
import io.github.integratorio.camel.internal.operation.lookup.LicenseIndex;
import io.github.integratorio.camel.internal.operation.request.OperationResult;
import io.github.integratorio.camel.internal.text.Redaction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A creation that is sent only once it has taken its {@link CreationClaim}. If the claim was taken before, it sends nothing and looks for
 * the license that the earlier attempt may have made.
 */
final class ClaimedCreation {

    private static final Logger LOG = LoggerFactory.getLogger(ClaimedCreation.class);

    /** The delays between looks for a license: another node may still be sending the creation, and lists lag behind. */
    private static final List<Duration> DELAYS = List.of(Duration.ofMillis(250), Duration.ofMillis(500),
            Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(4), Duration.ofSeconds(8));
    /**
     * After so many of these delays, which are two seconds, other nodes have said which licenses they made: a license that matches may be
     * taken, and one that has been taken is another order's.
     */
    private static final int SETTLED = 3;

    /**
     * What a creation does as far as its claim allows.
     *
     * @param send    sends the creation, and finds out what became of it
     * @param ofUser   those of the licenses of the connector that are the user's
     * @param isOfKind whether a license is of the kind that is created: production or sandbox, or child of which
     * @param read     reads the licenses of the connector; its argument is whether it is the first time
     * @param matches  whether a license of the user that no claim made may be the earlier attempt's; null if any license of the user will do
     * @param found   receives the id of an earlier attempt's license
     */
    record Steps(Function<LicenseIndex, List<Map<String, Object>>> ofUser,
            Predicate<Map<String, Object>> isOfKind,
            Supplier<CompletableFuture<OperationResult>> send,
            Function<Boolean, CompletableFuture<LicenseIndex>> read,
            Predicate<Map<String, Object>> matches,
            Consumer<String> found) {
    }

    private final CreationClaim claim;
    private final Steps steps;
    private final CallContext context;
    private final Scheduler scheduler;
    private final ClaimWorker worker;
    private final ClaimSearch search;
    /** Whether the claim was asked for the next license: done once, after the first look. */
    private boolean askedForNext;
    /** Whether this creation has the claim for the next license, and may send it if the last look finds none. */
    private boolean hasNext;
    /** Whether another node has the claim for the next license: that takes as long as this one would to see that the last one is gone. */
    private boolean waitsForNext;
    /** Whether the last look succeeded and found no license. */
    private boolean isGone;
    /** Whether the repository has failed while a license was taken, which it may have written down all the same. */
    private boolean hasFailed;
    private String seen = "";

    ClaimedCreation(CreationClaim claim, Steps steps, CallContext context, Scheduler scheduler, Executor workers) {
        this.claim = claim;
        this.steps = steps;
        this.context = context;
        this.scheduler = scheduler;
        this.worker = new ClaimWorker(context, workers);
        this.search = new ClaimSearch(claim, steps.ofUser(), steps.isOfKind(), steps.matches());
    }

    /** Runs the creation; the outcome is {@link WriteOutcome#RECONCILED} if an earlier attempt had made the license. */
    CompletableFuture<OperationResult> run() {
        return worker.run(() -> claim.take(scheduler.now()), claim::release)
                .handle((taken, error) -> error != null ? release(notSent(unclaimed(error))) : taken ? send() : look(0))
                .thenCompose(Function.identity());
    }

    private CompletableFuture<OperationResult> send() {
        return start(steps.send()).handle((result, error) -> {
            Throwable failure = Futures.unwrap(error);
            if (failure != null) {
                return changedNothing(failure) ? release(CompletableFuture.failedFuture(failure))
                        : CompletableFuture.<OperationResult>failedFuture(failure);
            }
            boolean isAnswered = result.outcomes().contains(WriteOutcome.CREATED);
            Evidence evidence = search.evidence(isAnswered ? Evidence.ANSWERED : Evidence.MATCHES);
            if (evidence != Evidence.MATCHES) {
                return complete(result, evidence);
            }
            seen = "license " + id(result.value())
                    + " matches it, but there was no time to see whether another order made it";
            // The order to which the API has returned it may be about to say so.
            return context.remaining().compareTo(DELAYS.get(SETTLED)) <= 0 ? ambiguous(seen)
                    : later(SETTLED, () -> complete(result, evidence));
        }).thenCompose(Function.identity());
    }

    private CompletableFuture<OperationResult> complete(OperationResult result, Evidence evidence) {
        return complete(id(result.value()), evidence, 0)
                .thenCompose(isOurs -> isOurs ? CompletableFuture.completedFuture(result) : ambiguous(seen));
    }

    /**
     * Completes the claim with a license. If that has been taken, another node may have found it for the same order, and be about to say so;
     * and a repository that fails may work again in a moment.
     *
     * @return whether the claim made it, as far as is known if the repository fails
     */
    private CompletableFuture<Boolean> complete(String licenseId, Evidence evidence, int step) {
        return worker.run(() -> claim.complete(licenseId, evidence)).handle((isOurs, error) -> {
            if (error == null && isOurs) {
                return CompletableFuture.completedFuture(true);
            }
            hasFailed |= error != null;
            if (step < SETTLED && context.remaining().compareTo(DELAYS.get(step)) > 0) {
                return later(step, () -> complete(licenseId, error == null ? Evidence.MATCHES : evidence, step + 1));
            }
            if (error == null) {
                seen = "license " + licenseId + (hasFailed
                        ? " matches it, but the idempotentRepository failed, and cannot tell whether this order or"
                                + " another one has taken it"
                        : " matches it, but belongs to another order, or this order has made another one");
                return CompletableFuture.completedFuture(false);
            }
            seen = "license " + licenseId + " matches it, but the idempotentRepository failed: "
                    + ClaimWorker.text(error);
            LOG.warn("License {} was created, but the idempotentRepository did not confirm the key {}: {}."
                    + " A repetition will look for the license.", licenseId, key(), ClaimWorker.text(error));
            return CompletableFuture.completedFuture(evidence != Evidence.MATCHES);
        }).thenCompose(Function.identity());
    }

    private static boolean changedNothing(Throwable failure) {
        boolean isKnown = failure instanceof IntegratorioApiException || failure instanceof IllegalArgumentException
                || failure instanceof IntegratorioTransportException transport && transport.isNotSent();
        return isKnown && FailureKind.of(failure) != FailureKind.AMBIGUOUS;
    }

    /** Looks for the license of the earlier attempt. */
    private CompletableFuture<OperationResult> look(int step) {
        return start(() -> steps.read().apply(step == 0))
                .thenCompose(licenses -> worker.run(() -> search.find(licenses, hasNext)))
                .handle((found, error) -> {
                    isGone = error == null && found.license() == null && !found.isOther();
                    if (error != null) {
                        seen = "it could not be looked for: " + ClaimWorker.text(error);
                        return lookAgain(step);
                    }
                    seen = found.seen();
                    if (found.license() == null) {
                        return askedForNext || found.isOther() ? lookAgain(step) : takeNext(step);
                    }
                    if (found.evidence() == Evidence.MATCHES && step < SETTLED) {
                        return lookAgain(step);
                    }
                    String licenseId = id(found.license());
                    return complete(licenseId, found.evidence(), 0).thenCompose(isOurs -> {
                        if (!isOurs) {
                            return lookAgain(step);
                        }
                        steps.found().accept(licenseId);
                        return CompletableFuture.completedFuture(
                                new OperationResult(200, JsonValues.copyOf(found.license()),
                                        List.of(WriteOutcome.RECONCILED)));
                    });
                }).thenCompose(Function.identity());
    }

    private CompletableFuture<OperationResult> takeNext(int step) {
        askedForNext = true;
        String last = claim.key();
        return worker.run(() -> claim.takeNext(scheduler.now()), claim::release).handle((taken, error) -> {
            if (error != null) {
                seen = "the idempotentRepository failed: " + ClaimWorker.text(error);
            }
            hasNext = error == null && taken;
            waitsForNext = error == null && !taken && !last.equals(claim.key());
            return lookAgain(hasNext ? 0 : step);
        }).thenCompose(Function.identity());
    }

    private CompletableFuture<OperationResult> lookAgain(int step) {
        boolean isLast = step == DELAYS.size();
        if (isLast && hasNext && isGone) {
            return send();
        }
        if (isLast && waitsForNext) {
            waitsForNext = false;
            return lookAgain(0);
        }
        if (isLast || context.remaining().compareTo(DELAYS.get(step)) <= 0) {
            return !hasNext ? taken()
                    : release(notSent(new IllegalStateException(
                            "the license made under the key " + key()
                                    + " before seems to be gone, which takes 16 seconds"
                                    + " to confirm within operationTimeout: " + seen)));
        }
        isGone = false;
        return later(step, () -> look(step + 1));
    }

    private <T> CompletableFuture<T> later(int step, Supplier<CompletableFuture<T>> task) {
        CompletableFuture<Void> due = new CompletableFuture<>();
        scheduler.schedule(DELAYS.get(step), () -> due.complete(null));
        return due.thenCompose(ignored -> task.get());
    }

    private CompletableFuture<OperationResult> taken() {
        return worker.run(claim::advice)
                .handle((advice, error) -> CompletableFuture.<OperationResult>failedFuture(new OpenClaimException(
                        "nothing was sent, but another attempt under the key " + key()
                                + " may have created the license: " + seen + (error == null ? ". " + advice : ""))))
                .thenCompose(Function.identity());
    }

    /** An order number may be an address. */
    private String key() {
        return Redaction.mask(claim.key());
    }

    private static CompletableFuture<OperationResult> ambiguous(String reason) {
        return CompletableFuture.failedFuture(
                new IntegratorioAmbiguousOutcomeException(ApiMethod.CREATE_LICENSE.label(), reason, 0));
    }

    private Exception unclaimed(Throwable error) {
        return new IllegalStateException(
                "the idempotentRepository could not add the key " + key() + ": " + ClaimWorker.text(error),
                Futures.unwrap(error));
    }

    private static CompletableFuture<OperationResult> notSent(Exception cause) {
        return CompletableFuture.failedFuture(
                new IntegratorioTransportException(ApiMethod.CREATE_LICENSE.label(), cause, true, false));
    }

    private CompletableFuture<OperationResult> release(CompletableFuture<OperationResult> result) {
        return release(result, 0);
    }

    /** Gives the claim back; a repository that fails may work again in a moment. */
    private CompletableFuture<OperationResult> release(CompletableFuture<OperationResult> result, int step) {
        return worker.run(() -> {
            claim.release();
            return null;
        }).handle((ignored, error) -> {
            if (error != null && step < SETTLED && context.remaining().compareTo(DELAYS.get(step)) > 0) {
                return later(step, () -> release(result, step + 1));
            }
            if (error != null) {
                LOG.warn("No license was created, but the idempotentRepository did not remove the key {}: {}."
                        + " A repetition will end as ambiguous until the key is removed.", key(),
                        ClaimWorker.text(error));
            }
            return result;
        }).thenCompose(Function.identity());
    }

    private static String id(Object license) {
        return (String) ((Map<?, ?>) license).get("_id");
    }

    private static <T> CompletableFuture<T> start(Supplier<CompletableFuture<T>> step) {
        try {
            return step.get();
        } catch (RuntimeException | Error e) {
            return CompletableFuture.failedFuture(e);
        }
    }
}
