package io.github.integratorio.simulator;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Rows by id, in insertion order, in two states: as they were written last, and as readers see them, who
 * may be behind. A page that starts after a position in that order neither repeats nor hides rows
 * when others are added or removed between two pages; a page that starts at a row number does.
 */
final class Table<T> {

    /** The rows of a page, and the position of its last one if rows follow: {@code null} on the last page. */
    record Page<T>(List<T> rows, Long next) {}

    /** A row as written and as shown; {@code null} where there is none yet, or none any more. */
    private static final class Row<T> {
        private final long position;
        private T written;
        private T shown;
        private long lastWrite;
        private long lastShown;

        private Row(long position) {
            this.position = position;
        }
    }

    private final Consumer<Runnable> showing;
    private final Map<String, Row<T>> byId = new HashMap<>();
    private final NavigableMap<Long, Row<T>> byPosition = new TreeMap<>();
    private long lastPosition;

    /** @param showing runs, at once or later, what shows a write to readers */
    Table(Consumer<Runnable> showing) {
        this.showing = showing;
    }

    void put(String id, T row) {
        write(id, byId.computeIfAbsent(id, key -> {
            Row<T> added = new Row<>(++lastPosition);
            byPosition.put(added.position, added);
            return added;
        }), row);
    }

    /** Returns the row as written last, or {@code null} if there is no row with the id. */
    T get(String id) {
        Row<T> row = byId.get(id);
        return row == null ? null : row.written;
    }

    /** Returns the row as readers see it, or {@code null} if they see none. */
    T shown(String id) {
        Row<T> row = byId.get(id);
        return row == null ? null : row.shown;
    }

    boolean contains(String id) {
        return get(id) != null;
    }

    /** Removes and returns the row, or returns {@code null} if there is no row with the id. */
    T remove(String id) {
        T old = get(id);
        if (old != null) {
            write(id, byId.get(id), null);
        }
        return old;
    }

    /** Shows the row to readers as it was written last. */
    void show(String id) {
        Row<T> row = byId.get(id);
        if (row != null) {
            show(id, row, row.written, row.lastWrite);
        }
    }

    /** Returns all rows as written last. */
    List<T> all() {
        return byPosition.values().stream().map(row -> row.written).filter(Objects::nonNull).toList();
    }

    /** Returns a page of the rows as readers see them, oldest or newest first. */
    Page<T> page(PageRequest request, boolean newestFirst) {
        NavigableMap<Long, Row<T>> ordered = newestFirst ? byPosition.descendingMap() : byPosition;
        NavigableMap<Long, Row<T>> rest = request.after() == 0 ? ordered : ordered.tailMap(request.after(), false);
        List<T> page = new ArrayList<>();
        long toSkip = request.skip();
        Long last = null;
        for (Row<T> row : rest.values()) {
            if (row.shown == null || toSkip-- > 0) {
                continue;
            }
            if (request.size() > 0 && page.size() == request.size()) {
                return new Page<>(page, last);
            }
            last = row.position;
            page.add(row.shown);
        }
        return new Page<>(page, null);
    }

    private void write(String id, Row<T> row, T value) {
        long write = ++row.lastWrite;
        row.written = value;
        showing.accept(() -> show(id, row, value, write));
    }

    private void show(String id, Row<T> row, T value, long write) {
        // A later write may have been shown already, for the lag can change between two writes.
        if (write > row.lastShown) {
            row.lastShown = write;
            row.shown = value;
        }
        if (row.written == null && row.shown == null && byPosition.remove(row.position) != null) {
            byId.remove(id);
        }
    }
}
