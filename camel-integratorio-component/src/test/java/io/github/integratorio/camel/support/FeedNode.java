package io.github.integratorio.camel.support;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

import io.github.integratorio.simulator.IntegratorioSimulator;

import static org.awaitility.Awaitility.await;

/** A process that polls a list of the simulator and sends each change to a downstream. */
public final class FeedNode implements AutoCloseable {

    private final String name;
    private final Path log;
    private final Process process;

    /** Settings of a process. */
    public static final class Builder {
        private final Map<String, String> properties = new LinkedHashMap<>();
        private final Path logs;

        /** @param logs directory for the output of the process */
        Builder(IntegratorioSimulator simulator, DeliveryServer downstream, Path logs) {
            this.logs = logs;
            properties.put("node.api", simulator.baseUrl());
            properties.put("node.token", simulator.token());
            properties.put("node.downstream", Integer.toString(downstream.port()));
        }

        /** The consumer endpoint of the route. */
        public Builder from(String uri) {
            properties.put("node.uri", uri);
            return this;
        }

        /** A PostgreSQL, by its JDBC URL. */
        public Builder database(String url) {
            properties.put("node.database", url);
            return this;
        }

        /** Where the nodes elect a leader. */
        public Builder cluster(Path directory) {
            properties.put("node.cluster", directory.toString());
            return this;
        }

        /**
         * Starts one.
         *
         * @param classPath class path of the process; null for that of the test
         */
        public FeedNode start(String name, String classPath) throws IOException {
            List<String> command =
                    new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                            // The process runs only for seconds.
                            "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m", "-Dnode.name=" + name));
            command.addAll(classPath == null ? NodeClasses.ours().options() : List.of("-cp", classPath));
            properties.forEach((key, value) -> command.add("-D" + key + "=" + value));
            command.add(FeedNodeMain.class.getName());
            Path log = logs.resolve(name + ".log");
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
            return new FeedNode(name, log, builder.start());
        }
    }

    private FeedNode(String name, Path log, Process process) {
        this.name = name;
        this.log = log;
        this.process = process;
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public String name() {
        return name;
    }

    /** Waits for the given time while the process is alive. */
    public void live(long time, TimeUnit unit) throws Exception {
        if (process.waitFor(time, unit)) {
            throw new AssertionError(name + " ended by itself: " + said());
        }
    }

    /** Waits for a condition while the process is alive. */
    public void until(Callable<Boolean> condition) {
        await().atMost(Duration.ofMinutes(5)).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1))
                .failFast(() -> {
                    if (!process.isAlive()) {
                        throw new AssertionError(name + " ended by itself: " + said());
                    }
                }).until(condition);
    }

    /** The output of the process. */
    public String said() throws IOException {
        return Files.readString(log);
    }

    /** Kills the process, as a power failure does. */
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /** Suspends the process without its knowledge. */
    public void pause() throws Exception {
        signal("STOP");
    }

    public void resume() throws Exception {
        signal("CONT");
    }

    private void signal(String signal) throws Exception {
        if (new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor() != 0) {
            throw new AssertionError(name + " took no signal: " + said());
        }
    }

    /** Stops the process gracefully. */
    public void stop() throws Exception {
        process.getOutputStream().close();
        if (!process.waitFor(2, TimeUnit.MINUTES) || process.exitValue() != 0) {
            throw new AssertionError(name + " did not stop: " + said());
        }
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }
}
