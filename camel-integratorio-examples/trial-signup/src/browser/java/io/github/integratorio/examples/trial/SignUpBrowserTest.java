package io.github.integratorio.examples.trial;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.Rule;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

/** Tests the pages in a real browser. */
class SignUpBrowserTest {

    private static final String SCRIPT = "<script>document.title='owned';alert(1)</script><img src=x onerror=alert(2)>";
    private static final DemoEnvironment DEMO = new DemoEnvironment("Shop to Books", Clock.systemUTC());
    private static Site site;
    private static Browser browser;

    @BeforeAll
    static void start() {
        site = new Site(DEMO.api(), DEMO.connector(), Map.of());
        browser = new Browser();
    }

    @AfterAll
    static void stop() {
        browser.close();
        site.close();
        DEMO.close();
    }

    @AfterEach
    void restoreApi() {
        DEMO.bringBack();
        browser.closeAll();
    }

    private static String url() {
        return site.app().url();
    }

    private static void fill(Page page, String name, String email, String company) {
        page.getByLabel("Your name").fill(name);
        page.getByLabel("Work e-mail").fill(email);
        page.getByLabel("Company").fill(company);
    }

    private static void press(Page page, String button) {
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(button)).click();
    }

    private static void signUp(Page page, String name, String email, String company) {
        page.navigate("/");
        fill(page, name, email, company);
        press(page, "Start the trial");
    }

    private static void assertHeading(Page page, String text) {
        assertThat(page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName(text).setLevel(1)))
                .isVisible(new LocatorAssertions.IsVisibleOptions().setTimeout(Browser.TIMEOUT));
    }

    private static void logIn(Page page) {
        page.navigate("/vendor");
        page.getByLabel("Password").fill(Site.PASSWORD);
        press(page, "Log in");
        assertHeading(page, "Trials of Shop to Books");
    }

    private static String licenseOf(String email) {
        return (String) Site.licenses(DEMO.api(), DEMO.connector(), email).get(0).get("_id");
    }

    @Test
    void the_journey_from_the_form_to_the_license_to_the_install() {
        Page page = browser.open(url());
        page.navigate("/");
        Browser.screenshot(page, "sign-up", false);
        fill(page, "Jane Doe", "jane@doebooks.example", "Doe Books");
        press(page, "Start the trial");
        assertHeading(page, "Your trial is ready");
        assertThat(page.locator(".term")).containsText("30 days left");
        Browser.screenshot(page, "trial-ready", false);

        page.evaluate("window.same = true");
        DEMO.api().install(DEMO.connector(), licenseOf("jane@doebooks.example"));
        assertContains(page.locator(".good"), "is installed");
        assertEquals(true, page.evaluate("window.same"), "the page must not be reloaded");
    }

    @Test
    void the_page_reports_an_outage_and_updates_itself_afterwards() {
        DEMO.takeDown();
        Page page = browser.open(url());
        signUp(page, "Max Roe", "max@roe.example", "Roe & Co");
        assertHeading(page, "We are on it");
        Browser.screenshot(page, "api-down", false);
        page.evaluate("window.same = true");

        DEMO.bringBack();
        assertHeading(page, "Your trial is ready");
        assertEquals(true, page.evaluate("window.same"), "the page must not be reloaded");
        assertEquals(1, Site.licenses(DEMO.api(), DEMO.connector(), "max@roe.example").size());
    }

    @Test
    void a_second_sign_up_shows_the_first_license() {
        Page first = browser.open(url());
        signUp(first, "Una Key", "una@key.example", "Key");
        assertHeading(first, "Your trial is ready");
        Page second = browser.open(url());
        signUp(second, "Una K.", "UNA@key.example", "Key Ltd");
        assertHeading(second, "Your trial is ready");

        assertEquals(first.locator(".term").innerText(), second.locator(".term").innerText());
        assertEquals(1, Site.licenses(DEMO.api(), DEMO.connector(), "una@key.example").size());
    }

    @Test
    void a_person_without_an_account_gets_instructions() {
        Page page = browser.open(url());
        signUp(page, "Nobody", DemoEnvironment.NOBODY, "Unknown Ltd");
        assertHeading(page, "One step is missing");
        Browser.screenshot(page, "no-account", false);

        DEMO.addMissingUser();
        press(page, "I have an account now: try again");
        assertHeading(page, "Your trial is ready");
    }

    @Test
    void an_invalid_field_is_marked_and_the_entered_values_are_kept() {
        Page page = browser.open(url());
        page.navigate("/");
        page.evaluate("document.querySelector('form').noValidate = true");
        fill(page, "Kai Lo", "kai", "");
        press(page, "Start the trial");
        assertThat(page.locator("#email-error")).containsText("does not look like an e-mail address");
        assertThat(page.locator("#company-error")).containsText("where you work");
        assertThat(page.getByLabel("Your name")).hasValue("Kai Lo");
        Browser.screenshot(page, "errors", false);
    }

    @Test
    void no_script_of_a_visitor_or_of_the_API_runs() {
        List<String> ran = new ArrayList<>();
        Page visitor = browser.open(url());
        visitor.onDialog(dialog -> {
            ran.add(dialog.message());
            dialog.dismiss();
        });
        visitor.navigate("/");
        fill(visitor, SCRIPT, "eve@evil.example", SCRIPT);
        // The script is longer than maxlength.
        visitor.evaluate("document.querySelector('form').noValidate = true");
        press(visitor, "Start the trial");
        assertThat(visitor.locator("#name-error")).isVisible();
        assertThat(visitor.getByLabel("Your name")).hasValue(SCRIPT);

        // Values that the form would reject.
        site.app().database().sql().update("INSERT INTO sign_up "
                + "(id, email_key, email, name, company, signed_up, state, attempts, due, problem) VALUES "
                + "('1111111111111111111111', 'z@evil.example', 'z@evil.example', ?, ?, CURRENT_TIMESTAMP, 'UNKNOWN', 0, "
                + "CURRENT_TIMESTAMP, ?)", SCRIPT, SCRIPT, SCRIPT);
        String license = DEMO.api().addLicense(DEMO.connector(), Map.of("email", "w@evil.example", "expires", "2099-01-01T00:00:00Z"));
        String install = DEMO.api().install(DEMO.connector(), license);
        DEMO.api().putInstallation(DEMO.connector(), Map.of("_integrationId", install, "email", SCRIPT, "version", SCRIPT));
        visitor.navigate("/trial/1111111111111111111111");
        assertThat(visitor.locator("blockquote")).containsText("<script>");
        logIn(visitor);
        assertContains(visitor.locator("#h-installs ~ table"), "<script>");
        assertThat(visitor.locator("[aria-labelledby=h-sign-ups]")).containsText("<script>");
        visitor.navigate("/trial/" + URLEncoder.encode(SCRIPT, StandardCharsets.UTF_8));
        assertHeading(visitor, "Sign-up not found");

        assertEquals(List.of(), ran);
        assertFalse(visitor.title().contains("owned"));
    }

    @Test
    void the_form_works_without_scripts() {
        DEMO.takeDown();
        Page page = browser.openWithoutScripts(url());
        signUp(page, "Ola Nys", "ola@nys.example", "Nys");
        assertHeading(page, "We are on it");
        DEMO.bringBack();
        assertHeading(page, "Your trial is ready");
    }

    @Test
    void on_a_phone_nothing_is_cut_off() {
        Page page = browser.openOnPhone(url());
        page.navigate("/");
        assertFitsWidth(page);
        Browser.screenshot(page, "phone", false);
        fill(page, "Pia Quist", "pia.with.a.rather.long.address@averylongcompanyname-and-sons.example", "Quist");
        press(page, "Start the trial");
        assertHeading(page, "Your trial is ready");
        assertFitsWidth(page);
        logIn(page);
        assertFitsWidth(page);
        Browser.screenshot(page, "vendor-phone", false);
    }

    private static void assertFitsWidth(Page page) {
        assertEquals(390, page.evaluate("document.documentElement.scrollWidth"), "the width of " + page.url());
    }

    @Test
    void the_vendor_s_page_updates_itself() {
        try (DemoEnvironment demo = new DemoEnvironment("Shop to Books", Clock.systemUTC());
                Site other = new Site(demo.api(), demo.connector(), Map.of())) {
            String address = other.app().url();
            Page visitor = browser.open(address);
            for (String one : List.of("Ravi Seth,ravi@sethspices.example,Seth Spices", "Tess Udo,tess@udowear.example,Udo Wear",
                    "Nobody,nobody@unknown.example,Unknown Ltd", "Vic Wong,vic@wongtea.example,Wong Tea")) {
                String[] who = one.split(",");
                signUp(visitor, who[0], who[1], who[2]);
                assertThat(visitor.locator(".steps .done, .steps .stuck")).hasCount(2,
                        new LocatorAssertions.HasCountOptions().setTimeout(Browser.TIMEOUT));
            }
            Page vendor = browser.open(address);
            logIn(vendor);
            vendor.evaluate("window.same = true");
            Locator activity = vendor.locator(".activity");
            String license = (String) Site.licenses(demo.api(), demo.connector(), "ravi@sethspices.example").get(0).get("_id");
            String integration = demo.api().install(demo.connector(), license);
            assertContains(activity, "ravi@sethspices.example installed version 1.0.0");
            demo.api().putInstallation(demo.connector(), Map.of("_integrationId", integration, "email", "ravi@sethspices.example",
                    "version", "1.1.0"));
            assertContains(activity, "ravi@sethspices.example was updated from 1.0.0 to 1.1.0");
            assertThat(vendor.locator(".versions")).containsText("1.1.0");
            demo.api().addLicense(demo.connector(), Map.of("email", "ida@berg.example", "trialEndDate",
                    Instant.now().plusSeconds(3).toString()));
            assertContains(vendor.locator("section[aria-labelledby=h-licenses]"), "not installed, notice of");
            demo.takeDown();
            signUp(visitor, "Wim Xu", "wim@xuteas.example", "Xu Teas");
            assertContains(vendor.locator(".tiles .alert"), "1");
            assertEquals(true, vendor.evaluate("window.same"), "the page must not be reloaded");
            vendor.setViewportSize(1120, 1500);
            Browser.screenshot(vendor, "vendor", false);
            Page dark = browser.openDark(address);
            logIn(dark);
            Browser.screenshot(dark, "vendor-dark", false);
        }
    }

    private static void assertContains(Locator where, String what) {
        assertThat(where).containsText(what, new LocatorAssertions.ContainsTextOptions().setTimeout(Browser.TIMEOUT));
    }

    @Test
    void every_page_is_accessible() {
        DEMO.api().removeUser("axe@unknown.example");
        for (Page page : List.of(browser.open(url()), browser.openDark(url()), browser.openOnPhone(url()))) {
            page.navigate("/");
            assertAccessible(page, "the form");
            page.evaluate("document.querySelector('form').noValidate = true");
            press(page, "Start the trial");
            assertAccessible(page, "the form with errors");
            signUp(page, "Axel", "axe@unknown.example", "Axe");
            assertHeading(page, "One step is missing");
            assertAccessible(page, "the advice");
            signUp(page, "Axel", "axe@core.example", "Axe");
            assertHeading(page, "Your trial is ready");
            assertAccessible(page, "the trial");
            DEMO.takeDown();
            signUp(page, "Axel", "axe" + System.nanoTime() + "@core.example", "Axe");
            assertHeading(page, "We are on it");
            assertAccessible(page, "the wait");
            page.navigate("/vendor");
            assertAccessible(page, "the log-in");
            logIn(page);
            assertAccessible(page, "the vendor's page");
            DEMO.bringBack();
            page.navigate("/nothing");
            assertAccessible(page, "a page that is not there");
        }
    }

    private static void assertAccessible(Page page, String what) {
        List<Rule> violations = new AxeBuilder(page).setLegacyMode(true).analyze().getViolations();
        assertEquals(List.of(), violations.stream().map(rule -> what + ": " + rule.getId() + " " + rule.getNodes().get(0).getHtml()).toList());
    }
}
