package io.github.integratorio.camel.internal.changefeed;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.integratorio.camel.internal.changefeed.store.InMemoryFeedStore;
import io.github.integratorio.camel.support.LogCapture;
import io.github.integratorio.camel.support.WatchedList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A row that cannot be stored is refused by name, and the rest of the list goes on. */
class RefusedRowsTest {

    private static final int LIMIT = 2_000;

    private final WatchedList list = new WatchedList(new InMemoryFeedStore(),
            new FeedConfig("_id", false, 20, 1, 3, LIMIT, Set.of()));

    private static String large(String beforeKey, String key, String afterKey) {
        return "{" + beforeKey + "\"_id\":\"" + key + "\"" + afterKey + "}";
    }

    private static String filler(int length) {
        return "\"t\":\"" + "x".repeat(length) + "\"";
    }

    private static String refusals(LogCapture log) {
        return log.lines().stream().filter(line -> line.contains("are refused")).collect(Collectors.joining());
    }

    @ParameterizedTest
    @CsvSource({ "\\u0000, its key has the character U+0000", "a\\u0000b, its key has the character U+0000",
            "\\ud800, its key has half of a surrogate pair", "x\\udc00y, its key has half of a surrogate pair",
            "\\udfff, its key has half of a surrogate pair" })
    void a_key_that_cannot_be_stored_refuses_its_row_only(String key, String problem) throws Exception {
        list.rows(WatchedList.numbered(0, 3)).poll();
        try (LogCapture log = new LogCapture()) {
            for (int poll = 0; poll < 3; poll++) {
                List<String> rows = WatchedList.numbered(0, 4 + poll);
                rows.add(1, WatchedList.row(key, 1));
                assertEquals(List.of("ADDED r" + (3 + poll)), list.rows(rows).newChanges());
            }
            String text = refusals(log);
            assertTrue(text.contains(problem) && text.contains(key), text);
            assertEquals(text.indexOf(problem), text.lastIndexOf(problem), "reported once");
        }
        assertEquals(List.of("REMOVED r0"), list.rows(WatchedList.numbered(1, 6)).newChanges());
    }

