package io.github.integratorio.camel.support;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import io.github.integratorio.camel.internal.changefeed.SnapshotSource;

/**
 * A list of the API that changes, sometimes fails, has a wrong clock or a row that is too large, sometimes is wrongly empty, and sometimes comes from a replica that lags behind. It
 * records every version of every row.
 */
public final class SimulatedApi {

    private static final int KEYS = 5;
    /** How far the clock of a response may be wrong. */
    static final Duration CLOCK_ERROR = Duration.ofMinutes(50);
    /** Size of a row that is too large for a feed. */
    public static final int TOO_LARGE = 300;

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
    private boolean faulty = true;
    private final boolean hasEnds;
    private Instant now = Instant.parse("2027-01-01T00:00:00Z");
    /** Since when each row has its end. */
    private final Map<String, Instant> since = new HashMap<>();
    /** Until when a row had another end than now, by key and end. */
    private final Map<String, Instant> until = new HashMap<>();

    /**
     * Creates a list; one that lags is misleading for a node that believes a single reading.
     *
     * @param hasEnds whether rows expire
     */
    public SimulatedApi(Choices choices, boolean lags, boolean hasEnds) {
        this.choices = choices;
        this.lags = lags;
        this.paged = choices.once(3);
        this.hasEnds = hasEnds;
    }

    /** Lets time pass. */
    void pass() {
        now = now.plus(Duration.ofMinutes(choices.next(300)));
    }

    /** Ends all faults, after so much time that all dates of responses are in the past. */
    public void becomeFaultless() {
        faulty = false;
        now = now.plus(CLOCK_ERROR);
    }

    Instant now() {
        return now;
    }

    /** Whether each look shows the list as it is. */
    boolean isExact() {
        return !lags && !paged;
    }

    /** Returns the end of a row; null if it has none. */
    static Instant end(String row) {
        int start = row.indexOf("expires");
        return start < 0 ? null : Instant.parse(row.substring(start + 10, row.indexOf('"', start + 10)));
    }

    /** Since when a row has its end. */
    Instant since(String key) {
        return since.get(key);
    }

    /** Whether a row had this end at a moment or later. */
    boolean hadEnd(String key, Instant end, Instant moment) {
        String row = rows.get(key);
        return row != null && end.equals(end(row)) || until.getOrDefault(key + end, Instant.MIN).compareTo(moment) >= 0;
    }

    private void endMoves(String key, String next) {
        String row = rows.get(key);
        Instant former = row == null ? null : end(row);
        if (former != null) {
            until.put(key + former, now);
        }
        if (former == null || next == null || !former.equals(end(next))) {
            since.put(key, now);
        }
    }

    /** Adds, updates or removes a row; sometimes a row returns to its previous version. */
    public void change() {
        String key = "k" + choices.next(KEYS);
        int what = choices.next(4);
        changes++;
        if (what == 0 && rows.containsKey(key)) {
            endMoves(key, null);
            rows.remove(key);
            order.remove(key);
            absences.merge(key, 1, Integer::sum);
        } else {
            String end = !hasEnds || choices.once(6) ? ""
                    : ",\"expires\":\"" + now.plus(Duration.ofHours(choices.next(20) - 5)) + "\"";
            if (hasEnds && choices.once(3) && rows.containsKey(key) && end(rows.get(key)) != null) {
                end = ",\"expires\":\"" + end(rows.get(key)) + "\"";
            }
            String row = "{\"_id\":\"" + key + "\",\"v\":" + (what == 1 ? 0 : ++counter) + end + "}";
            endMoves(key, row);
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
     * @param reader    receives the rows after the last page
     */
    public SnapshotSource source(Consumer<Boolean> meanwhile, Consumer<List<String>> reader) {
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
                Instant time = faulty && hasEnds && choices.once(6)
                        ? now.plusSeconds(60L * (choices.next(101) - CLOCK_ERROR.toMinutes())) : now;
                String tooLarge = fault == 6 && hasEnds ? "k" + choices.next(KEYS) : null;
                List<String> stale = isEmpty ? List.of() : isLagging ? lagging : null;
                return new Pages() {
                    private final List<String> read = new ArrayList<>();
                    private int at;
                    private boolean ended;

                    @Override
                    public Instant time() {
                        return time;
                    }

                    @Override
                    public InputStream next() throws IOException {
                        if (ended) {
                            misled = stale != null || changes != changesBefore;
                            emptyLies = isEmpty ? emptyLies + 1 : 0;
                            lagging = stale == null ? read : lagging;
                            reader.accept(read.stream().filter(row -> !isTooLarge(row)).toList());
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
                        String json = page.stream().map(row -> isTooLarge(row) ? enlarged(row) : row)
                                .collect(Collectors.joining(",", "[", "]"));
                        int end = fault == 8 ? choices.next(json.length()) : json.length();
                        return new ByteArrayInputStream(json.substring(0, end).getBytes(StandardCharsets.UTF_8));
                    }

                    private boolean isTooLarge(String row) {
                        return row.startsWith("{\"_id\":\"" + tooLarge + '"');
                    }

                    private String enlarged(String row) {
                        return row.replace("}", ",\"more\":\"" + "y".repeat(TOO_LARGE) + "\"}");
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
