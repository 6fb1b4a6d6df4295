package io.github.integratorio.camel.internal.operation.creation;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;

import io.github.integratorio.camel.internal.client.CallContext;
import io.github.integratorio.camel.internal.concurrent.Futures;
import io.github.integratorio.camel.internal.text.Redaction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Uses the repository of a claim. It blocks, so only the workers use it. They are also outside of the route's transaction, whose rollback
 * would undo the claim of a creation that was sent.
 */
final class ClaimWorker {

    private static final Logger LOG = LoggerFactory.getLogger(ClaimWorker.class);

    private final CallContext context;
    private final Executor workers;

    ClaimWorker(CallContext context, Executor workers) {
        this.context = context;
        this.workers = workers;
    }

    /** Runs a blocking task; the future fails at the operation's deadline at the latest. */
    <T> CompletableFuture<T> run(Callable<T> task) {
        return run(task, () -> {
        });
    }

    /**
     * As {@link #run(Callable)}, for a task that takes something.
     *
     * @param task    returns true if it was taken
     * @param tooLate gives it back if it was taken after the deadline
     */
    <T> CompletableFuture<T> run(Callable<T> task, Runnable tooLate) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Runnable cancelTimeout = context.atDeadline(() -> result.completeExceptionally(
                new TimeoutException("the idempotentRepository did not answer within operationTimeout")));
        workers.execute(() -> {
            try {
                T value = task.call();
                if (!result.complete(value) && Boolean.TRUE.equals(value)) {
                    tooLate.run();
                }
            } catch (Throwable e) {
                if (!result.completeExceptionally(e)) {
                    LOG.warn("The idempotentRepository failed after operationTimeout: {}", text(e));
                }
            } finally {
                cancelTimeout.run();
            }
        });
        return result;
    }

    /** A failure of the repository, as a line for logs and messages. */
    static String text(Throwable error) {
        return Redaction.line(Futures.unwrap(error).toString(), 200);
    }
}
