package io.github.integratorio.camel.internal.changefeed;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.Set;

import org.apache.commons.codec.digest.MurmurHash3;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The index of rows, and their fingerprints. */
class RowIndexTest {

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Values of the reference implementation, MurmurHash3_x64_128 of SMHasher. */
    @Test
    void the_fingerprint_has_the_values_of_the_reference_implementation() {
        assertHash(0, 0, "", 0);
        assertHash(0xcbd8a7b341bd9b02L, 0x5b1e906a48ae1d19L, "hello", 0);
        assertHash(0x342fac623a5ebc8eL, 0x4cdcbc079642414dL, "hello, world", 0);
        assertHash(0xe34bbc7bbc071b6cL, 0x7a433ca9c49a9347L, "The quick brown fox jumps over the lazy dog", 0);
    }

    private static void assertHash(long high, long low, String text, int seed) {
        assertArrayEquals(new long[] { high, low }, Murmur3.hash(bytes(text), 0, bytes(text).length, seed), text);
    }

    @Test
    void the_fingerprint_has_the_values_of_commons_codec_at_any_length_offset_and_seed() {
        Random random = new Random(2);
        for (int length = 0; length < 300; length++) {
            byte[] bytes = new byte[length + 40];
            random.nextBytes(bytes);
            int offset = random.nextInt(40);
            int seed = random.nextInt();
            assertArrayEquals(MurmurHash3.hash128x64(bytes, offset, length, seed),
                    Murmur3.hash(bytes, offset, length, seed), "length " + length);
        }
    }

    @Test
    void a_row_is_found_by_its_bytes_at_any_offset_and_by_no_other_bytes() {
        Random random = new Random(1);
        for (int length = 1; length < 300; length++) {
            RowIndex index = new RowIndex(Set.of());
            byte[] row = new byte[length];
            random.nextBytes(row);
            int number = index.add("k", row);
            int offset = random.nextInt(100);
            byte[] buffer = new byte[offset + length + random.nextInt(20)];
            random.nextBytes(buffer);
            System.arraycopy(row, 0, buffer, offset, length);
            assertEquals(number, index.findContent(buffer, offset, length));
            assertTrue(index.hasContent(number, buffer, offset, index.length(number)));
            buffer[offset + random.nextInt(length)] ^= (byte) (1 << random.nextInt(8));
            assertEquals(-1, index.findContent(buffer, offset, length), "length " + length);
            assertFalse(index.hasContent(number, buffer, offset, length), "length " + length);
        }
    }

    @Test
    void each_of_many_rows_is_found_by_its_key_and_by_its_bytes() {
        RowIndex index = new RowIndex(Set.of());
        for (int i = 0; i < 1_000; i++) {
            index.add("key-" + i, bytes("row " + i));
        }
        for (int i = 0; i < 1_000; i++) {
            byte[] row = bytes("row " + i);
            assertEquals(i, index.findKey("key-" + i));
            assertEquals(i, index.findContent(row, 0, row.length), "row " + i);
        }
    }

    @Test
    void the_next_row_is_the_first_one_from_a_number_on_that_is_not_removed() {
        RowIndex index = new RowIndex(Set.of());
        for (int i = 0; i < 3; i++) {
            index.add("key-" + i, bytes("row " + i));
        }
        index.remove(1);
        assertEquals(0, index.nextLive(0));
        assertEquals(2, index.nextLive(1));
        assertEquals(-1, index.nextLive(3));
        index.remove(2);
        assertEquals(-1, index.nextLive(1));
    }

    @Test
    void an_index_is_sparse_when_most_rows_of_more_than_64_are_removed() {
        RowIndex index = new RowIndex(Set.of());
        for (int i = 0; i < 64; i++) {
            index.add("key-" + i, bytes("row " + i));
        }
        for (int i = 0; i < 32; i++) {
            index.remove(i);
        }
        index.remove(32);
        assertFalse(index.isSparse(), "so few rows are never worth the work");
        index.add("key-64", bytes("row 64"));
        assertFalse(index.isSparse(), "32 of 65 rows are left");
        index.remove(33);
        assertTrue(index.isSparse(), "31 of 65 rows are left");
    }
}
