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
import java.util.function.BooleanSupplier;
import java.util.function.Function;

import io.github.integratorio.camel.api.IntegratorioTransportException;
import io.github.integratorio.camel.internal.client.CallContext;
import io.github.integratorio.camel.internal.client.protocol.ApiMethod;

/** Runs work on the same key one after the other, in the order it came, without a thread waiting. */
final class KeyedSequencer {

    private static final CompletableFuture<Void> NOTHING_BEFORE = CompletableFuture.completedFuture(null);

    private final Map<String, CompletableFuture<?>> last = new HashMap<>();
    private final ThreadLocal<Deque<CompletableFuture<Void>>> over = new ThreadLocal<>();

    /**
     * Runs the work when everything before it on any of its keys is done, however it ended. When its time is over before that, it
     * fails as not sent, and does nothing in its turn.
     *
     * @param first   the call it begins with, for messages
     * @param context until when it may wait
     * @param work    is given a way to ask whether there is newer work on one of its keys by now
     */
    <T> CompletableFuture<T> run(ApiMethod first, CallContext context, Collection<String> keys,
            Function<BooleanSupplier, CompletableFuture<T>> work) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        CompletableFuture<Void> turn = turn(keys, done);
        BooleanSupplier hasNewer = () -> {
            synchronized (last) {
                return keys.stream().anyMatch(key -> last.get(key) != done);
            }
        };
        // One of the two: begun, or given up.
        CompletableFuture<Void> begun = new CompletableFuture<>();
        Runnable alarm = turn.isDone() ? () -> { } : context.atDeadline(() -> begun.completeExceptionally(notBegun(first, context)));
        CompletableFuture<T> result = begun.thenCompose(now -> work.apply(hasNewer));
        // What was given up still keeps its place: what comes after it must not overtake what is before it.
        CompletableFuture<?> end = turn.isDone() ? result : CompletableFuture.allOf(turn, result.handle((value, error) -> null));
        end.whenComplete((value, error) -> {
            synchronized (last) {
                keys.forEach(key -> last.remove(key, done));
            }
            releaseNext(done);
        });
        turn.thenRun(() -> {
            alarm.run();
            begun.complete(null);
        });
        return result;
    }

    /** The next ones begin; not on top of each other, or a long line of what was given up would need a deep stack. */
    private void releaseNext(CompletableFuture<Void> done) {
        Deque<CompletableFuture<Void>> line = over.get();
        if (line != null) {
            line.add(done);
            return;
        }
        line = new ArrayDeque<>(1);
        over.set(line);
        try {
            for (CompletableFuture<Void> next = done; next != null; next = line.poll()) {
                next.complete(null);
            }
        } finally {
            over.remove();
        }
    }

    private CompletableFuture<Void> turn(Collection<String> keys, CompletableFuture<Void> done) {
        List<CompletableFuture<?>> before = new ArrayList<>();
        synchronized (last) {
            for (String key : keys) {
                CompletableFuture<?> previous = last.put(key, done);
                if (previous != null) {
                    before.add(previous);
                }
            }
        }
        return before.isEmpty() ? NOTHING_BEFORE : CompletableFuture.allOf(before.toArray(CompletableFuture[]::new));
    }

    /** Its time is over; or all waiting is ended before, which is so when the component stops. */
    private static IntegratorioTransportException notBegun(ApiMethod first, CallContext context) {
        boolean late = context.remaining().isNegative() || context.remaining().isZero();
        return new IntegratorioTransportException(first.label(), new TimeoutException(late
                ? "operationTimeout was over before earlier writes of the same license, connector or user were done"
                : "the component is stopping"), true, false);
    }
}
