package io.github.integratorio.examples.trial;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.github.integratorio.simulator.Fault;
import io.github.integratorio.simulator.IntegratorioSimulator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Tests the way from the form to the license, with failures at each step. */
class ProvisioningTest {

    private static final IntegratorioSimulator API = IntegratorioSimulator.builder().anyUser().start();
    private static final String CONNECTOR = API.addConnector("Shop to Books");
    private static Site site;

    @BeforeAll
    static void start() {
        site = new Site(API, CONNECTOR, Map.of());
    }

    @AfterAll
    static void stop() {
        site.close();
        API.close();
    }

    @AfterEach
    void everythingWorksAgain() {
        API.faults().clear();
    }

    private static String page(String path) {
        return site.visitor().get(path).body();
    }

    private static void untilPageSays(String path, String text) {
        await().atMost(Duration.ofSeconds(30)).until(() -> page(path).contains(text));
    }

    private static List<Map<String, Object>> licenses(String email) {
        return Site.licenses(API, CONNECTOR, email);
    }

    @Test
    void a_sign_up_becomes_a_30_day_license_and_the_page_shows_its_expiry() {
        String path = site.visitor().signUp("ann@acme.example");
        untilPageSays(path, "Your trial is ready");

        Instant expires = Instant.parse((String) licenses("ann@acme.example").get(0).get("expires"));
        assertEquals(30, Formats.daysLeft(Instant.now(), expires));
        assertTrue(page(path).contains(Formats.formatDate(expires)), "the date");
        assertTrue(page(path).contains("30 days left"), "the days");
    }

    @Test
    void a_second_sign_up_returns_the_first_license() {
        String first = site.visitor().signUp("bob@acme.example");
        untilPageSays(first, "Your trial is ready");
        String second = site.visitor().signUp("Bob@ACME.example");

        assertEquals(first, second);
        assertTrue(page(second).contains("Your trial is ready"));
        assertEquals(1, licenses("bob@acme.example").size());
    }

    @Test
    void two_sign_ups_during_an_outage_result_in_one_license() {
        API.faults().add(Fault.onAny().always().status(503));
        String first = site.visitor().signUp("twice@acme.example");
        assertEquals(first, site.visitor().signUp("twice@acme.example"));
        API.faults().clear();
        untilPageSays(first, "Your trial is ready");
        assertEquals(1, licenses("twice@acme.example").size());
    }

    @Test
    void the_existing_license_of_a_customer_is_not_changed() {
        API.addLicense(CONNECTOR, Map.of("email", "cleo@acme.example", "expires", "2097-05-06T00:00:00Z",
                "opts", Map.of("connectorEdition", "pro")));
        API.addLicense(CONNECTOR, Map.of("email", "cleo@acme.example", "expires", "2001-01-01T00:00:00Z"));
        String path = site.visitor().signUp("cleo@acme.example");

        untilPageSays(path, "6 May 2097");
        assertEquals(2, licenses("cleo@acme.example").size());
        assertEquals(List.of("2097-05-06T00:00:00.000Z", "2001-01-01T00:00:00.000Z"),
                licenses("cleo@acme.example").stream().map(license -> license.get("expires")).toList());
    }

    @Test
    void a_later_install_is_shown_on_the_page() {
        String path = site.visitor().signUp("dora@acme.example");
        untilPageSays(path, "Your trial is ready");
        API.install(CONNECTOR, (String) licenses("dora@acme.example").get(0).get("_id"));
        untilPageSays(path, "is installed");
    }

    @Test
    void a_person_without_an_account_gets_instructions_and_later_the_license() {
        API.removeUser("nobody@acme.example");
        Visitor nobody = site.visitor();
        String path = nobody.signUp("nobody@acme.example");
        untilPageSays(path, "Create a free account");
        assertTrue(page(path).contains("Ask the user to sign up at integrator.io first"), "the API's own words");
        assertTrue(licenses("nobody@acme.example").isEmpty());

        API.addUser("nobody@acme.example", "Nobody");
        assertEquals(303, nobody.submit(path, path + "/retry", Map.of()).statusCode());
        untilPageSays(path, "Your trial is ready");
    }

