package io.github.integratorio.examples.provisioning;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import io.github.integratorio.camel.api.License;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class ProvisioningMainTest {

    @TempDir
    private Path output;

    @Test
    void every_event_is_accounted_for_and_the_refused_ones_are_dead_letters_with_their_reasons() throws Exception {
        ByteArrayOutputStream console = new ByteArrayOutputStream();
        int status = new ProvisioningMain(output, new PrintStream(console, true, StandardCharsets.UTF_8)).run(Map.of());
        String text = console.toString(StandardCharsets.UTF_8);

        assertEquals(0, status, text);
        assertTrue(text.contains("Everything is accounted for."), text);
        assertFalse(text.matches("(?s).*[a-z]{2,}\\.[a-z]+@.*"), "a whole address is shown");
        List<String> letters = Files.readAllLines(output.resolve("dead-letters.ndjson"));
        assertEquals(3, letters.stream().filter(letter -> letter.contains("invalid_user")).count());
        assertEquals(2, letters.stream().filter(letter -> letter.contains("expected a date and time")).count());
        assertEquals(3, letters.stream().filter(letter -> letter.contains("duplicate")).count());
        assertEquals(1, letters.stream().filter(letter -> letter.contains("not JSON")).count());
        assertEquals(9, letters.size());
    }

    @Test
    void a_license_that_is_not_what_the_events_say_is_found() {
        License license = License.of(Map.of("_id", "l1", "email", "a@b.example", "expires", "2031-01-01T00:00:00Z"));
        Map<String, Expected.State> right = Map.of("a@b.example", new Expected.State(null, Instant.parse("2031-01-01T00:00:00Z"), false));
        Map<String, Expected.State> wrong = Map.of("a@b.example", new Expected.State("pro", Instant.parse("2031-01-01T00:00:00Z"), false));

        assertEquals(List.of(), ProvisioningMain.differences(right, List.of(license)));
        assertEquals(1, ProvisioningMain.differences(wrong, List.of(license)).size());
        assertEquals(1, ProvisioningMain.differences(right, List.of()).size());
    }
}
