package io.github.integratorio.tests.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.github.integratorio.simulator.IntegratorioSimulatorExtension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Runs the commands of docs/runtimes/camel-cli.md as written there. */
class CamelCliTest {

    private static final String TOKEN = "a+b%2F&c=d#e/f@g";
    private static final Path DOCS = Path.of("..", "..", "docs", "runtimes");
    /** Otherwise the CLI uses the Kamelets of its own version. */
    private static final String KAMELETS = "--kamelets-version=" + System.getProperty("camel-kamelets.version");

    @RegisterExtension
    final IntegratorioSimulatorExtension extension =
            new IntegratorioSimulatorExtension(builder -> builder.token(TOKEN).anyUser());

    private String connector;
    private Shell shell;
    private List<String> commands;

    @BeforeEach
    void aShellInACopyOfTheDocs() throws IOException {
        connector = extension.simulator().addConnector("Shop to Books");
        Path folder = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "docs");
        for (String name : List.of("camel-cli", "pipes")) {
            Path copy = Files.createDirectory(folder.resolve(name));
            try (Stream<Path> files = Files.list(DOCS.resolve(name))) {
                for (Path file : files.toList()) {
                    Files.copy(file, copy.resolve(file.getFileName()));
                }
            }
        }
        shell = new Shell(folder.resolve("camel-cli"),
                Map.of("INTEGRATOR_IO_TOKEN", TOKEN, "INTEGRATOR_IO_CONNECTOR_ID", connector,
                        "INTEGRATOR_IO_URL", extension.simulator().baseUrl()));
        commands = Pattern.compile("^camel (.*)$", Pattern.MULTILINE)
                .matcher(Files.readString(DOCS.resolve("camel-cli.md"))).results()
                .map(found -> found.group(1)).toList();
    }

    private String command(String part) {
        List<String> found = commands.stream().filter(command -> command.contains(part)).toList();
        assertEquals(1, found.size(), "commands with " + part);
        return found.get(0);
    }

    private void onlyLicenseIsOf(String email) {
        List<Map<String, Object>> licenses = extension.simulator().licenses(connector);
        assertEquals(1, licenses.size());
        assertEquals(email, ((Map<?, ?>) licenses.get(0).get("user")).get("email"));
    }

    @Test
    void run_runs_a_route() throws Exception {
        String said = shell.camel(command("run sign-up.camel.yaml"), KAMELETS, "--max-messages=1");

        onlyLicenseIsOf("jane@example.com");
        assertTrue(said.contains("is CREATED, and ends"), said);
        assertFalse(said.contains(TOKEN), "the token is in the log");
    }

    @Test
    void run_runs_the_routes_of_getting_started_in_a_folder_of_its_own() throws Exception {
        Path own = Files.createDirectory(shell.folder().resolve("own"));
        Files.writeString(own.resolve("licenses.camel.yaml"),
                block(Path.of("..", "..", "docs", "getting-started.md"), "licenses.camel.yaml`:"));
        Files.writeString(own.resolve("application.properties"),
                block(DOCS.resolve("camel-cli.md"), "`application.properties`:"));
        Path signUps = Files.createDirectory(own.resolve("sign-ups"));
        Files.writeString(signUps.resolve("jane.json"), "{\"email\": \"jane@example.com\"}");
        String said = shell.in("own").camel(command("run licenses.camel.yaml"), KAMELETS, "--max-messages=1");

        onlyLicenseIsOf("jane@example.com");
        assertTrue(said.contains("CREATED: license"), said);
    }

    /** The block of a page behind the name of its file. */
    private static String block(Path page, String name) throws IOException {
        return Pattern.compile(Pattern.quote(name) + "\\s+```\\w+\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(page)).results().findFirst().orElseThrow().group(1);
    }

    @Test
    void run_runs_a_pipe() throws Exception {
        Path inbox = Files.createDirectory(shell.folder().resolve("inbox"));
        Files.writeString(inbox.resolve("john.json"), "{\"email\": \"john@example.com\"}");
        String said = shell.camel(command("run ../pipes/"), KAMELETS, "--max-messages=1");

        onlyLicenseIsOf("john@example.com");
        assertFalse(said.contains(TOKEN), "the token is in the log");
    }

    @Test
    void export_makes_a_camel_main_project_that_builds_and_runs() throws Exception {
        exported("--runtime=camel-main", "sign-up");
    }

    @Test
    void export_makes_a_spring_boot_project_that_builds_and_runs() throws Exception {
        exported("--runtime=spring-boot", "sign-up-boot",
                "--spring-boot-version=" + System.getProperty("spring-boot.version"),
                "--camel-spring-boot-version=" + System.getProperty("camel-spring-boot.version"));
    }

    private void exported(String runtime, String folder, String... versions) throws Exception {
        String[] options = Stream.concat(Stream.of(versions),
                Stream.of(KAMELETS, "--camel-version=" + System.getProperty("camel.version")))
                .toArray(String[]::new);
        shell.camel(command(runtime), options);
        shell.in(folder).mvn("-q package");
        assertEquals(List.of(), extension.simulator().licenses(connector));
        String said = shell.in(folder).jar("target/sign-up-1.0.0.jar");

        onlyLicenseIsOf("jane@example.com");
        assertTrue(said.contains("is CREATED, and ends"), said);
    }
}
