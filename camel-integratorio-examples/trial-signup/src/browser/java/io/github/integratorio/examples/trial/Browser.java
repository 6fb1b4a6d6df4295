package io.github.integratorio.examples.trial;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ViewportSize;

/** Debian's Chromium, without a window. */
final class Browser implements AutoCloseable {

    /** How many milliseconds to wait for what should come at once: a busy machine is no fault of a page. */
    static final int PATIENCE = 120_000;

    private static final Path PICTURES = Path.of(System.getProperty("screenshots", "target/screenshots"));

    private final Playwright playwright = Playwright.create();
    private final com.microsoft.playwright.Browser chromium = playwright.chromium().launch(new BrowserType.LaunchOptions()
            .setExecutablePath(Path.of("/usr/bin/chromium"))
            .setArgs(List.of("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                    "--disable-component-update", "--disable-sync")));

    /** Somebody else's browser each time. */
    Page open(String site) {
        return open(site, options -> { });
    }

    /** One whose owner does not let scripts run. */
    Page openWithoutScripts(String site) {
        return open(site, options -> options.setJavaScriptEnabled(false));
    }

    /** One on a phone. */
    Page openOnPhone(String site) {
        return open(site, options -> options.setViewportSize(new ViewportSize(390, 844)).setIsMobile(true).setHasTouch(true));
    }

    /** One whose owner likes it dark. */
    Page openDark(String site) {
        return open(site, options -> options.setColorScheme(ColorScheme.DARK));
    }

    private Page open(String site, Consumer<com.microsoft.playwright.Browser.NewContextOptions> how) {
        com.microsoft.playwright.Browser.NewContextOptions options = new com.microsoft.playwright.Browser.NewContextOptions()
                .setBaseURL(site).setViewportSize(1280, 860);
        how.accept(options);
        BrowserContext context = chromium.newContext(options);
        context.setDefaultTimeout(PATIENCE);
        return context.newPage();
    }

    /** Closes all that were opened; they would go on asking for what is new. */
    void closeAll() {
        List.copyOf(chromium.contexts()).forEach(BrowserContext::close);
    }

    /** Keeps what is seen. */
    static void picture(Page page, String name, boolean whole) {
        page.screenshot(new Page.ScreenshotOptions().setPath(PICTURES.resolve(name + ".png")).setFullPage(whole));
    }

    @Override
    public void close() {
        chromium.close();
        playwright.close();
    }
}
