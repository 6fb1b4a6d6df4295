package io.github.integratorio.examples.monitoring;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class MonitoringMainTest {

    private static final Path PAGE = Path.of("..", "..", "docs", "monitoring.md");

    private static Set<String> matches(String regex, String text) {
        Set<String> found = new TreeSet<>();
        Matcher matcher = Pattern.compile(regex).matcher(text);
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
        return found;
    }

    @Test
    void the_output_contains_what_the_page_promises_and_nothing_personal() throws Exception {
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        new MonitoringMain(new PrintStream(written, true, StandardCharsets.UTF_8)).run();
        String seen = written.toString(StandardCharsets.UTF_8);

        assertTrue(seen.contains("{\"status\":\"UP\""), seen);
        assertTrue(seen.contains("{\"status\":\"DOWN\""), seen);
        assertTrue(seen.contains("token info (\\\\\\/tokenInfo) failed with status 401"), seen);
        assertTrue(seen.contains("call=\"licenses create\",result=\"throttled\"} 1"), seen);
        assertTrue(seen.contains("Requests: "), seen);
        for (String secret : new String[] { "@", "acme", "simulator-token", "another-token" }) {
            assertFalse(seen.replace("a***@", "").contains(secret), secret + " is in " + seen);
        }
        Set<String> meters = matches("\\b((?:integratorio|camel)_[a-z_]+)", Files.readString(PAGE));
        assertTrue(meters.size() >= 7, meters::toString);
        meters.removeAll(matches("(?m)^([a-z_]+)[ {]", seen));
        assertEquals(Set.of(), meters, "on the page, but not among the metrics");
    }
}
