package io.github.integratorio.camel.internal.changefeed;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;

import org.apache.commons.codec.digest.MurmurHash3;

/**
 * What is kept in memory of the rows of a list: their keys, a fingerprint of their bytes, and the order they came in. About 70 bytes a
 * row; the rows themselves stay in the store. A row has a number as long as it is here. Not for several threads.
 */
final class RowIndex {

    private static final int DEAD = -1;
    private static final int LEAST = 64;

    /** Nobody outside can make two rows that look alike here. */
    private final int seed = ThreadLocalRandom.current().nextInt();

    private byte[] keys = new byte[LEAST * 24];
    private int[] keyEnd = new int[LEAST];
    private int[] length = new int[LEAST];
    private long[] high = new long[LEAST];
    private long[] low = new long[LEAST];
    private int numbers;
    private int live;

    /** Both hold numbers plus one, or 0; what they find is checked, for some of it is outdated. */
    private int[] byKey = new int[2 * LEAST];
    private int[] byContent = new int[2 * LEAST];
    private int contentsFiled;

    /** The numbers in the order of the last walk, and where each stands in it. */
    private int[] order = new int[0];
    private int[] place = new int[0];

    /** How many rows there are. */
    int count() {
        return live;
    }

    /** All numbers are smaller. */
    int numbers() {
        return numbers;
    }

    boolean isLive(int number) {
        return length[number] != DEAD;
    }

    String key(int number) {
        int start = number == 0 ? 0 : keyEnd[number - 1];
        return new String(keys, start, keyEnd[number] - start, StandardCharsets.UTF_8);
    }

    private long[] fingerprint(byte[] bytes, int offset, int count) {
        return Murmur3.hash(bytes, offset, count, seed);
    }

    /** The length of the row's bytes. */
    int length(int number) {
        return length[number];
    }

    /** Whether these bytes, of the row's length, are the row's. */
    boolean isContent(int number, byte[] bytes, int offset) {
        long[] print = fingerprint(bytes, offset, length[number]);
        return high[number] == print[0] && low[number] == print[1];
    }

    /** The row that has these bytes, or -1. */
    int findContent(byte[] bytes, int offset, int count) {
        long[] print = fingerprint(bytes, offset, count);
        int mask = byContent.length - 1;
        for (int slot = (int) print[0] & mask; byContent[slot] != 0; slot = slot + 1 & mask) {
            int number = byContent[slot] - 1;
            if (high[number] == print[0] && low[number] == print[1] && length[number] == count) {
                return number;
            }
        }
        return -1;
    }

    /** The row with this key, or -1. */
    int findKey(String key) {
        byte[] wanted = key.getBytes(StandardCharsets.UTF_8);
        int mask = byKey.length - 1;
        for (int slot = hash(wanted, 0, wanted.length) & mask; byKey[slot] != 0; slot = slot + 1 & mask) {
            int number = byKey[slot] - 1;
            int start = number == 0 ? 0 : keyEnd[number - 1];
            if (isLive(number) && Arrays.equals(keys, start, keyEnd[number], wanted, 0, wanted.length)) {
                return number;
            }
        }
        return -1;
    }

    private int hash(byte[] bytes, int offset, int count) {
        return MurmurHash3.hash32x86(bytes, offset, count, seed);
    }

    /**
     * Adds a row.
     *
     * @param  key     not here yet
     * @param  content its bytes
     * @return         its number
     */
    int add(String key, byte[] content) {
        byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        if (numbers == length.length) {
            int more = numbers + (numbers >> 1);
            keyEnd = Arrays.copyOf(keyEnd, more);
            length = Arrays.copyOf(length, more);
            high = Arrays.copyOf(high, more);
            low = Arrays.copyOf(low, more);
        }
        int start = numbers == 0 ? 0 : keyEnd[numbers - 1];
        if (start + bytes.length > keys.length) {
            keys = Arrays.copyOf(keys, Math.max(start + bytes.length, keys.length + (keys.length >> 1)));
        }
        System.arraycopy(bytes, 0, keys, start, bytes.length);
        int number = numbers++;
        live++;
        keyEnd[number] = start + bytes.length;
        if (2 * numbers > byKey.length) {
            byKey = new int[2 * byKey.length];
            for (int old = 0; old < number; old++) {
                fileKey(old);
            }
        }
        fileKey(number);
        content(number, content);
        return number;
    }

    private void fileKey(int number) {
        int start = number == 0 ? 0 : keyEnd[number - 1];
        file(byKey, hash(keys, start, keyEnd[number] - start), number);
    }

    private static void file(int[] table, int hash, int number) {
        int slot = hash & table.length - 1;
        while (table[slot] != 0) {
            slot = slot + 1 & table.length - 1;
        }
        table[slot] = number + 1;
    }

    /** The row has these bytes now. */
    void content(int number, byte[] content) {
        long[] print = fingerprint(content, 0, content.length);
        high[number] = print[0];
        low[number] = print[1];
        length[number] = content.length;
        if (2 * ++contentsFiled > byContent.length) {
            // Full, much of it with what is outdated: filed anew, with room for as many rows or changes more.
            contentsFiled = numbers;
            byContent = new int[Integer.highestOneBit(Math.max(LEAST, numbers)) * 8];
            for (int one = 0; one < numbers; one++) {
                file(byContent, (int) high[one], one);
            }
        } else {
            file(byContent, (int) print[0], number);
        }
    }

    /** The row is gone. */
    void remove(int number) {
        length[number] = DEAD;
        live--;
    }

    /** Whether so many rows are gone that it is worth while to begin anew. */
    boolean isSparse() {
        return numbers > LEAST && live < numbers / 2;
    }

    /** The row that came after this one in the last walk; the first one after -1; -1 after the last. */
    int after(int number) {
        int next = number < 0 ? 0 : number < place.length ? place[number] + 1 : order.length;
        return next < order.length ? order[next] : -1;
    }

    /** The order of a walk, to be expected of the next one. */
    void order(int[] walked, int count) {
        order = Arrays.copyOf(walked, count);
        place = new int[numbers];
        for (int i = 0; i < count; i++) {
            place[order[i]] = i;
        }
    }
}
