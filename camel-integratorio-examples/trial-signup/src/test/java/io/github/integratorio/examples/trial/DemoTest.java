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

/** The application as the one command starts it, with the API inside: each button does what it says. */
class DemoTest {

    private static DemoEnvironment world;
    private static TrialApp app;

    @BeforeAll
    static void start() {
        world = new DemoEnvironment("Shop to Books", Clock.systemUTC());
        app = new TrialApp(TrialConfig.of(Map.of("TRIAL_PORT", "0", "TRIAL_DATABASE_URL", "jdbc:h2:mem:" + UUID.randomUUID())), world,
                Clock.systemUTC());
    }

    @AfterAll
    static void stop() {
        app.close();
        world.close();
    }

    private final Visitor visitor = new Visitor(app.url());

    private void press(String button) {
        assertTrue(visitor.get("/demo").body().contains("value=\"" + button + "\""), "there is no button for " + button);
        assertEquals(303, visitor.submit("/demo", "/demo/act", Map.of("do", button)).statusCode());
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
    void nobody_is_a_person_without_an_account_until_there_is_one() {
        String path = visitor.signUp(DemoEnvironment.NOBODY);
        untilPageSays(path, "One step is missing");
        press("account");
        visitor.submit(path, path + "/retry", Map.of());
        untilPageSays(path, "Your trial is ready");
    }

    @Test
    void customers_install_are_updated_and_leave_before_the_vendor_s_eyes() {
        visitor.logIn(TrialConfig.DEMO_PASSWORD);
        press("install");
        untilPageSays("/vendor/live", "<strong>yuki@emberworks.example</strong> installed version 1.0.0");
        press("update");
        untilPageSays("/vendor/live", "updating</span>");
        press("updated");
        untilPageSays("/vendor/live", "<strong>yuki@emberworks.example</strong> went from 1.0.0 to 1.2.0");
        press("uninstall");
        untilPageSays("/vendor/live", "</strong> uninstalled");
    }

    @Test
    void a_button_on_somebody_else_s_page_does_nothing() {
        visitor.post("/demo/act", Map.of("do", "down"));
        assertFalse(visitor.get("/demo").body().contains("It is down"));
    }
}
