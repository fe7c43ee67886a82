package io.tuijian.launcher;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.ColorScheme;
import io.tuijian.launcher.Browsers.Opened;
import io.tuijian.launcher.Browsers.Screen;
import io.tuijian.schemas.Action;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The pages in a real browser, against the whole demo. */
@Tag("full")
@Tag("demo")
class PagesIT {
    private static RunningDemo demo;
    private static Browsers browsers;

    @BeforeAll
    static void start() {
        demo = RunningDemo.get();
        browsers = Browsers.start();
    }

    @AfterAll
    static void stop() {
        if (browsers != null) {
            browsers.close();
        }
    }

    @Test
    void a_viewer_scrolls_likes_asks_why_hides_and_follows() {
        String viewer = "v12736";
        try (Opened opened =
                browsers.open(demo.url() + "/?viewer=" + viewer + "&lang=en", Screen.DESKTOP, ColorScheme.LIGHT)) {
            opened.one("card").waitFor();
            opened.shoot("feed");
            double likes = counted(viewer, Action.LIKE);
            opened.one("like").click();
            await().atMost(Duration.ofSeconds(20)).until(() -> counted(viewer, Action.LIKE) == likes + 1);
            opened.one("why").click();
            assertThat(opened.one("why-panel")).isVisible();
            assertThat(opened.one("why-panel").innerText()).isNotBlank();
            opened.shoot("why");
            opened.press("Escape");
            double hides = counted(viewer, Action.HIDE);
            opened.press("ArrowDown");
            opened.press("h");
            await().atMost(Duration.ofSeconds(20)).until(() -> counted(viewer, Action.HIDE) == hides + 1);
            await().atMost(Duration.ofSeconds(20)).until(() -> counted(viewer, Action.SEEN) > 0);
        }
    }

    @Test
    void a_phone_in_the_dark_reads_chinese() {
        try (Opened opened = browsers.open(demo.url() + "/?viewer=v12708&lang=zh", Screen.PHONE, ColorScheme.DARK)) {
            opened.one("card").waitFor();
            opened.shoot("feed-phone");
            assertThat(opened.page.locator("html").getAttribute("lang")).startsWith("zh");
        }
    }

    @Test
    void a_kol_watches_counters_move() {
        String kol = demo.demo.world().kols().get(0).authorId();
        try (Opened opened =
                browsers.open(demo.url() + "/kol?author=" + kol + "&lang=en", Screen.DESKTOP, ColorScheme.LIGHT)) {
            opened.one("range-day").click();
            Locator seen = opened.one("counter-seen");
            opened.page.waitForCondition(() -> value(seen) > 0);
            opened.page.waitForCondition(() -> opened.page
                            .locator("[data-testid='chart'] canvas, [data-testid='chart'] svg")
                            .count()
                    > 0);
            assertThat(opened.page
                            .locator("[data-testid='content-table'] tbody tr")
                            .count())
                    .isPositive();
            opened.shoot("kol");
            long before = value(seen);
            var fan = demo.viewer("v-fan-of-" + kol);
            fan.put("/v1/viewers/me/following/" + kol);
            var feed = fan.get("/v1/feed/following?limit=3").body();
            feed.path("items").forEach(item -> fan.does("SEEN", feed, item));
            opened.page.waitForCondition(
                    () -> value(seen) >= before + feed.path("items").size());
        }
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
