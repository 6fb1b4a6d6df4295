package io.github.integratorio.benchmarks;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Main class of a contender's process. Reads one turn per line from standard input, e.g. {@code CREATE 128 1500}:
 * operation, number of virtual users, milliseconds. Prints one line of measurements for each.
 */
public final class ContenderMain {

    private ContenderMain() {
    }

    public static void main(String[] arguments) throws Exception {
        BufferedReader turns = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        try (Contender contender = ContenderType.valueOf(arguments[0]).create(URI.create(arguments[1]))) {
            System.out.println("threads=" + ResourceUsageMeter.threads());
            String line;
            while ((line = turns.readLine()) != null) {
                String[] words = line.split(" ");
                System.out.println(turn(contender, Operation.valueOf(words[0]), Integer.parseInt(words[1]),
                        Long.parseLong(words[2])));
            }
        }
        // Clients may leave non-daemon threads running.
        System.exit(0);
    }

    private static String turn(Contender contender, Operation operation, int users, long millis) {
        try {
            long changes = contender.changes();
            Measurement measurement = new LoadGenerator(operation, users).run(contender, Duration.ofMillis(millis));
            return measurement.toLine() + " changes=" + (contender.changes() - changes);
        } catch (Exception | OutOfMemoryError e) {
            e.printStackTrace();
            return "failed: " + e;
        }
    }
}
