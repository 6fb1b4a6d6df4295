package io.github.integratorio.camel.internal.changefeed;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

import io.github.integratorio.camel.api.ChangeType;
import io.github.integratorio.camel.internal.changefeed.store.Change;
import io.github.integratorio.camel.internal.changefeed.store.InMemoryFeedStore;
import io.github.integratorio.camel.support.Covers;
import io.github.integratorio.camel.support.WatchedList;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Which differences of a row are changes. */
class RowComparisonTest {

    private final WatchedList list = new WatchedList();

    /** The same document in another notation is not a change; one with another value is. */
    @Property(tries = 300)
    @Covers(223)
    void key_order_number_format_and_nulls_are_not_a_change(@ForAll Random random) throws Exception {
        WatchedList list = new WatchedList();
        Map<String, Object> row = object(random, 0);
        list.rows(text(row, random)).poll();
        for (int poll = 0; poll < 3; poll++) {
            assertEquals(List.of(), list.rows(text(row, random)).newChanges());
        }
        row.put("another", 1);
        assertEquals(List.of("UPDATED r"), list.rows(text(row, random)).newChanges());
        list.restart();
        assertEquals(List.of(), list.rows(text(row, random)).newChanges());
    }

    private static Map<String, Object> object(Random random, int depth) {
        Map<String, Object> object = new LinkedHashMap<>();
        int fields = random.nextInt(6);
        for (int i = 0; i < fields; i++) {
            object.put("f" + random.nextInt(10), value(random, depth));
        }
        return object;
    }

    private static Object value(Random random, int depth) {
        return switch (random.nextInt(depth < 3 ? 7 : 5)) {
            case 0 -> random.nextInt(100);
            case 1 -> random.nextInt(100) / 4.0;
            case 2 -> random.nextBoolean();
            case 3 -> "t" + random.nextInt(10) + "\u00e9\ud83d\ude00{[\\";
            case 4 -> Long.MAX_VALUE - random.nextInt(5);
            case 5 -> object(random, depth + 1);
            default -> new ArrayList<>(List.of(value(random, depth + 1), value(random, depth + 1)));
        };
    }

    /** The row as JSON, in any order, with some nulls. */
    private static String text(Map<String, Object> row, Random random) {
        Map<String, Object> whole = new LinkedHashMap<>(row);
        whole.put("_id", "r");
        return write(whole, random);
    }

    private static String write(Object value, Random random) {
        String space = " ".repeat(random.nextInt(3));
        if (value instanceof Map<?, ?> map) {
            List<String> fields = new ArrayList<>();
            map.forEach((name, item) -> fields.add("\"" + name + "\"" + space + ":" + write(item, random)));
            for (int i = random.nextInt(3); i > 0; i--) {
                fields.add("\"n" + i + "\":null");
            }
            Collections.shuffle(fields, random);
            return "{" + space + String.join(space + ",", fields) + "}";
        }
        if (value instanceof List<?> items) {
            return "[" + space + String.join(",", items.stream().map(item -> write(item, random)).toList()) + "]";
        }
        if (value instanceof Integer number) {
            return switch (random.nextInt(4)) {
                case 0 -> number + ".0";
                case 1 -> number + "e0";
                case 2 -> number + ".000E+0";
                default -> "" + number;
            };
        }
        if (value instanceof String text) {
            String escaped = text.replace("\\", "\\\\").replace("\"", "\\\"");
            return "\""
                    + (random.nextBoolean() ? escaped : escaped.replace("\u00e9", "\\u00E9").replace("{", "\\u007b"))
                    + "\"";
        }
        return String.valueOf(value);
    }

    @Test
    @Covers(222)
    void another_order_of_an_array_is_a_change() throws Exception {
        list.rows("{\"_id\":\"r\",\"a\":[1,2]}").poll();
        assertEquals(List.of(), list.rows("{\"_id\":\"r\",\"a\":[1.0,2]}").newChanges());
        assertEquals(List.of("UPDATED r"), list.rows("{\"_id\":\"r\",\"a\":[2,1]}").newChanges());
    }

    @Test
    @Covers(224)
    void a_new_field_in_all_rows_is_an_update_of_each_that_names_the_field() throws Exception {
        list.rows(WatchedList.numbered(0, 30)).poll();
        List<String> rows =
                WatchedList.numbered(0, 30).stream().map(row -> row.replace("}", ",\"new\":true}")).toList();
        List<Change> changes = list.rows(rows).poll();
        assertEquals(30, changes.size());
        assertTrue(changes.stream().allMatch(
                change -> change.type() == ChangeType.UPDATED && change.changedFields().equals(Set.of("new"))));
        assertEquals(List.of(), list.newChanges());
    }

