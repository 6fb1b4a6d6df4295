package io.github.integratorio.camel.internal.changefeed;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Computes fingerprints of rows from their bytes, without the ignored fields. Rows with the same fingerprint are equal; equal rows may
 * have different fingerprints, for example if their fields have another order. Not thread-safe.
 */
final class RowFingerprint {

    /** Keeps a sender from constructing two rows with the same fingerprint. */
    private final int seed = ThreadLocalRandom.current().nextInt();
    private final byte[][] ignoredNames;
    private byte[] kept = new byte[1024];

    RowFingerprint(Set<String> ignoredFields) {
        this.ignoredNames = ignoredFields.stream().map(name -> name.getBytes(StandardCharsets.UTF_8))
                .toArray(byte[][]::new);
    }

    /** Returns the 128 bits of the fingerprint of a JSON object. */
    long[] of(byte[] bytes, int offset, int length) {
        if (ignoredNames.length == 0) {
            return Murmur3.hash(bytes, offset, length, seed);
        }
        // First, because it may replace the buffer.
        int keptLength = keep(bytes, offset, offset + length);
        return Murmur3.hash(kept, 0, keptLength, seed);
    }

    /** Copies the object without its ignored fields, whose commas stay, and returns the length of the copy. */
    private int keep(byte[] bytes, int offset, int end) {
        if (kept.length < end - offset) {
            kept = new byte[2 * (end - offset)];
        }
        int length = 0;
        int depth = 0;
        boolean isNameNext = false;
        boolean isIgnored = false;
        int next;
        for (int i = offset; i < end; i = next) {
            next = i + 1;
            switch (bytes[i]) {
                case '"' -> {
                    next = endOfString(bytes, i, end);
                    if (isNameNext) {
                        isIgnored = isIgnoredName(bytes, i + 1, next - 1);
                        isNameNext = false;
                    }
                }
                case '{', '[' -> isNameNext = ++depth == 1;
                case '}', ']' -> isIgnored &= --depth > 0;
                case ',' -> {
                    if (depth == 1) {
                        isIgnored = false;
                        isNameNext = true;
                    }
                }
                default -> {
                    // Part of a number, true, false or null, or white space.
                }
            }
            if (!isIgnored) {
                System.arraycopy(bytes, i, kept, length, next - i);
                length += next - i;
            }
        }
        return length;
    }

    /** Returns the position after a string. */
    private static int endOfString(byte[] bytes, int start, int end) {
        int i = start + 1;
        while (i < end && bytes[i] != '"') {
            i += bytes[i] == '\\' ? 2 : 1;
        }
        return Math.min(i + 1, end);
    }

    /** A name with escapes is not recognized, which costs time only: the row is parsed and compared. */
    private boolean isIgnoredName(byte[] bytes, int start, int end) {
        for (byte[] name : ignoredNames) {
            if (Arrays.equals(name, 0, name.length, bytes, start, end)) {
                return true;
            }
        }
        return false;
    }
}
