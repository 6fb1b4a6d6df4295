package io.github.integratorio.examples.trial;

import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Tests the demo mode with the embedded API, and each button of the demo page. */
class DemoTest {

    private static DemoEnvironment demo;
    private static TrialApp app;

    @BeforeAll
    static void start() {
        demo = new DemoEnvironment("Shop to Books", Clock.systemUTC());
        app = new TrialApp(
                TrialConfig.of(Map.of("TRIAL_PORT", "0", "TRIAL_DATABASE_URL", "jdbc:h2:mem:" + UUID.randomUUID()),
                        false),
                demo, Clock.systemUTC());
    }

    @AfterAll
    static void stop() {
        app.close();
        demo.close();
    }

    private final Visitor visitor = new Visitor(app.url());

    private void press(String button) {
        assertTrue(visitor.get("/demo").body().contains("value=\"" + button + "\""),
                "there is no button for " + button);
        assertEquals(303, visitor.submit("/demo", "/demo/action", Map.of("do", button)).statusCode());
    }

    private void untilPageSays(String path, String text) {
        await().atMost(Duration.ofSeconds(60)).until(() -> visitor.get(path).body().contains(text));
    }

    @Test
    void the_API_goes_down_and_comes_back() {
        press("down");
        String path = visitor.signUp("jane@acme.example");
        untilPageSays(path, "We are on it");
        press("up");
        untilPageSays(path, "Your trial is ready");
    }

    @Test
    void the_vendor_sees_how_old_the_data_is_and_that_the_API_is_down() {
        visitor.logIn(TrialConfig.DEMO_PASSWORD);
        untilPageSays("/vendor", "Live, as of ");
        press("down");
        untilPageSays("/vendor", "Not reachable since ");
        untilPageSays("/vendor/live", "Not reachable since ");
        press("up");
        untilPageSays("/vendor/live", "Live, as of ");
    }

    @Test
    void a_person_without_an_account_gets_a_license_once_the_account_exists() {
        String path = visitor.signUp(DemoEnvironment.NOBODY);
        untilPageSays(path, "One step is missing");
        press("account");
        visitor.submit(path, path + "/retry", Map.of());
        untilPageSays(path, "Your trial is ready");
    }

    @Test
    void the_vendor_sees_installs_updates_and_uninstalls() {
        visitor.logIn(TrialConfig.DEMO_PASSWORD);
        press("install");
        untilPageSays("/vendor/live", "<strong>yuki@emberworks.example</strong> installed version 1.0.0");
        press("update");
        untilPageSays("/vendor/live", "updating</span>");
        press("updated");
        untilPageSays("/vendor/live", "<strong>yuki@emberworks.example</strong> was updated from 1.0.0 to 1.1.0");
        press("uninstall");
        untilPageSays("/vendor/live", "</strong> uninstalled");
    }

    @Test
    void a_button_without_a_valid_form_token_does_nothing() {
        visitor.post("/demo/action", Map.of("do", "down"));
        assertFalse(visitor.get("/demo").body().contains("It is down"));
    }
}
