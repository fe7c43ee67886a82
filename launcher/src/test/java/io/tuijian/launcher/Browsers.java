package io.tuijian.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A real Chromium for the tests of the pages. Not for several threads; what was opened must be closed. */
final class Browsers implements AutoCloseable {
    /** Where all screenshots of the tests go. */
    static final Path SCREENSHOTS = RunningDemo.ROOT.resolve("launcher/target/screenshots");

    /** How long a test waits for something on a page, in milliseconds. */
    static final double PATIENCE_MILLIS = 20_000;

    private final Playwright playwright;
    private final Browser browser;

    private Browsers(Playwright playwright) {
        this.playwright = playwright;
        this.browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(chromium())
                        .setArgs(List.of(
                                "--no-sandbox",
                                "--disable-gpu",
                                "--disable-quic",
                                "--no-first-run",
                                "--disable-background-networking",
                                "--disable-component-update",
                                "--disable-sync")));
    }

    static Browsers start() {
        PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MILLIS);
        return new Browsers(Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"))));
    }

    private static Path chromium() {
        return Stream.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new AssertionError("Chromium is missing: apt-get install chromium"));
    }

    /** Ends the browser. */
    @Override
    public void close() {
        playwright.close();
    }

    /** How a page is looked at. */
    enum Screen {
        DESKTOP(1280, 800),
        PHONE(390, 844);

        final int width;
        final int height;

        Screen(int width, int height) {
            this.width = width;
            this.height = height;
        }
    }

    /** Opens a page on a screen; {@code url} is the whole address. */
    Opened open(String url, Screen screen, ColorScheme scheme) {
        return open(url, screen.width, screen.height, scheme);
    }

    /** Opens a page in a window of that size in pixels; {@code url} is the whole address. */
    Opened open(String url, int width, int height, ColorScheme scheme) {
        Opened opened = new Opened(browser.newPage(new Browser.NewPageOptions()
                .setViewportSize(width, height)
                .setColorScheme(scheme)
                .setLocale("en-GB")));
        opened.page.navigate(url);
        return opened;
    }

    /** A page that is looked at, and what the browser had to complain about. */
    static final class Opened implements AutoCloseable {
        final Page page;
        private final List<String> complaints = new ArrayList<>();
        private Pattern expected = Pattern.compile("(?!)");

        private Opened(Page page) {
            this.page = page;
            page.setDefaultTimeout(PATIENCE_MILLIS);
            page.onConsoleMessage(message -> {
                if (message.type().equals("error")) {
                    complaints.add(message.text());
                }
            });
            page.onPageError(complaints::add);
        }

        /** The first visible element with this {@code data-testid}. */
        Locator one(String testId) {
            return all(testId).first();
        }

        /** All visible elements with this {@code data-testid}. */
        Locator all(String testId) {
            return page.locator("[data-testid='" + testId + "']:visible");
        }

        void press(String key) {
            page.keyboard().press(key);
        }

        /** Writes what is on the screen to {@code NAME.png}. */
        void shoot(String name) {
            page.screenshot(new Page.ScreenshotOptions().setPath(SCREENSHOTS.resolve(name + ".png")));
        }

        /** Complaints that contain a match are part of the test, for example of a server that is away. */
        void expectComplaints(String regex) {
            expected = Pattern.compile(regex);
        }

        /** Closes the page; fails if the browser had something to complain about. */
        @Override
        public void close() {
            page.context().close();
            assertThat(complaints)
                    .filteredOn(complaint -> !expected.matcher(complaint).find())
                    .isEmpty();
        }
    }
}
