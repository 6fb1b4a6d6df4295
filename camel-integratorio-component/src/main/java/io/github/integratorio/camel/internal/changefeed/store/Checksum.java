package io.github.integratorio.camel.internal.changefeed.store;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.zip.CRC32C;

import io.github.integratorio.camel.api.FeedStateException;

/** Tells whether what is read is what was written; a database checks its own pages, but not all do so to the last bit. */
final class Checksum {

    private Checksum() {
    }

    static int of(String... parts) {
        CRC32C sum = new CRC32C();
        for (String part : parts) {
            if (part != null) {
                sum.update(part.getBytes(StandardCharsets.UTF_8));
            }
            sum.update(0);
        }
        return (int) sum.getValue();
    }

    static void verify(int expected, String... parts) {
        if (of(parts) != expected) {
            throw damaged();
        }
    }

    /** A row that is read twice stands in the place of one that is not read at all: the number of rows does not show it. */
    static void verifyOnce(Set<String> read, String key) {
        if (!read.add(key)) {
            throw damaged();
        }
    }

    static FeedStateException damaged() {
        return new FeedStateException("the state is damaged: what is read is not what was written");
    }
}
