package io.github.integratorio.camel.internal.license;

import java.nio.ByteBuffer;
import java.util.Arrays;

import org.apache.commons.codec.digest.DigestUtils;

/**
 * Maps texts to numbers, in 20 to 40 bytes for each: it keeps 128 bits of their SHA-256 instead of the text. Not thread-safe.
 */
public final class HashIndex {

    private static final int FREE = -1;

    private long[] hashes = new long[2 * 64];
    private int[] values = free(64);
    private int size;

    private static int[] free(int slots) {
        int[] values = new int[slots];
        Arrays.fill(values, FREE);
        return values;
    }

    /** How many texts have a number. */
    public int size() {
        return size;
    }

    /** The number of a text; -1 if it has none. */
    public int get(String text) {
        ByteBuffer hash = ByteBuffer.wrap(DigestUtils.sha256(text));
        return values[slot(hash.getLong(), hash.getLong())];
    }

    /** Gives a text a number of at least 0, unless it has one; returns the one it had, or -1. */
    public int putIfAbsent(String text, int value) {
        ByteBuffer hash = ByteBuffer.wrap(DigestUtils.sha256(text));
        long high = hash.getLong();
        long low = hash.getLong();
        int slot = slot(high, low);
        int before = values[slot];
        if (before == FREE) {
            set(slot, high, low, value);
            if (++size > values.length / 4 * 3) {
                grow();
            }
        }
        return before;
    }

    private int slot(long high, long low) {
        int slot = (int) low & values.length - 1;
        while (values[slot] != FREE && (hashes[2 * slot] != high || hashes[2 * slot + 1] != low)) {
            slot = slot + 1 & values.length - 1;
        }
        return slot;
    }

    private void set(int slot, long high, long low, int value) {
        hashes[2 * slot] = high;
        hashes[2 * slot + 1] = low;
        values[slot] = value;
    }

    private void grow() {
        long[] oldHashes = hashes;
        int[] oldValues = values;
        hashes = new long[2 * oldHashes.length];
        values = free(2 * oldValues.length);
        for (int i = 0; i < oldValues.length; i++) {
            if (oldValues[i] != FREE) {
                set(slot(oldHashes[2 * i], oldHashes[2 * i + 1]), oldHashes[2 * i], oldHashes[2 * i + 1], oldValues[i]);
            }
        }
    }
}