    @Test
    void one_person_without_an_account_does_not_block_other_sign_ups() {
        API.removeUser("stranger@acme.example");
        API.faults().add(Fault.onAny().always().status(503));
        List<String> others = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            others.add(site.visitor().signUp("crowd" + i + "@acme.example"));
        }
        String stranger = site.visitor().signUp("stranger@acme.example");
        others.forEach(path -> untilPageSays(path, "We are on it"));

        API.faults().clear();
        untilPageSays(stranger, "One step is missing");
        others.forEach(path -> untilPageSays(path, "Your trial is ready"));
        for (int i = 0; i < 6; i++) {
            assertEquals(1, licenses("crowd" + i + "@acme.example").size());
        }
    }

    @Test
    void the_page_reports_an_outage_and_later_shows_the_license() {
        API.faults().add(Fault.onAny().always().closeBefore());
        String path = site.visitor().signUp("emil@acme.example");
        untilPageSays(path, "We are on it");
        assertTrue(page(path + "/state").contains("data-pace"), "the page keeps polling");

        API.faults().clear();
        untilPageSays(path, "Your trial is ready");
        assertEquals(1, licenses("emil@acme.example").size());
    }

    @Test
    void a_lost_response_does_not_cause_a_second_license() {
        API.faults().add(Fault.on("POST", ".*/licenses").times(1).resetAfter());
        // The lookup of the license fails, too.
        API.faults().add(Fault.on("GET", ".*/licenses").afterSkipping(2).times(20).status(503));
        String path = site.visitor().signUp("fay@acme.example");
        await().until(() -> API.faults().armed() < 2);
        API.faults().clear();
        untilPageSays(path, "Your trial is ready");
        assertEquals(1, licenses("fay@acme.example").size());
    }

    @Test
    void a_rejected_token_loses_no_sign_up() {
        API.faults().add(Fault.onAny().always().status(401));
        String path = site.visitor().signUp("gil@acme.example");
        untilPageSays(path, "We are on it");
        API.faults().clear();
        untilPageSays(path, "Your trial is ready");
    }

    @Test
    void a_process_killed_between_request_and_response_leaves_one_license_and_a_page_that_shows_it(
            @TempDir Path directory) throws Exception {
        Map<String, String> database = Map.of("TRIAL_DATABASE_URL",
                "jdbc:h2:file:" + directory.resolve("signups") + ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE");
        String path;
        API.faults().add(Fault.on("POST", ".*/licenses").times(1).hangAfter());
        Process process = child(Site.environment(API, CONNECTOR, database));
        try {
            path = new Visitor(url(process)).signUp("hal@acme.example");
            await().atMost(Duration.ofSeconds(30)).until(() -> licenses("hal@acme.example").size() == 1);
        } finally {
            process.destroyForcibly().waitFor();
        }
        try (Site again = new Site(API, CONNECTOR, database)) {
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> again.visitor().get(path).body().contains("Your trial is ready"));
        }
        assertEquals(1, licenses("hal@acme.example").size());
    }

    private static Process child(Map<String, String> environment) throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m",
                        "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"),
                        TrialSignupMain.class.getName(), "live");
        builder.environment().putAll(environment);
        return builder.redirectErrorStream(true).start();
    }

    private static String url(Process process) throws Exception {
        BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        StringBuilder said = new StringBuilder();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            said.append(line).append('\n');
            if (line.contains("sign up")) {
                return line.replaceFirst(".*(http://[^/]*)/.*", "$1");
            }
        }
        throw new AssertionError("No URL in the output: " + said);
    }

    @Test
    void the_page_shows_neither_the_name_nor_the_whole_address() {
        String path = site.visitor().signUp("ivy@acme.example");
        untilPageSays(path, "i***@acme.example");
        String page = page(path);
        assertFalse(page.contains("ivy@acme.example"), "the address");
        assertFalse(page.contains("Jane Doe"), "the name");
    }
}
