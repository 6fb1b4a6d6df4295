package io.github.integratorio.camel.internal.changefeed.store;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.zip.CRC32C;

import io.github.integratorio.camel.api.FeedStateException;

/** Checksums of stored values, because a database does not detect every damaged bit in its files. */
final class Checksum {

    private Checksum() {
    }

    /** Computes the checksum of values, some of which may be null. */
    static int of(String... parts) {
        CRC32C checksum = new CRC32C();
        for (String part : parts) {
            if (part != null) {
                checksum.update(part.getBytes(StandardCharsets.UTF_8));
            }
            checksum.update(0);
        }
        return (int) checksum.getValue();
    }

    /** Computes the checksum of values and a moment, which the checksums of older formats do not have; it may be null. */
    static int withMoment(Object moment, String... parts) {
        String[] all = Arrays.copyOf(parts, moment == null ? parts.length : parts.length + 1);
        if (moment != null) {
            all[parts.length] = moment.toString();
        }
        return of(all);
    }

    /** Verifies the checksum of values read from the database. */
    static void verify(int expected, String... parts) {
        if (of(parts) != expected) {
            throw damaged();
        }
    }

    /** Verifies that a key is read once: a damaged database can return one row twice and omit another, with the right number of rows. */
    static void verifyOnce(Set<String> keys, String key) {
        if (!keys.add(key)) {
            throw damaged();
        }
    }

    static FeedStateException damaged() {
        return new FeedStateException("the state is damaged: a checksum does not match");
    }
}
