package io.github.integratorio.camel.conventions;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.github.integratorio.camel.support.Covers;
import org.junit.jupiter.api.Test;
import org.junit.platform.commons.annotation.Testable;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Each row of the fault matrix names exactly the tests that cover it by their {@link Covers} annotation.
 * {@code -Dmatrix.write=true} writes the names into the page.
 */
class FaultMatrixPageTest {

    private static final Path PAGE = Path.of("..", "docs", "internals", "fault-matrix.md");
    private static final Pattern ROW = Pattern.compile("^(\\| (\\d+) \\|.*\\|) ([^|]+) \\|$", Pattern.MULTILINE);
    private static final Pattern TEST = Pattern.compile("`(\\w+(?:#\\w+)?)`");

    private final Map<Integer, SortedSet<String>> testsByRow = new TreeMap<>();

    FaultMatrixPageTest() {
        for (JavaClass type : new ClassFileImporter().importPackages("io.github.integratorio.camel")) {
            type.tryGetAnnotationOfType(Covers.class).ifPresent(covers -> add(covers, type.getSimpleName()));
            for (JavaMember member : type.getMembers()) {
                member.tryGetAnnotationOfType(Covers.class).ifPresent(covers -> {
                    assertTrue(member.isMetaAnnotatedWith(Testable.class),
                            () -> member.getFullName() + " has @Covers but is not a test");
                    add(covers, type.getSimpleName() + "#" + member.getName());
                });
            }
        }
    }

    private void add(Covers covers, String test) {
        for (int row : covers.value()) {
            testsByRow.computeIfAbsent(row, number -> new TreeSet<>()).add(test);
        }
    }

    @Test
    void each_row_names_exactly_the_tests_that_cover_it() throws Exception {
        String page = Files.readString(PAGE);
        if (Boolean.getBoolean("matrix.write")) {
            page = ROW.matcher(page).replaceAll(
                    row -> Matcher.quoteReplacement(withTests(row.group(), row.group(1), number(row.group(2)))));
            Files.writeString(PAGE, page);
        }
        List<String> differences = new ArrayList<>();
        Set<Integer> rows = new TreeSet<>();
        Matcher row = ROW.matcher(page);
        while (row.find()) {
            rows.add(number(row.group(2)));
            Set<String> named = TEST.matcher(row.group(3)).results().map(test -> test.group(1))
                    .collect(Collectors.toCollection(TreeSet::new));
            Set<String> covering = testsByRow.getOrDefault(number(row.group(2)), new TreeSet<>());
            if (!named.equals(covering)) {
                differences.add("row " + row.group(2) + " names " + named + " but is covered by " + covering);
            }
        }
        testsByRow.forEach((number, tests) -> {
            if (!rows.contains(number)) {
                differences.add("the page has no row " + number + ", which is covered by " + tests);
            }
        });
        assertTrue(rows.size() > 200, () -> "too few rows: " + rows);
        assertEquals("", String.join("\n", differences),
                "update " + PAGE + " with: mvn -pl camel-integratorio-component -am test "
                        + "-Dtest=FaultMatrixPageTest -Dsurefire.failIfNoSpecifiedTests=false -Dmatrix.write=true");
    }

    private static int number(String text) {
        return Integer.parseInt(text);
    }

    private String withTests(String row, String cells, int number) {
        SortedSet<String> tests = testsByRow.get(number);
        return tests == null ? row
                : cells + tests.stream().map(test -> "`" + test + "`").collect(Collectors.joining(", ", " ", " |"));
    }
}
