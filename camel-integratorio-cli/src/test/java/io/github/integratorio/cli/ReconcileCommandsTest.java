package io.github.integratorio.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.integratorio.simulator.Fault;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class ReconcileCommandsTest extends CliTestSupport {

    private static final String END = "2031-01-31T00:00:00Z";

    private Path file;

    @BeforeEach
    void startWithTwoCustomers() {
        api.addLicense(connector, Map.of("email", "ann@acme.example", "expires", END));
        api.addLicense(connector, Map.of("email", "ben@birch.example", "expires", END));
        file = directory.resolve("billing.csv");
    }

    private int run(Reader input, String... arguments) {
        return IntegratorioCli.run(new IntegratorioCli(environment, input, false), new PrintWriter(out, true),
                new PrintWriter(err, true), arguments);
    }

    private int run(String... arguments) {
        return run(new StringReader(""), arguments);
    }

    private void write(String... lines) throws IOException {
        Files.write(file, List.of(lines));
    }

    private String otherHost() {
        return api.baseUrl().replace("127.0.0.1", "localhost");
    }

    @Test
    @Timeout(60)
    void a_long_cell_is_shown_at_once() throws IOException {
        write("email,expires,opts.note", "ann@acme.example," + END + "," + "x".repeat(200_000) + " a@acme.example");
        assertEquals(0, run("reconcile", "plan", file.toString()));
        assertFalse(out.toString().contains(" a@acme.example"));
    }

    /** Answers yes, after something else has happened. */
    private static Reader yesAfter(Runnable event) {
        return new StringReader("yes\n") {
            private boolean isDone;

            @Override
            public int read(char[] buffer, int offset, int length) throws IOException {
                if (!isDone) {
                    isDone = true;
                    event.run();
                }
                return super.read(buffer, offset, length);
            }
        };
    }

    private String expires(String email) {
        return api.licenses(connector).stream()
                .filter(license -> email.equals(((Map<?, ?>) license.get("user")).get("email"))).findFirst()
                .orElseThrow().get("expires").toString();
    }

    @Test
    void the_file_is_not_read_again_after_the_answer() throws Exception {
        write("email,expires", "ann@acme.example,2032-01-31T00:00:00Z");
        assertEquals(0, run(yesAfter(() -> {
            try {
                write("email,expires", "ann@acme.example,2020-01-01T00:00:00Z", "zoe@zeta.example," + END);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }), "reconcile", "apply", file.toString()), err::toString);
        assertEquals("2032-01-31T00:00:00.000Z", expires("ann@acme.example"));
        assertEquals(2, api.licenses(connector).size());
        assertTrue(out.toString().contains("Done: 1 updated"), out::toString);
    }

    @Test
    void a_license_that_was_sold_after_the_plan_does_not_end() throws Exception {
        write("email,expires", "ann@acme.example,2032-01-31T00:00:00Z");
        assertEquals(IntegratorioCli.NOT_CONFIRMED, run(yesAfter(() -> api.addLicense(connector,
                Map.of("email", "late@lake.example", "expires", END))), "reconcile", "apply", file.toString(),
                "--unknown", "expire"));
        assertEquals(0, writes());
        assertTrue(out.toString().contains("l***@lake.example"), out::toString);
        assertTrue(err.toString().contains("the plan has changed"), err::toString);
        assertEquals(0, run(new StringReader("yes\n"), "reconcile", "apply", file.toString(), "--unknown", "expire"),
                err::toString);
        assertTrue(out.toString().contains("Done: 1 updated, 2 expired"), out::toString);
        assertTrue(Instant.parse(expires("late@lake.example")).isBefore(Instant.now()));
    }

    @Test
    void a_date_that_cannot_be_read_is_explained_by_its_column() throws Exception {
        write("email,expires", "ann@acme.example,31.01.2027");
        run("reconcile", "plan", file.toString());
        assertTrue((out.toString() + err).contains(" expires: expected a date and time with a zone"), out + "" + err);
        assertFalse((out.toString() + err).contains("--expires"), out + "" + err);
        assertFalse((out.toString() + err).contains("duration"), out + "" + err);
    }

    @Test
    void a_change_that_is_no_longer_the_planned_one_stops_what_follows() throws Exception {
        write("email,expires", "ann@acme.example,2032-01-31T00:00:00Z");
        String ann = api.licenses(connector).get(0).get("_id").toString();
        String changed = "{\"_id\":\"" + ann
                + "\",\"user\":{\"email\":\"ann@acme.example\"},\"expires\":\"2036-01-31T00:00:00Z\"}";
        // The third time is after the plan was read again.
        api.faults().add(Fault.on("GET", ".*/licenses").afterSkipping(2).status(200, "application/json",
                "[" + changed + "]"));
        api.faults().add(Fault.on("GET", ".*/licenses/" + ann).afterSkipping(2).status(200, "application/json",
                changed));
        assertEquals(1, run(new StringReader("yes\n"), "reconcile", "apply", file.toString(), "--unknown", "expire"),
                err::toString);
        assertTrue(err.toString().contains("was changed by somebody else after the plan"), err::toString);
        assertEquals(1, writes(), err::toString);
        assertEquals("2031-01-31T00:00:00.000Z", expires("ben@birch.example"));
    }

    @Test
    void a_row_whose_end_is_in_the_past_ends_a_license() throws Exception {
        write("email,expires", "ann@acme.example,2020-01-31T00:00:00Z");
        assertEquals(0, run("reconcile", "plan", file.toString()), err::toString);
        assertTrue(out.toString().contains("- a***@acme.example") && out.toString().contains("Plan: 1 to expire"),
                out::toString);
        assertEquals(0, run(new StringReader("yes\n"), "reconcile", "apply", file.toString()), err::toString);
        assertTrue(out.toString().contains("Done: 1 expired"), out::toString);
    }

    @Test
    void rows_are_printed_for_programs() throws Exception {
        write("email,expires,notes,opts.seats",
                "ann@acme.example," + END + ",\"=ask boss@corp.example\nPlan: nothing\",",
                "", "eve@ember.example," + END + ",,");
        assertEquals(0, run("reconcile", "plan", file.toString(), "--output", "json"), err::toString);
        JsonNode rows = new ObjectMapper().readTree(out.toString());
        assertEquals("update", rows.get(0).get("change").asText());
        assertEquals("=ask b***@corp.example\nPlan: nothing",
                rows.get(0).get("differences").get(0).get("new").asText());
        assertEquals(5, rows.get(1).get("line").asInt());
        assertTrue(err.toString().contains("Plan: 1 to create, 1 to update"), err::toString);
        out.getBuffer().setLength(0);
        assertEquals(0, run("reconcile", "plan", file.toString(), "--output", "csv"), err::toString);
        assertEquals(3, out.toString().lines().count(), out::toString);
        out.getBuffer().setLength(0);
        assertEquals(0, run("reconcile", "plan", file.toString()), err::toString);
        assertEquals(1, out.toString().lines().filter(line -> line.startsWith("Plan:")).count(), out::toString);
        assertFalse(out.toString().contains("boss@"), out::toString);
    }

    @Test
    void no_rows_are_printed_for_programs_if_there_is_nothing_to_do() throws Exception {
        write("email,expires", "ann@acme.example," + END);
        assertEquals(0, run("reconcile", "apply", file.toString(), "--yes"), err::toString);
        out.getBuffer().setLength(0);
        assertEquals(0, run("reconcile", "apply", file.toString(), "--output", "json"), err::toString);
        assertEquals("[]", out.toString().replaceAll("\\s", ""));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = { "'' | UTF-8 | line 1: the file is empty",
            "email,expires | UTF-8 | line 2: the file has no rows", "name;email | UTF-8 | separated by commas",
            "email,email | UTF-8 | line 1: names the column email twice", "email, | UTF-8 | column 2 has no name",
            "Email,expires | UTF-8 | line 1: expected the column email, not Email",
            "name,expires | UTF-8 | email or _id among them",
            "email,edition/ann@acme.example,Größe | ISO-8859-1 | line 2: expected UTF-8",
            "email,expires | UTF-16 | not UTF-16",
            "email,expires/ann@acme.example | UTF-8 | line 2: expected 2 cells, not 1",
            "email,expires//,2031 | UTF-8 | line 3: expected a value for email or _id",
            "email,x/a@b.example,\"1/2 | UTF-8 | line 2: a quotation mark is not closed",
            "email,x/\"a/b\",1/a@b.example,\"1\"2 | UTF-8 | line 4: text follows a closing quotation mark" })
    void a_file_that_cannot_be_right_says_where(String text, String encoding, String expected) throws Exception {
        Files.writeString(file, text == null ? "" : text.replace('/', '\n'), Charset.forName(encoding));
        assertEquals(1, run("reconcile", "apply", "--yes", "--unknown", "expire", file.toString()));
        assertTrue(err.toString().contains("billing.csv: ") && err.toString().contains(expected), err::toString);
        assertEquals(0, writes());
    }

    @Test
    void what_the_component_refuses_is_named_by_its_line() throws Exception {
        write("email,expires", "", "ann@acme.example," + END, "", "ANN@acme.example," + END);
        assertEquals(1, run("reconcile", "plan", file.toString()));
        assertTrue(err.toString().contains("line 5 (same as 3)"), err::toString);
        write("email,expires,_connectorId", "", "ann@acme.example," + END + ",x", "", "ben@acme.example," + END + ",x",
                "cid@acme.example," + END + ",x");
        assertEquals(1, run("reconcile", "plan", file.toString()));
        assertTrue(err.toString().contains("line 3, 5, 6;"), err::toString);
        write("email,expires,opts,opts.a", "", "ann@acme.example," + END + ",,", "ben@acme.example," + END + ",x,y");
        assertEquals(1, run("reconcile", "plan", file.toString()));
        assertTrue(err.toString().contains("line 4: the column opts.a"), err::toString);
    }

    @Test
    void a_file_that_cannot_be_read_is_named() {
        assertEquals(1, run("reconcile", "plan", file.toString()));
        assertTrue(err.toString().contains("billing.csv: there is no such file"), err::toString);
        assertEquals(1, run("reconcile", "plan", directory.toString()));
        assertTrue(err.toString().contains("expected a file, not a folder"), err::toString);
        assertEquals(IntegratorioCli.USAGE, run("reconcile", "apply", "-"));
    }

    @Test
    void quoted_cells_and_the_line_ends_of_windows_are_read() throws Exception {
        Files.write(file, "\uFEFFemail,opts.note\r\n\r\n \u00A0ann@acme.example , \"a, \"\"b\"\"\r\nc\"\r\n"
                .getBytes(StandardCharsets.UTF_8));
        assertEquals(List.of(new LicenseFile.Row(3, Map.of("email", "ann@acme.example", "opts.note",
                "a, \"b\"\r\nc"))), LicenseFile.read(file, null));
    }

    @Test
    void what_lists_do_not_show_yet_is_not_created_again() throws Exception {
        write("email,expires", "eve@ember.example," + END);
        assertEquals(0, run("reconcile", "apply", "--yes", file.toString()), err::toString);
        api.faults().add(Fault.on("GET", ".*/licenses").times(2)
                .withoutRows(row -> row.toString().contains("eve@ember.example")));
        // Another host name, because another process would not know either what this one has created.
        assertEquals(0, run("reconcile", "apply", "--yes", file.toString(), "--url", otherHost()), err::toString);
        assertEquals(3, api.licenses(connector).size());
        assertEquals(1, api.count("POST", ".*"));
    }
}
