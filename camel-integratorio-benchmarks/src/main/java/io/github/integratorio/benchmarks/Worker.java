package io.github.integratorio.benchmarks;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * The process of one contender. Takes turns on its standard input, such as {@code CREATE 128 1500}: the work, how many callers, how
 * many milliseconds; and answers each with a line of figures.
 */
public final class Worker {

    private Worker() {
    }

    public static void main(String[] arguments) throws Exception {
        BufferedReader turns = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        try (Contender contender = Contenders.valueOf(arguments[0]).begin(URI.create(arguments[1]))) {
            System.out.println("threads=" + Meter.threads());
            String line;
            while ((line = turns.readLine()) != null) {
                String[] words = line.split(" ");
                System.out.println(turn(contender, Work.valueOf(words[0]), Integer.parseInt(words[1]), Long.parseLong(words[2])));
            }
        }
        // Whatever threads a client leaves behind.
        System.exit(0);
    }

    private static String turn(Contender contender, Work work, int callers, long millis) {
        try {
            long changes = contender.changes();
            Figures figures = new Load(work, callers).run(contender, Duration.ofMillis(millis));
            return figures.toLine() + " changes=" + (contender.changes() - changes);
        } catch (Exception | OutOfMemoryError e) {
            e.printStackTrace();
            return "failed: " + e;
        }
    }
}
