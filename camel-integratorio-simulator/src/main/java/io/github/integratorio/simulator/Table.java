package io.github.integratorio.simulator;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Rows by id, in insertion order. A page starts after a position in that order, so rows that are added
 * or removed between two pages neither repeat nor hide other rows.
 */
final class Table<T> {

    /** The rows of a page, and the position after which the next page starts: {@code null} on the last page. */
    record Page<T>(List<T> rows, Long next) {}

    private final Map<String, Long> positions = new HashMap<>();
    private final NavigableMap<Long, T> rows = new TreeMap<>();
    private long lastPosition;

    void put(String id, T row) {
        rows.put(positions.computeIfAbsent(id, key -> ++lastPosition), row);
    }

    /** Returns the row, or {@code null} if there is no row with the id. */
    T get(String id) {
        Long position = positions.get(id);
        return position == null ? null : rows.get(position);
    }

    boolean contains(String id) {
        return positions.containsKey(id);
    }

    /** Removes and returns the row, or returns {@code null} if there is no row with the id. */
    T remove(String id) {
        Long position = positions.remove(id);
        return position == null ? null : rows.remove(position);
    }

    List<T> all() {
        return new ArrayList<>(rows.values());
    }

    /** @param size the maximum number of rows; 0 for all */
    Page<T> page(long after, int size) {
        NavigableMap<Long, T> rest = rows.tailMap(after, false);
        if (size == 0) {
            return new Page<>(new ArrayList<>(rest.values()), null);
        }
        List<T> page = new ArrayList<>();
        Long position = null;
        for (Map.Entry<Long, T> entry : rest.entrySet()) {
            if (page.size() == size) {
                return new Page<>(page, position);
            }
            position = entry.getKey();
            page.add(entry.getValue());
        }
        return new Page<>(page, null);
    }
}
