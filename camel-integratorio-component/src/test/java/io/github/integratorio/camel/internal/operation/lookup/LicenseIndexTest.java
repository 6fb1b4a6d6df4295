package io.github.integratorio.camel.internal.operation.lookup;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.github.integratorio.camel.api.IntegratorioApiException;
import io.github.integratorio.camel.internal.license.LicenseUser;
import org.apache.camel.RuntimeCamelException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Whose licenses a list shows. */
class LicenseIndexTest {

    private static final LicenseUser ANN = LicenseUser.of("ann@example.com", false);
    private static final LicenseUser BOB = LicenseUser.of("bob@example.com", false);

    private static Map<String, Object> license(String id, LicenseUser user) {
        Map<String, Object> license = new HashMap<>(Map.of("_id", id, "user", Map.of("email", user.email())));
        if (user.sandbox()) {
            license.put("sandbox", true);
        }
        return license;
    }

    private static Map<String, Object> child(String id, LicenseUser user) {
        Map<String, Object> license = license(id, user);
        license.put("_parentId", "parent");
        return license;
    }

    private static LicenseIndex of(List<Map<String, Object>> rows) {
        return new LicenseIndex(rows, id -> false);
    }

    @Test
    void a_license_is_found_by_its_id_and_its_user() {
        LicenseIndex licenses = of(List.of(license("a", ANN), license("b", BOB)));
        assertEquals("a", licenses.find("a").get("_id"));
        assertNull(licenses.find("c"));
        assertEquals("b", licenses.find(BOB).get("_id"));
        assertNull(licenses.find(LicenseUser.of("ann@example.com", true)));
        assertEquals("b", licenses.requireSingleId(BOB));
        assertTrue(licenses.contains("a"));
        assertFalse(licenses.contains("c"));
        assertEquals(2, licenses.rows().size());
        assertTrue(of(List.of()).isEmpty());
        assertFalse(licenses.isEmpty());
    }

    @Test
    void what_was_read_later_counts() {
        LicenseIndex both = of(List.of(license("a", ANN), license("b", BOB)))
                .with(List.of(license("a", BOB), license("c", BOB)));
        assertEquals(List.of(), both.all(ANN));
        assertEquals(List.of("b", "a", "c"), both.all(BOB).stream().map(row -> row.get("_id")).toList());
        assertEquals(3, both.rows().size());
    }

    @Test
    void of_two_licenses_of_a_user_none_is_chosen_and_both_are_named() {
        LicenseIndex licenses = of(List.of(license("a", ANN), license("b", ANN)));
        String message = assertThrows(IllegalArgumentException.class, () -> licenses.find(ANN)).getMessage();
        assertTrue(message.contains("2 licenses") && message.endsWith(": a, b"), message);

        LicenseUser sandbox = LicenseUser.of("ann@example.com", true);
        LicenseIndex two = of(List.of(license("a", sandbox), license("b", sandbox)));
        assertTrue(assertThrows(IllegalArgumentException.class, () -> two.find(sandbox)).getMessage()
                .contains("2 sandbox licenses"));
    }

    @Test
    void a_list_that_shows_one_license_for_two_users_is_wrong() {
        assertThrows(IllegalStateException.class, () -> of(List.of(license("a", ANN), license("a", BOB))));
        assertEquals(1, of(List.of(license("a", ANN), license("a", ANN))).all(ANN).size());
    }

    @Test
    void a_deleted_license_is_not_in_the_index() {
        LicenseIndex licenses = new LicenseIndex(List.of(license("a", ANN), license("b", ANN)), "a"::equals);
        assertEquals("b", licenses.find(ANN).get("_id"));
        assertNull(licenses.find("a"));
    }

    @Test
    void child_licenses_are_found_by_their_address() {
        LicenseIndex licenses = of(List.of(license("a", ANN), child("b", ANN), child("c", BOB)));
        assertEquals(List.of("b"), licenses.all(ANN, true).stream().map(row -> row.get("_id")).toList());
        assertEquals(List.of("a"), licenses.all(ANN, false).stream().map(row -> row.get("_id")).toList());
    }

    @ParameterizedTest
    @CsvSource({ "false, true, 'the user has no license of this connector, only a sandbox one (option sandbox)'",
            "true, true, 'the user has no sandbox license of this connector, only a production one (option sandbox)'",
            "false, false, the user has no license of this connector",
            "true, false, the user has no sandbox license of this connector" })
    void a_user_without_a_license_gets_a_404_that_tells_of_the_other_kind(boolean sandbox, boolean hasOther,
            String message) {
        LicenseIndex licenses = of(hasOther ? List.of(license("a", LicenseUser.of("ann@example.com", !sandbox)))
                : List.of(license("a", BOB)));
        RuntimeCamelException missing = assertThrows(RuntimeCamelException.class,
                () -> licenses.requireSingleId(LicenseUser.of("ann@example.com", sandbox)));
        IntegratorioApiException cause = assertInstanceOf(IntegratorioApiException.class, missing.getCause());
        assertEquals(404, cause.getStatusCode());
        assertEquals(message, cause.getErrors().get(0).message());
    }

    @Test
    void a_license_whose_user_cannot_be_read_is_named() {
        assertEquals(List.of("x"),
                of(List.of(license("a", ANN), Map.of("_id", "x", "user", "ann@…"))).unreadable());
    }
}
