package io.github.integratorio.camel.support;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

import com.fasterxml.jackson.databind.ObjectMapper;

/** A table that follows the API by applying changes. It drops changes it already has, and applies all others. */
public final class Downstream extends DeliveryServer {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final ChangingList truth;
    // Guarded by this.
    private final Map<String, Integer> removals = new HashMap<>();
    private final Map<String, Map<String, Object>> table = new TreeMap<>();

    /** @param truth the list that is polled */
    public Downstream(ChangingList truth) throws IOException {
        this.truth = truth;
    }

    @Override
    synchronized void apply(Delivery change) throws IOException {
        String key = change.key();
        Map<String, Object> row = fields(change.row());
        Map<String, Object> previous = change.previous().isEmpty() ? null : fields(change.previous());
        if (previous == null ? table.containsKey(key) : !previous.equals(table.get(key))) {
            violate("a change before this one was lost, " + table.get(key) + " is known: " + change);
        }
        if (!truth.wasEverTrue(row)) {
            violate("never true: " + change);
        }
        if (change.type().equals("REMOVED")) {
            table.remove(key);
            if (removals.merge(key, 1, Integer::sum) > truth.absences(key)) {
                violate("removed more often than it was away: " + change);
            }
        } else {
            table.put(key, row);
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> fields(String json) throws IOException {
        return JSON.readValue(json, Map.class);
    }

    /** The rows as known here, by key. */
    public synchronized Map<String, Map<String, Object>> table() {
        return new TreeMap<>(table);
    }
}
