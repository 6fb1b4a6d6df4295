package io.github.integratorio.camel.internal.changefeed;

import java.util.Random;

import org.apache.commons.codec.digest.MurmurHash3;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

/** The hash of the bytes of a row. */
class Murmur3Test {

    @Test
    void the_hash_equals_that_of_commons_codec() {
        Random random = new Random(1);
        byte[] bytes = new byte[400];
        for (int length = 0; length < 300; length++) {
            random.nextBytes(bytes);
            int offset = random.nextInt(100);
            int seed = random.nextInt();
            assertArrayEquals(MurmurHash3.hash128x64(bytes, offset, length, seed), Murmur3.hash(bytes, offset, length, seed),
                    length + " bytes from " + offset + ", seed " + seed);
        }
    }
}
