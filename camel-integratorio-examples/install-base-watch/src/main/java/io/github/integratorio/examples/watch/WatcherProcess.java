package io.github.integratorio.examples.watch;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

import io.github.integratorio.simulator.IntegratorioSimulator;

/** Runs the watcher in a separate process. */
final class WatcherProcess implements AutoCloseable {

    private static final long TIMEOUT = TimeUnit.SECONDS.toNanos(60);

    private final Process process;
    private final PrintStream console;
    private final Thread reader;
    private final List<String> lines = new ArrayList<>();

    /**
     * Starts the process.
     *
     * @param api       the API to watch
     * @param directory for the state and the table
     * @param delay     delay between polls, in milliseconds
     * @param console   receives the output of the process
     */
    WatcherProcess(IntegratorioSimulator api, Path directory, long delay, PrintStream console) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m", "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"), "-Ddelay=" + delay,
                "-Dcamel.component.integratorio.base-url=" + api.baseUrl(), InstallBaseWatchMain.class.getName(),
                "live");
        builder.environment().put("INTEGRATOR_IO_TOKEN", api.token());
        builder.environment().put("WATCH_DIRECTORY", directory.toString());
        builder.environment().keySet().removeAll(List.of("INTEGRATOR_IO_CONNECTOR_ID", "INTEGRATOR_IO_REGION"));
        this.console = console;
        process = builder.redirectErrorStream(true).start();
        // It must not outlive the demo.
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        reader = new Thread(this::read, "watcher " + process.pid());
        reader.setDaemon(true);
        reader.start();
    }

    private void read() {
        try (BufferedReader in =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                console.println(line);
                synchronized (lines) {
                    lines.add(line);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    long pid() {
        return process.pid();
    }

    /** Returns the output so far. */
    List<String> lines() {
        synchronized (lines) {
            return List.copyOf(lines);
        }
    }

    /**
     * Waits for a condition.
     *
     * @throws IllegalStateException on timeout, or if the process has ended
     */
    void await(String what, BooleanSupplier condition) throws InterruptedException {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (process.waitFor(5, TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException(
                        "The watcher ended with exit status " + process.exitValue() + " while waiting for " + what);
            }
            if (System.nanoTime() - start > TIMEOUT) {
                throw new IllegalStateException("Timeout while waiting for " + what);
            }
        }
    }

    /** Kills the process as kill -9 does. */
    void kill() throws InterruptedException {
        process.toHandle().destroyForcibly();
        awaitEnd();
    }

    /** Stops the process as Ctrl-C does. */
    void stop() throws InterruptedException {
        process.toHandle().destroy();
        awaitEnd();
    }

    /** Waits for the process and for the rest of its output. */
    private void awaitEnd() throws InterruptedException {
        process.waitFor();
        reader.join();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
