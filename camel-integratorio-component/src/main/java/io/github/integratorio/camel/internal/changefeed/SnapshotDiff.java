package io.github.integratorio.camel.internal.changefeed;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;

import io.github.integratorio.camel.internal.json.Json;
import io.github.integratorio.camel.internal.json.JsonMerge;

/** Compares a snapshot with the base, byte by byte: finds the rows that are unchanged, new or changed, or missing. */
final class SnapshotDiff {

    private final RowIndex index;
    private final FeedConfig config;
    private final BitSet unchanged = new BitSet();
    private final BitSet changed = new BitSet();
    private final Map<String, byte[]> newOrChanged = new LinkedHashMap<>();
    private final RefusedRows refused = new RefusedRows();
    private int pages;
    private int rows;
    /** The number from which on the base is expected to have the next row. */
    private int expected;

    /**
     * Creates the comparison with a base.
     *
     * @param index index of the base; readPage does not modify it
     */
    SnapshotDiff(RowIndex index, FeedConfig config) {
        this.index = index;
        this.config = config;
    }

    /**
     * Reads a page of the snapshot.
     *
     * @throws IOException if the page is not a complete JSON array of objects with keys, or has different rows with the same key
     */
    void readPage(InputStream in) throws IOException {
        pages++;
        JsonArrayScanner scanner = new JsonArrayScanner(in, config.maxRowSize());
        while (scanner.next()) {
            rows++;
            if (skipExpected(scanner)) {
                continue;
            }
            int length = scanner.length();
            if (scanner.tooLong() != null) {
                refuse(RefusedRows.keyInBeginning(scanner.tooLong(), config.keyField()),
                        "it has more bytes than maxRowSize allows, " + config.maxRowSize());
            } else {
                int known = index.findContent(scanner.buffer(), scanner.offset(), length);
                if (known >= 0) {
                    unchanged.set(known);
                    expected = known + 1;
                } else {
                    addNewOrChanged(requireUtf8(scanner.copy(length)));
                }
            }
            scanner.skip(length);
        }
    }

    /**
     * Skips the row if it is the one that follows in the base. Then its length is known, and only its fingerprint is compared.
     *
     * <p>Performance: most rows of most lists are skipped here. With it, an unchanged poll takes a fifth of the CPU time.
     */
    private boolean skipExpected(JsonArrayScanner scanner) throws IOException {
        int number = index.nextLive(expected);
        if (number < 0) {
            return false;
        }
        int length = index.length(number);
        if (length > config.maxRowSize() || !scanner.mayHave(length)
                || !index.hasContent(number, scanner.buffer(), scanner.offset(), length)) {
            return false;
        }
        unchanged.set(number);
        expected = number + 1;
        scanner.skip(length);
        return true;
    }

    /** Refuses a row; the base keeps what it has of it. */
    private void refuse(String key, String problem) {
        refused.add(key, rows, problem);
        int known = key == null || RefusedRows.problem(key) != null ? -1 : index.findKey(key);
        if (known >= 0) {
            changed.set(known);
        }
    }

    private void addNewOrChanged(byte[] content) throws IOException {
        Object parsed;
        try {
            parsed = Json.parseAnswer(content, content.length);
        } catch (Json.LimitException e) {
            String key = RefusedRows.key(content, config.keyField());
            String problem = key == null ? null : RefusedRows.problem(key);
            refuse(key, problem == null ? "it " + e.getMessage() : problem);
            return;
        }
        if (!(parsed instanceof Map<?, ?> row) || !(row.get(config.keyField()) instanceof String key)
                || key.isBlank()) {
            throw new IOException("row " + rows + " of the list has a missing or invalid " + config.keyField()
                    + ": expected a string of 1 to " + RefusedRows.MAX_KEY_LENGTH + " characters");
        }
        String problem = RefusedRows.problem(key);
        if (problem != null) {
            refuse(key, problem);
            return;
        }
        byte[] other = newOrChanged.putIfAbsent(key, content);
        if (other != null && !JsonMerge.same(row, Json.parseAnswer(other, other.length))) {
            throw duplicateKey();
        }
        int number = index.findKey(key);
        if (number >= 0) {
            changed.set(number);
            expected = number + 1;
        }
    }

    /** Creates the exception for a list that has two different rows with the same key. */
    static IOException duplicateKey() {
        return new IOException("the list has two different rows with the same key");
    }

    /** Returns the rows that are new or have other bytes than in the base, by key, in the order of the snapshot. */
    Map<String, byte[]> newOrChanged() {
        return newOrChanged;
    }

    /** Returns whether the snapshot has a row with the bytes in the base. */
    boolean isUnchanged(int number) {
        return unchanged.get(number);
    }

    /** Returns whether the snapshot does not have a row. */
    boolean isMissing(int number) {
        return index.isLive(number) && !unchanged.get(number) && !changed.get(number);
    }

    /** Returns the number of missing rows. */
    int missing() {
        BitSet present = (BitSet) unchanged.clone();
        present.or(changed);
        return index.size() - present.cardinality();
    }

    /** Returns the number of pages read. */
    int pages() {
        return pages;
    }

    /** Returns whether the snapshot has no rows. */
    boolean isEmpty() {
        return rows == 0;
    }

    /** Returns the rows that cannot be stored. */
    RefusedRows refused() {
        return refused;
    }

    /** Refuses invalid UTF-8, which the parser does not always detect, because the store keeps the row as text. */
    private static byte[] requireUtf8(byte[] content) throws IOException {
        if (!Arrays.equals(text(content).getBytes(StandardCharsets.UTF_8), content)) {
            throw new IOException("a row of the list is not valid UTF-8");
        }
        return content;
    }

    static String text(byte[] content) {
        return new String(content, StandardCharsets.UTF_8);
    }
}
