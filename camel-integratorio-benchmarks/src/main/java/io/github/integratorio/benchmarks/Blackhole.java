package io.github.integratorio.benchmarks;

/** Consumes results, so that the JVM cannot eliminate the code that computes them. */
final class Blackhole {

    private static volatile Object last;

    private Blackhole() {
    }

    static void consume(Object result) {
        last = result;
    }
}
