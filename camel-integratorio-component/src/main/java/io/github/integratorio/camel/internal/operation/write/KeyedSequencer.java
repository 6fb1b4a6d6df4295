package io.github.integratorio.camel.internal.operation.write;

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
import java.util.function.Function;

import io.github.integratorio.camel.api.IntegratorioTransportException;
import io.github.integratorio.camel.internal.client.CallContext;
import io.github.integratorio.camel.internal.client.protocol.ApiMethod;

/** Runs tasks with a common key one after the other, in the order of their arrival, without blocking a thread. */
final class KeyedSequencer {

    /** The last place of each key; guarded by itself, as are the fields of all places and turns. */
    private final Map<String, Place> last = new HashMap<>();
    private final ThreadLocal<Deque<Turn>> ready = new ThreadLocal<>();

    /** The place of a turn among those with the same key. */
    private static final class Place {
        private final Turn turn;
        private Place next;

        Place(Turn turn) {
            this.turn = turn;
        }
    }

    /** The turn of a task, which holds its keys until it ends or releases them. */
    final class Turn {
        private final Map<String, Place> places;
        private int predecessors;
        private Runnable task;
        /** Set once a waiting task has either started or timed out. */
        private final AtomicBoolean decided = new AtomicBoolean();

        Turn(Collection<String> keys) {
            places = new HashMap<>(keys.size() * 2);
            keys.forEach(key -> places.put(key, new Place(this)));
        }

        /** Whether a newer task waits for one of the keys. */
        boolean isSuperseded() {
            synchronized (last) {
                return places.values().stream().anyMatch(place -> place.next != null);
            }
        }

        /** Lets the next task with this key begin before this task ends. */
        void release(String key) {
            List<Turn> next = new ArrayList<>(0);
            synchronized (last) {
                leave(key, places.remove(key), next);
            }
            releaseNext(next);
        }

        private void end() {
            List<Turn> next = new ArrayList<>(0);
            synchronized (last) {
                places.forEach((key, place) -> leave(key, place, next));
                places.clear();
            }
            releaseNext(next);
        }

        private void leave(String key, Place place, List<Turn> next) {
            if (place == null) {
                return;
            }
            if (place.next == null) {
                last.remove(key, place);
            } else if (--place.next.turn.predecessors == 0) {
                next.add(place.next.turn);
            }
        }
    }

    /**
     * Runs a task as soon as all earlier tasks with one of its keys have ended, whatever their outcome. If its deadline passes before,
     * it fails as not sent and never runs.
     *
     * @param first   the API method that the task calls first, for messages
     * @param context the deadline
     * @param task    receives its turn
     */
    <T> CompletableFuture<T> run(ApiMethod first, CallContext context, Collection<String> keys,
            Function<Turn, CompletableFuture<T>> task) {
        Turn turn = new Turn(keys);
        CompletableFuture<T> queued;
        synchronized (last) {
            turn.places.forEach((key, place) -> {
                Place previous = last.put(key, place);
                if (previous != null) {
                    previous.next = place;
                    turn.predecessors++;
                }
            });
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

    private <T> CompletableFuture<T> start(Turn turn, Function<Turn, CompletableFuture<T>> task) {
        CompletableFuture<T> result;
        try {
            result = task.apply(turn);
        } catch (RuntimeException | Error e) {
            result = CompletableFuture.failedFuture(e);
        }
        result.whenComplete((value, error) -> turn.end());
        return result;
    }

    private <T> CompletableFuture<T> queue(Turn turn, Function<Turn, CompletableFuture<T>> task) {
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
                turn.end();
            }
        };
        return result;
    }

    /** Runs the tasks in a loop instead of recursively: thousands of timed-out tasks would need a deep stack. */
    private void releaseNext(List<Turn> next) {
        if (next.isEmpty()) {
            return;
        }
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
