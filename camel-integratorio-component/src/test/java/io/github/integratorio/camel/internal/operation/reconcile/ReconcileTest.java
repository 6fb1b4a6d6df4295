package io.github.integratorio.camel.internal.operation.reconcile;

import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.github.integratorio.camel.RunningComponent;
import io.github.integratorio.camel.api.FieldDifference;
import io.github.integratorio.camel.api.IntegratorioAmbiguousOutcomeException;
import io.github.integratorio.camel.api.IntegratorioApiException;
import io.github.integratorio.camel.api.IntegratorioTransportException;
import io.github.integratorio.camel.api.License;
import io.github.integratorio.camel.api.ReconcileRefusedException;
import io.github.integratorio.camel.api.ReconcileSummary;
import io.github.integratorio.camel.api.ReconciledLicense;
import io.github.integratorio.camel.api.UnknownLicenses;
import io.github.integratorio.camel.api.WriteOutcome;
import io.github.integratorio.camel.internal.client.CallContext;
import io.github.integratorio.camel.internal.json.Json;
import io.github.integratorio.camel.internal.operation.request.ClaimOptions;
import io.github.integratorio.camel.internal.operation.request.DesiredLicenses;
import io.github.integratorio.camel.internal.operation.request.OperationRequest;
import io.github.integratorio.camel.internal.operation.request.ReconcileOptions;
import io.github.integratorio.camel.internal.text.Blanks;
import io.github.integratorio.camel.support.LogCapture;
import io.github.integratorio.camel.support.SimulatorTestSupport;
import io.github.integratorio.camel.support.VirtualClient;
import io.github.integratorio.camel.support.VirtualScheduler;
import io.github.integratorio.simulator.Fault;
import org.apache.camel.Exchange;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A reconcile makes the licenses of a connector equal to a list, and refuses a list that cannot be right. */
class ReconcileTest extends SimulatorTestSupport {

    private static final String LATER = "2099-06-30T12:00:00.000Z";
    private static final String PAST = "2020-01-01T00:00:00.000Z";

    private String connector;

    @BeforeEach
    void aConnector() {
        connector = simulator().addConnector("Shop to Books");
        IntStream.range(0, 3000).forEach(i -> simulator().addUser(email(i), "User"));
    }

    private static String email(int i) {
        return "u" + i + "@example.com";
    }

    private static Map<String, Object> row(int i, String expires) {
        return map("email", email(i), "expires", expires, "opts", map("connectorEdition", "standard"));
    }

    private String existing(int i, String expires) {
        return simulator().addLicense(connector,
                map("user", map("email", email(i)), "expires", expires, "opts", map("connectorEdition", "standard")));
    }

    private void existing(int from, int to) {
        IntStream.range(from, to).forEach(i -> existing(i, FUTURE));
    }

