package io.github.integratorio.camel.internal.changefeed;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

import io.github.integratorio.camel.internal.changefeed.store.Change;

/**
 * Changes of a feed that routes of this process are working on. It outlives a consumer that is stopped and started again, because
 * exchanges of the stopped one may still be under way, in a queue for example. The new consumer delivers such a change once more, because
 * its exchange may be lost, but no later change of its key before both exchanges have ended. Thread-safe.
 */
public final class InFlightChanges {

    /** By key and by owner, which is the outbox that has claimed the change. */
    private final Map<String, Map<Outbox, Change>> byKey = new HashMap<>();
    /** Delivered changes whose acknowledgement could not be written; an owner whose store is closed will not try again. */
    private final Map<String, Change> unwritten = new LinkedHashMap<>();

    /** Returns true if an owner must not claim a change now: it has claimed one of the same key, or another owner another one. */
    synchronized boolean isBusy(Change change, Outbox owner) {
        Map<Outbox, Change> owners = byKey.getOrDefault(change.key(), Map.of());
        return owners.containsKey(owner) || owners.values().stream().anyMatch(other -> !other.id().equals(change.id()));
    }

    synchronized void add(Change change, Outbox owner) {
        byKey.computeIfAbsent(change.key(), key -> new HashMap<>()).put(owner, change);
    }

    synchronized boolean contains(Change change, Outbox owner) {
        Change found = byKey.getOrDefault(change.key(), Map.of()).get(owner);
        return found != null && found.id().equals(change.id());
    }

    /** Removes a change of an owner; returns false if it was not in flight. */
    synchronized boolean remove(Change change, Outbox owner) {
        if (!contains(change, owner)) {
            return false;
        }
        Map<Outbox, Change> owners = byKey.get(change.key());
        owners.remove(owner);
        if (owners.isEmpty()) {
            byKey.remove(change.key());
        }
        return true;
    }

    /** Removes all changes of an owner, whose exchanges will not end anymore. */
    synchronized void abandon(Outbox owner) {
        byKey.values().forEach(owners -> owners.remove(owner));
        byKey.values().removeIf(Map::isEmpty);
    }

    /** Leaves acknowledgements that could not be written to the next owner that polls. */
    synchronized void leaveUnwritten(Map<String, Change> acknowledged) {
        unwritten.putAll(acknowledged);
    }

    /** Returns the acknowledgements that other owners could not write, by change id; the caller writes them. */
    synchronized Map<String, Change> takeUnwritten() {
        Map<String, Change> taken = new LinkedHashMap<>(unwritten);
        unwritten.clear();
        return taken;
    }

    /** Returns whether nothing is in flight, and no acknowledgement is left. */
    public synchronized boolean isEmpty() {
        return byKey.isEmpty() && unwritten.isEmpty();
    }

    /** Returns the number of keys with a change in flight. */
    public synchronized int size() {
        return byKey.size();
    }
}
