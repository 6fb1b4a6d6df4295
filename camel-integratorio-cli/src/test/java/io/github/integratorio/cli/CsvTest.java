package io.github.integratorio.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Files of comma-separated values with any cells are read as they were written, or rejected with a line. */
class CsvTest {

    @Provide
    Arbitrary<String> cells() {
        return Arbitraries.strings().withChars("a,\"\r\n \t\u00a0=;").ofMaxLength(6);
    }

    @Property
    void quoted_cells_are_read_as_they_were_written(
            @ForAll @Size(min = 1, max = 4) List<@Size(min = 2, max = 4) List<@From("cells") String>> records,
            @ForAll boolean isWindows) {
        StringBuilder text = new StringBuilder();
        List<Long> lines = new ArrayList<>();
        long line = 1;
        for (List<String> record : records) {
            lines.add(line);
            List<String> quoted = record.stream().map(cell -> " \"" + cell.replace("\"", "\"\"") + "\" ").toList();
            text.append(String.join(",", quoted)).append(isWindows ? "\r\n" : "\n");
            line += 1 + String.join("", record).chars().filter(one -> one == '\n').count();
        }
        List<Csv.Line> read = Csv.parse(text.toString());
        assertEquals(records, read.stream().map(Csv.Line::cells).toList());
        assertEquals(lines, read.stream().map(Csv.Line::number).toList());
    }

    @Property
    void any_text_is_read_or_rejected_with_a_line(@ForAll @Size(max = 12) List<@From("cells") String> parts) {
        try {
            Csv.parse(String.join("", parts));
        } catch (IllegalArgumentException e) {
            assertTrue(e.getMessage().matches("line [1-9]\\d*: .*"), e.getMessage());
        }
    }

    @Test
    void spaces_in_a_cell_take_a_time_that_grows_with_their_number() {
        String cell = "a" + " ".repeat(1_000_000) + "b";
        assertTimeoutPreemptively(Duration.ofSeconds(60),
                () -> assertEquals(List.of(cell), Csv.parse(cell + "\n").get(0).cells()));
    }
}
