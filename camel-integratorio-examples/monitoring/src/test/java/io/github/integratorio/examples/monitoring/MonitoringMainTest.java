package io.github.integratorio.examples.monitoring;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class MonitoringMainTest {

    /** What users read and import: the page, the alerts and the dashboard. */
    private static final List<Path> PAGES = List.of(Path.of("..", "..", "docs", "monitoring.md"),
            Path.of("prometheus", "alerts.yaml"), Path.of("grafana", "dashboard.json"));

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
        for (Path page : PAGES) {
            Set<String> meters = matches("\\b((?:integratorio|camel)_[a-z_]+)", Files.readString(page));
            assertTrue(meters.size() >= 4, meters::toString);
            meters.removeAll(matches("(?m)^([a-z_]+)[ {]", seen));
            assertEquals(Set.of(), meters, "in " + page + ", but not among the metrics");
        }
    }

    @Test
    void the_alerts_ask_for_results_that_the_page_explains() throws Exception {
        Set<String> results = new TreeSet<>();
        for (String choice : matches("result=~?\\\\?\"([a-z_|]+)", Files.readString(PAGES.get(1)))) {
            results.addAll(List.of(choice.split("[|]")));
        }
        assertTrue(results.size() >= 5, results::toString);
        results.removeAll(matches("(?m)^\\| `([a-z_]+)` \\|", Files.readString(PAGES.get(0))));
        assertEquals(Set.of(), results);
    }

    @Test
    void each_alert_is_on_the_page() throws Exception {
        Set<String> alerts = matches("alert: (\\w+)", Files.readString(PAGES.get(1)));
        assertEquals(alerts, matches("(?m)^\\| `(\\w+)` \\| (?:page|ticket) \\|", Files.readString(PAGES.get(0))));
    }
}
