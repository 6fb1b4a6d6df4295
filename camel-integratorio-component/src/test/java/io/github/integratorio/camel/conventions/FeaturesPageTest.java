package io.github.integratorio.camel.conventions;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Each row of the page of Camel's features names a test, and each test that the page names exists in one of the modules. */
class FeaturesPageTest {

    private static final Path PAGE = Path.of("..", "docs", "internals", "camel-features.md");
    private static final Pattern ROW = Pattern.compile("^\\| (?!feature|report|---)(.+?) \\|.*\\| (.*?) \\|$",
            Pattern.MULTILINE);
    private static final Pattern TEST = Pattern.compile("`(\\w+Test)(?:#(\\w+))?`");

    @Test
    void each_row_names_tests_that_exist() throws Exception {
        String page = Files.readString(PAGE);
        String features = page.substring(0, page.indexOf("## "));
        List<MatchResult> rows = ROW.matcher(features).results().toList();
        assertTrue(rows.size() > 40, () -> "too few rows: " + rows.size());
        List<String> missing = new ArrayList<>();
        for (MatchResult row : rows) {
            if (!TEST.matcher(row.group(2)).find()) {
                missing.add("a test of: " + row.group(1));
            }
        }
        missing.addAll(missingTests(page));
        assertEquals(List.of(), missing);
    }

    /** The tests that a page names and that do not exist. */
    static List<String> missingTests(String page) throws IOException {
        List<String> missing = new ArrayList<>();
        List<Path> sources = sources();
        for (MatchResult test : TEST.matcher(page).results().toList()) {
            if (!exists(sources, test.group(1), test.group(2))) {
                missing.add(test.group());
            }
        }
        return missing;
    }

    private static List<Path> sources() throws IOException {
        List<Path> sources = new ArrayList<>();
        try (Stream<Path> modules = Files.list(Path.of(".."))) {
            for (Path tests : modules.map(module -> module.resolve("src/test/java")).filter(Files::isDirectory)
                    .toList()) {
                try (Stream<Path> files = Files.walk(tests)) {
                    files.forEach(sources::add);
                }
            }
        }
        return sources;
    }

    private static boolean exists(List<Path> sources, String type, String method) throws IOException {
        for (Path source : sources) {
            if (source.getFileName().toString().equals(type + ".java")
                    && (method == null || Files.readString(source).contains("void " + method + "("))) {
                return true;
            }
        }
        return false;
    }
}
