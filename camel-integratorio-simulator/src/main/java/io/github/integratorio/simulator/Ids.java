package io.github.integratorio.simulator;

import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;

/** Ids as the API hands them out: 24 hexadecimal digits, rising, never twice. */
final class Ids {

    private final String prefix;
    private final AtomicLong last = new AtomicLong();

    /** The start goes in front, so that two runs do not hand out the same ids. */
    Ids(long epochSecond) {
        prefix = HexFormat.of().toHexDigits((int) epochSecond);
    }

    String next() {
        return prefix + HexFormat.of().toHexDigits(last.incrementAndGet());
    }
}
