package io.github.integratorio.simulator;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Rows by id, in the order they came. A page starts after a place in that order, so rows added or
 * removed meanwhile never repeat or hide another.
 */
final class Table<T> {

    /** Some rows, and the place after which the next ones start: {@code null} if there are none. */
    record Page<T>(List<T> rows, Long next) { }

    private final Map<String, Long> places = new HashMap<>();
    private final NavigableMap<Long, T> rows = new TreeMap<>();
    private long lastPlace;

    void put(String id, T row) {
        rows.put(places.computeIfAbsent(id, k -> ++lastPlace), row);
    }

    /** The row, or {@code null}. */
    T get(String id) {
        Long place = places.get(id);
        return place == null ? null : rows.get(place);
    }

    boolean has(String id) {
        return places.containsKey(id);
    }

    /** The row that was there, or {@code null}. */
    T remove(String id) {
        Long place = places.remove(id);
        return place == null ? null : rows.remove(place);
    }

    List<T> all() {
        return new ArrayList<>(rows.values());
    }

    /** @param size how many at most; 0 for all */
    Page<T> page(long after, int size) {
        NavigableMap<Long, T> rest = rows.tailMap(after, false);
        if (size == 0) {
            return new Page<>(new ArrayList<>(rest.values()), null);
        }
        List<T> page = new ArrayList<>();
        Long place = null;
        for (Map.Entry<Long, T> entry : rest.entrySet()) {
            if (page.size() == size) {
                return new Page<>(page, place);
            }
            place = entry.getKey();
            page.add(entry.getValue());
        }
        return new Page<>(page, null);
    }
}
