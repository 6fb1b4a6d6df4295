package io.github.integratorio.camel.conventions;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Each row of the threat model names the method of a test that shows its defence, and the tests exist. */
class ThreatModelPageTest {

    private static final Path PAGE = Path.of("..", "docs", "internals", "threat-model.md");
    private static final Pattern METHOD = Pattern.compile("`\\w+Test#\\w+`");

    @Test
    void each_defence_is_shown_by_a_test_that_exists() throws Exception {
        String page = Files.readString(PAGE);
        List<String> rows = page.lines().filter(line -> line.startsWith("| ") && !line.startsWith("| wants")).toList();
        assertTrue(rows.size() > 25, () -> "too few rows: " + rows.size());
        assertEquals(List.of(), rows.stream().filter(row -> !METHOD.matcher(row).find()).toList());
        assertEquals(List.of(), FeaturesPageTest.missingTests(page));
    }
}
