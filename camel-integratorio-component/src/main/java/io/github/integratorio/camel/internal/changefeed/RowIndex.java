package io.github.integratorio.camel.internal.changefeed;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

import org.apache.commons.codec.digest.MurmurHash3;

/**
 * Index of the rows of a base: their keys and fingerprints. The rows themselves stay in the store. Each row has a number, which it
 * keeps until the index is rebuilt. Not thread-safe.
 */
final class RowIndex {

    // Performance: 100,000 rows take 7 MB in arrays, and 43 MB as objects in a map.

    private static final int MIN_CAPACITY = 64;

    private final RowFingerprint fingerprint;
    private final int seed = ThreadLocalRandom.current().nextInt();
    private byte[] keys = new byte[MIN_CAPACITY * 24];
    private int[] keyEnds = new int[MIN_CAPACITY];
    private long[] highBits = new long[MIN_CAPACITY];
    private long[] lowBits = new long[MIN_CAPACITY];
    private int[] lengths = new int[MIN_CAPACITY];
    private final BitSet removed = new BitSet();
    private int numbers;
    private int live;

    /** Hash tables with open addressing, which contain number + 1, or 0. Some entries are outdated, so each match is verified. */
    private int[] byKey = new int[2 * MIN_CAPACITY];
    private int[] byContent = new int[2 * MIN_CAPACITY];
    private int contentEntries;

    /** Creates an empty index of rows that are compared without the ignored fields. */
    RowIndex(Set<String> ignoredFields) {
        this.fingerprint = new RowFingerprint(ignoredFields);
    }

    /** Returns the number of rows. */
    int size() {
        return live;
    }

    /** Returns the upper bound of the rows' numbers, exclusive. */
    int numbers() {
        return numbers;
    }

    boolean isLive(int number) {
        return !removed.get(number);
    }

    /** Returns the first row from this number on, or -1. */
    int nextLive(int number) {
        int next = removed.nextClearBit(number);
        return next < numbers ? next : -1;
    }

    /** Returns the length of a row in bytes. */
    int length(int number) {
        return lengths[number];
    }

    /** Returns whether a row has the fingerprint of these bytes. */
    boolean hasContent(int number, byte[] bytes, int offset, int length) {
        return hasFingerprint(number, fingerprint.of(bytes, offset, length));
    }

    private boolean hasFingerprint(int number, long[] found) {
        return highBits[number] == found[0] && lowBits[number] == found[1] && isLive(number);
    }

    String key(int number) {
        return new String(keys, keyStart(number), keyEnds[number] - keyStart(number), StandardCharsets.UTF_8);
    }

    private int keyStart(int number) {
        return number == 0 ? 0 : keyEnds[number - 1];
    }

    /** Returns the number of a row with the fingerprint of these bytes, or -1. */
    int findContent(byte[] bytes, int offset, int length) {
        long[] found = fingerprint.of(bytes, offset, length);
        int mask = byContent.length - 1;
        for (int slot = (int) found[0] & mask; byContent[slot] != 0; slot = slot + 1 & mask) {
            int number = byContent[slot] - 1;
            if (hasFingerprint(number, found)) {
                return number;
            }
        }
        return -1;
    }

    /** Returns the number of the row with this key, or -1. */
    int findKey(String key) {
        byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        int mask = byKey.length - 1;
        for (int slot = hash(bytes, 0, bytes.length) & mask; byKey[slot] != 0; slot = slot + 1 & mask) {
            int number = byKey[slot] - 1;
            if (isLive(number) && Arrays.equals(keys, keyStart(number), keyEnds[number], bytes, 0, bytes.length)) {
                return number;
            }
        }
        return -1;
    }

    private int hash(byte[] bytes, int offset, int length) {
        return MurmurHash3.hash32x86(bytes, offset, length, seed);
    }

    /**
     * Adds a row.
     *
     * @param  key     its key, which no other row has
     * @param  content its bytes
     * @return         its number
     */
    int add(String key, byte[] content) {
        byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        if (numbers == keyEnds.length) {
            int capacity = numbers + (numbers >> 1);
            keyEnds = Arrays.copyOf(keyEnds, capacity);
            highBits = Arrays.copyOf(highBits, capacity);
            lowBits = Arrays.copyOf(lowBits, capacity);
            lengths = Arrays.copyOf(lengths, capacity);
        }
        int number = numbers++;
        live++;
        int start = keyStart(number);
        if (start + bytes.length > keys.length) {
            keys = Arrays.copyOf(keys, Math.max(start + bytes.length, keys.length + (keys.length >> 1)));
        }
        System.arraycopy(bytes, 0, keys, start, bytes.length);
        keyEnds[number] = start + bytes.length;
        if (2 * numbers > byKey.length) {
            byKey = new int[2 * byKey.length];
            for (int older = 0; older < number; older++) {
                insertKey(older);
            }
        }
        insertKey(number);
        setContent(number, content);
        return number;
    }

    private void insertKey(int number) {
        insert(byKey, hash(keys, keyStart(number), keyEnds[number] - keyStart(number)), number);
    }

    private static void insert(int[] table, int hash, int number) {
        int slot = hash & table.length - 1;
        while (table[slot] != 0) {
            slot = slot + 1 & table.length - 1;
        }
        table[slot] = number + 1;
    }

    /** Replaces the bytes of a row. */
    void setContent(int number, byte[] content) {
        long[] next = fingerprint.of(content, 0, content.length);
        highBits[number] = next[0];
        lowBits[number] = next[1];
        lengths[number] = content.length;
        if (2 * ++contentEntries > byContent.length) {
            // Half full, partly with outdated entries: rebuild it, with room for as many new entries.
            contentEntries = numbers;
            byContent = new int[Integer.highestOneBit(Math.max(MIN_CAPACITY, numbers)) * 8];
            for (int each = 0; each < numbers; each++) {
                insert(byContent, (int) highBits[each], each);
            }
        } else {
            insert(byContent, (int) next[0], number);
        }
    }

    /** Removes a row; its number is not used again. */
    void remove(int number) {
        removed.set(number);
        live--;
    }

    /** Returns whether most of the rows are removed, so that the index should be rebuilt. */
    boolean isSparse() {
        return numbers > MIN_CAPACITY && live < numbers / 2;
    }
}
