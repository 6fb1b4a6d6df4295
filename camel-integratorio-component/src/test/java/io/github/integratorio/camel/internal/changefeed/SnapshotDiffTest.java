package io.github.integratorio.camel.internal.changefeed;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.integratorio.camel.internal.changefeed.store.Change;
import io.github.integratorio.camel.internal.changefeed.store.FeedStore;
import io.github.integratorio.camel.internal.changefeed.store.InMemoryFeedStore;
import io.github.integratorio.camel.support.WatchedList;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

/** The diff compares bytes and finds the same changes as a comparison of parsed lists. */
class SnapshotDiffTest {

    private static final ObjectMapper STRICT = JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();
    private static final int BUFFER = 64 * 1024;

    /** A stream that returns its bytes in pieces. */
    private static InputStream pieces(byte[] bytes, Random random) {
        return new ByteArrayInputStream(bytes) {
            @Override
            public synchronized int read(byte[] to, int offset, int length) {
                return super.read(to, offset, Math.min(length, 1 + random.nextInt(random.nextBoolean() ? 10 : BUFFER)));
            }
        };
    }

    private static byte[] page(List<String> rows, Random random) {
        String space = List.of("", " ", "\n", "\r\n\t ").get(random.nextInt(4));
        return (space + "[" + space + String.join(space + "," + space, rows) + space + "]" + space)
                .getBytes(StandardCharsets.UTF_8);
    }

    private static String row(int key, Random random) {
        int length = switch (random.nextInt(40)) {
            case 0 -> BUFFER - 30 + random.nextInt(60);
            case 1 -> random.nextInt(3 * BUFFER);
            default -> random.nextInt(60);
        };
        String text = List.of("x", "\u00e9", "\\\\", "\\\"", "}", "]", "[{").get(random.nextInt(7));
        return "{\"v\":" + random.nextInt(3) + ",\"_id\":\"k" + key + "\",\"t\":\""
                + text.repeat(length / text.length()) + "\"}";
    }

    /** The rows of the list by key, by a simple implementation. */
    private static Map<String, Object> parsed(Map<Integer, String> rows) throws IOException {
        Map<String, Object> parsed = new HashMap<>();
        for (Map.Entry<Integer, String> row : rows.entrySet()) {
            parsed.put("k" + row.getKey(), STRICT.readValue(row.getValue(), Map.class));
        }
        return parsed;
    }

    @Property(tries = 80)
    void the_diff_equals_a_comparison_of_parsed_rows(@ForAll Random random) throws Exception {
        InMemoryFeedStore store = new InMemoryFeedStore();
        ChangeFeed feed = feed(store);
        Map<Integer, String> rows = new HashMap<>();
        for (int key = random.nextInt(150); key > 0; key--) {
            rows.put(key, row(key, random));
        }
        feed.pollSnapshot(source(rows, random));
        Map<String, Object> before = parsed(rows);
        for (int step = 0; step < 8; step++) {
            if (random.nextInt(10) == 0) {
                rows.clear();
            }
            for (int edit = random.nextInt(random.nextBoolean() ? 4 : 100); edit > 0; edit--) {
                int key = random.nextInt(200);
                if (random.nextInt(3) == 0) {
                    rows.remove(key);
                } else {
                    rows.put(key, row(key, random));
                }
            }
            if (random.nextInt(4) == 0) {
                feed = feed(store);
            }
            // Twice, because a row missing in a list of several pages must be missing twice.
            feed.pollSnapshot(source(rows, random));
            feed.pollSnapshot(source(rows, random));
            Map<String, Object> now = parsed(rows);
            assertEquals(naive(before, now), taken(feed));
            before = now;
        }
    }

    private static ChangeFeed feed(FeedStore store) {
        return new ChangeFeed(store, WatchedList.ID, "https://api",
                new FeedConfig("_id", false, 100, 1, 1, FeedConfig.MAX_ROW_SIZE, Set.of()));
    }

