package io.github.integratorio.examples.trial;

import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

import io.github.integratorio.simulator.IntegratorioSimulator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Tests the pages with invalid input and with attacks. */
class PagesTest {

    private static final String SCRIPT = "<script>alert(1)</script>";
    private static final IntegratorioSimulator API = IntegratorioSimulator.builder().anyUser().start();
    private static final String CONNECTOR = API.addConnector("Shop to Books");
    private static Site site;

    @BeforeAll
    static void start() {
        site = new Site(API, CONNECTOR, Map.of("TRIAL_BEHIND_PROXY", "true", "TRIAL_SUBMITS_PER_MINUTE", "5"));
    }

    @AfterAll
    static void stop() {
        site.close();
        API.close();
    }

    private static int addresses;

    /** A client address of its own for each visitor. */
    private static String[] fromNewAddress() {
        return new String[] { "X-Forwarded-For",
                "203.0.113.7, 2001:db8:0:" + Integer.toHexString(++addresses) + "::1" };
    }

    private static long signUps() {
        return site.app().database().sql().queryForObject("SELECT COUNT(*) FROM sign_up", Long.class);
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            name,    '',                       Please tell us your name
            name,    '   ',                    Please tell us your name
            name,    '<script>alert(1)</script>', Please remove
            name,    'Jane\u202Eeod',          Please remove
            email,   '',                       Please tell us your e-mail address
            email,   'jane',                   This does not look like an e-mail address
            email,   'a@b.example, c@d.example', This does not look like an e-mail address
            email,   '"><img src=x onerror=alert(1)>@b.example', This does not look like an e-mail address
            company, '',                       Please tell us where you work
            company, 'A<b>cme',                Please remove
            """)
    void an_invalid_field_has_a_message_and_the_other_values_are_kept(String field, String value, String message) {
        Map<String, String> fields =
                new TreeMap<>(Map.of("name", "Jane Doe", "email", "jane@acme.example", "company", "Acme & Sons"));
        fields.put(field, value);
        long before = signUps();
        HttpResponse<String> answer = site.visitor().submit("/", "/sign-up", fields, fromNewAddress());

        assertEquals(422, answer.statusCode());
        assertTrue(answer.body().contains("id=\"" + field + "-error\">" + message), answer.body());
        assertEquals(1, answer.body().split("class=\"error\"", -1).length - 1, "one message");
        assertTrue(field.equals("company") || answer.body().contains("value=\"Acme &amp; Sons\""),
                "the company is kept");
        assertFalse(answer.body().contains(SCRIPT) || answer.body().contains("<img src=x"), "markup came back as such");
        assertEquals(before, signUps());
    }

    @Test
    void a_field_that_is_too_long_has_a_message_and_is_truncated() {
        HttpResponse<String> answer = site.visitor().submit("/", "/sign-up",
                Map.of("name", "x".repeat(5000), "email", "e".repeat(300) + "@acme.example", "company", "Acme"),
                fromNewAddress());
        assertEquals(422, answer.statusCode());
        assertTrue(answer.body().contains("at most 100 characters, and there are 5000"));
        assertTrue(answer.body().contains("at most 254 characters"));
        assertTrue(answer.body().contains("value=\"" + "x".repeat(300) + "\""));
    }

    @Test
    void an_empty_post_is_answered_with_the_form() {
        assertEquals(403, site.visitor().post("/sign-up", Map.of(), fromNewAddress()).statusCode());
        assertEquals(403, site.visitor().postBody("/sign-up", "application/json", "{\"name\":\"x\"}", fromNewAddress())
                .statusCode());
    }

    @Test
    void a_file_upload_is_rejected_and_nothing_is_written_to_the_disk() {
        HttpResponse<String> answer = site.visitor().postBody("/sign-up", "Multipart/form-data; boundary=b",
                "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"f.txt\"\r\n\r\nx\r\n--b--\r\n",
                fromNewAddress());
        assertEquals(415, answer.statusCode());
        assertTrue(answer.body().contains("Files are not accepted"));
        assertEquals(403, site.visitor().post("/sign-up", Map.of(), fromNewAddress()).statusCode(),
                "a form without a token");
        assertFalse(Files.exists(Path.of("file-uploads")), "the server's folder for uploads");
    }

    @ParameterizedTest
    @CsvSource({ "9000, 400", "17000, 413", "3000000, 413" })
    void a_body_that_is_too_large_is_rejected_with_an_error_page(int size, int status) {
        HttpResponse<String> answer =
                site.visitor().post("/sign-up", Map.of("name", "x".repeat(size)), fromNewAddress());
        assertEquals(status, answer.statusCode());
        assertTrue(answer.body().contains("The form is too long"), answer.body());
        assertTrue(answer.headers().firstValue("Content-Security-Policy").isPresent());
    }

    @Test
    void a_form_without_a_valid_token_is_rejected_and_shown_again() {
        Map<String, String> fields =
                new TreeMap<>(Map.of("name", "Jane Doe", "email", "csrf@acme.example", "company", "Acme"));
        HttpResponse<String> without = site.visitor().post("/sign-up", fields, fromNewAddress());
        assertEquals(403, without.statusCode());
        assertTrue(without.body().contains("value=\"csrf@acme.example\""), "what was typed is kept");

        fields.put("token", Visitor.token(site.visitor().get("/").body()));
        Visitor other = site.visitor();
        other.get("/");
        HttpResponse<String> refused = other.post("/sign-up", fields, fromNewAddress());
        assertEquals(403, refused.statusCode());

        fields.put("token", Visitor.token(refused.body()));
        assertEquals(303, other.post("/sign-up", fields, fromNewAddress()).statusCode(),
                "the form that was given back is a good one");
    }

    @Test
    void too_many_submits_from_one_address_are_rejected_and_others_are_not() {
        String[] flood = { "X-Forwarded-For", "spoofed, 2001:db8:1:2:aaaa::1" };
        String[] sameNetwork = { "X-Forwarded-For", "2001:db8:1:2:bbbb:1:2:3" };
        Visitor visitor = site.visitor();
        HttpResponse<String> last = null;
        for (int i = 0; i < 300; i++) {
            last = visitor.post("/sign-up", Map.of("name", "Flo"), flood);
        }
        assertEquals(429, last.statusCode());
        assertTrue(last.headers().firstValueAsLong("Retry-After").getAsLong() > 0);
        assertTrue(last.body().contains("too many sign-ups from your network"));
        assertTrue(last.body().contains("value=\"Flo\""), "what was typed is kept");
        assertEquals(429, visitor.post("/sign-up", Map.of(), sameNetwork).statusCode());
        assertEquals(403, visitor.post("/sign-up", Map.of(), fromNewAddress()).statusCode());
    }

    @Test
    void the_address_of_a_form_with_errors_shows_the_form_when_it_is_typed_again() {
        HttpResponse<String> answer = site.visitor().get("/sign-up");
        assertEquals(200, answer.statusCode());
        assertTrue(answer.body().contains("Start your free trial"), answer.body());
    }

    @ParameterizedTest
    @ValueSource(strings = { "/", "/nothing", "/assets/style.css", "/vendor" })
    void HEAD_is_answered_as_GET_without_the_body(String path) {
        HttpResponse<String> answer = site.visitor().head(path);
        assertEquals(site.visitor().get(path).statusCode(), answer.statusCode());
        assertEquals("", answer.body());
    }

    @ParameterizedTest
    @ValueSource(strings = { "/", "/nothing", "/trial/x", "/trial/0123456789012345678901", "/assets/style.css",
            "/assets/nothing", "/vendor", "/vendor/live", "/assets/..%2fapplication.properties", "/%00",
            "/trial/%3Cscript%3Ealert(1)%3C/script%3E" })
    void every_response_has_the_security_headers_and_no_header_from_the_request(String path) {
        HttpResponse<String> answer =
                site.visitor().get(path + "?X-Mine=1&Content-Security-Policy=none", "X-Yours", "1");
        assertTrue(answer.headers().firstValue("Content-Security-Policy").orElse("")
                .startsWith("default-src 'none'; script-src 'self'"));
        assertEquals(1, answer.headers().allValues("Content-Security-Policy").size());
        assertEquals("nosniff", answer.headers().firstValue("X-Content-Type-Options").orElse(""));
        assertTrue(answer.headers().firstValue("X-Mine").isEmpty());
        assertTrue(answer.headers().firstValue("X-Yours").isEmpty());
        assertFalse(answer.body().contains(SCRIPT));
        assertFalse(answer.body().contains("camel."), "a file that is not for visitors");
    }

    @Test
    void a_port_in_use_is_reported() {
        Map<String, String> samePort = Map.of("TRIAL_PORT", String.valueOf(site.app().port()));
        String message =
                assertThrows(IllegalStateException.class, () -> new Site(API, CONNECTOR, samePort)).getMessage();
        assertTrue(message.startsWith("TRIAL_PORT"), message);
    }

    @Test
    void the_demo_page_does_not_exist_with_a_real_account() {
        assertEquals(404, site.visitor().get("/demo").statusCode());
    }

    @Test
    void the_vendor_s_page_needs_the_password() {
        Visitor visitor = site.visitor();
        assertEquals(401, visitor.get("/vendor").statusCode());
        assertEquals(401, visitor.get("/vendor/live").statusCode());
        assertEquals(401, visitor.get("/vendor", "Cookie", "vendor=99999999999.AAAA").statusCode());
        assertEquals(401,
                visitor.submit("/vendor", "/vendor/log-in", Map.of("password", "demo"), fromNewAddress()).statusCode());
        assertEquals(403, site.visitor().post("/vendor/log-in", Map.of("password", Site.PASSWORD), fromNewAddress())
                .statusCode());
        visitor.logIn(Site.PASSWORD);
        HttpResponse<String> page = visitor.get("/vendor");
        assertEquals(200, page.statusCode());
        assertEquals(303, visitor.submit("/vendor", "/vendor/log-out", Map.of()).statusCode());
        assertEquals(401, visitor.get("/vendor").statusCode());
    }

    @Test
    void log_in_attempts_are_limited() {
        String[] guesser = fromNewAddress();
        Visitor visitor = site.visitor();
        int status = 0;
        for (int i = 0; i < 12; i++) {
            status = visitor.submit("/vendor", "/vendor/log-in", Map.of("password", "guess " + i), guesser)
                    .statusCode();
        }
        assertEquals(429, status);
    }

    @Test
    void the_vendor_sees_sign_ups_installs_and_changes() {
        Visitor vendor = site.visitor();
        vendor.logIn(Site.PASSWORD);
        String path = site.visitor()
                .submit("/", "/sign-up", Map.of("name", "Kim Lund", "email", "kim@lund.example", "company", "Lund AS"),
                        fromNewAddress())
                .headers().firstValue("Location").orElseThrow();
        await().atMost(Duration.ofSeconds(30))
                .until(() -> site.visitor().get(path).body().contains("Your trial is ready"));
        String license = (String) Site.licenses(API, CONNECTOR, "kim@lund.example").get(0).get("_id");
        String integration = API.install(CONNECTOR, license);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> live(vendor).contains("<strong>kim@lund.example</strong> installed version 1.0.0"));
        assertTrue(live(vendor).contains("<strong>Kim Lund</strong>, Lund AS"));
        assertTrue(live(vendor).contains("30 days left"));

        API.putInstallation(CONNECTOR,
                Map.of("_integrationId", integration, "email", "kim@lund.example", "version", "2.0.0"));
        await().atMost(Duration.ofSeconds(30)).until(
                () -> live(vendor).contains("<strong>kim@lund.example</strong> was updated from 1.0.0 to 2.0.0"));
        API.uninstall(CONNECTOR, integration);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> live(vendor).contains("<strong>kim@lund.example</strong> uninstalled"));
    }

    @Test
    void the_vendor_sees_a_trial_that_was_never_installed_and_the_notice_of_its_end() {
        Visitor vendor = site.visitor();
        vendor.logIn(Site.PASSWORD);
        API.addLicense(CONNECTOR,
                Map.of("email", "ida@berg.example", "trialEndDate", Instant.now().plusSeconds(3).toString()));
        await().atMost(Duration.ofSeconds(30))
                .until(() -> live(vendor).contains("<strong>ida@berg.example</strong> got a trial until "));
        assertTrue(live(vendor).contains("ida@berg.example<br><span class=\"soft\">not installed"));
        await().atMost(Duration.ofSeconds(30))
                .until(() -> live(vendor).contains("<strong>ida@berg.example</strong> has a license that has ended"));
        assertTrue(live(vendor).contains("ida@berg.example<br><span class=\"soft\">not installed, notice of "));
    }

    private static String live(Visitor vendor) {
        return vendor.get("/vendor/live").body();
    }

    @Test
    void an_unchanged_page_is_answered_with_304() {
        Visitor vendor = site.visitor();
        vendor.logIn(Site.PASSWORD);
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            String tag = vendor.get("/vendor/live").headers().firstValue("ETag").orElseThrow();
            HttpResponse<String> again = vendor.get("/vendor/live", "If-None-Match", tag);
            return again.statusCode() == 304 && again.body().isEmpty();
        });
        assertNotEquals(304, vendor.get("/vendor/live", "If-None-Match", "\"other\"").statusCode());
    }

    @Test
    void markup_from_the_database_or_the_API_is_shown_as_text() {
        site.app().database().sql().update("INSERT INTO sign_up "
                + "(id, email_key, email, name, company, signed_up, state, attempts, due, problem) VALUES "
                + "('0000000000000000000000', 'x@evil.example', 'x@evil.example', ?, ?, CURRENT_TIMESTAMP, "
                + "'UNKNOWN', 0, CURRENT_TIMESTAMP, ?)", SCRIPT, SCRIPT, SCRIPT);
        String license =
                API.addLicense(CONNECTOR, Map.of("email", "y@evil.example", "expires", "2099-01-01T00:00:00Z"));
        String integration = API.install(CONNECTOR, license);
        API.putInstallation(CONNECTOR,
                Map.of("_integrationId", integration, "name", SCRIPT, "email", SCRIPT + "z", "version", SCRIPT));
        Visitor vendor = site.visitor();
        vendor.logIn(Site.PASSWORD);

        await().atMost(Duration.ofSeconds(30))
                .until(() -> live(vendor).contains("&lt;script&gt;alert(1)&lt;/script&gt;z"));
        assertFalse(live(vendor).contains(SCRIPT));
        assertFalse(vendor.get("/vendor").body().contains(SCRIPT));
        String page = vendor.get("/trial/0000000000000000000000").body();
        assertTrue(page.contains("&lt;script&gt;"), page);
        assertFalse(page.contains(SCRIPT), page);
        API.uninstall(CONNECTOR, integration);
    }
}
