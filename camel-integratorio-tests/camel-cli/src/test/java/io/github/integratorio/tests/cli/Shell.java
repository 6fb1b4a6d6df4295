package io.github.integratorio.tests.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A working directory and an environment for commands. */
record Shell(Path folder, Map<String, String> environment) {

    private static final String JAVA = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    private static final String LOCAL_REPOSITORY = "-Dmaven.repo.local=" + System.getProperty("local.repository");
    private static final long MINUTES = 20;

    /** A directory below this one. */
    Shell in(String name) {
        return new Shell(folder.resolve(name), environment);
    }

    /** Runs {@code camel} with these arguments. */
    String camel(String arguments, String... more) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of(JAVA, LOCAL_REPOSITORY, "-cp", System.getProperty("camel-cli.classpath"),
                        CamelCli.class.getName()));
        command.addAll(List.of(arguments.split(" ")));
        command.addAll(List.of(more));
        return run(command);
    }

    /** Runs {@code mvn} with these arguments. */
    String mvn(String arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("maven.home"), "bin", "mvn").toString(), "-B", LOCAL_REPOSITORY));
        command.addAll(List.of(arguments.split(" ")));
        return run(command);
    }

    /** Runs an executable jar until it has processed one message. */
    String jar(String file) throws IOException, InterruptedException {
        return run(List.of(JAVA, "-Dcamel.main.durationMaxMessages=1", "-jar", file));
    }

    private String run(List<String> command) throws IOException, InterruptedException {
        Path output = Files.createTempFile(folder, "output", ".log");
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new AssertionError(MINUTES + " minutes are over: " + Files.readString(output));
        }
        String said = Files.readString(output);
        if (process.exitValue() != 0) {
            throw new AssertionError("status " + process.exitValue() + ": " + said);
        }
        return said;
    }
}
