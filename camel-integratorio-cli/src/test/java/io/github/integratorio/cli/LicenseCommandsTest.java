package io.github.integratorio.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.integratorio.simulator.Fault;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class LicenseCommandsTest extends CliTestSupport {

    private static final String END = "2031-01-31T00:00:00Z";

    private String ann;

    @BeforeEach
    void startWithOneCustomer() {
        ann = api.addLicense(connector, Map.of("email", "ann@acme.example", "expires", END));
    }

    private int run(String... arguments) {
        return run(out, arguments);
    }

    private int run(Writer output, String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return IntegratorioCli.run(new IntegratorioCli(environment, new StringReader(""), false),
                new PrintWriter(output), new PrintWriter(err, true), arguments);
    }

    @ParameterizedTest
    @ValueSource(strings = { "-P400D", "P-1D", "P0D", "PT0S", "30 days", "P9999Y", "P99999999999Y", "" })
    void a_license_is_extended_by_a_positive_duration_only(String by) {
        assertEquals(IntegratorioCli.USAGE, run("licenses", "extend", "ann@acme.example", "--by=" + by));
        assertTrue(err.toString().contains("--by: expected a duration such as P30D"), err::toString);
        assertTrue(err.toString().lines().count() < 3, err::toString);
        assertEquals(0, api.requestCount());
    }

    @Test
    void a_license_without_an_end_that_can_be_read_is_not_extended() {
        api.faults().add(Fault.on("GET", ".*/licenses/" + ann).always().status(200, "application/json",
                "{\"_id\":\"" + ann + "\",\"user\":{\"email\":\"ann@acme.example\"},\"expires\":\"soon\"}"));
        assertEquals(1, run("licenses", "extend", "ann@acme.example", "--by", "P1Y"));
        assertTrue(err.toString().contains("has no end that can be read"), err::toString);
        assertEquals(0, writes());
    }

    @Test
    void an_end_that_another_has_changed_meanwhile_is_not_overwritten() {
        api.faults().add(Fault.on("GET", ".*/licenses/" + ann).times(2).status(200, "application/json",
                "{\"_id\":\"" + ann
                        + "\",\"user\":{\"email\":\"ann@acme.example\"},\"expires\":\"2029-01-31T00:00:00Z\"}"));
        assertEquals(1, run("licenses", "extend", "ann@acme.example", "--by", "P1Y"));
        assertTrue(err.toString().contains("was changed by somebody else"), err::toString);
        assertEquals(0, writes());
    }

    @Test
    void an_extend_without_a_license_says_nothing_of_an_expiry() {
        assertEquals(1, run("licenses", "extend", "nobody@acme.example", "--by", "P1Y"));
        assertEquals("integratorio: the user has no license of this connector", err.toString().strip());
    }

    @Test
    void a_trial_that_is_extended_stays_a_trial() {
        String trial = api.addLicense(connector, Map.of("email", "tom@tea.example", "trialEndDate",
                Instant.now().plus(Duration.ofDays(10)).toString()));
        Instant before = Instant.parse(api.license(connector, trial).get("trialEndDate").toString());
        assertEquals(0, run("licenses", "extend", "tom@tea.example", "--by", "P10D"), err::toString);
        Map<String, Object> license = api.license(connector, trial);
        assertEquals(before.plus(Duration.ofDays(10)), Instant.parse(license.get("trialEndDate").toString()));
        assertEquals(null, license.get("expires"));
    }

    @Test
    void one_of_several_licenses_of_a_user_is_chosen_by_its_id() {
        String second = api.addLicense(connector, Map.of("email", "ann@acme.example", "expires", END));
        assertEquals(1, run("licenses", "extend", "ann@acme.example", "--by", "P1Y"));
        assertTrue(err.toString().contains("--license-id"), err::toString);
        assertEquals(0, run("licenses", "extend", "ann@acme.example", "--by", "P1Y", "--license-id", second),
                err::toString);
        assertEquals("2032-01-31T00:00:00.000Z", api.license(connector, second).get("expires"));
        assertEquals(1, run("licenses", "expire", "bob@birch.example", "--yes", "--license-id", second));
        assertEquals(0, run("licenses", "expire", "ann@acme.example", "--yes", "--license-id", second),
                err::toString);
        assertEquals("2031-01-31T00:00:00.000Z", api.license(connector, ann).get("expires"));
    }

    @ParameterizedTest
    @ValueSource(strings = { "x)&baseUrl=RAW(http://127.0.0.1:1/v1", "{{env:HOME}}", "", "a b", "a/../b" })
    void an_id_cannot_be_anything_else(String id) {
        assertEquals(IntegratorioCli.USAGE, run("licenses", "list", "--connector", id));
        assertTrue(err.toString().contains("--connector: expected 1 to 64 letters, digits, _ or -"), err::toString);
        assertEquals(IntegratorioCli.USAGE,
                run("licenses", "expire", "ann@acme.example", "--yes", "--license-id", id));
        environment.put("INTEGRATOR_IO_CONNECTOR_ID", id);
        assertEquals(IntegratorioCli.USAGE, run("licenses", "list"));
        assertEquals(0, api.requestCount());
    }

    @ParameterizedTest
    @ValueSource(strings = { "licenses|create|ann|--expires|P1D", "licenses|create|a@b.example|--expires|soon",
            "licenses|create|a@b.example|--expires|2020-01-01T00:00:00Z", "licenses|expiring|--within|-P30D",
            "licenses|list|--url|ftp://x", "licenses|list|--region|DE", "licenses|list|--output|xml", "licenses|lst",
            "reconcile|plan|x.csv|--mass-expiry-limit|101", "licenses|create|m\uFFFD@b.example|--expires|P1D" })
    void a_wrong_command_line_is_told_in_two_lines_and_sends_nothing(String line) {
        assertEquals(IntegratorioCli.USAGE, run(line.split("\\|")), err::toString);
        assertTrue(err.toString().lines().count() < 3, err::toString);
        assertFalse(err.toString().matches("(?s).*(baseUrl|accessToken|Failed to|body:).*"), err::toString);
        assertEquals(0, api.requestCount());
    }

    @Test
    void a_token_that_cannot_be_one_is_a_wrong_command_line() {
        environment.put("INTEGRATOR_IO_TOKEN", "Bearer abc");
        assertEquals(IntegratorioCli.USAGE, run("licenses", "list"));
        assertTrue(err.toString().startsWith("integratorio: token: give the token alone"), err::toString);
    }

    @Test
    void values_are_typed_for_programs_and_harmless_for_terminals_and_spreadsheets() throws Exception {
        api.addLicense(connector, Map.of("email", "eve@ember.example", "expires", END, "opts",
                Map.of("connectorEdition", "=1+\u001B[31m\nboss@corp.example")));
        assertEquals(0, run("licenses", "list", "--output", "json"), err::toString);
        JsonNode row = new ObjectMapper().readTree(out.toString()).get(1);
        assertEquals("=1+\u001B[31m\nb***@corp.example", row.get("edition").asText());
        assertEquals(END, row.get("ends").asText());
        assertTrue(row.get("sandbox").isBoolean() && row.get("trial").isBoolean() && row.get("days left").isNumber(),
                out::toString);
        assertEquals(0, run("licenses", "list", "--output", "csv"));
        assertTrue(out.toString().contains(",'=1+\\u001b[31m\\u000ab***@corp.example,"), out::toString);
        assertEquals(0, run("licenses", "list"));
        assertEquals(5, out.toString().lines().count(), out::toString);
    }

    @Test
    void output_that_cannot_be_written_is_a_failure() {
        OutputStream full = new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                throw new IOException("No space left on device");
            }
        };
        assertEquals(1, run(new OutputStreamWriter(full), "licenses", "list", "--output", "csv"));
        assertTrue(err.toString().contains("the output cannot be written"), err::toString);
    }

    @Test
    void a_creation_that_an_interrupted_command_may_have_sent_is_not_sent_again() throws Exception {
        String[] create = { "licenses", "create", "eve@ember.example", "--expires", END };
        assertEquals(0, run(create), err::toString);
        // What is left of the claim if the process was killed while it waited for the answer.
        Path claims = directory.resolve("integratorio").resolve("claims");
        Files.write(claims, List.of(Files.readAllLines(claims).get(0)));
        // Another host name, because another process would not know either what this one has created.
        environment.put("INTEGRATOR_IO_URL", api.baseUrl().replace("127.0.0.1", "localhost"));
        api.faults().add(Fault.on("GET", ".*/licenses").times(3)
                .withoutRows(row -> row.toString().contains("eve@ember.example")));
        assertEquals(0, run(create), err::toString);
        assertTrue(err.toString().contains("An earlier request had created this license"), err::toString);
        assertEquals(1, api.count("POST", ".*"));
    }

    @Test
    void without_a_place_for_claims_nothing_is_created() throws Exception {
        Path occupied = Files.writeString(directory.resolve("occupied"), "");
        assertEquals(1, run("licenses", "create", "eve@ember.example", "--expires", END, "--claims",
                occupied.resolve("claims").toString()));
        assertTrue(err.toString().contains("name another one with --claims"), err::toString);
        assertEquals(0, writes());
    }

    @Test
    void installs_are_updated_in_batches_and_an_odd_one_is_left_out() {
        for (int i = 0; i < 1001; i++) {
            api.putInstallation(connector, Map.of("_integrationId", "install" + i, "version", "1.0.0"));
        }
        api.putInstallation(connector, Map.of("_integrationId", "odd id", "version", "1.0.0"));
        assertEquals(1, run("installs", "push-update", "--unless-version", "9", "--yes"));
        assertTrue(err.toString().contains("! odd id: this install is left out"), err::toString);
        assertTrue(err.toString().contains("The update of 1001 installs was started"), err::toString);
        assertEquals(2, api.count("PUT", ".*/update"));
    }
}
