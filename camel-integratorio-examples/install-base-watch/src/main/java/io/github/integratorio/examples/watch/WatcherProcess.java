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

/** The watcher, in a process of its own. */
final class WatcherProcess implements AutoCloseable {

    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(60);

    private final Process process;
    private final PrintStream console;
    private final Thread reader;
    private final List<String> lines = new ArrayList<>();

    /**
     * Starts it.
     *
     * @param api       what it watches
     * @param directory where it keeps its state and its table
     * @param delay     how many milliseconds it waits from poll to poll
     * @param console   gets what it says, line by line
     */
    WatcherProcess(IntegratorioSimulator api, Path directory, long delay, PrintStream console) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m", "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"), "-Ddelay=" + delay,
                "-Dcamel.component.integratorio.base-url=" + api.baseUrl(), InstallBaseWatchMain.class.getName());
        builder.environment().put("INTEGRATOR_IO_TOKEN", api.token());
        builder.environment().put("WATCH_DIRECTORY", directory.toString());
        builder.environment().keySet().removeAll(List.of("INTEGRATOR_IO_CONNECTOR_ID", "INTEGRATOR_IO_REGION"));
        this.console = console;
        process = builder.redirectErrorStream(true).start();
        // It does not outlive its demo.
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        reader = new Thread(this::read, "watcher " + process.pid());
        reader.setDaemon(true);
        reader.start();
    }

    private void read() {
        try (BufferedReader in = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
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

    /** What it has said so far. */
    List<String> lines() {
        synchronized (lines) {
            return List.copyOf(lines);
        }
    }

    /**
     * Waits until something is so.
     *
     * @throws IllegalStateException when that takes too long, or the watcher has ended
     */
    void await(String what, BooleanSupplier condition) throws InterruptedException {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (process.waitFor(5, TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException("The watcher has ended, with " + process.exitValue() + "; expected: " + what);
            }
            if (System.nanoTime() - start > PATIENCE) {
                throw new IllegalStateException("Waited too long; expected: " + what);
            }
        }
    }

    /** Ends it as kill -9 does: it does nothing more, not even write down what it has done. */
    void kill() throws InterruptedException {
        process.toHandle().destroyForcibly();
        end();
    }

    /** Ends it as Ctrl-C does. */
    void stop() throws InterruptedException {
        process.toHandle().destroy();
        end();
    }

    /** By its handle, for destroy() of a Process throws away what it said last. */
    private void end() throws InterruptedException {
        process.waitFor();
        reader.join();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
