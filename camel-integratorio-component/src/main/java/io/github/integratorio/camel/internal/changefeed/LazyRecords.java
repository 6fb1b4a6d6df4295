package io.github.integratorio.camel.internal.changefeed;

import java.util.AbstractList;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Views for a recording with many rows: each text exists only while it is written. */
final class LazyRecords {

    // Performance: the first poll of 100,000 rows of 200 bytes needs 64 MB, and 128 MB with all texts at once.

    private LazyRecords() {
    }

    /** Returns the rows as texts. */
    static Map<String, String> texts(Map<String, byte[]> rows) {
        return new AbstractMap<>() {
            @Override
            public Set<Entry<String, String>> entrySet() {
                return new AbstractSet<>() {
                    @Override
                    public Iterator<Entry<String, String>> iterator() {
                        Iterator<Entry<String, byte[]>> entries = rows.entrySet().iterator();
                        return new Iterator<>() {
                            @Override
                            public boolean hasNext() {
                                return entries.hasNext();
                            }

                            @Override
                            public Entry<String, String> next() {
                                Entry<String, byte[]> row = entries.next();
                                return Map.entry(row.getKey(), SnapshotDiff.text(row.getValue()));
                            }
                        };
                    }

                    @Override
                    public int size() {
                        return rows.size();
                    }
                };
            }

            @Override
            public Set<String> keySet() {
                return rows.keySet();
            }
        };
    }

    /** Returns an element for each key, created anew each time. */
    static <T> List<T> list(List<String> keys, Function<String, T> element) {
        return new AbstractList<>() {
            @Override
            public T get(int i) {
                return element.apply(keys.get(i));
            }

            @Override
            public int size() {
                return keys.size();
            }
        };
    }
}
