package io.github.integratorio.camel.support;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import static org.awaitility.Awaitility.await;

/** A process that creates a license for each order in its inbox, under a claim in a repository that several processes share. */
public final class ClaimNode implements AutoCloseable {

    private final Path inbox;
    private final Process process;
    private final List<String> said = new CopyOnWriteArrayList<>();

    /**
     * Starts one, which takes orders once it is ready.
     *
     * @param inbox      directory with the orders; those that a killed process left are taken at once
     * @param properties what {@link ClaimNodeMain} reads
     */
    public ClaimNode(Path inbox, Map<String, String> properties) throws IOException {
        this.inbox = Files.createDirectories(inbox);
        List<String> command =
                new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        // The process runs only for seconds.
                        "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m", "-Dnode.inbox=" + inbox));
        command.addAll(NodeClasses.ours().options());
        properties.forEach((key, value) -> command.add("-D" + key + "=" + value));
        command.add(ClaimNodeMain.class.getName());
        // The log goes elsewhere: a message in the middle of a line of ours would make it unreadable.
        process = new ProcessBuilder(command)
                .redirectError(
                        ProcessBuilder.Redirect.appendTo(inbox.resolveSibling(inbox.getFileName() + ".log").toFile()))
                .start();
        BufferedReader reader = process.inputReader();
        Thread listener = new Thread(() -> reader.lines().forEach(said::add), "claim-node");
        listener.setDaemon(true);
        listener.start();
    }

    /** Waits for a line that begins with this text, and returns the rest of it. */
    public String heard(String begin) {
        return await().atMost(Duration.ofMinutes(2)).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1))
                .failFast(() -> {
                    if (!process.isAlive()) {
                        throw new AssertionError("ended by itself: " + said);
                    }
                }).until(() -> said.stream().filter(line -> line.startsWith(begin)).findFirst().orElse(null),
                        line -> line != null)
                .substring(begin.length()).strip();
    }

    /** Gives the node an order of a user. */
    public void order(String order, String email) throws IOException {
        drop(order, email);
    }

    /** What became of an order: its outcome and the id of the license, or AMBIGUOUS or FAILED and the reason. */
    public String result(String order) {
        return heard("ORDER " + order + " ");
    }

    /** Removes a key from the repository, as an operator does, and forgets what was heard. */
    public void remove(String key) throws IOException {
        said.clear();
        drop("remove", key);
        heard("REMOVED true");
    }

    private void drop(String name, String content) throws IOException {
        Path file = Files.writeString(inbox.resolve("." + name), content);
        Files.move(file, inbox.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    /** Kills the process, as a power failure does. */
    public void kill() throws Exception {
        if (process.isAlive()
                && new ProcessBuilder("kill", "-9", Long.toString(process.pid())).start().waitFor() != 0) {
            throw new AssertionError("not killed: " + said);
        }
        process.waitFor();
    }

    @Override
    public void close() throws Exception {
        kill();
    }
}
