package io.github.integratorio.camel.provisioning;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Runs work on the same key one after the other, in the order it came, without a thread waiting. */
final class KeyedOrder {

    private final Map<String, CompletableFuture<?>> last = new HashMap<>();

    /** Runs the work when everything before it on any of its keys is done, however it ended. */
    <T> CompletableFuture<T> run(Collection<String> keys, Supplier<CompletableFuture<T>> work) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        List<CompletableFuture<?>> before = new ArrayList<>();
        synchronized (last) {
            for (String key : keys) {
                CompletableFuture<?> previous = last.put(key, done);
                if (previous != null) {
                    before.add(previous);
                }
            }
        }
        CompletableFuture<T> result = before.isEmpty()
                ? work.get()
                : CompletableFuture.allOf(before.toArray(CompletableFuture[]::new)).thenCompose(ready -> work.get());
        return result.whenComplete((value, error) -> {
            synchronized (last) {
                keys.forEach(key -> last.remove(key, done));
            }
            done.complete(null);
        });
    }
}