    private static List<Map<String, Object>> rows(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> row(i, FUTURE)).collect(Collectors.toCollection(ArrayList::new));
    }

    private String uri() {
        return "integratorio:licenses?operation=reconcile&connectorId=" + connector;
    }

    private static ReconcileSummary summary(Exchange exchange) {
        return exchange.getMessage().getBody(ReconcileSummary.class);
    }

    private ReconcileSummary reconcile(String options, Object body) {
        return summary(succeed(uri() + options, body));
    }

    private String refused(String options, Object body) {
        List<Map<String, Object>> before = simulator().licenses(connector);
        String message = fail(ReconcileRefusedException.class, uri() + options, body).getMessage();
        assertNothingWritten(before);
        assertFalse(message.contains("u1@") || message.contains("u5@"), message);
        return message;
    }

    private void assertNothingWritten(List<Map<String, Object>> before) {
        assertEquals(0, simulator().count("POST|PUT|DELETE", ".*"));
        assertEquals(before, simulator().licenses(connector));
    }

    /** Expiry by e-mail address. */
    private Map<String, Object> state() {
        Map<String, Object> state = new TreeMap<>();
        simulator().licenses(connector).forEach(license -> {
            Object before = state.put(((Map<?, ?>) license.get("user")).get("email") + " " + license.get("sandbox"),
                    license.get("expires") + " " + license.get("opts"));
            assertNull(before, "a user has two licenses");
        });
        return state;
    }

    private static List<?> numbers(ReconcileSummary summary) {
        return List.of(summary.rows(), summary.outcomes(), summary.failed(), summary.unknown());
    }

    @Test
    void licenses_are_created_updated_left_alone_and_ended() {
        existing(0, 10);
        String unknown = existing(20, FUTURE);
        List<Map<String, Object>> rows = rows(0, 12);
        rows.get(3).put("expires", LATER);
        ReconcileSummary summary = reconcile("&unknownLicenses=expire", rows);

        assertEquals(Map.of(WriteOutcome.CREATED, 2L, WriteOutcome.UPDATED, 1L, WriteOutcome.EXPIRED, 1L,
                WriteOutcome.UNCHANGED, 9L), summary.outcomes());
        assertEquals(List.of(12L, 0L, 1L), List.of(summary.rows(), summary.failed(), summary.unknown()));
        assertEquals(13, simulator().licenses(connector).size());
        assertFalse(Instant.parse((String) simulator().license(connector, unknown).get("expires"))
                .isAfter(Instant.now()));
        ReconciledLicense updated = summary.changes().stream().filter(one -> one.row() == 4).findFirst().orElseThrow();
        assertEquals(List.of(new FieldDifference("expires", FUTURE, LATER)), updated.differences());
        assertEquals(email(3), updated.email());
        assertEquals(Instant.parse(LATER), updated.license().getExpires());
        ReconciledLicense ended = summary.changes().get(3);
        assertEquals(List.of(0L, WriteOutcome.EXPIRED, unknown),
                List.of(ended.row(), ended.outcome(), ended.licenseId()));
        assertFalse(summary.toString().contains("@") || updated.toString().contains(email(3)));
    }

    @Test
    void a_second_run_changes_nothing_and_reads_one_list() {
        existing(0, 5);
        reconcile("", rows(3, 8));
        simulator().clearRequests();
        ReconcileSummary again = reconcile("", rows(3, 8));

        assertEquals(Map.of(WriteOutcome.UNCHANGED, 5L), again.outcomes());
        assertEquals(3, again.unknown());
        assertEquals(1, simulator().requestCount());
    }

    @Test
    void fields_that_a_row_leaves_out_are_kept() {
        String license = janesLicense(connector);
        Map<String, Object> before = simulator().license(connector, license);
        assertEquals(Map.of(WriteOutcome.UPDATED, 1L),
                reconcile("", List.of(map("email", "JANE@Example.com", "expires", LATER))).outcomes());

        before.put("expires", LATER);
        assertEquals(before, simulator().license(connector, license));
    }

    @Test
    void a_plan_is_what_is_then_done() {
        existing(0, 20);
        existing(50, PAST);
        List<Map<String, Object>> rows = rows(2, 25);
        rows.get(4).put("opts", map("connectorEdition", "premium"));
        rows.get(5).put("expires", "not a date");
        rows.get(6).put("expires", "2099-01-31T13:00:00+0100");
        List<Map<String, Object>> before = simulator().licenses(connector);
        ReconcileSummary plan = reconcile("&unknownLicenses=expire&dryRun=true", rows);

        assertNothingWritten(before);
        ReconcileSummary done = reconcile("&unknownLicenses=expire", rows);
        assertEquals(Map.of(WriteOutcome.WOULD_CREATE, 5L, WriteOutcome.WOULD_UPDATE, 1L, WriteOutcome.WOULD_EXPIRE, 2L,
                WriteOutcome.UNCHANGED, 16L), plan.outcomes());
        assertEquals(Map.of(WriteOutcome.CREATED, 5L, WriteOutcome.UPDATED, 1L, WriteOutcome.EXPIRED, 2L,
                WriteOutcome.UNCHANGED, 16L), done.outcomes());
        assertEquals(List.of(plan.failed(), plan.unknown()), List.of(done.failed(), done.unknown()));
        assertEquals(1, done.failed());
        assertEquals(6, done.failures().get(0).row());
        assertTrue(done.failures().get(0).error().contains("expires"), done.failures().get(0)::toString);
        List<ReconciledLicense> planned = sorted(plan);
        List<ReconciledLicense> changed = sorted(done);
        for (int i = 0; i < planned.size(); i++) {
            assertEquals(planned.get(i).email(), changed.get(i).email());
            assertEquals("WOULD_" + changed.get(i).outcome().name().replaceAll("D$", ""),
                    planned.get(i).outcome().name().replaceAll("D$", ""));
            if (planned.get(i).outcome() == WriteOutcome.WOULD_UPDATE) {
                assertEquals(planned.get(i).differences(), changed.get(i).differences());
                assertEquals(planned.get(i).license().getOpts(), changed.get(i).license().getOpts());
            }
        }
    }

    private static List<ReconciledLicense> sorted(ReconcileSummary summary) {
        return summary.changes().stream().sorted((a, b) -> a.email().compareTo(b.email())).toList();
    }

    // Guards

    @ParameterizedTest
    @ValueSource(strings = { "", "&unknownLicenses=expire", "&unknownLicenses=fail", "&massExpiryLimit=100" })
    void an_empty_list_is_refused(String options) {
        existing(0, 3);
        assertTrue(refused(options, List.of()).contains("no rows, but the connector has 3 licenses, 3 of them valid"));
        refused(options, "[]");
        refused(options, "");
    }

    @Test
    void an_empty_list_for_a_connector_without_licenses_is_in_line() {
        assertEquals(List.of(0L, Map.of(), 0L, 0L), numbers(reconcile("&unknownLicenses=expire", List.of())));
    }

    @Test
    void an_empty_list_is_in_line_with_licenses_that_have_all_ended() {
        existing(0, PAST);
        assertEquals(List.of(0L, Map.of(), 0L, 0L), numbers(reconcile("&unknownLicenses=expire", List.of())));
        assertEquals(0, simulator().count("POST|PUT|DELETE", ".*"));
    }

    @Test
    void half_of_the_rows_end_nothing() {
        existing(0, 40);
        String message = refused("&unknownLicenses=expire", rows(0, 20));
        assertTrue(message.contains("20 rows would end 20 of 40 valid licenses: 20 whose users it lacks, and 0"),
                message);
        assertEquals(20, reconcile("", rows(0, 20)).unknown());
        assertEquals(20,
                reconcile("&unknownLicenses=expire&massExpiryLimit=50", rows(0, 20)).count(WriteOutcome.EXPIRED));
    }

    @Test
    void expired_licenses_do_not_make_the_limit_higher() {
        IntStream.range(100, 200).forEach(i -> existing(i, PAST));
        existing(0, 12);
        assertTrue(refused("&unknownLicenses=expire", rows(0, 6)).contains("6 of 12 valid"));
        assertEquals(5, reconcile("&unknownLicenses=expire", rows(0, 7)).count(WriteOutcome.EXPIRED));
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "p1" })
    void a_list_that_shows_one_license_for_two_users_is_no_valid_response(String parent) {
        List<Map<String, Object>> shown = List.of(map("_id", "l1", "user", map("email", email(0)), "expires", FUTURE),
                map("_id", "l1", "user", map("email", email(1)), "expires", FUTURE, "_parentId", parent));
        simulator().faults().add(
                Fault.on("GET", ".*/licenses").always().status(200, "application/json", Json.toText(shown)));
        assertTrue(
                fail(IntegratorioTransportException.class, uri() + "&unknownLicenses=expire", rows(1, 2)).getMessage()
                        .contains("the license l1 for two users"));
        assertEquals(0, simulator().count("POST|PUT|DELETE", ".*"));
    }

    @Test
    void rows_that_expire_licenses_count_as_well() {
        existing(0, 20);
        List<Map<String, Object>> rows = rows(0, 17);
        rows.subList(0, 3).forEach(row -> row.put("expires", PAST));
        String message = refused("&unknownLicenses=expire", rows);
        assertTrue(message.contains("6 of 20 valid licenses: 3 whose users it lacks, and 3 that it gives"), message);
        IntStream.range(0, 6).forEach(i -> rows.get(i).put("expires", PAST));
        assertTrue(refused("", rows).contains("6 of 20 valid licenses: 0 whose users it lacks, and 6"));
    }

    @ParameterizedTest
    @ValueSource(booleans = { true, false })
    void the_limit_counts_the_date_at_which_a_license_ends(boolean isSold) {
        IntStream.range(0, 20).forEach(i -> simulator().addLicense(connector, isSold
                ? map("user", map("email", email(i)), "expires", FUTURE, "trialEndDate", LATER)
                : map("user", map("email", email(i)), "trialEndDate", LATER)));
        List<Map<String, Object>> rows = rows(0, 20);
        rows.forEach(row -> row.put("expires", PAST));
        assertTrue(refused("", rows).contains("20 of 20 valid licenses: 0 whose users it lacks, and 20"));

        rows.forEach(row -> row.putAll(map("expires", FUTURE, "trialEndDate", PAST)));
        assertEquals(20, reconcile("", rows).count(WriteOutcome.UPDATED), "a trial that was sold may be over");
    }

    @Test
    void rows_that_end_licenses_within_a_day_count_unless_they_extend_them() {
        String soon = Instant.now().plusSeconds(60).toString();
        String tomorrow = Instant.now().plusSeconds(80_000).toString();
        existing(0, 20);
        List<Map<String, Object>> rows = rows(0, 20);
        rows.forEach(row -> row.put("expires", soon));
        assertTrue(refused("", rows).contains("20 of 20 valid licenses: 0 whose users it lacks, and 20"));

        IntStream.range(20, 40).forEach(i -> existing(i, soon));
        List<Map<String, Object>> extended = rows(20, 40);
        extended.forEach(row -> row.put("expires", tomorrow));
        assertEquals(20, reconcile("", extended).count(WriteOutcome.UPDATED));
        assertEquals(Map.of(WriteOutcome.UNCHANGED, 20L), reconcile("", extended).outcomes());
    }

    @Test
    void rows_that_correct_the_end_of_expired_licenses_end_nothing() {
        IntStream.range(0, 20).forEach(i -> existing(i, PAST));
        existing(20, 30);
        List<Map<String, Object>> rows = rows(0, 30);
        rows.subList(0, 20).forEach(row -> row.put("expires", "2019-12-31T00:00:00.000Z"));
        assertEquals(20, reconcile("", rows).count(WriteOutcome.UPDATED));
    }

    @Test
    void a_sold_license_that_has_expired_is_not_valid_while_its_trial_would_go_on() {
        IntStream.range(0, 30).forEach(i -> simulator().addLicense(connector,
                map("user", map("email", email(i)), "expires", PAST, "trialEndDate", LATER)));
        existing(30, 36);
        List<Map<String, Object>> before = simulator().licenses(connector);
        ReconcileSummary summary = reconcile("&unknownLicenses=expire", rows(30, 36));
        assertEquals(List.of(6L, Map.of(WriteOutcome.UNCHANGED, 6L), 0L, 0L), numbers(summary));
        assertEquals(before, simulator().licenses(connector));
        reconcile("&unknownLicenses=fail", rows(30, 36));
        assertTrue(refused("&unknownLicenses=expire", rows(50, 51)).contains("6 of 6 valid licenses"));
    }

    @Test
    void unknown_licenses_can_be_refused() {
        existing(0, 10);
        existing(90, PAST);
        assertTrue(refused("&unknownLicenses=fail", rows(0, 9)).contains("lacks the users of 1 of 10 valid licenses"));
        assertEquals(10, reconcile("&unknownLicenses=fail", rows(0, 10)).count(WriteOutcome.UNCHANGED));
    }

    @Test
    void rows_whose_user_cannot_be_told_are_refused() {
        existing(0, 10);
        List<Map<String, Object>> rows = rows(0, 10);
        rows.get(1).remove("email");
        rows.get(4).put("email", "nobody");
        rows.get(6).put("sandbox", "maybe");
        String message = refused("&unknownLicenses=expire", rows);
        assertTrue(message.startsWith("body: of 10 rows, 3 are without a user") && message.contains("rows 2 (")
                && message.contains("5 (") && message.contains("7 ("), message);
        assertEquals(0, simulator().requestCount());
    }

    @Test
    void two_rows_for_one_user_are_refused() {
        existing(0, 10);
        List<Map<String, Object>> rows = rows(0, 10);
        rows.add(map("user", map("email", "U4@EXAMPLE.com"), "expires", LATER, "sandbox", "FALSE"));
        String message = refused("", rows);
        assertTrue(message.contains("row 11 (same as 5)"), message);
        rows.get(10).put("sandbox", true);
        assertEquals(1, reconcile("", rows).count(WriteOutcome.CREATED));
    }

    @Test
    void two_rows_for_one_license_are_refused() {
        String license = existing(0, FUTURE);
        existing(1, FUTURE);
        Map<String, Object> byId = map("_id", license, "expires", LATER);
        Map<String, Object> byIdAndUser = map("_id", license, "email", email(0), "expires", "not a date");
        for (Map<String, Object> one : List.of(byId, byIdAndUser)) {
            String message = refused("", List.of(row(1, FUTURE), one, row(0, FUTURE)));
            assertTrue(message.contains("row 3 (same as 2)"), message);
            message = refused("&dryRun=true", List.of(row(0, FUTURE), row(1, FUTURE), one));
            assertTrue(message.contains("row 3 (same as 1)"), message);
        }
    }

    @Test
    void a_row_without_an_id_is_refused_beside_one_of_its_user_with_an_id() {
        String one = existing(0, FUTURE);
        String other = existing(0, LATER);
        List<Map<String, Object>> rows = new ArrayList<>(List.of(map("_id", one, "email", email(0)),
                map("_id", other, "email", email(0)), row(0, FUTURE)));
        String message = refused("", rows);
        assertTrue(message.contains("row 3 (same as 1)"), message);
        rows.remove(2);
        assertEquals(2, reconcile("", rows).count(WriteOutcome.UNCHANGED));
    }

    @Test
    void rows_of_another_connector_are_refused() {
        existing(0, 10);
        String other = simulator().addConnector("Other");
        List<Map<String, Object>> rows = rows(0, 10);
        rows.get(2).put("_connectorId", connector);
        rows.get(7).put("_connectorId", other);
        String message = refused("&unknownLicenses=expire", rows);
        assertTrue(message.contains("of 10 rows, 1 are of another connector") && message.contains("row 8"), message);
        assertEquals(0, simulator().requestCount());
    }

    @Test
    void a_list_of_another_connector_without_its_name_is_too_different() {
        existing(0, 30);
        assertTrue(refused("&unknownLicenses=expire", rows(100, 130)).contains("30 of 30 valid licenses"));
    }

    @Test
    void addresses_in_another_case_are_the_same_users() {
        existing(0, 10);
        List<Map<String, Object>> rows = rows(0, 10);
        rows.forEach(row -> row.put("email", ((String) row.get("email")).toUpperCase(java.util.Locale.ROOT)));
        assertEquals(Map.of(WriteOutcome.UNCHANGED, 10L), reconcile("&unknownLicenses=expire", rows).outcomes());
    }

    @Test
    void a_list_that_breaks_off_is_refused() {
        existing(0, 10);
        List<Map<String, Object>> before = simulator().licenses(connector);
        String json = "[{\"email\":\"u1@example.com\"},{\"email\":\"u2@example.com\"},{\"em";
        Exception cut = fail(IllegalArgumentException.class, uri(), json);
        assertTrue(cut.getMessage().contains("row 3"), cut::getMessage);
        Iterator<Map<String, Object>> failing = new Iterator<>() {
            private int given;

            @Override
            public boolean hasNext() {
                return true;
            }

            @Override
            public Map<String, Object> next() {
                if (++given > 9) {
                    throw new IllegalStateException("connection lost to u1@example.com");
                }
                return row(given, FUTURE);
            }
        };
        String message = fail(IllegalArgumentException.class, uri(), failing).getMessage();
        assertTrue(message.contains("row 10") && message.contains("connection lost") && !message.contains("u1@"),
                message);
        assertNothingWritten(before);
        assertEquals(0, simulator().requestCount());
    }

    @ParameterizedTest
    @ValueSource(strings = { "{\"email\":\"jane@example.com\"} x", "email,expires\njane@example.com,2099-01-01", "7",
            "[1]", "[[]]" })
    void what_is_no_list_of_licenses_is_refused(String body) {
        fail(IllegalArgumentException.class, uri(), body);
        assertEquals(0, simulator().requestCount());
    }

    @Test
    void a_single_license_is_no_list() {
        for (Object body : Arrays.asList(null, map("email", JANE), License.of(map("email", JANE)), 7)) {
            fail(IllegalArgumentException.class, uri(), body);
        }
        assertTrue(fail(IllegalArgumentException.class, uri() + "&sandbox=true", List.of()).getMessage()
                .startsWith("sandbox"));
        assertTrue(fail(IllegalArgumentException.class, uri() + "&massExpiryLimit=101", List.of()).getMessage()
                .startsWith("massExpiryLimit"));
        assertEquals(0, simulator().requestCount());
    }

    // Whose license it is

    @Test
    void child_licenses_are_never_ended_nor_taken_for_the_users() {
        String parent = existing(0, FUTURE);
        String child = simulator().addChildLicense(connector, parent,
                map("user", map("email", email(0)), "expires", FUTURE));
        existing(1, FUTURE);
        Object before = simulator().license(connector, child);
        ReconcileSummary summary = reconcile("&unknownLicenses=expire", List.of(row(1, FUTURE)));
        assertEquals(1, summary.count(WriteOutcome.EXPIRED));
        assertEquals(before, simulator().license(connector, child));
        assertEquals(1, summary.unknown());
    }

    @Test
    void a_row_with_the_id_of_a_sandbox_license_does_not_name_the_production_license() {
        existing(0, FUTURE);
        String sandbox = simulator().addLicense(connector,
                map("user", map("email", email(0)), "expires", FUTURE, "sandbox", true));
        ReconcileSummary summary = reconcile("&unknownLicenses=expire",
                List.of(map("_id", sandbox, "email", email(0), "expires", FUTURE)));
        assertEquals(1, summary.unknown());
        assertEquals(1, summary.count(WriteOutcome.EXPIRED));
        assertEquals(FUTURE, simulator().license(connector, sandbox).get("expires"));
    }

    @Test
    void a_row_that_contradicts_the_kind_of_the_license_that_it_names_is_refused_by_the_list_alone() {
        String sandbox = simulator().addLicense(connector,
                map("user", map("email", email(0)), "expires", FUTURE, "sandbox", true));
        simulator().clearRequests();
        ReconcileSummary summary = reconcile("",
                List.of(map("_id", sandbox, "email", email(0), "expires", LATER, "sandbox", false)));
        assertEquals(1, summary.failed());
        assertTrue(summary.failures().get(0).error().contains("sandbox"), summary.failures().toString());
        assertEquals(1, simulator().requestCount());
    }

    @Test
    void child_licenses_that_rows_end_count_as_valid_ones() {
        String parent = existing(0, FUTURE);
        List<Map<String, Object>> rows = new ArrayList<>(List.of(row(0, FUTURE)));
        for (int i = 0; i < 30; i++) {
            rows.add(map("_id", simulator().addChildLicense(connector, parent, map("expires", FUTURE)), "expires",
                    PAST));
        }
        assertEquals(30, reconcile("&massExpiryLimit=100", rows).count(WriteOutcome.UPDATED));
    }

    @Test
    void two_columns_that_give_a_field_two_values_are_refused() {
        for (Map<String, Object> both : List.of(map("opts.a", 1, "opts.a.b", 2), map("opts.a.b", 1, "opts.a", 2))) {
            both.putAll(row(0, FUTURE));
            refusedRow(both);
        }
        assertEquals(0, simulator().count("POST|PUT", ".*"));
    }

    @ParameterizedTest
    @ValueSource(strings = { "opts.edition ", "opts. edition", "opts.", "opts..edition", ".edition", "", " ",
            "_id ", " note", " expires", "EXPIRES ", "opts.edition\u00a0" })
    void a_column_whose_name_lacks_a_part_or_has_blanks_around_one_is_refused(String column) {
        Map<String, Object> row = row(0, FUTURE);
        row.put(column, "standard");
        String message = fail(IllegalArgumentException.class, uri(), List.of(row)).getMessage();
        assertTrue(message.contains("row 1: the column '" + Blanks.strip(column)), message);
        assertEquals(0, simulator().count("POST|PUT", ".*"));
    }

    private void refusedRow(Map<String, Object> row) {
        String message = fail(IllegalArgumentException.class, uri(), List.of(row)).getMessage();
        assertTrue(message.contains("row 1: ") && message.contains("opts.a") && message.contains("two values"),
                message);
    }

    @Test
    void a_row_that_fails_still_names_its_user() {
        existing(0, 3);
        List<Map<String, Object>> before = simulator().licenses(connector);
        ReconcileSummary summary = reconcile("&unknownLicenses=expire",
                List.of(row(0, FUTURE), map("email", email(1), "expires", "not a date"),
                        map("email", email(2), "_parentId", "5f3c0e2a9d1b4c7e8a6f0d12", "expires", FUTURE)));
        assertEquals(List.of(3L, Map.of(WriteOutcome.UNCHANGED, 1L), 2L, 0L), numbers(summary));
        assertNothingWritten(before);
    }

    @Test
    void production_and_sandbox_are_two_licenses() {
        existing(0, FUTURE);
        ReconcileSummary summary = reconcile("&unknownLicenses=expire",
                List.of(row(0, FUTURE), map("email", email(0), "expires", FUTURE, "sandbox", "true")));
        assertEquals(Map.of(WriteOutcome.UNCHANGED, 1L, WriteOutcome.CREATED, 1L), summary.outcomes());
        assertEquals(2, state().size());
    }

    @Test
    void a_user_with_several_licenses_is_a_failed_row_and_none_of_them_ends() {
        String one = existing(0, FUTURE);
        String other = existing(0, FUTURE);
        existing(1, FUTURE);
        ReconcileSummary summary = reconcile("&unknownLicenses=expire", List.of(row(0, LATER), row(1, FUTURE)));
        assertEquals(List.of(1L, 0L), List.of(summary.failed(), summary.unknown()));
        assertTrue(
                summary.failures().get(0).error().contains(one) && summary.failures().get(0).error().contains(other));

        Map<String, Object> byId = row(0, LATER);
        byId.put("_id", other);
        assertEquals(Map.of(WriteOutcome.UPDATED, 1L, WriteOutcome.UNCHANGED, 1L),
                reconcile("&unknownLicenses=expire", List.of(byId, row(1, FUTURE))).outcomes());
        assertEquals(FUTURE, simulator().license(connector, one).get("expires"));
    }

    @Test
    void what_list_returns_is_in_line() {
        existing(0, 3);
        String parent = existing(9, FUTURE);
        simulator().addChildLicense(connector, parent, map("user", map("email", email(9)), "expires", FUTURE));
        simulator().install(connector, parent);
        Object list =
                succeed("integratorio:licenses?operation=list&connectorId=" + connector, null).getMessage().getBody();
        assertEquals(Map.of(WriteOutcome.UNCHANGED, 5L), reconcile("&unknownLicenses=expire", list).outcomes());
    }

    @Test
    void an_id_that_the_connector_does_not_have_creates_nothing() {
        Map<String, Object> row = row(0, FUTURE);
        row.put("_id", "gone");
        ReconcileSummary summary = reconcile("", List.of(row));
        assertEquals(1, summary.failed());
        assertEquals(0, simulator().licenses(connector).size());
    }

    @ParameterizedTest
    @ValueSource(strings = { "j***@example.com", "***@example.com", "u1@***", "***", "<u1@example.com>" })
    void a_license_whose_user_cannot_be_read_is_not_ended_and_nobody_gets_a_new_one(String address) {
        String masked = simulator().addLicense(connector, map("user", map("email", address), "expires", FUTURE));
        existing(0, FUTURE);
        ReconcileSummary summary = reconcile("&unknownLicenses=expire", rows(0, 2));
        assertEquals(Map.of(WriteOutcome.UNCHANGED, 1L), summary.outcomes());
        assertTrue(summary.failures().get(0).error().contains(masked));
        assertEquals(0, summary.unknown());
    }

    // Failures

    @Test
    void a_license_that_the_api_refuses_does_not_stop_the_others() {
        existing(0, 3);
        List<Map<String, Object>> rows = rows(0, 5);
        rows.add(1, map("email", "stranger@example.com", "expires", FUTURE));
        ReconcileSummary summary = reconcile("", rows);

        assertEquals(Map.of(WriteOutcome.UNCHANGED, 3L, WriteOutcome.CREATED, 2L), summary.outcomes());
        ReconciledLicense failed = summary.failures().get(0);
        assertEquals(2, failed.row());
        assertNull(failed.outcome());
        assertTrue(failed.error().contains("invalid_user") && !failed.toString().contains("stranger@"),
                failed::toString);
    }

    @ParameterizedTest
    @ValueSource(ints = { 401, 403 })
    void an_account_that_is_refused_ends_the_run_and_nothing_expires(int status) {
        existing(0, 20);
        List<Map<String, Object>> rows = rows(1, 20);
        rows.get(0).put("expires", LATER);
        simulator().faults().add(Fault.on("PUT", ".*").always().status(status));
        Exception denied = send(uri() + "&unknownLicenses=expire", rows).getException();
        assertEquals(status, ((IntegratorioApiException) denied).getStatusCode());
        simulator().faults().clear();
        assertEquals(FUTURE, state().get(email(0) + " null").toString().substring(0, 24));
        assertEquals(1, reconcile("&unknownLicenses=expire", rows).count(WriteOutcome.EXPIRED));
    }

    @Test
    void an_api_that_is_down_ends_the_run() {
        existing(0, 200);
        List<Map<String, Object>> rows = rows(0, 200);
        rows.forEach(row -> row.put("expires", LATER));
        simulator().faults().add(Fault.on("GET", ".*/licenses/.*").always().status(503));
        Exchange exchange = send(uri() + "&maxRetries=0", rows);
        assertEquals(503, ((IntegratorioApiException) exchange.getException()).getStatusCode());
        assertTrue(simulator().count("GET", ".*/licenses/.*") < 100);
    }

    @ParameterizedTest
    @ValueSource(ints = { 9, 10 })
    void ten_failures_in_a_row_end_the_run_and_fewer_are_failed_rows(int failures) {
        existing(0, failures);
        List<Map<String, Object>> rows = rows(0, failures);
        rows.forEach(row -> row.put("expires", LATER));
        simulator().faults().add(Fault.on("GET", ".*/licenses/.*").always().status(503));
        Exchange exchange = send(uri() + "&maxRetries=0", rows);
        if (failures < 10) {
            assertEquals(List.of(9L, Map.of(), 9L, 0L), numbers(summary(exchange)));
        } else {
            assertEquals(503, ((IntegratorioApiException) exchange.getException()).getStatusCode());
        }
    }

    @Test
    void licenses_that_the_api_refuses_never_end_the_run() {
        existing(0, 2);
        List<Map<String, Object>> rows = rows(0, 1);
        IntStream.range(0, 20).forEach(i -> rows.add(map("email", "s" + i + "@example.org", "expires", FUTURE)));
        assertEquals(List.of(21L, Map.of(WriteOutcome.UNCHANGED, 1L, WriteOutcome.EXPIRED, 1L), 20L, 1L),
                numbers(reconcile("&unknownLicenses=expire", rows)));
    }

    /** What a license is when it is read, after the list has shown something else. */
    private void changedTo(String license, String patch) throws Exception {
        Map<String, Object> now = simulator().license(connector, license);
        now.putAll(json(patch));
        simulator().faults().add(Fault.on("GET", ".*/licenses/" + license).body(200, "application/json",
                MAPPER.writeValueAsBytes(now)));
    }

    @ParameterizedTest
    @ValueSource(strings = { "{'expires':'2099-06-30T12:00:00.000Z'}", "{'trialEndDate':'2099-06-30T12:00:00.000Z'}",
            "{'opts':{'connectorEdition':'premium'}}", "{'opts':null}", "{'_editionId':'5f3c0e2a9d1b4c7e8a6f0d12'}",
            "{'_integrationId':'5f3c0e2a9d1b4c7e8a6f0d12'}",
            "{'user':{'email':'u99@example.com'}}", "{'user':{}}", "{'sandbox':true}", "{'_parentId':'5f3c'}" })
    void a_license_that_somebody_changes_during_the_run_does_not_end(String change) throws Exception {
        existing(0, 10);
        String ending = existing(19, FUTURE);
        String unknown = existing(20, FUTURE);
        List<Map<String, Object>> rows = rows(0, 10);
        rows.add(map("_id", ending, "expires", PAST));
        List<Map<String, Object>> before = simulator().licenses(connector);
        Iterator<?> result = stream("&unknownLicenses=expire", rows);
        changedTo(ending, change.replace('\'', '"'));
        changedTo(unknown, change.replace('\'', '"'));
        List<ReconciledLicense> rest = new ArrayList<>();
        result.forEachRemaining(one -> rest.add((ReconciledLicense) one));

        assertNothingWritten(before);
        assertEquals(List.of(ending, unknown), rest.subList(10, 12).stream()
                .filter(one -> one.error().contains("changed while")).map(ReconciledLicense::licenseId).toList(),
                rest::toString);
    }

    @Test
    void a_row_does_not_overwrite_what_somebody_changes_during_the_run() throws Exception {
        List<String> licenses = IntStream.range(0, 4).mapToObj(i -> existing(i, FUTURE)).toList();
        List<Map<String, Object>> rows = rows(0, 4);
        rows.forEach(row -> row.put("expires", LATER));
        List<Map<String, Object>> before = simulator().licenses(connector);
        Iterator<?> result = stream("", rows);
        changedTo(licenses.get(0), "{\"expires\":\"2100-01-01T00:00:00.000Z\"}");
        changedTo(licenses.get(1), "{\"opts\":{\"connectorEdition\":\"premium\"}}");
        changedTo(licenses.get(2), "{\"expires\":\"" + LATER + "\"}");
        changedTo(licenses.get(3), "{\"_integrationId\":\"5f3c0e2a9d1b4c7e8a6f0d12\"}");
        List<ReconciledLicense> all = new ArrayList<>();
        result.forEachRemaining(one -> all.add((ReconciledLicense) one));
        all.sort((a, b) -> Long.compare(a.row(), b.row()));

        assertEquals(List.of(true, true, false, false), all.stream().map(one -> one.error() != null
                && one.error().contains("changed while")).toList(), all::toString);
        assertEquals(WriteOutcome.UNCHANGED, all.get(2).outcome(), "it is in line by now");
        assertEquals(WriteOutcome.UPDATED, all.get(3).outcome(), "the row says nothing about that field");
        assertEquals(before.subList(0, 3), simulator().licenses(connector).subList(0, 3));
    }

    @Test
    void a_list_that_is_shorter_than_before_is_read_again_before_anything_is_created() throws Exception {
        existing(0, 6);
        for (int night = 0; night < 2; night++) {
            assertEquals(Map.of(WriteOutcome.UNCHANGED, 6L), reconcile("", rows(0, 6)).outcomes());
            simulator().faults().add(Fault.on("GET", ".*/licenses").times(1)
                    .withoutRow((String) simulator().licenses(connector).get(4).get("_id")));
        }
        succeed("integratorio:licenses?operation=upsert&connectorId=" + connector, rows(0, 6));
        assertEquals(6, simulator().licenses(connector).size());
    }

    @Test
    void a_license_that_gets_another_user_during_the_run_is_not_changed() throws Exception {
        List<String> licenses = List.of(existing(0, FUTURE), existing(1, FUTURE));
        List<Map<String, Object>> before = simulator().licenses(connector);
        Iterator<?> result = stream("", List.of(row(0, LATER),
                map("_id", licenses.get(1), "email", email(1), "expires", LATER)));
        for (String license : licenses) {
            changedTo(license, "{\"user\":{\"email\":\"u99@example.com\"}}");
        }
        result.forEachRemaining(one -> assertNotNull(((ReconciledLicense) one).error()));
        assertNothingWritten(before);
    }

    @Test
    void a_row_with_the_id_of_another_users_license_is_not_in_line() {
        String license = existing(0, FUTURE);
        assertEquals(1, reconcile("", List.of(map("_id", license, "email", email(1), "expires", FUTURE))).failed());
    }

    @Test
    void a_list_that_lags_behind_an_update_made_here_does_not_hide_that_a_row_differs() throws Exception {
        String license = existing(0, FUTURE);
        simulator().faults().add(Fault.on("GET", ".*/licenses").always().body(200, "application/json",
                MAPPER.writeValueAsBytes(simulator().licenses(connector))));
        succeed("integratorio:licenses?operation=upsert&connectorId=" + connector + "&licenseId=" + license,
                map("expires", LATER));
        assertEquals(Map.of(WriteOutcome.UPDATED, 1L), reconcile("", rows(0, 1)).outcomes());
        assertEquals(FUTURE, simulator().license(connector, license).get("expires"));
    }

    @Test
    void a_list_that_is_empty_by_mistake_makes_no_second_license() {
        existing(0, 5);
        simulator().faults().add(Fault.on("GET", ".*/licenses").times(1).emptyList(200));
        assertEquals(Map.of(WriteOutcome.UNCHANGED, 5L, WriteOutcome.CREATED, 1L),
                reconcile("", rows(0, 6)).outcomes());
        assertEquals(6, state().size());
    }

    @Test
    void a_license_that_was_deleted_here_is_created_again_although_the_list_still_shows_it() throws Exception {
        existing(0, 3);
        List<Map<String, Object>> before = simulator().licenses(connector);
        succeed("integratorio:licenses?operation=delete&connectorId=" + connector + "&licenseId="
                + before.get(1).get("_id"), null);
        simulator().faults().add(Fault.on("GET", ".*/licenses").always().body(200, "application/json",
                MAPPER.writeValueAsBytes(before)));
        assertEquals(Map.of(WriteOutcome.UNCHANGED, 2L, WriteOutcome.CREATED, 1L),
                reconcile("", rows(0, 3)).outcomes());
        assertEquals(3, state().size());
    }

    @ParameterizedTest
    @CsvSource({ "2, 3", "3, 3" })
    void a_list_whose_transfer_breaks_off_is_read_three_times_at_most(int breaks, int reads) {
        existing(0, 5);
        simulator().faults().add(Fault.on("GET", ".*/licenses").times(breaks).cutBody(100));
        if (breaks < 3) {
            assertEquals(Map.of(WriteOutcome.UNCHANGED, 5L), reconcile("", rows(0, 5)).outcomes());
        } else {
            fail(IntegratorioTransportException.class, uri(), rows(0, 6));
        }
        assertEquals(reads, simulator().count("GET", ".*/licenses"));
        assertEquals(0, simulator().count("POST|PUT", ".*"));
    }

    @Test
    void a_license_that_only_the_second_read_of_the_list_shows_does_not_end() {
        existing(0, 5);
        String other = existing(20, FUTURE);
        reconcile("", rows(0, 5));
        existing(5, FUTURE);
        simulator().faults().add(Fault.on("GET", ".*/licenses").times(1)
                .withoutRows(row -> String.valueOf(row).contains("u20@") || String.valueOf(row).contains("u5@")));
        ReconcileSummary summary = reconcile("&unknownLicenses=expire", rows(0, 7));

        assertEquals(List.of(7L, Map.of(WriteOutcome.UNCHANGED, 6L, WriteOutcome.CREATED, 1L), 0L, 0L),
                numbers(summary));
        assertEquals(FUTURE, simulator().license(connector, other).get("expires"), "it may be newer than the rows");
        assertEquals(2, reconcile("&unknownLicenses=expire", rows(0, 6)).count(WriteOutcome.EXPIRED));
    }

    @ParameterizedTest
    @ValueSource(strings = { "Expires", "EXPIRES", "trialenddate", "expire", "exipres", "trailEndDate" })
    void a_column_that_is_misspelt_is_not_kept_as_another_field(String column) {
        existing(0, 2);
        List<Map<String, Object>> before = simulator().licenses(connector);
        ReconcileSummary summary =
                reconcile("", List.of(map("email", email(0), column, LATER), map("email", email(1), column, LATER)));
        assertEquals(2, summary.failed());
        assertTrue(summary.failures().toString().contains("did you mean"), summary.failures().toString());
        assertNothingWritten(before);
    }

    @Test
    void rows_of_licenses_that_are_gone_do_not_end_those_of_their_users() throws Exception {
        existing(0, 10);
        List<Map<String, Object>> before = simulator().licenses(connector);
        List<Map<String, Object>> rows = rows(0, 8);
        rows.add(map("_id", "5f3c0e2a9d1b4c7e8a6f0d12", "expires", LATER));
        for (String option : List.of("", "&dryRun=true")) {
            String message = fail(ReconcileRefusedException.class, uri() + "&unknownLicenses=expire" + option, rows)
                    .getMessage();
            assertTrue(message.contains("row 9"), message);
        }
        assertNothingWritten(before);
        assertEquals(1, reconcile("", rows).failed());
    }

    @Test
    void what_means_the_same_is_no_change_during_the_run() throws Exception {
        existing(0, 10);
        String unknown = existing(20, FUTURE);
        Iterator<?> result = stream("&unknownLicenses=expire", rows(0, 10));
        changedTo(unknown, ("{'expires':'2099-01-31T13:00:00+01:00','sandbox':false,'_parentId':'','resumable':null,"
                + "'lastModified':'2026-11-28T12:00:00.000Z','user':{'email':'U20@example.com','name':'User'}}")
                .replace('\'', '"'));
        result.forEachRemaining(one -> assertNull(((ReconciledLicense) one).error()));
        assertEquals(1, simulator().count("PUT", ".*/licenses/" + unknown));
    }

    // Bodies

    @Test
    void a_list_may_come_in_any_form(@TempDir Path directory) throws Exception {
        existing(0, 2);
        String json = "[" + MAPPER.writeValueAsString(row(0, FUTURE)) + " , "
                + MAPPER.writeValueAsString(row(1, FUTURE)) + "]";
        String lines =
                MAPPER.writeValueAsString(row(0, FUTURE)) + "\n" + MAPPER.writeValueAsString(row(1, FUTURE)) + "\n";
        Path file = Files.writeString(directory.resolve("licenses.jsonl"), lines);
        Map<String, Object> csv = map("email", email(1), "expires", FUTURE, "opts.connectorEdition", "standard",
                "trialEndDate", "", "sandbox", "");
        List<Object> bodies = List.of(rows(0, 2), rows(0, 2).iterator(), rows(0, 2).stream(),
                (Iterable<Map<String, Object>>) rows(0, 2)::iterator, rows(0, 2).toArray(),
                Stream.of(License.of(row(0, FUTURE)), csv),
                json, lines, "\uFEFF" + json, new java.io.StringReader("\uFEFF" + lines),
                ("\uFEFF" + json).getBytes(StandardCharsets.UTF_8), json.getBytes(StandardCharsets.UTF_8),
                new ByteArrayInputStream(lines.getBytes(StandardCharsets.UTF_8)), new java.io.StringReader(json), file,
                ByteBuffer.wrap(("..." + json).getBytes(StandardCharsets.UTF_8)).position(3),
                file.toFile(), MAPPER.readTree(json), List.of(MAPPER.valueToTree(row(0, FUTURE)),
                        MAPPER.writeValueAsString(row(1, FUTURE))));
        for (Object body : bodies) {
            assertEquals(Map.of(WriteOutcome.UNCHANGED, 2L), reconcile("&unknownLicenses=expire", body).outcomes(),
                    () -> body.getClass().getName());
        }
    }

    @Test
    void a_buffer_can_be_read_again() {
        existing(0, 2);
        ByteBuffer body = ByteBuffer.wrap(
                rows(0, 2).stream().map(row -> License.of(row).toString()).collect(Collectors.joining("\n"))
                        .getBytes(StandardCharsets.UTF_8));
        assertEquals(2, reconcile("&dryRun=true", body).rows());
        assertEquals(2, reconcile("", body).rows());
    }

    @Test
    void the_rest_of_a_body_that_was_read_before_is_not_the_list() {
        existing(0, 10);
        String lines = rows(0, 10).stream().map(row -> License.of(row).toString()).collect(Collectors.joining("\n"));
        Iterator<Map<String, Object>> shared = rows(0, 10).iterator();
        List<Object> bodies = List.of(rows(0, 10).iterator(), rows(0, 10).stream(),
                (Iterable<Map<String, Object>>) () -> shared, new java.io.StringReader(lines),
                new ByteArrayInputStream(lines.getBytes(StandardCharsets.UTF_8)));
        for (Object body : bodies) {
            simulator().faults().add(Fault.on("GET", ".*/licenses").status(500));
            Exchange exchange = send(uri() + "&unknownLicenses=expire&maxRetries=0", body);
            assertEquals(500, ((IntegratorioApiException) exchange.getException()).getStatusCode());
            exchange.setException(null);
            Exception again = template.send(uri() + "&unknownLicenses=expire", exchange).getException();
            assertTrue(again instanceof IllegalArgumentException && again.getMessage().contains("was read before"),
                    () -> body + ": " + again);
        }
        simulator().clearRequests();
        Iterator<?> half = rows(0, 10).iterator();
        half.next();
        // Nobody has seen it here before.
        assertEquals(1, reconcile("", half).unknown());
        fail(IllegalArgumentException.class, uri(), half);
        // Some servers have one stream for all requests of a connection.
        ByteArrayInputStream of = new ByteArrayInputStream(lines.getBytes(StandardCharsets.UTF_8));
        reconcile("", of);
        assertTrue(fail(IllegalArgumentException.class, uri(), of).getMessage().contains("was read before"));
        of.reset();
        assertEquals(10, reconcile("", of).rows());
    }

    @Test
    void a_redelivery_does_not_take_the_rest_of_an_iterator_for_the_list() throws Exception {
        existing(0, 100);
        context.addRoutes(new org.apache.camel.builder.RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(defaultErrorHandler().maximumRedeliveries(2).redeliveryDelay(1));
                from("direct:redelivered").to(uri() + "&unknownLicenses=expire");
            }
        });
        List<Map<String, Object>> before = simulator().licenses(connector);
        Iterator<Map<String, Object>> all = rows(0, 100).iterator();
        int[] read = new int[1];
        Stream<Map<String, Object>> once = Stream.generate(() -> {
            if (++read[0] == 10) {
                throw new IllegalStateException("read timed out");
            }
            return all.next();
        }).limit(100);
        fail(IllegalArgumentException.class, "direct:redelivered", once.iterator());
        assertNothingWritten(before);
    }

    @Test
    void a_source_that_can_be_closed_is_closed() {
        boolean[] closed = new boolean[1];
        reconcile("", rows(0, 1).stream().onClose(() -> closed[0] = true));
        assertTrue(closed[0]);
    }

    // Results

    @Test
    void a_stream_has_each_license_as_it_is_done() {
        existing(0, 3);
        List<ReconciledLicense> seen = new ArrayList<>();
        Iterator<?> result = stream("&unknownLicenses=expire", rows(1, 6));
        assertEquals(0, simulator().count("POST|PUT", ".*"));
        result.forEachRemaining(one -> seen.add((ReconciledLicense) one));

        assertEquals(6, seen.size());
        assertEquals(WriteOutcome.EXPIRED, seen.get(5).outcome());
        assertEquals(Map.of(WriteOutcome.UNCHANGED, 2L, WriteOutcome.CREATED, 3L, WriteOutcome.EXPIRED, 1L),
                seen.stream().collect(Collectors.groupingBy(ReconciledLicense::outcome, Collectors.counting())));
    }

    /** Runs outside of a route, so that the stream stays open until the test has read it. */
    private Iterator<?> stream(String options, Object body) {
        Exchange exchange = new DefaultExchange(context);
        exchange.getMessage().setBody(body);
        try {
            Producer producer = context.getEndpoint(uri() + "&streaming=true" + options).createProducer();
            producer.start();
            producer.process(exchange);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        assertNull(exchange.getException());
        return exchange.getMessage().getBody(Iterator.class);
    }

    @Test
    void branches_that_share_a_stream_get_each_license_once_and_do_not_wait_for_ever() {
        Iterator<?> stream = stream("", rows(0, 200));
        List<CompletableFuture<Integer>> branches = IntStream.range(0, 2)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> countAll(stream))).toList();

        assertEquals(200, branches.stream().mapToInt(branch -> branch.orTimeout(60, TimeUnit.SECONDS).join()).sum());
        assertEquals(200, state().size());
    }

    private static int countAll(Iterator<?> stream) {
        int count = 0;
        try {
            while (true) {
                stream.next();
                count++;
            }
        } catch (NoSuchElementException e) {
            return count;
        }
    }

    @Test
    void an_abandoned_stream_stops_the_work() throws Exception {
        context.addRoutes(new org.apache.camel.builder.RouteBuilder() {
            @Override
            public void configure() {
                from("direct:abandon").to(uri() + "&streaming=true").process(one -> one.getMessage()
                        .getBody(Iterator.class).next());
            }
        });
        Exchange exchange;
        try (LogCapture log = new LogCapture()) {
            exchange = succeed("direct:abandon", rows(0, 500));
            assertEquals(List.of("was given up before its end"), endings(log));
        }
        assertEquals(List.of(), running(), "a run that was given up is not shown any more");
        long created = simulator().count("POST", ".*");
        assertTrue(created <= 128, () -> "" + created);
        Iterator<?> rest = exchange.getMessage().getBody(Iterator.class);
        assertThrows(IllegalStateException.class, rest::hasNext);
        assertEquals(500, reconcile("", rows(0, 500)).rows());
        assertEquals(500, state().size());
    }

    /** What the log says of the ends of reconciles. */
    private static List<String> endings(LogCapture log) {
        return log.lines().stream()
                .map(Pattern.compile("Reconcile (has ended early|has ended|was given up before its end)")::matcher)
                .filter(Matcher::find).map(ending -> ending.group(1)).toList();
    }

    private List<?> running() {
        return RunningComponent.observed(context).reconciles();
    }

    @Test
    void the_log_tells_how_a_run_has_ended() {
        existing(0, 3);
        List<Map<String, Object>> rows = rows(0, 5);
        rows.add(map("email", "stranger@example.com", "expires", FUTURE));
        try (LogCapture log = new LogCapture()) {
            reconcile("", rows);
            assertEquals(List.of("has ended"), endings(log));
            assertTrue(log.lines().stream().anyMatch(line -> line.contains("Reconcile has ended: connector " + connector
                    + ": 6 rows, 3 licenses, 3 of 3 done, 1 failed, {CREATED=2, UNCHANGED=3}")),
                    () -> "" + log.lines());
        }
        assertEquals(List.of(), running());
    }

    /** Begins a run whose time the test advances. */
    private Iterator<?> run(VirtualClient client, UnknownLicenses unknown, List<Map<String, Object>> rows,
            BooleanSupplier isStopping) {
        OperationRequest request = new OperationRequest(null, connector, null, null, false, null, List.of(), false,
                false, true, new ClaimOptions(null, null), CallContext.begin(client.scheduler, Duration.ofMinutes(2)),
                new ReconcileOptions(DesiredLicenses.read(rows.iterator(), connector), unknown, 10, isStopping));
        return (Iterator<?>) client.provisioning.reconcile(request).join().value();
    }

    private VirtualClient virtualClient() {
        return new VirtualClient(simulator().baseUrl(), simulator()::token, VirtualClient.RETRY,
                VirtualClient.RATE_LIMITS, new VirtualScheduler(VirtualClient.START));
    }

    @Test
    void a_long_run_tells_every_half_minute_how_far_it_is() {
        existing(0, 6);
        try (VirtualClient client = virtualClient(); LogCapture log = new LogCapture()) {
            // The time of a computer that was started long ago.
            client.scheduler.advance(Duration.ofDays(1));
            Iterator<?> result = run(client, UnknownLicenses.KEEP, rows(0, 6), () -> false);
            List<Long> told = new ArrayList<>();
            for (int seconds : new int[] { 0, 29, 1, 0, 29, 1 }) {
                client.scheduler.advance(Duration.ofSeconds(seconds));
                result.next();
                told.add(log.lines().stream().filter(line -> line.contains("Reconcile: connector " + connector))
                        .count());
            }
            assertEquals(List.of(0L, 0L, 1L, 1L, 1L, 2L), told);
        }
    }

    @ParameterizedTest
    @EnumSource(names = { "KEEP", "EXPIRE" })
    void a_run_that_a_stop_cuts_off_is_no_success_unless_all_is_done(UnknownLicenses unknown) {
        existing(0, 71);
        int rows = 70;
        try (VirtualClient client = virtualClient()) {
            AtomicBoolean isStopping = new AtomicBoolean();
            Iterator<?> result = run(client, unknown, rows(0, rows), isStopping::get);
            result.next();
            isStopping.set(true);
            String failure =
                    assertThrows(RuntimeException.class, () -> result.forEachRemaining(one -> {})).getMessage();
            assertTrue(failure.contains("the application is stopping"), failure);

            isStopping.set(false);
            Iterator<?> whole = run(client, unknown, rows(0, rows), isStopping::get);
            for (int i = 0; i < rows; i++) {
                whole.next();
            }
            assertEquals(unknown == UnknownLicenses.EXPIRE, whole.hasNext());
            isStopping.set(true);
            whole.forEachRemaining(one -> {});
        }
    }

    @Test
    void a_route_splits_and_filters_a_stream() throws Exception {
        existing(0, 3);
        List<Object> changed = new ArrayList<>();
        context.addRoutes(new org.apache.camel.builder.RouteBuilder() {
            @Override
            public void configure() {
                from("direct:report").to(uri() + "&streaming=true").split(body()).streaming()
                        .filter(simple("${body.outcome} != 'UNCHANGED'"))
                        .process(one -> changed.add(one.getMessage().getBody())).end().end();
            }
        });
        succeed("direct:report", rows(0, 5));
        assertEquals(2, changed.size());
        assertEquals(5, state().size());
    }

    @Test
    void a_creation_is_claimed_by_its_user() {
        MemoryIdempotentRepository claims = new MemoryIdempotentRepository(new java.util.HashMap<>());
        context.getRegistry().bind("claims", claims);
        reconcile("&idempotentRepository=#claims", rows(0, 3));
        assertTrue(claims.getCacheSize() > 0);
        assertEquals(3, state().size());
    }

    @Test
    void open_claims_of_a_killed_process_are_failed_rows_however_many_they_are() {
        context.getRegistry().bind("claims", new MemoryIdempotentRepository(new java.util.HashMap<>()));
        existing(30, 31);
        String claimed = "&idempotentRepository=#claims&operationTimeout=3s&maxRetries=0";
        simulator().faults().add(Fault.on("POST", ".*/licenses").always().status(500));
        // Under another name of the API, so that this JVM knows no more of it than another process.
        String elsewhere = "&baseUrl=" + simulator().baseUrl().replace("127.0.0.1", "localhost");
        fail(IntegratorioAmbiguousOutcomeException.class, uri() + claimed + elsewhere, rows(0, 12));
        simulator().faults().clear();

        ReconcileSummary summary = reconcile(claimed + "&unknownLicenses=expire", rows(0, 20));

        assertEquals(12, summary.failed(), () -> "" + summary.failures());
        assertEquals(Map.of(WriteOutcome.CREATED, 8L, WriteOutcome.EXPIRED, 1L), summary.outcomes());
        assertTrue(
                summary.failures().stream()
                        .allMatch(failure -> failure.error().contains("another attempt under the key")),
                () -> "" + summary.failures());
    }

    @Test
    void the_summary_can_be_json() {
        Map<String, Object> json =
                json(succeed(uri() + "&outputType=JSON", rows(0, 2)).getMessage().getBody(String.class));
        assertEquals(2, json.get("rows"));
        assertEquals(map("CREATED", 2), json.get("outcomes"));
        assertEquals(Set.of(email(0), email(1)), ((List<?>) json.get("changes")).stream()
                .map(change -> ((Map<?, ?>) change).get("email")).collect(Collectors.toSet()), "in any order");
    }

    @Test
    void the_requests_are_one_list_and_at_most_two_for_each_license_that_differs() {
        existing(0, 2000);
        List<Map<String, Object>> rows = rows(10, 2000);
        IntStream.range(100, 120).forEach(i -> rows.get(i).put("expires", LATER));
        ReconcileSummary summary = reconcile("&unknownLicenses=expire", rows);

        assertEquals(Map.of(WriteOutcome.UNCHANGED, 1970L, WriteOutcome.UPDATED, 20L, WriteOutcome.EXPIRED, 10L),
                summary.outcomes());
        assertEquals(1, simulator().count("GET", ".*/licenses(\\?.*)?"));
        assertEquals(30, simulator().count("GET", ".*/licenses/.*"));
        assertEquals(30, simulator().count("PUT", ".*"));
        assertEquals(61, simulator().requestCount());
        succeed("integratorio:licenses?operation=create&connectorId=" + simulator().addConnector("Other"),
                row(0, FUTURE));
        simulator().clearRequests();
        rows.addAll(rows(2000, 2020));
        assertEquals(20, reconcile("", rows).count(WriteOutcome.CREATED));
        assertEquals(20, simulator().count("POST", ".*"));
        assertEquals(1, simulator().count("GET", ".*/licenses(\\?.*)?"), "nothing says that it lacks a license");
    }

    @Test
    void a_reconcile_that_is_refused_or_fails_is_not_running() {
        simulator().addLicense(connector, map("email", "u1@example.com", "expires", FUTURE));
        refused("", List.of());
        simulator().faults().add(Fault.on("GET", ".*/licenses(\\?.*)?").status(403));
        fail(IntegratorioApiException.class, uri(), rows(0, 1));
        assertEquals(List.of(),
                RunningComponent.observed(context).reconciles());
    }

    @Test
    void a_child_license_with_the_address_of_its_parent_license_is_another_license() {
        String parent = existing(0, FUTURE);
        String child = simulator().addChildLicense(connector, parent,
                map("user", map("email", email(0)), "expires", FUTURE));
        List<Map<String, Object>> rows = rows(0, 1);
        rows.add(map("_id", child, "_parentId", parent, "email", email(0), "expires", FUTURE));
        assertEquals(2, reconcile("", rows).count(WriteOutcome.UNCHANGED));
    }
}
