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

    /** Limit of the store. */
    private static final int MAX_KEY_LENGTH = 500;

    private final RowIndex index;
    private final String keyField;
    private final BitSet unchanged = new BitSet();
    private final BitSet changed = new BitSet();
    private final Map<String, byte[]> newOrChanged = new LinkedHashMap<>();
    /** Numbers of the known rows in the order of the snapshot. */
    private int[] order;
    private int orderLength;
    private int last = -1;
    private int pages;

    /**
     * Creates the comparison with a base.
     *
     * @param index    index of the base; readPage does not modify it
     * @param keyField name of the field that identifies a row
     */
    SnapshotDiff(RowIndex index, String keyField) {
        this.index = index;
        this.keyField = keyField;
        this.order = new int[index.size() + 16];
    }

    /**
     * Reads a page of the snapshot.
     *
     * @throws IOException if the page is not a complete JSON array of objects with keys, or has different rows with the same key
     */
    void readPage(InputStream in) throws IOException {
        pages++;
        JsonArrayScanner rows = new JsonArrayScanner(in);
        while (rows.next()) {
            // Performance: a row at its expected place needs no search for its end (see RowIndex.next).
            int expected = index.next(last);
            if (expected >= 0 && index.isLive(expected) && rows.require(index.length(expected))
                    && index.hasContent(expected, rows.buffer(), rows.offset())) {
                rows.skip(index.length(expected));
                markUnchanged(expected);
                continue;
            }
            int length = rows.length();
            int known = index.findContent(rows.buffer(), rows.offset(), length);
            if (known >= 0) {
                markUnchanged(known);
            } else {
                addNewOrChanged(requireUtf8(rows.copy(length)));
            }
            rows.skip(length);
        }
    }

    private void markUnchanged(int number) {
        if (!unchanged.get(number)) {
            unchanged.set(number);
            appendToOrder(number);
        }
        last = number;
    }

    private void appendToOrder(int number) {
        if (orderLength == order.length) {
            order = Arrays.copyOf(order, orderLength + (orderLength >> 1));
        }
        order[orderLength++] = number;
    }

    private void addNewOrChanged(byte[] content) throws IOException {
        if (!(Json.parseAnswer(content, content.length) instanceof Map<?, ?> row)
                || !(row.get(keyField) instanceof String key) || key.isBlank() || key.length() > MAX_KEY_LENGTH) {
            throw new IOException(
                    "a row of the list has a missing or invalid " + keyField + ": expected a string of 1 to "
                            + MAX_KEY_LENGTH + " characters");
        }
        byte[] other = newOrChanged.putIfAbsent(key, content);
        if (other != null && !JsonMerge.same(row, Json.parseAnswer(other, other.length))) {
            throw duplicateKey();
        }
        int number = index.findKey(key);
        if (number >= 0 && other == null) {
            changed.set(number);
            appendToOrder(number);
            last = number;
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

    /** Saves the order of the known rows in the index. */
    void saveOrder() {
        index.setOrder(order, orderLength);
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