    @ParameterizedTest
    @ValueSource(strings = { "jane.doe@example.com", "jane.doe%40example.com", "jane.doe&#64;example.com",
            "jane.doe\uFF20example.com", "jane.doe @example.com", "jane.doe%u0040example.com" })
    void a_key_with_an_address_is_refused_and_not_shown(String key) throws Exception {
        list.rows(WatchedList.numbered(0, 3)).poll();
        try (LogCapture log = new LogCapture()) {
            List<String> rows = WatchedList.numbered(0, 4);
            rows.add(1, WatchedList.row(key, 1));
            assertEquals(List.of("ADDED r3"), list.rows(rows).newChanges());
            String text = refusals(log);
            assertTrue(text.contains("its key is an e-mail address") && !text.contains("jane.doe"), text);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = { 501, 5_000 })
    void a_key_that_is_too_long_refuses_its_row_only(int length) throws Exception {
        list.rows(WatchedList.row("k".repeat(500), 1)).poll();
        assertEquals(List.of("ADDED r0"),
                list.rows(WatchedList.row("k".repeat(500), 1), WatchedList.row("k".repeat(length), 1),
                        WatchedList.row("r0", 1)).newChanges());
    }

    @Test
    void a_row_over_the_limit_is_refused_and_keeps_its_last_state() throws Exception {
        list.rows(WatchedList.numbered(0, 3)).poll();
        String grown = large("", "r1", "," + filler(LIMIT));
        for (int poll = 0; poll < 4; poll++) {
            assertEquals(poll == 0 ? List.of("ADDED r3", "UPDATED r0") : List.of(),
                    list.rows(WatchedList.row("r0", 9), grown, WatchedList.row("r2", 2), WatchedList.row("r3", 3))
                            .newChanges().stream().sorted().toList());
        }
        // Others are still removed, and the row itself when it is gone, and it is updated when it is small again.
        assertEquals(List.of("REMOVED r2"),
                list.rows(WatchedList.row("r0", 9), grown, WatchedList.row("r3", 3)).newChanges());
        assertEquals(List.of("UPDATED r1"),
                list.rows(WatchedList.row("r0", 9), WatchedList.row("r1", 5), WatchedList.row("r3", 3)).newChanges());
        list.rows(WatchedList.row("r0", 9), grown, WatchedList.row("r3", 3)).poll();
        assertEquals(List.of("REMOVED r1"),
                list.rows(WatchedList.row("r0", 9), WatchedList.row("r3", 3)).newChanges());
    }

    @ParameterizedTest
    @ValueSource(ints = { 2_000, 4_000, 200_000 })
    void a_large_row_whose_key_comes_last_removes_nothing(int length) throws Exception {
        list.rows(WatchedList.numbered(0, 3)).poll();
        String grown = large(filler(length) + ",", "r1", "");
        try (LogCapture log = new LogCapture()) {
            for (int poll = 0; poll < 4; poll++) {
                assertEquals(poll == 0 ? List.of("ADDED r3") : List.of(),
                        list.rows(WatchedList.row("r0", 0), grown, WatchedList.row("r3", 3)).newChanges());
            }
            assertTrue(refusals(log).contains("row 2: it has more bytes than maxRowSize allows, 2000"), refusals(log));
        }
        assertEquals(List.of("REMOVED r1"), list.rows(WatchedList.row("r0", 0), WatchedList.row("r2", 2),
                WatchedList.row("r3", 3)).newChanges());
    }

    @Test
    void a_row_of_exactly_the_limit_is_taken() throws Exception {
        int rest = large("", "r", ",").length() + filler(0).length();
        assertEquals(LIMIT, large("", "r", "," + filler(LIMIT - rest)).length());
        list.rows(WatchedList.row("a", 1)).poll();
        assertEquals(List.of("ADDED r"),
                list.rows(WatchedList.row("a", 1), large("", "r", "," + filler(LIMIT - rest))).newChanges());
        assertEquals(List.of(),
                list.rows(WatchedList.row("a", 1), large("", "r", "," + filler(LIMIT - rest + 1))).newChanges());
    }

    @Test
    void a_row_of_the_base_is_refused_when_a_new_limit_is_lower_than_its_length() throws Exception {
        WatchedList before = new WatchedList(list.store, WatchedList.settings());
        String[] rows = { WatchedList.row("r0", 0), large("", "r1", "," + filler(LIMIT)), WatchedList.row("r2", 2) };
        before.rows(rows).poll();
        try (LogCapture log = new LogCapture()) {
            assertEquals(List.of(), list.rows(rows).newChanges());
            assertTrue(refusals(log).contains("r1: it has more bytes than maxRowSize allows, 2000"), refusals(log));
        }
    }

    @Test
    void a_first_snapshot_is_recorded_without_the_refused_rows() throws Exception {
        assertEquals(List.of(), list.rows(WatchedList.row("r0", 0), WatchedList.row("a\\u0000", 0),
                large("", "big", "," + filler(LIMIT))).newChanges());
        assertEquals(List.of("ADDED big"),
                list.rows(WatchedList.row("r0", 0), WatchedList.row("big", 0)).newChanges());
    }

    /** Valid JSON that is too deep, too long or too large to be read as a value. */
    static Stream<String> excessive() {
        return Stream.of("[".repeat(150) + "]".repeat(150), "7".repeat(1_500), "1e99999999999", "-1E-99999999999",
                "{\"" + "n".repeat(60_000) + "\":1}");
    }

    @ParameterizedTest
    @MethodSource("excessive")
    void valid_json_that_exceeds_a_limit_refuses_its_row_only(String value) throws Exception {
        for (String row : List.of("{\"_id\":\"r1\",\"opts\":" + value + "}",
                "{\"opts\":" + value + ",\"_id\":\"r1\"}")) {
            WatchedList large = new WatchedList(new InMemoryFeedStore(), WatchedList.settings());
            large.rows(WatchedList.numbered(0, 3)).poll();
            try (LogCapture log = new LogCapture()) {
                large.rows(WatchedList.row("r0", 9), row, WatchedList.row("r2", 2));
                assertEquals(List.of("UPDATED r0"), large.newChanges());
                assertEquals(List.of(), large.newChanges());
                String text = refusals(log);
                assertTrue(text.contains("r1: it exceeds a limit") || text.contains("r1: it has a number"), text);
                assertFalse(text.contains("not valid JSON"), text);
            }
            assertEquals(List.of("UPDATED r1"), large.rows(WatchedList.row("r0", 9), WatchedList.row("r1", 9),
                    WatchedList.row("r2", 2)).newChanges());
        }
    }

    @Test
    void what_exceeds_a_limit_and_is_not_valid_json_drops_the_list() throws Exception {
        list.rows(WatchedList.numbered(0, 3)).poll();
        list.rows(WatchedList.row("r0", 5), "{\"_id\":\"r1\",\"a\":" + "[".repeat(150) + "]".repeat(150) + ",oops}");
        assertThrows(IOException.class, list::poll);
        assertEquals(List.of(), list.rows(WatchedList.numbered(0, 3)).newChanges());
    }

    @Test
    void a_key_of_exactly_500_characters_is_taken_and_a_longer_one_is_named_as_too_long() throws Exception {
        list.rows(WatchedList.numbered(0, 1)).poll();
        String row = WatchedList.row("r0", 0);
        assertEquals(List.of("ADDED " + "k".repeat(500)),
                list.rows(row, WatchedList.row("k".repeat(500), 1)).newChanges());
        try (LogCapture log = new LogCapture()) {
            list.rows(row, WatchedList.row("k".repeat(500), 1), WatchedList.row("k".repeat(501), 1)).poll();
            assertTrue(refusals(log).contains("...: its key has more than 500 characters"), refusals(log));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = { 1, 10, 11, 12 })
    void ten_refused_rows_are_named_and_all_are_counted(int count) throws Exception {
        list.rows(WatchedList.numbered(0, 3)).poll();
        List<String> rows = WatchedList.numbered(0, 3);
        for (int number = 0; number < count; number++) {
            rows.add(WatchedList.row("bad" + number + "\\u0000", 1));
        }
        try (LogCapture log = new LogCapture()) {
            list.rows(rows).poll();
            String text = refusals(log).strip();
            assertTrue(text.contains(": " + count + " rows of the list are refused"), text);
            assertEquals(Math.min(count, 10), text.split("bad", -1).length - 1, text);
            assertTrue(text.endsWith(count > 10 ? "; and " + (count - 10) + " more" : "the character U+0000"), text);
        }
    }

    @ParameterizedTest
    @CsvSource({ "63, ''", "64, '...'" })
    void the_name_of_a_refused_row_has_up_to_64_printable_characters(int before, String end) throws Exception {
        list.rows(WatchedList.numbered(0, 3)).poll();
        List<String> rows = WatchedList.numbered(0, 3);
        String plain = "k-".repeat(before / 2 - 1) + "k".repeat(before % 2);
        rows.add(WatchedList.row(plain + " \u007f\\u0000", 1));
        try (LogCapture log = new LogCapture()) {
            list.rows(rows).poll();
            assertTrue(
                    refusals(log)
                            .contains(" " + plain + "\\u0020\\u007f" + (end.isEmpty() ? "\\u0000" : end) + ": its key"),
                    refusals(log));
        }
    }

    @Test
    void a_row_that_exceeds_a_limit_and_has_no_key_may_be_any_row_that_is_missing() throws Exception {
        list.rows(WatchedList.numbered(0, 3)).poll();
        String row = "{\"opts\":" + "[".repeat(150) + "]".repeat(150) + "}";
        try (LogCapture log = new LogCapture()) {
            for (int poll = 0; poll < 4; poll++) {
                assertEquals(poll == 0 ? List.of("UPDATED r0") : List.of(),
                        list.rows(WatchedList.row("r0", 9), row, WatchedList.row("r2", 2)).newChanges());
            }
            assertTrue(refusals(log).contains("row 2: it exceeds a limit"), refusals(log));
        }
    }

    @Test
    void a_row_that_exceeds_a_limit_and_has_an_address_as_its_key_is_refused_for_its_key() throws Exception {
        list.rows(WatchedList.numbered(0, 3)).poll();
        List<String> rows = WatchedList.numbered(0, 3);
        rows.add("{\"_id\":\"jane.doe@example.com\",\"opts\":" + "[".repeat(150) + "]".repeat(150) + "}");
        try (LogCapture log = new LogCapture()) {
            assertEquals(List.of(), list.rows(rows).newChanges());
            String text = refusals(log);
            assertTrue(text.contains("its key is an e-mail address") && !text.contains("jane.doe"), text);
        }
    }
}
