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

/**
 * A list of the API that changes, sometimes fails, sometimes is wrongly empty, and sometimes comes from a replica that lags behind. It
 * records every version of every row.
 */
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
    /** The list as any node has read it last. */
    private List<String> lagging = List.of();
    private final boolean lags;
    public boolean faulty = true;

    /** Creates a list; one that lags is misleading for a node that believes a single reading. */
    public SimulatedApi(Choices choices, boolean lags) {
        this.choices = choices;
        this.lags = lags;
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
     * The list as one node reads it. At most one of two consecutive complete readings is misleading, because rows moved between pages
     * or a replica lagged behind, and at most two are wrongly empty: more such readings could not be distinguished from the truth.
     *
     * @param meanwhile called before each page with whether rows may change
     */
    public SnapshotSource source(Consumer<Boolean> meanwhile) {
        return new SnapshotSource() {
            private boolean misled;
            private int emptyLies;

            @Override
            public Pages open() throws IOException {
                meanwhile.accept(true);
                int fault = faulty ? choices.next(12) : 0;
                if (fault == 11) {
                    throw new IOException("the API does not answer");
                }
                boolean mayMislead = !misled;
                boolean isEmpty = fault == 10 && emptyLies < 2;
                boolean isLagging = fault == 7 && lags && mayMislead;
                int changesBefore = changes;
                int size = paged ? 2 : 1000;
                List<String> stale = isEmpty ? List.of() : isLagging ? lagging : null;
                return new Pages() {
                    private final List<String> read = new ArrayList<>();
                    private int at;
                    private boolean ended;

                    @Override
                    public InputStream next() throws IOException {
                        if (ended) {
                            misled = stale != null || changes != changesBefore;
                            emptyLies = isEmpty ? emptyLies + 1 : 0;
                            lagging = stale == null ? read : lagging;
                            return null;
                        }
                        if (at > 0) {
                            meanwhile.accept(mayMislead);
                        }
                        if (fault == 9 && at > 0) {
                            throw new IOException("the second page fails");
                        }
                        List<String> list = stale != null ? stale : order.stream().map(rows::get).toList();
                        List<String> page = list.subList(Math.min(at, list.size()), Math.min(at + size, list.size()));
                        at += page.size();
                        read.addAll(page);
                        ended = at >= list.size();
                        String json = "[" + String.join(",", page) + "]";
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