    private static Set<String> naive(Map<String, Object> before, Map<String, Object> now) {
        Set<String> changes = new HashSet<>();
        now.forEach((key, row) -> {
            if (!before.containsKey(key)) {
                changes.add("ADDED " + key + row);
            } else if (!before.get(key).equals(row)) {
                changes.add("UPDATED " + key + row);
            }
        });
        before.forEach((key, row) -> {
            if (!now.containsKey(key)) {
                changes.add("REMOVED " + key + row);
            }
        });
        return changes;
    }

    private static Set<String> taken(ChangeFeed feed) throws IOException {
        Set<String> changes = new HashSet<>();
        feed.outbox().beginPoll();
        List<Change> next;
        while (!(next = feed.outbox().claim(1000)).isEmpty()) {
            for (Change change : next) {
                changes.add(change.type() + " " + change.key() + STRICT.readValue(change.content(), Map.class));
                feed.outbox().acknowledge(change);
            }
        }
        feed.outbox().endPoll();
        return changes;
    }

    /** The rows in some order, on some pages, some of them twice. */
    private static SnapshotSource source(Map<Integer, String> rows, Random random) {
        List<String> list = new ArrayList<>(rows.values());
        if (random.nextBoolean()) {
            Collections.shuffle(list, random);
        }
        for (int twice = random.nextInt(3); twice > 0 && !list.isEmpty(); twice--) {
            list.add(random.nextInt(list.size()), list.get(random.nextInt(list.size())));
        }
        int size = random.nextBoolean() ? list.size() + 1 : 1 + random.nextInt(50);
        return () -> new SnapshotSource.Pages() {
            private int at;
            private boolean ended;

            @Override
            public InputStream next() {
                if (ended) {
                    return null;
                }
                List<String> page = list.subList(at, Math.min(list.size(), at + size));
                at += page.size();
                ended = at == list.size();
                return pieces(page(page, random), random);
            }

            @Override
            public void close() {
                // No resources to release.
            }
        };
    }

    /** Runs the diff of one page against known rows and returns the rows by key. */
    private static Map<String, String> diff(byte[] page, List<String> known, Random random) throws IOException {
        RowIndex index = new RowIndex(Set.of());
        for (String text : known) {
            byte[] row = text.getBytes(StandardCharsets.UTF_8);
            index.add((String) STRICT.readValue(row, Map.class).get("_id"), row);
        }
        SnapshotDiff diff = new SnapshotDiff(index, WatchedList.settings());
        diff.readPage(pieces(page, random));
        Map<String, String> rows = new HashMap<>();
        diff.newOrChanged().forEach((key, row) -> rows.put(key, SnapshotDiff.text(row)));
        for (int i = 0; i < known.size(); i++) {
            if (diff.isUnchanged(i)) {
                rows.putIfAbsent(index.key(i), known.get(i));
            }
        }
        return rows;
    }

    private static List<String> someRows(Random random) {
        List<String> rows = new ArrayList<>();
        for (int key = random.nextInt(5); key > 0; key--) {
            rows.add("{\"_id\":\"k" + key + "\",\"v\":[1.5,{\"t\":\"\u00e9\\\"\\\\}\"},null,true]}");
        }
        return rows;
    }

    @Property(tries = 30)
    void a_page_cut_at_any_byte_is_rejected(@ForAll Random random) {
        List<String> rows = someRows(random);
        byte[] page = ("[" + String.join(",", rows) + "]").getBytes(StandardCharsets.UTF_8);
        for (int length = 0; length < page.length; length++) {
            byte[] cut = Arrays.copyOf(page, length);
            assertThrows(IOException.class, () -> diff(cut, List.of(), random));
            assertThrows(IOException.class, () -> diff(cut, rows, random));
        }
    }

