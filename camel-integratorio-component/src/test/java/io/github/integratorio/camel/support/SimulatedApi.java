package io.github.integratorio.camel.support;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

import io.github.integratorio.camel.internal.changefeed.SnapshotSource;

/** A list of the API that changes, sometimes fails, and sometimes is wrongly empty. It records every version of every row. */
public final class SimulatedApi {

    private static final int KEYS = 5;

    private final Choices choices;
    private final List<String> order = new ArrayList<>();
    private final Map<String, String> rows = new HashMap<>();
    private final Set<String> everTrue = new HashSet<>();
    private final Map<String, Integer> absences = new HashMap<>();
    private final boolean paged;
    private int counter;
    private int changes;
    public boolean faulty = true;

    public SimulatedApi(Choices choices) {
        this.choices = choices;
        this.paged = choices.once(3);
    }

    /** Adds, updates or removes a row; sometimes a row returns to its previous version. */
    public void change() {
        String key = "k" + choices.next(KEYS);
        int what = choices.next(4);
        changes++;
        if (what == 0 && rows.containsKey(key)) {
            rows.remove(key);
            order.remove(key);
            absences.merge(key, 1, Integer::sum);
        } else {
            String row = "{\"_id\":\"" + key + "\",\"v\":" + (what == 1 ? 0 : ++counter) + "}";
            if (rows.put(key, row) == null) {
                order.add(choices.next(order.size() + 1), key);
            }
            everTrue.add(row);
        }
    }

    public Map<String, String> rows() {
        return rows;
    }

    boolean wasEverTrue(String row) {
        return everTrue.contains(row);
    }

    /** Number of removals of the key. */
    int absences(String key) {
        return absences.getOrDefault(key, 0);
    }

    /**
     * The list as one node reads it. At most one of two consecutive complete readings is misleading, because the list was
     * wrongly empty or rows moved between pages: two such readings could not be distinguished from the truth.
     *
     * @param meanwhile called before each page with whether rows may change
     */
    public SnapshotSource source(Consumer<Boolean> meanwhile) {
        return new SnapshotSource() {
            private boolean misled;

            @Override
            public Pages open() throws IOException {
                meanwhile.accept(true);
                int fault = faulty ? choices.next(12) : 0;
                if (fault == 11) {
                    throw new IOException("the API does not answer");
                }
                boolean mayMislead = !misled;
                boolean lies = fault == 10 && mayMislead;
                int changesBefore = changes;
                int size = paged ? 2 : 1000;
                return new Pages() {
                    private int at;
                    private boolean ended;

                    @Override
                    public InputStream next() throws IOException {
                        if (ended) {
                            misled = lies || changes != changesBefore;
                            return null;
                        }
                        if (at > 0) {
                            meanwhile.accept(mayMislead);
                        }
                        if (fault == 9 && at > 0) {
                            throw new IOException("the second page fails");
                        }
                        StringBuilder json = new StringBuilder("[");
                        int first = at;
                        for (; at < Math.min(first + size, order.size()) && !lies; at++) {
                            json.append(at > first ? "," : "").append(rows.get(order.get(at)));
                        }
                        ended = at >= order.size() || lies;
                        json.append("]");
                        int end = fault == 8 ? choices.next(json.length()) : json.length();
                        return new ByteArrayInputStream(json.substring(0, end).getBytes(StandardCharsets.UTF_8));
                    }

                    @Override
                    public void close() {
                        // No resources to release.
                    }
                };
            }
        };
    }
}
