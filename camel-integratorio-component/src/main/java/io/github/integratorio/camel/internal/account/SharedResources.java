package io.github.integratorio.camel.internal.account;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

import io.github.integratorio.camel.internal.concurrent.Scheduler;

/**
 * Resources of one kind, one for each key. A resource outlives its last user for a time of grace, so that the next user finds it as it
 * was left.
 *
 * @param <K> what users of one resource have in common
 */
final class SharedResources<K, R> {

    private final Scheduler timer;
    private final Duration grace;
    private final Consumer<R> close;
    /** Guarded by this, as are the fields of all entries. */
    private final Map<K, Entry<R>> entries = new HashMap<>();

    private static final class Entry<R> {
        private final R resource;
        private int users;
        private Runnable cancelEnd = () -> {};

        Entry(R resource) {
            this.resource = resource;
        }
    }

    /** Decides which resource a new user gets. */
    @FunctionalInterface
    interface Choice<R> {
        /**
         * @param  current the present resource, or null
         * @param  isUsed  whether somebody uses it
         * @return         the present resource, or another one that replaces it, unless it is used
         */
        R choose(R current, boolean isUsed);
    }

    /** @param close ends a resource that nobody uses any more; must not block */
    SharedResources(Scheduler timer, Duration grace, Consumer<R> close) {
        this.timer = timer;
        this.grace = grace;
        this.close = close;
    }

    /** Returns the resource of a key for one more user, who must {@link #release} it. */
    synchronized R acquire(K key, Choice<R> choice) {
        Entry<R> entry = entries.get(key);
        R current = entry == null ? null : entry.resource;
        R chosen = Objects.requireNonNull(choice.choose(current, entry != null && entry.users > 0));
        if (chosen != current) {
            if (entry != null) {
                entry.cancelEnd.run();
                close.accept(current);
            }
            entry = new Entry<>(chosen);
            entries.put(key, entry);
        }
        entry.cancelEnd.run();
        entry.users++;
        return chosen;
    }

    /** Counts one user less. */
    synchronized void release(K key) {
        Entry<R> entry = entries.get(key);
        if (--entry.users == 0) {
            entry.cancelEnd = timer.schedule(grace, () -> endIfUnused(key, entry));
        }
    }

    private synchronized void endIfUnused(K key, Entry<R> entry) {
        if (entry.users == 0 && entries.remove(key, entry)) {
            close.accept(entry.resource);
        }
    }

    /** Ends the time of grace of all resources now, and returns them for the caller to close. */
    synchronized List<R> removeUnused() {
        List<Entry<R>> unused = entries.values().stream().filter(entry -> entry.users == 0).toList();
        unused.forEach(entry -> entry.cancelEnd.run());
        entries.values().removeAll(unused);
        return unused.stream().map(entry -> entry.resource).toList();
    }

    /** The number of resources, used or in their time of grace. */
    synchronized int size() {
        return entries.size();
    }
}
