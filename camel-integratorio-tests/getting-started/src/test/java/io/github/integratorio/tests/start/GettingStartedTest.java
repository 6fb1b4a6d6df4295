package io.github.integratorio.tests.start;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import javax.xml.parsers.DocumentBuilderFactory;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Does what docs/getting-started.md says, block by block, in an empty folder. */
class GettingStartedTest {

    private static final Path PAGE = Path.of("../../docs/getting-started.md");
    private static final Pattern FILE = Pattern.compile("`([^`\n]+)`:\n\n```\\w+\n(.*?)```", Pattern.DOTALL);
    private static final Pattern BLOCK = Pattern.compile("```\\w*\n(.*?)```", Pattern.DOTALL);
    private static final Pattern EXPORT = Pattern.compile("export (\\w+)=(\\S+)\n");
    private static final Pattern VARYING =
            Pattern.compile("[0-9a-f]{24}|\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d{3})?Z");

    @TempDir
    private Path temporary;
    private Path folder;
    private String page;

    @BeforeEach
    void writeFiles() throws IOException {
        page = Files.readString(PAGE);
        folder = Files.createDirectory(temporary.resolve("licenses"));
        for (MatchResult file : FILE.matcher(page).results().toList()) {
            Path target = folder.resolve(file.group(1));
            Files.createDirectories(target.getParent());
            Files.writeString(target, file.group(2));
        }
    }

    @Test
    void the_application_of_the_page_creates_a_license_and_ends_it_and_sees_an_install() throws Exception {
        try (Program simulator = Program.java(folder, Map.of(), System.getProperty("java.class.path"),
                "io.github.integratorio.simulator.SimulatorMain", "--port", "0")) {
            Map<String, String> environment = exported(simulator);
            assertTrue(page.contains("-cp %classpath org.apache.camel.main.Main"), page);
            try (Program application = Program.java(folder, environment,
                    folder.resolve("src/main/resources") + System.getProperty("path.separator")
                            + System.getProperty("application.classpath"),
                    "org.apache.camel.main.Main")) {
                application.prints(promised("the list has"));
                runInShell("sign-ups/jane.json");
                application.prints(promised("CREATED: license"));
                simulator.type(typed("licenses"));
                simulator.prints(Pattern.compile("expires=\\S+ .*email=jane@example.com"));
                simulator.type(typed("install jane@example.com"));
                application.prints(promised("ADDED: "));
                runInShell("cancellations/jane.json");
                application.prints(promised("Ended: "));
            }
        }
    }

    @Test
    void the_route_in_java_runs_beside_those_in_yaml() throws Exception {
        Path classes = Files.createDirectory(temporary.resolve("classes"));
        String libraries = System.getProperty("application.classpath");
        assertEquals(0, ToolProvider.getSystemJavaCompiler().run(null, null, null, "-d", classes.toString(), "-cp",
                libraries, folder.resolve("src/main/java/com/example/Licenses.java").toString()));
        try (Program simulator = Program.java(folder, Map.of(), System.getProperty("java.class.path"),
                "io.github.integratorio.simulator.SimulatorMain", "--port", "0")) {
            try (Program application = Program.java(folder, exported(simulator), String.join(
                    System.getProperty("path.separator"), classes.toString(),
                    folder.resolve("src/main/resources").toString(), libraries), "com.example.Licenses")) {
                application.prints(promised("the list has"));
                runInShell("sign-ups/jane.json");
                application.prints(promised("CREATED: license"));
                runInShell("upgrades/jane.json");
                application.prints(promised("Upgraded: "));
            }
        }
    }

    /** What the simulator tells to export. */
    private static Map<String, String> exported(Program simulator) throws Exception {
        simulator.prints(Pattern.compile("Type help"));
        Map<String, String> environment = new HashMap<>();
        EXPORT.matcher(simulator.output()).results().forEach(e -> environment.put(e.group(1), e.group(2)));
        assertEquals(3, environment.size(), simulator.output());
        return environment;
    }

    /** The line of a block that contains this, as a pattern for any id and instant. */
    private Pattern promised(String part) {
        String line = block(part).lines().filter(each -> each.contains(part)).findFirst().orElseThrow();
        StringBuilder pattern = new StringBuilder();
        int end = 0;
        for (MatchResult varying : VARYING.matcher(line).results().toList()) {
            pattern.append(Pattern.quote(line.substring(end, varying.start()))).append("(?:" + VARYING + ")");
            end = varying.end();
        }
        return Pattern.compile(pattern + Pattern.quote(line.substring(end)));
    }

    private String typed(String command) {
        assertTrue(page.contains("type `" + command + "`"), "the page does not say " + command);
        return command;
    }

    private void runInShell(String part) throws Exception {
        await().until(() -> Files.isDirectory(folder.resolve(part).getParent()));
        Process shell = new ProcessBuilder("sh", "-c", block(part)).directory(folder.toFile()).inheritIO().start();
        assertEquals(0, shell.waitFor());
    }

    private String block(String part) {
        List<String> blocks = BLOCK.matcher(page).results().map(block -> block.group(1))
                .filter(block -> block.lines().count() < 5 && block.contains(part)).toList();
        assertEquals(1, blocks.size(), "blocks with " + part);
        return blocks.get(0);
    }

    @Test
    void the_pom_of_the_page_has_the_dependencies_that_were_tested() throws Exception {
        Map<String, String> versions = Map.of("io.github.integratorio", System.getProperty("project.version"),
                "org.apache.camel", System.getProperty("camel.version"),
                "com.h2database", System.getProperty("h2.version"),
                "org.slf4j", System.getProperty("slf4j.version"));
        Set<String> expected = new LinkedHashSet<>();
        dependencies(Path.of("pom.xml")).forEach(dependency -> expected.add(text(dependency, "groupId") + ":"
                + text(dependency, "artifactId") + ":" + versions.get(text(dependency, "groupId"))));
        Set<String> written = new LinkedHashSet<>();
        dependencies(folder.resolve("pom.xml")).forEach(dependency -> written.add(text(dependency, "groupId") + ":"
                + text(dependency, "artifactId") + ":" + text(dependency, "version")));
        assertEquals(expected, written);
    }

    private static Stream<Element> dependencies(Path pom) throws Exception {
        NodeList found = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(pom.toFile())
                .getElementsByTagName("dependency");
        return Stream.iterate(0, i -> i < found.getLength(), i -> i + 1).map(i -> (Element) found.item(i));
    }

    private static String text(Element element, String child) {
        return element.getElementsByTagName(child).item(0).getTextContent();
    }
}