    /** With a byte changed, inserted or removed, the diff accepts the page if a strict parser does, and then finds the same rows. */
    @Property(tries = 3000)
    void a_page_with_a_changed_byte_is_read_as_a_json_parser_reads_it(@ForAll Random random) throws Exception {
        List<String> rows = someRows(random);
        byte[] page = page(rows, random);
        int at = random.nextInt(page.length + 1);
        int skipped = at == page.length ? 0 : random.nextInt(2);
        byte[] wrong = new byte[page.length + 1 - skipped];
        System.arraycopy(page, 0, wrong, 0, at);
        System.arraycopy(page, at + skipped, wrong, at + 1, page.length - at - skipped);
        byte[] tempting = "[]{},:\"\\ 0k\0\u00ff".getBytes(StandardCharsets.ISO_8859_1);
        wrong[at] = random.nextBoolean() ? tempting[random.nextInt(tempting.length)] : (byte) random.nextInt(256);
        Map<String, Object> expected = naive(wrong);
        for (List<String> known : List.of(List.<String>of(), rows)) {
            if (expected == null) {
                assertThrows(IOException.class, () -> diff(wrong, known, random),
                        () -> new String(wrong, StandardCharsets.ISO_8859_1));
            } else {
                Map<String, Object> found = new HashMap<>();
                for (Map.Entry<String, String> row : diff(wrong, known, random).entrySet()) {
                    found.put(row.getKey(), STRICT.readValue(row.getValue(), Map.class));
                }
                assertEquals(expected, found);
            }
        }
    }

    /** The rows of a page by key; null if a strict parser rejects it. */
    private static Map<String, Object> naive(byte[] page) {
        Map<String, Object> rows = new HashMap<>();
        try {
            String text = StandardCharsets.UTF_8.newDecoder().decode(java.nio.ByteBuffer.wrap(page)).toString();
            if (!(STRICT.readValue(text, Object.class) instanceof List<?> list)) {
                return null;
            }
            for (Object row : list) {
                if (!(row instanceof Map<?, ?> fields) || !(fields.get("_id") instanceof String key) || key.isBlank()) {
                    return null;
                }
                Object other = rows.putIfAbsent(key, fields);
                // Two equal rows count once.
                if (other != null && !other.equals(fields)) {
                    return null;
                }
            }
            return rows;
        } catch (IOException e) {
            return null;
        }
    }

    @ParameterizedTest
    @ValueSource(ints = { 100, BUFFER - 1, BUFFER, BUFFER + 1, 1024 * 1024 - 1, 1024 * 1024 })
    void a_row_of_up_to_a_megabyte_is_accepted(int length) throws Exception {
        String row = rowOf(length);
        List<String> rows = List.of("{\"_id\":\"a\"}", row, "{\"_id\":\"z\"}");
        byte[] page = page(rows, new Random(length));
        for (List<String> known : List.of(List.<String>of(), rows)) {
            Map<String, String> found = diff(page, known, new Random(length));
            assertEquals(Set.of("a", "k", "z"), found.keySet());
            assertArrayEquals(row.getBytes(StandardCharsets.UTF_8), found.get("k").getBytes(StandardCharsets.UTF_8));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = { 1024 * 1024 + 1, 1024 * 1024 + 2, 2 * 1024 * 1024, 5 * 1024 * 1024 + 7 })
    void a_longer_row_is_refused_and_the_others_are_read(int length) throws Exception {
        for (String filler : List.of("x", "\\\\", "\\\"", "}")) {
            String head = "{\"_id\":\"k\",\"t\":\"";
            String row = head + filler.repeat(length / filler.length()) + "\"}";
            byte[] page = page(List.of("{\"_id\":\"a\"}", row, "{\"_id\":\"z\"}"), new Random(length));
            assertEquals(Set.of("a", "z"), diff(page, List.of(), new Random(length)).keySet());
            byte[] cut = Arrays.copyOf(page, page.length - 40);
            assertThrows(IOException.class, () -> diff(cut, List.of(), new Random(length)));
        }
    }

    private static String rowOf(int length) {
        String head = "{\"_id\":\"k\",\"t\":\"";
        return head + "x".repeat(length - head.length() - 2) + "\"}";
    }
}
