package io.github.integratorio.camel.support;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;

/**
 * The classes of processes that are started repeatedly: packed in a jar, and after one process has stopped gracefully also as an archive of
 * the JVM, which halves the start time of later processes.
 */
final class NodeClasses {

    private static NodeClasses ours;

    private final String classPath;
    private final Path archive;

    private NodeClasses() throws IOException {
        Path directory = Files.createTempDirectory("feed-nodes");
        directory.toFile().deleteOnExit();
        archive = directory.resolve("classes.jsa");
        archive.toFile().deleteOnExit();
        List<String> parts = new ArrayList<>();
        // The JVM does not archive classes in directories.
        for (String part : System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))
                .split(":")) {
            parts.add(Files.isDirectory(Path.of(part)) ? packed(Path.of(part), directory.resolve(parts.size() + ".jar"))
                    : part);
        }
        classPath = String.join(":", parts);
    }

    private static String packed(Path directory, Path jar) {
        StringWriter said = new StringWriter();
        PrintWriter out = new PrintWriter(said);
        int status = ToolProvider.findFirst("jar").orElseThrow().run(out, out, "-c", "-f", jar.toString(), "-C",
                directory.toString(), ".");
        if (status != 0) {
            throw new IllegalStateException("jar ended with " + status + ": " + said);
        }
        jar.toFile().deleteOnExit();
        return jar.toString();
    }

    /** The classes of this test's class path. */
    static synchronized NodeClasses ours() {
        if (ours == null) {
            try {
                ours = new NodeClasses();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return ours;
    }

    boolean areArchived() {
        return Files.exists(archive);
    }

    /** The options of the JVM. */
    List<String> options() {
        return List.of((areArchived() ? "-XX:SharedArchiveFile=" : "-XX:ArchiveClassesAtExit=") + archive,
                "-Xshare:auto", "-Xlog:disable", "-cp", classPath);
    }
}
