package io.github.integratorio.camel.conventions;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Docs, READMEs, examples and Kamelets use only endpoints, properties and packages that are public. */
class UsageTest {

    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
    private static final Pattern FILES =
            Pattern.compile("[^/]+\\.md|docs/.*\\.(md|yaml|properties|xml)|camel-integratorio-[^/]+/[^/]+\\.md"
                    + "|camel-integratorio-component/src/main/docs/.*\\.adoc|camel-integratorio-kamelets/src/main/.*\\.yaml"
                    + "|camel-integratorio-examples/.*\\.(md|java|yaml|xml|properties)");

    private static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(ROOT)) {
            return files.map(ROOT::relativize)
                    .filter(file -> FILES.matcher(file.toString().replace('\\', '/')).matches())
                    .filter(file -> !file.toString().contains("target")).sorted().toList();
        }
    }

    @Test
    void every_endpoint_and_property_in_docs_and_examples_exists() throws IOException {
        UsageCheck check = new UsageCheck();
        List<String> problems = new ArrayList<>();
        Map<Use.Kind, Integer> found = new EnumMap<>(Use.Kind.class);
        for (Path file : files()) {
            String text = Files.readString(ROOT.resolve(file));
            UsageCheck.uses(file.toString(), text).forEach(use -> found.merge(use.kind(), 1, Integer::sum));
            problems.addAll(check.problems(file.toString(), text));
        }
        assertEquals("", String.join("\n", problems));
        // The minimum ensures that the patterns still find the uses.
        assertTrue(found.get(Use.Kind.CONSUMER) >= 10 && found.get(Use.Kind.PRODUCER) >= 15
                && found.get(Use.Kind.PROPERTY) >= 20, found::toString);
    }

    @Test
    void code_outside_the_component_uses_no_internal_package() throws IOException {
        List<String> users = new ArrayList<>();
        int sources = 0;
        for (String module : List.of("examples", "kamelets", "starter", "tests")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve("camel-integratorio-" + module))) {
                for (Path file : files
                        .filter(file -> file.toString().endsWith(".java") && !file.toString().contains("target"))
                        .toList()) {
                    sources++;
                    // The parsers that are fuzzed are internal; nobody shall take an example from them.
                    if (!file.toString().contains("/fuzz/")
                            && Files.readString(file).contains("io.github.integratorio.camel.internal")) {
                        users.add(ROOT.relativize(file).toString());
                    }
                }
            }
        }
        assertEquals(List.of(), users);
        assertTrue(sources > 100, "sources: " + sources);
    }
}
