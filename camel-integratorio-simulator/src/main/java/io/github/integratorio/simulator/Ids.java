package io.github.integratorio.simulator;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/** Ids as the API hands them out: 24 hexadecimal digits, rising, never twice. */
final class Ids {

    private static final HexFormat HEX = HexFormat.of();

    private final String prefix;
    private final AtomicLong last = new AtomicLong();

    /** A little chance goes in front, so that two simulators of one instant do not hand out the same ids. */
    Ids(long epochSecond) {
        prefix = HEX.toHexDigits((int) epochSecond) + HEX.toHexDigits(ThreadLocalRandom.current().nextLong(), 6);
    }

    String next() {
        return prefix + HEX.toHexDigits(last.incrementAndGet(), 10);
    }
}