    @Test
    @Covers(225)
    void a_field_that_changes_its_type_is_an_update() throws Exception {
        list.rows(WatchedList.row("r", 1)).poll();
        for (String value : List.of("\"1\"", "true", "[1]", "{\"v\":1}", "2")) {
            Change change = list.rows(WatchedList.row("r", value)).poll().get(0);
            assertEquals(ChangeType.UPDATED, change.type());
            assertEquals(Set.of("v"), change.changedFields());
        }
    }

    @Test
    @Covers(226)
    void a_difference_in_an_ignored_field_is_not_a_change_even_after_a_restart() throws Exception {
        WatchedList calm = new WatchedList(new InMemoryFeedStore(), WatchedList.settings("seen"));
        calm.rows("{\"_id\":\"r\",\"v\":1,\"seen\":0}").poll();
        for (int seen = 1; seen < 5; seen++) {
            assertEquals(List.of(), calm.rows("{\"_id\":\"r\",\"v\":1,\"seen\":" + seen + "}").newChanges());
        }
        calm.restart();
        assertEquals(List.of(), calm.rows("{\"_id\":\"r\",\"v\":1,\"seen\":9}").newChanges());
        Change change = calm.rows("{\"_id\":\"r\",\"v\":2,\"seen\":10}").poll().get(0);
        assertTrue(change.changedFields().contains("v"));
        assertEquals(10, change.row().get("seen"));
    }

    @Test
    void a_field_is_ignored_in_rows_of_any_length() throws Exception {
        for (int length = 1; length < 100_000; length *= 2) {
            WatchedList calm = new WatchedList(new InMemoryFeedStore(), WatchedList.settings("seen"));
            String value = "\"" + "x".repeat(length) + "\"";
            calm.rows("{\"_id\":\"r\",\"seen\":1,\"v\":" + value + "}").poll();
            assertEquals(List.of(), calm.rows("{\"_id\":\"r\",\"seen\":2,\"v\":" + value + "}").newChanges());
            calm.restart();
            assertEquals(List.of(), calm.rows("{\"_id\":\"r\",\"seen\":3,\"v\":" + value + "}").newChanges());
        }
    }

    /** Whatever an ignored field contains, and wherever it stands, only the other fields count. */
    @Property(tries = 300)
    void ignored_fields_with_any_content_are_no_change_and_hide_none(@ForAll Random random) throws Exception {
        WatchedList calm = new WatchedList(new InMemoryFeedStore(), WatchedList.settings("seen", "s\u00e9en"));
        Map<String, Object> row = object(random, 0);
        calm.rows(text(withIgnored(row, random), random)).poll();
        for (int poll = 0; poll < 4; poll++) {
            assertEquals(List.of(), calm.rows(text(withIgnored(row, random), random)).newChanges());
        }
        // Fields of the same name further down are not ignored, nor are values that look like them.
        row.put("nested", Map.of("seen", random.nextInt(1000)));
        assertEquals(List.of("UPDATED r"), calm.rows(text(withIgnored(row, random), random)).newChanges());
        row.put("value", "\"seen\":1,");
        assertEquals(List.of("UPDATED r"), calm.rows(text(withIgnored(row, random), random)).newChanges());
        calm.restart();
        assertEquals(List.of(), calm.rows(text(withIgnored(row, random), random)).newChanges());
    }

    private static Map<String, Object> withIgnored(Map<String, Object> row, Random random) {
        Map<String, Object> all = new LinkedHashMap<>(row);
        all.put("seen", value(random, 0));
        if (random.nextBoolean()) {
            all.put("s\u00e9en", "}\\\",{" + random.nextInt());
        }
        return all;
    }

    @Test
    void rows_that_differ_in_an_ignored_field_only_are_neither_parsed_nor_kept() throws Exception {
        FeedConfig config = WatchedList.settings("seen");
        RowIndex index = new RowIndex(config.ignoredFields());
        index.add("r", "{\"_id\":\"r\",\"seen\":1,\"v\":[1,{\"seen\":2}]}".getBytes(StandardCharsets.UTF_8));
        for (String seen : List.of("2", "null", "\"}\"", "{\"a\":[1,\"]\"]}", "[{}]")) {
            SnapshotDiff diff = new SnapshotDiff(index, config);
            diff.readPage(new ByteArrayInputStream(("[{\"_id\":\"r\",\"seen\":" + seen
                    + ",\"v\":[1,{\"seen\":2}]}]").getBytes(StandardCharsets.UTF_8)));
            assertEquals(Set.of(), diff.newOrChanged().keySet(), seen);
            assertEquals(0, diff.missing(), seen);
        }
    }

