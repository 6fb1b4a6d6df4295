package io.github.integratorio.camel.conventions;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.github.integratorio.camel.internal.client.protocol.ApiMethod;
import io.github.integratorio.camel.internal.client.protocol.FailureKind;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

/** The monitoring page and the alerts name the tags that the meters have. */
class MonitoringPageTest {

    private static final Path PAGE = Path.of("..", "docs", "monitoring.md");
    private static final Path ALERTS = Path.of("../camel-integratorio-examples/monitoring/prometheus/alerts.yaml");

    private static Set<String> matches(String regex, String text) {
        Set<String> found = new TreeSet<>();
        Matcher matcher = Pattern.compile(regex).matcher(text);
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
        return found;
    }

    @Test
    void the_page_and_the_alerts_name_existing_calls_and_results() throws IOException {
        String page = Files.readString(PAGE) + Files.readString(ALERTS);
        Set<String> calls = matches("call=\"([^\"]+)\"", page);
        Set<String> results = matches("result=\"([^\"]+)\"", page);
        assertFalse(calls.isEmpty() || results.isEmpty());
        Arrays.stream(ApiMethod.values()).map(ApiMethod::label).forEach(calls::remove);
        Arrays.stream(FailureKind.values()).map(failure -> failure.name().toLowerCase(Locale.ROOT))
                .forEach(results::remove);
        results.remove("ok");
        assertEquals(Set.of(), calls);
        assertEquals(Set.of(), results);
    }
}
