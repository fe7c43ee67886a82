package io.tuijian.launcher;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import io.tuijian.schemas.Action;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The pages in a real browser, against the whole demo. Screenshots go to {@code target/screenshots}. */
@Tag("full")
class PagesIT {
    private static final Path SCREENSHOTS = RunningDemo.ROOT.resolve("launcher/target/screenshots");
    private static final double PATIENCE_MILLIS = 20_000;

    private static RunningDemo demo;
    private static Playwright playwright;
    private static Browser browser;

    private final List<String> complaints = new ArrayList<>();
    private Page page;

    @BeforeAll
    static void start() {
        demo = RunningDemo.get();
        playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser = playwright
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

    private static Path chromium() {
        return Stream.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new AssertionError("Chromium is missing: apt-get install chromium"));
    }

    @AfterAll
    static void stop() {
        if (playwright != null) {
            playwright.close();
        }
    }

    @AfterEach
    void the_browser_had_nothing_to_complain_about() {
        if (page != null) {
            page.close();
        }
        assertThat(complaints).isEmpty();
    }

    private void open(String path, int width, int height, ColorScheme scheme) {
        page = browser.newPage(new Browser.NewPageOptions()
                .setViewportSize(width, height)
                .setColorScheme(scheme)
                .setLocale("en-GB"));
        page.setDefaultTimeout(PATIENCE_MILLIS);
        page.onConsoleMessage(message -> {
            if (message.type().equals("error")) {
                complaints.add(message.text());
            }
        });
        page.onPageError(complaints::add);
        page.navigate(demo.url() + path);
    }

    private Locator one(String testId) {
        return page.locator("[data-testid='" + testId + "']:visible").first();
    }

    private void shoot(String name) {
        page.screenshot(new Page.ScreenshotOptions().setPath(SCREENSHOTS.resolve(name + ".png")));
    }

    @Test
    void a_viewer_scrolls_likes_asks_why_hides_and_follows() {
        String viewer = "v12736";
        open("/?viewer=" + viewer + "&lang=en", 1280, 800, ColorScheme.LIGHT);
        one("card").waitFor();
        shoot("feed");
        double likes = counted(viewer, Action.LIKE);
        one("like").click();
        await().atMost(Duration.ofSeconds(20)).until(() -> counted(viewer, Action.LIKE) == likes + 1);
        one("why").click();
        assertThat(one("why-panel")).isVisible();
        assertThat(one("why-panel").innerText()).isNotBlank();
        shoot("why");
        page.keyboard().press("Escape");
        double hides = counted(viewer, Action.HIDE);
        page.keyboard().press("ArrowDown");
        page.keyboard().press("h");
        await().atMost(Duration.ofSeconds(20)).until(() -> counted(viewer, Action.HIDE) == hides + 1);
        await().atMost(Duration.ofSeconds(20)).until(() -> counted(viewer, Action.SEEN) > 0);
    }

    @Test
    void a_phone_in_the_dark_reads_chinese() {
        open("/?viewer=v12708&lang=zh", 390, 844, ColorScheme.DARK);
        one("card").waitFor();
        shoot("feed-phone");
        assertThat(page.locator("html").getAttribute("lang")).startsWith("zh");
    }

    @Test
    void a_kol_watches_counters_move() {
        String kol = demo.demo.world().kols().get(0).authorId();
        open("/kol?author=" + kol + "&lang=en", 1280, 900, ColorScheme.LIGHT);
        one("range-day").click();
        Locator seen = one("counter-seen");
        page.waitForCondition(() -> value(seen) > 0);
        page.waitForCondition(() -> page.locator("[data-testid='chart'] canvas, [data-testid='chart'] svg")
                        .count()
                > 0);
        assertThat(page.locator("[data-testid='content-table'] tbody tr").count())
                .isPositive();
        shoot("kol");
        long before = value(seen);
        var fan = demo.viewer("v-fan-of-" + kol);
        fan.put("/v1/viewers/me/following/" + kol);
        var feed = fan.get("/v1/feed/following?limit=3").body();
        feed.path("items").forEach(item -> fan.does("SEEN", feed, item));
        page.waitForCondition(() -> value(seen) >= before + feed.path("items").size());
    }

    private static long value(Locator counter) {
        String value = counter.getAttribute("data-value");
        if (value == null) {
            value = counter.locator("[data-value]").first().getAttribute("data-value");
        }
        return value == null || value.isBlank() ? 0 : Long.parseLong(value);
    }

    private static double counted(String viewer, Action action) {
        return demo.demo.api().store().viewer(viewer).counts().always(action);
    }
}
