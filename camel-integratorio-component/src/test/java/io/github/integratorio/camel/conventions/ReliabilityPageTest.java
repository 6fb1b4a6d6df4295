package io.github.integratorio.camel.conventions;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Holds the table of faults in docs/internals/fault-matrix.md against the tests that it names. */
class ReliabilityPageTest {

    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
    private static final Pattern ROW = Pattern.compile("^\\| (\\d+) \\|.*\\| ([^|]+) \\|$", Pattern.MULTILINE);
    private static final Pattern TEST = Pattern.compile("`(\\w+)#(\\w+)`");

    private static Map<String, String> sources() throws IOException {
        try (Stream<Path> files = Files.walk(ROOT)) {
            return files.filter(file -> file.toString().contains("src/test/java") && file.toString().endsWith(".java"))
                    .collect(Collectors.toMap(file -> file.getFileName().toString().replace(".java", ""), ReliabilityPageTest::read,
                            (one, other) -> one + other));
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void every_test_that_the_page_names_is_there_and_says_which_rows_it_is_for() throws IOException {
        Map<String, String> sources = sources();
        List<String> wrong = new ArrayList<>();
        int rows = 0;
        Matcher row = ROW.matcher(read(ROOT.resolve("docs/internals/fault-matrix.md")));
        while (row.find()) {
            rows++;
            Matcher test = TEST.matcher(row.group(2));
            while (test.find()) {
                String source = sources.get(test.group(1));
                if (source == null || !isTest(source, test.group(2)) || !mentions(source, Integer.parseInt(row.group(1)))) {
                    wrong.add(row.group(1) + " " + test.group());
                }
            }
        }
        assertTrue(rows > 200, "rows: " + rows);
        assertEquals(List.of(), wrong);
    }

    private static boolean isTest(String source, String name) {
        return source.contains("void " + name + "(") || source.contains("ArchRule " + name + " =");
    }

    /** Whether a number is in a list of rows: {@code row_7}, {@code rows_3_to_9_and_12}, {@code Rows 3 to 9, 12}. */
    private static boolean mentions(String source, int number) {
        Matcher list = Pattern.compile("[Rr]ows?[ _]((?:\\d+(?:[ _]to[ _]\\d+)?(?:, |; | and |_and_|_)?)+)").matcher(source);
        while (list.find()) {
            Matcher range = Pattern.compile("(\\d+)(?:[ _]to[ _](\\d+))?").matcher(list.group(1));
            while (range.find()) {
                int first = Integer.parseInt(range.group(1));
                if (first <= number && number <= (range.group(2) == null ? first : Integer.parseInt(range.group(2)))) {
                    return true;
                }
            }
        }
        // Cases of a parameterized test begin with the number of their row.
        return source.contains("\"" + number + " ");
    }
}
