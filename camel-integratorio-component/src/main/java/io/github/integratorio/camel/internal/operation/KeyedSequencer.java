package io.github.integratorio.camel.internal.operation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

import io.github.integratorio.camel.api.IntegratorioTransportException;
import io.github.integratorio.camel.internal.client.CallContext;
import io.github.integratorio.camel.internal.client.protocol.ApiMethod;

/** Runs tasks with a common key one after the other, in the order of their arrival, without blocking a thread. */
final class KeyedSequencer {

    /** The last task of each key; guarded by itself, as are the fields of all turns. */
    private final Map<String, Turn> last = new HashMap<>();
    private final ThreadLocal<Deque<Turn>> ready = new ThreadLocal<>();

    /** The place of one task in the order of its keys. */
    private static final class Turn {
        private final Collection<String> keys;
        private final List<Turn> successors = new ArrayList<>(0);
        private int predecessors;
        private Runnable task;
        /** Set once a waiting task has either started or timed out. */
        private final AtomicBoolean decided = new AtomicBoolean();

        Turn(Collection<String> keys) {
            this.keys = keys;
        }
    }

    /**
     * Runs a task as soon as all earlier tasks with one of its keys have ended, whatever their outcome. If its deadline passes before,
     * it fails as not sent and never runs.
     *
     * @param first   the API method that the task calls first, for messages
     * @param context the deadline
     * @param task    receives a test for newer tasks with one of its keys
     */
    <T> CompletableFuture<T> run(ApiMethod first, CallContext context, Collection<String> keys,
            Function<BooleanSupplier, CompletableFuture<T>> task) {
        Turn turn = new Turn(keys);
        CompletableFuture<T> queued;
        synchronized (last) {
            for (String key : keys) {
                Turn previous = last.put(key, turn);
                if (previous != null && previous != turn) {
                    previous.successors.add(turn);
                    turn.predecessors++;
                }
            }
            queued = turn.predecessors == 0 ? null : queue(turn, task);
        }
        if (queued == null) {
            return start(turn, task);
        }
        Runnable cancelTimeout = context.atDeadline(() -> {
            if (turn.decided.compareAndSet(false, true)) {
                queued.completeExceptionally(notStarted(first, context));
            }
        });
        queued.whenComplete((value, error) -> cancelTimeout.run());
        return queued;
    }

    private <T> CompletableFuture<T> start(Turn turn, Function<BooleanSupplier, CompletableFuture<T>> task) {
        CompletableFuture<T> result;
        try {
            result = task.apply(() -> isSuperseded(turn));
        } catch (RuntimeException | Error e) {
            result = CompletableFuture.failedFuture(e);
        }
        result.whenComplete((value, error) -> end(turn));
        return result;
    }

    private boolean isSuperseded(Turn turn) {
        synchronized (last) {
            return turn.keys.stream().anyMatch(key -> last.get(key) != turn);
        }
    }

    private <T> CompletableFuture<T> queue(Turn turn, Function<BooleanSupplier, CompletableFuture<T>> task) {
        CompletableFuture<T> result = new CompletableFuture<>();
        turn.task = () -> {
            if (turn.decided.compareAndSet(false, true)) {
                start(turn, task).whenComplete((value, error) -> {
                    if (error == null) {
                        result.complete(value);
                    } else {
                        result.completeExceptionally(error);
                    }
                });
            } else {
                // It kept its place until now: its successors must not overtake its predecessors.
                end(turn);
            }
        };
        return result;
    }

    private void end(Turn turn) {
        List<Turn> next = new ArrayList<>(0);
        synchronized (last) {
            turn.keys.forEach(key -> last.remove(key, turn));
            for (Turn successor : turn.successors) {
                if (--successor.predecessors == 0) {
                    next.add(successor);
                }
            }
        }
        if (!next.isEmpty()) {
            releaseNext(next);
        }
    }

    /** Runs the tasks in a loop instead of recursively: thousands of timed-out tasks would need a deep stack. */
    private void releaseNext(List<Turn> next) {
        Deque<Turn> line = ready.get();
        if (line != null) {
            line.addAll(next);
            return;
        }
        line = new ArrayDeque<>(next);
        ready.set(line);
        try {
            for (Turn turn = line.poll(); turn != null; turn = line.poll()) {
                turn.task.run();
            }
        } finally {
            ready.remove();
        }
    }

    /** The number of keys with a task that has not ended. */
    int size() {
        synchronized (last) {
            return last.size();
        }
    }

    /** The scheduler also runs timeouts when the component stops. */
    private static IntegratorioTransportException notStarted(ApiMethod first, CallContext context) {
        boolean late = context.remaining().isNegative() || context.remaining().isZero();
        return new IntegratorioTransportException(first.label(), new TimeoutException(late
                ? "operationTimeout expired while earlier writes of the same license, connector or user were running"
                : "the component is stopping"), true, false);
    }
}
