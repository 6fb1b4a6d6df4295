package io.github.integratorio.benchmarks;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What was measured of a contender in one turn.
 *
 * @param done      how many pieces of work were done
 * @param nanos     in how much time
 * @param cpu       nanoseconds of user and system time of the whole process
 * @param compiling of these, what the JVM's compilers took
 * @param bytes     that all its threads allocated
 * @param threads   the most there were at one time
 * @param memory    the most of the machine's memory it had, in bytes
 */
record Figures(long done, long nanos, long cpu, long compiling, long bytes, int threads, long memory) {

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

    /** As one line between processes. */
    String toLine() {
        return "done=" + done + " nanos=" + nanos + " cpu=" + cpu + " compiling=" + compiling + " bytes=" + bytes
               + " threads=" + threads + " memory=" + memory;
    }

    static Figures of(Map<String, Long> values) {
        return new Figures(values.get("done"), values.get("nanos"), values.get("cpu"), values.get("compiling"),
                values.get("bytes"), values.get("threads").intValue(), values.get("memory"));
    }

    /** The numbers of a line such as {@code reads=1 writes=2}. */
    static Map<String, Long> numbers(String line) {
        return Arrays.stream(line.split(" ")).map(pair -> pair.split("="))
                .collect(Collectors.toMap(pair -> pair[0], pair -> Long.valueOf(pair[1])));
    }
}
