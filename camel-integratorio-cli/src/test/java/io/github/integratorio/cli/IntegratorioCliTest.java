package io.github.integratorio.cli;

import java.io.PrintWriter;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class IntegratorioCliTest extends CliTestSupport {

    private static final String NEXT_YEAR = "2031-01-31T00:00:00Z";

    @BeforeEach
    void startWithTwoCustomers() {
        api.install(connector, api.addLicense(connector, Map.of("email", "ann@acme.example", "expires", NEXT_YEAR)));
        api.addLicense(connector, Map.of("email", "ben@birch.example", "expires",
                Instant.now().plusSeconds(86_400).toString()));
    }

    private int answer(String input, String... arguments) {
        return IntegratorioCli.run(new IntegratorioCli(environment, new StringReader(input), false),
                new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    }

    private int run(String... arguments) {
        return answer("", arguments);
    }

    private String file(String... lines) throws Exception {
        return Files.write(directory.resolve("billing.csv"), List.of(lines)).toString();
    }

    private Map<String, Object> license(String email) {
        return api.licenses(connector).stream()
                .filter(license -> email.equals(((Map<?, ?>) license.get("user")).get("email"))).findFirst()
                .orElseThrow();
    }

    @Test
    void licenses_are_listed_with_masked_addresses_unless_asked_for() {
        assertEquals(0, run("licenses", "list"), err::toString);
        assertTrue(out.toString().contains("a***@acme.example") && out.toString().contains("2 licenses"),
                out::toString);
        assertFalse(out.toString().contains("ann@"), out::toString);
        assertEquals(0, run("licenses", "list", "--show-emails", "--output", "csv"));
        assertTrue(out.toString().contains("ann@acme.example,"), out::toString);
        assertEquals(0, run("licenses", "list", "--show-emails", "--output", "json"), err::toString);
        assertTrue(out.toString().contains("\"ann@acme.example\""), out::toString);
    }

    @Test
    void only_licenses_that_end_soon_are_expiring() {
        assertEquals(0, run("licenses", "expiring", "--within", "P7D", "--output", "json"), err::toString);
        assertTrue(out.toString().contains("b***@birch.example"), out::toString);
        assertFalse(out.toString().contains("acme"), out::toString);
    }

    @Test
    void a_license_is_created_once_however_often_the_command_runs() {
        String[] create = { "licenses", "create", "eve@ember.example", "--expires", "P30D", "--edition", "premium" };
        assertEquals(0, run(create), err::toString);
        assertEquals(1, run(create));
        assertTrue(err.toString().contains("e***@ember.example has a license already"), err::toString);
        assertEquals(3, api.licenses(connector).size());
        assertEquals(Map.of("connectorEdition", "premium"), license("eve@ember.example").get("opts"));
    }

    @Test
    void a_user_is_known_in_every_spelling_that_the_component_takes_for_the_same() {
        api.addLicense(connector, Map.of("email", "zoe\u0308@fj\u00f6rd.example", "expires", NEXT_YEAR));
        assertEquals(1, run("licenses", "create", "zo\u00eb@fj\u00f6rd.example",
                "--expires", "P30D"));
        assertTrue(err.toString().contains("has a license already"), err::toString);
        assertEquals(0, writes());
        assertEquals(0, run("licenses", "expire", "zo\u00eb@fj\u00f6rd.example", "--yes"), err::toString);
    }

    @Test
    void a_license_is_extended_from_its_end() {
        assertEquals(0, run("licenses", "extend", "ann@acme.example", "--by", "P1Y"), err::toString);
        assertEquals("2032-01-31T00:00:00.000Z", license("ann@acme.example").get("expires"));
    }

    /** Such as a token, which is no option, and which a build log would keep. */
    @Test
    void an_argument_that_has_no_place_is_not_repeated() {
        for (String[] arguments : new String[][] { { "--token=tok-secret" }, { "--token", "tok-secret" },
                { "-ttok-secret" }, { "tok-secret@example.com" } }) {
            String[] extend = { "licenses", "extend", "ann@acme.example", "--by", "P1D" };
            assertEquals(IntegratorioCli.USAGE,
                    run(Stream.of(extend, arguments).flatMap(Stream::of).toArray(String[]::new)));
            assertFalse(err.toString().contains("secret"), err::toString);
            assertTrue(arguments.length == 1 && !arguments[0].startsWith("--")
                    || err.toString().contains("Unknown option: '--token'"), err::toString);
        }
        assertEquals(IntegratorioCli.USAGE, run("licenses", "lst"));
        assertTrue(err.toString().contains("'lst'"), err::toString);
        assertEquals(0, writes());
    }

    @Test
    void a_license_ends_only_after_a_yes() {
        assertEquals(IntegratorioCli.NOT_CONFIRMED, answer("no\n", "licenses", "expire", "ann@acme.example"));
        assertEquals(IntegratorioCli.NOT_CONFIRMED, answer("", "licenses", "expire", "ann@acme.example"));
        assertEquals(0, writes());
        assertEquals(0, answer("yes\n", "licenses", "expire", "ann@acme.example"), err::toString);
        assertTrue(Instant.parse(license("ann@acme.example").get("expires").toString()).isBefore(Instant.now()));
        assertEquals(1, run("licenses", "expire", "nobody@acme.example", "--yes"));
        assertTrue(err.toString().contains("the user has no license of this connector"), err::toString);
        assertFalse(err.toString().contains("baseUrl"), err::toString);
    }

    @Test
    void a_plan_shows_each_difference_and_writes_nothing() throws Exception {
        String file = file("email,expires,opts.connectorEdition", "ann@acme.example," + NEXT_YEAR + ",premium",
                "eve@ember.example," + NEXT_YEAR + ",");
        assertEquals(IntegratorioCli.DIFFERENCES,
                run("reconcile", "plan", file, "--unknown", "expire", "--detailed-exitcode"), err::toString);
        assertTrue(out.toString().contains("opts.connectorEdition: premium"), out::toString);
        assertTrue(out.toString().contains("- b***@birch.example"), out::toString);
        assertTrue(out.toString().contains("Plan: 1 to create, 1 to update, 1 to expire"), out::toString);
        assertFalse(out.toString().matches("(?s).*(ann|ben|eve)@.*"), out::toString);
        assertEquals(0, writes());
    }

    @Test
    void a_file_may_begin_with_the_byte_order_mark_of_a_spreadsheet() throws Exception {
        String file = file("\uFEFFemail,expires", "eve@ember.example," + NEXT_YEAR);
        assertEquals(0, run("reconcile", "plan", file), err::toString);
        assertTrue(out.toString().contains("Plan: 1 to create"), out::toString);
    }

    @Test
    void apply_asks_and_then_brings_the_licenses_in_line() throws Exception {
        String file = file("email,expires", "ann@acme.example," + NEXT_YEAR, "ben@birch.example," + NEXT_YEAR,
                "eve@ember.example," + NEXT_YEAR);
        assertEquals(IntegratorioCli.NOT_CONFIRMED, answer("n\n", "reconcile", "apply", file));
        assertEquals(0, writes());
        assertEquals(0, answer("yes\n", "reconcile", "apply", file), err::toString);
        assertTrue(out.toString().contains("Done: 1 created, 1 updated, 1 unchanged"), out::toString);
        assertEquals(0, run("reconcile", "plan", file, "--detailed-exitcode"), "nothing is left to do");
        assertEquals(3, api.licenses(connector).size());
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "email,expires", "name,expires\nann,2031-01-31T00:00:00Z",
            "email,expires,expires\nann@acme.example,2031-01-31T00:00:00Z,2020-01-31T00:00:00Z",
            "email,expires\nann@acme.example", "email,expires\nann@acme.example,2031-01-31T00:00:00Z,3,4",
            "email,expires\nann@acme.example,2031-01-31T00:00:00Z\nANN@acme.example,2031-01-31T00:00:00Z" })
    void a_file_that_cannot_be_right_changes_nothing(String text) throws Exception {
        assertEquals(1, run("reconcile", "apply", "--yes", "--unknown", "expire", file(text.split("\n"))));
        assertEquals(0, writes());
        assertTrue(err.toString().startsWith("integratorio: "), err::toString);
    }

    @Test
    void updates_are_pushed_to_old_installs_only() {
        assertEquals(0, run("installs", "push-update", "--unless-version", "9.9.9", "--yes"), err::toString);
        assertEquals(true, api.installBase(connector).get(0).get("updateInProgress"));
        assertEquals(0, run("installs", "push-update", "--unless-version", "9.9.9", "--yes"), "it is being updated");
        assertEquals(1, api.count("PUT", ".*/update"));
        assertEquals(0, run("installs", "report"));
        assertTrue(out.toString().contains("1 install: 1 of version"), out::toString);
    }

    @Test
    void a_missing_token_or_connector_is_a_usage_error_that_says_what_to_set() {
        environment.remove("INTEGRATOR_IO_CONNECTOR_ID");
        assertEquals(IntegratorioCli.USAGE, run("licenses", "list"));
        assertTrue(err.toString().contains("INTEGRATOR_IO_CONNECTOR_ID"), err::toString);
        environment.clear();
        assertEquals(IntegratorioCli.USAGE, run("connectors", "list"));
        assertTrue(err.toString().contains("set INTEGRATOR_IO_TOKEN, add --token-file"), err::toString);
        assertEquals(IntegratorioCli.USAGE, run("licenses", "expiring", "--within", "30 days", "--simulator"));
        assertTrue(err.toString().contains("expected a duration such as P30D"), err::toString);
    }

    @Test
    void the_token_can_come_from_a_file_and_is_never_shown() throws Exception {
        environment.remove("INTEGRATOR_IO_TOKEN");
        Path token = Files.writeString(directory.resolve("token"), api.token() + "\n");
        assertEquals(0, run("connectors", "list", "--token-file", token.toString()), err::toString);
        Files.writeString(token, "wrong-token");
        assertEquals(1, run("connectors", "list", "--token-file", token.toString()));
        assertTrue(err.toString().contains("401"), err::toString);
        assertFalse(err.toString().contains("wrong-token"), err::toString);
        Files.writeString(token, "\uFEFF" + api.token());
        assertEquals(0, run("connectors", "list", "--token-file", token.toString()), err::toString);
        Files.writeString(token, "\n");
        assertEquals(IntegratorioCli.USAGE, run("connectors", "list", "--token-file", token.toString()));
        assertTrue(err.toString().contains("--token-file: " + token + " is empty"), err::toString);
    }

    @Test
    void the_simulator_needs_no_account() {
        environment.clear();
        assertEquals(0, run("licenses", "list", "--simulator"), err::toString);
        assertTrue(out.toString().contains("5 licenses"), out::toString);
    }
}
