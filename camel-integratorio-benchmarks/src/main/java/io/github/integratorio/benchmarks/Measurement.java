package io.github.integratorio.benchmarks;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The measurements of a contender in one turn.
 *
 * @param done      number of operations
 * @param nanos     duration in nanoseconds
 * @param cpu       user and system time of the whole process, in nanoseconds
 * @param compiling the share of the JIT compilers in {@code cpu}, in nanoseconds
 * @param bytes     bytes allocated by all threads
 * @param threads   peak number of threads
 * @param memory    peak resident memory, in bytes
 */
record Measurement(long done, long nanos, long cpu, long compiling, long bytes, int threads, long memory) {

    double perSecond() {
        return done * 1e9 / nanos;
    }

    double microsEach() {
        return nanos / 1e3 / done;
    }

    double cpuMicrosEach() {
        return cpu / 1e3 / done;
    }

    double bytesEach() {
        return (double) bytes / done;
    }

    /** Formats the measurements as a line that is sent between processes. */
    String toLine() {
        return "done=" + done + " nanos=" + nanos + " cpu=" + cpu + " compiling=" + compiling + " bytes=" + bytes
                + " threads=" + threads + " memory=" + memory;
    }

    static Measurement of(Map<String, Long> values) {
        return new Measurement(values.get("done"), values.get("nanos"), values.get("cpu"), values.get("compiling"),
                values.get("bytes"), values.get("threads").intValue(), values.get("memory"));
    }

    /** Parses a line of numbers such as {@code reads=1 writes=2}. */
    static Map<String, Long> parse(String line) {
        return Arrays.stream(line.split(" ")).map(pair -> pair.split("="))
                .collect(Collectors.toMap(pair -> pair[0], pair -> Long.valueOf(pair[1])));
    }
}