    @Test
    void the_key_cannot_be_ignored() throws Exception {
        WatchedList calm = new WatchedList(new InMemoryFeedStore(), WatchedList.settings("_id"));
        calm.rows(WatchedList.row("a", 1), WatchedList.row("b", 1)).poll();
        assertEquals(List.of("ADDED c", "REMOVED a"),
                calm.rows(WatchedList.row("b", 1), WatchedList.row("c", 1)).newChanges().stream().sorted().toList());
    }

    @Test
    @Covers(227)
    void two_equal_rows_with_the_same_id_count_once_and_two_different_ones_are_rejected() throws Exception {
        assertThrows(IOException.class, () -> list.rows(WatchedList.row("r", 1), WatchedList.row("r", 2)).poll());
        assertEquals(List.of(), list.rows(WatchedList.row("r", 1), WatchedList.row("r", "1.0")).newChanges());
        // One of the two is identical to the known row, the other is not; in either order.
        assertThrows(IOException.class, () -> list.rows(WatchedList.row("r", 1), WatchedList.row("r", 2)).poll());
        assertThrows(IOException.class, () -> list.rows(WatchedList.row("r", 2), WatchedList.row("r", 1)).poll());
        assertThrows(IOException.class, () -> list.rows(WatchedList.row("r", 2), WatchedList.row("r", 3)).poll());
        assertEquals(List.of(), list.rows(WatchedList.row("r", "1.00"), WatchedList.row("r", 1)).newChanges());
        assertEquals(List.of("UPDATED r"),
                list.rows(WatchedList.row("r", 2), WatchedList.row("r", "2.0")).newChanges());
    }

    @Test
    @Covers(232)
    void a_row_that_is_added_and_removed_repeatedly_has_rising_versions_and_distinct_change_ids() throws Exception {
        list.rows(WatchedList.numbered(0, 3)).poll();
        List<Change> changes = new ArrayList<>();
        for (int poll = 0; poll < 10; poll++) {
            changes.addAll(list.rows(WatchedList.numbered(0, 4)).poll());
            changes.addAll(list.rows(WatchedList.numbered(0, 3)).poll());
        }
        assertEquals(20, changes.size());
        assertEquals(20, changes.stream().map(Change::id).distinct().count());
        for (int i = 0; i < changes.size(); i++) {
            assertEquals("r3", changes.get(i).key());
            assertEquals(i % 2 == 0 ? ChangeType.ADDED : ChangeType.REMOVED, changes.get(i).type());
            assertTrue(i == 0 || changes.get(i).version() > changes.get(i - 1).version());
        }
    }

    @Test
    void a_removal_contains_the_last_known_row() throws Exception {
        list.rows(WatchedList.numbered(0, 3)).poll();
        list.rows(WatchedList.row("r0", 77), WatchedList.row("r1", 1), WatchedList.row("r2", 2)).poll();
        Change removed = list.rows(WatchedList.numbered(1, 3)).poll().get(0);
        assertEquals(WatchedList.row("r0", 77), removed.content());
    }

    @Test
    void a_change_after_a_nested_array_or_object_is_found_although_other_fields_are_ignored() throws Exception {
        WatchedList calm = new WatchedList(new InMemoryFeedStore(), WatchedList.settings("seen"));
        calm.rows("{\"_id\":\"r\",\"seen\":1,\"v\":[[1],{\"a\":{}},2]}").poll();
        assertEquals(List.of("UPDATED r"),
                calm.rows("{\"_id\":\"r\",\"seen\":1,\"v\":[[1],{\"a\":{}},3]}").newChanges());
        assertEquals(List.of("UPDATED r"),
                calm.rows("{\"_id\":\"r\",\"seen\":1,\"v\":[[1],{\"a\":{},\"b\":1},3]}").newChanges());
    }

    @Test
    void a_changed_row_is_not_a_missing_one() throws Exception {
        FeedConfig config = WatchedList.settings();
        RowIndex index = new RowIndex(config.ignoredFields());
        for (int number = 0; number < 3; number++) {
            index.add("r" + number, WatchedList.row("r" + number, 1).getBytes(StandardCharsets.UTF_8));
        }
        SnapshotDiff diff = new SnapshotDiff(index, config);
        String page = "[" + WatchedList.row("r0", 1) + "," + WatchedList.row("r1", 2) + "]";
        diff.readPage(new ByteArrayInputStream(page.getBytes(StandardCharsets.UTF_8)));
        assertEquals(1, diff.missing());
    }
}
