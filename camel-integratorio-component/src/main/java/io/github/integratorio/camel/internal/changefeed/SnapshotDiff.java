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

/**
 * One walk over all pages of a list: which rows have the same bytes as before, which have other ones or are new, and so which are
 * missing. Where a row is expected and has the expected bytes, nothing but its fingerprint is looked at.
 */
final class SnapshotDiff {

    /** As much as the store takes. */
    private static final int LONGEST_KEY = 500;

    private final RowIndex index;
    private final String keyField;
    private final BitSet same = new BitSet();
    private final BitSet different = new BitSet();
    private final Map<String, byte[]> found = new LinkedHashMap<>();
    private int[] order;
    private int ordered;
    private int last = -1;
    private int pages;

    /**
     * @param index    the rows known so far; is not changed
     * @param keyField the field that a row is known by
     */
    SnapshotDiff(RowIndex index, String keyField) {
        this.index = index;
        this.keyField = keyField;
        this.order = new int[index.count() + 16];
    }

    /**
     * Reads a page.
     *
     * @throws IOException when it is not a whole JSON array of objects, each with its key, none with two meanings
     */
    void page(InputStream in) throws IOException {
        pages++;
        JsonArrayScanner rows = new JsonArrayScanner(in);
        while (rows.next()) {
            int expected = index.after(last);
            if (expected >= 0 && index.isLive(expected) && rows.has(index.length(expected))
                    && index.isContent(expected, rows.buffer(), rows.offset())) {
                rows.take(index.length(expected));
                seen(expected);
                continue;
            }
            int length = rows.length();
            int known = index.findContent(rows.buffer(), rows.offset(), length);
            if (known >= 0) {
                seen(known);
            } else {
                found(textual(rows.copy(length)));
            }
            rows.take(length);
        }
    }

    private void seen(int number) {
        if (!same.get(number)) {
            same.set(number);
            place(number);
        }
        last = number;
    }

    private void place(int number) {
        if (ordered == order.length) {
            order = Arrays.copyOf(order, ordered + (ordered >> 1));
        }
        order[ordered++] = number;
    }

    private void found(byte[] content) throws IOException {
        if (!(Json.parseAnswer(content, content.length) instanceof Map<?, ?> row)
                || !(row.get(keyField) instanceof String key) || key.isBlank() || key.length() > LONGEST_KEY) {
            throw new IOException("the list has a row without " + keyField + ", or with one that is none");
        }
        byte[] other = found.putIfAbsent(key, content);
        if (other != null && !JsonMerge.same(row, Json.parseAnswer(other, other.length))) {
            throw ambiguous();
        }
        int number = index.findKey(key);
        if (number >= 0 && other == null) {
            different.set(number);
            place(number);
            last = number;
        }
    }

    /** A list with two rows of one key that do not mean the same. */
    static IOException ambiguous() {
        return new IOException("the list has two different rows with the same key");
    }

    /** The rows that are new or have other bytes than before, by key, in the order they came. */
    Map<String, byte[]> found() {
        return found;
    }

    /** Whether a row was seen with the bytes it had before. */
    boolean isSame(int number) {
        return same.get(number);
    }

    /** Whether a row was not seen at all. */
    boolean isMissing(int number) {
        return index.isLive(number) && !same.get(number) && !different.get(number);
    }

    /** How many rows are missing. */
    int missing() {
        BitSet seen = (BitSet) same.clone();
        seen.or(different);
        return index.count() - seen.cardinality();
    }

    /** How many pages there were. */
    int pages() {
        return pages;
    }

    /** Tells the index the order of the rows that it knows. */
    void updateOrder() {
        index.order(order, ordered);
    }

    /** The parser does not see every byte that is no UTF-8, and what is kept is the text. */
    private static byte[] textual(byte[] content) throws IOException {
        if (!Arrays.equals(text(content).getBytes(StandardCharsets.UTF_8), content)) {
            throw new IOException("the list has a row that is not UTF-8");
        }
        return content;
    }

    static String text(byte[] content) {
        return new String(content, StandardCharsets.UTF_8);
    }
}
