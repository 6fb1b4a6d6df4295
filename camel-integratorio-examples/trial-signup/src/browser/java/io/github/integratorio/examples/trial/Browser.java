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

/** Debian's Chromium in headless mode. */
final class Browser implements AutoCloseable {

    /** Timeout in milliseconds; long, since the machine may be busy. */
    static final int TIMEOUT = 120_000;

    private static final Path SCREENSHOTS = Path.of(System.getProperty("screenshots", "target/screenshots"));

    private final Playwright playwright = Playwright.create();
    private final com.microsoft.playwright.Browser chromium = playwright.chromium().launch(new BrowserType.LaunchOptions()
            .setExecutablePath(Path.of("/usr/bin/chromium"))
            .setArgs(List.of("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                    "--disable-component-update", "--disable-sync")));

    /** Opens a new browser context. */
    Page open(String site) {
        return open(site, options -> { });
    }

    /** Opens a context with JavaScript disabled. */
    Page openWithoutScripts(String site) {
        return open(site, options -> options.setJavaScriptEnabled(false));
    }

    /** Opens a context with the viewport of a phone. */
    Page openOnPhone(String site) {
        return open(site, options -> options.setViewportSize(new ViewportSize(390, 844)).setIsMobile(true).setHasTouch(true));
    }

    /** Opens a context with the dark color scheme. */
    Page openDark(String site) {
        return open(site, options -> options.setColorScheme(ColorScheme.DARK));
    }

    private Page open(String site, Consumer<com.microsoft.playwright.Browser.NewContextOptions> how) {
        com.microsoft.playwright.Browser.NewContextOptions options = new com.microsoft.playwright.Browser.NewContextOptions()
                .setBaseURL(site).setViewportSize(1280, 860);
        how.accept(options);
        BrowserContext context = chromium.newContext(options);
        context.setDefaultTimeout(TIMEOUT);
        return context.newPage();
    }

    /** Closes all contexts, which would otherwise keep polling. */
    void closeAll() {
        List.copyOf(chromium.contexts()).forEach(BrowserContext::close);
    }

    /** Writes a screenshot. */
    static void screenshot(Page page, String name, boolean whole) {
        page.screenshot(new Page.ScreenshotOptions().setPath(SCREENSHOTS.resolve(name + ".png")).setFullPage(whole));
    }

    @Override
    public void close() {
        chromium.close();
        playwright.close();
    }
}
