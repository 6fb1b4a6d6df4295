package io.github.integratorio.simulator;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/** Generates ids in the API's format: 24 hexadecimal digits, unique and ascending. */
final class IdGenerator {

    private static final HexFormat HEX = HexFormat.of();

    private final String prefix;
    private final AtomicLong last = new AtomicLong();

    IdGenerator(long epochSecond) {
        // The random part keeps two simulators that start in the same second from generating the same ids.
        prefix = HEX.toHexDigits((int) epochSecond) + HEX.toHexDigits(ThreadLocalRandom.current().nextLong(), 6);
    }

    String next() {
        return prefix + HEX.toHexDigits(last.incrementAndGet(), 10);
    }
}
