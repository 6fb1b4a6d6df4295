package io.github.integratorio.tests.start;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import org.awaitility.core.ConditionTimeoutException;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A running process with a terminal: lines can be typed into it, and what it prints can be waited for. */
final class Program implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final Process process;
    private final Path output;
    private final Writer input;

    private Program(Process process, Path output) {
        this.process = process;
        this.output = output;
        this.input = process.outputWriter();
    }

    /** Starts a main class, with the arguments, in a folder. */
    static Program java(Path folder, Map<String, String> environment, String classPath, String... arguments)
            throws IOException {
        // Beside the folder, which holds only what the page says.
        Path output = Files.createTempFile(folder.getParent(), "output", ".txt");
        List<String> command =
                new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1", "-cp", classPath));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        return new Program(builder.start(), output);
    }

    void type(String line) throws IOException {
        input.write(line + "\n");
        input.flush();
    }

    String output() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until it has printed something that matches. */
    void prints(Pattern expected) {
        try {
            await().atMost(LIMIT).until(() -> expected.matcher(output()).find() || !process.isAlive());
        } catch (ConditionTimeoutException e) {
            throw new AssertionError("no " + expected + ":\n" + output(), e);
        }
        assertTrue(expected.matcher(output()).find(), () -> "ended without " + expected + ":\n" + output());
    }

    @Override
    public void close() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }
}
