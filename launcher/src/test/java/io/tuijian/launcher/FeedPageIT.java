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

/** The feed page in a real browser, against the whole demo. */
@Tag("full")
@Tag("demo")
class FeedPageIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

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

    private static String showcase(int number) {
        var viewers = demo.demo.world().viewers();
        return viewers.get(number % viewers.size()).id();
    }

    private static Opened opened(String viewer, String more, Screen screen) {
        Opened opened = browsers.open(demo.url() + "/?lang=en&viewer=" + viewer + more, screen, ColorScheme.LIGHT);
        opened.one("card").waitFor();
        return opened;
    }

    private static double counted(String viewer, Action action) {
        return demo.demo.api().store().viewer(viewer).counts().always(action);
    }

    private static void awaitCounted(String viewer, Action action, double count) {
        await().atMost(PATIENCE).until(() -> counted(viewer, action) == count);
    }

    private static Locator active(Opened opened) {
        return opened.page.locator(".card.is-active");
    }

    private static String contentId(Opened opened) {
        return active(opened).getAttribute("data-content-id");
    }

    /** On to the next card, once it is the one on the screen. */
    private static void down(Opened opened) {
        String before = contentId(opened);
        opened.press("ArrowDown");
        opened.page.waitForCondition(
                () -> active(opened).count() == 1 && !contentId(opened).equals(before));
    }

    @Test
    void a_like_counts_is_taken_back_and_the_next_page_says_that_it_followed() {
        String viewer = showcase(0);
        try (Opened opened = opened(viewer, "", Screen.DESKTOP)) {
            double likes = counted(viewer, Action.LIKE);
            opened.one("like").click();
            assertThat(opened.one("like")).hasAttribute("aria-pressed", "true");
            awaitCounted(viewer, Action.LIKE, likes + 1);
            opened.press("l");
            assertThat(opened.one("like")).hasAttribute("aria-pressed", "false");
            awaitCounted(viewer, Action.LIKE, likes);
            opened.press("l");
            assertThat(opened.one("pending-note")).containsText("next page");
            for (int i = 0; i < 10; i++) {
                down(opened);
            }
            assertThat(active(opened).getByTestId("ranked")).hasText("Ranked after your like");
            opened.shoot("feed-followed");
        }
    }

    @Test
    void what_is_hidden_is_covered_and_can_be_brought_back() {
        String viewer = showcase(1);
        try (Opened opened = opened(viewer, "", Screen.PHONE)) {
            double hides = counted(viewer, Action.HIDE);
            String hidden = contentId(opened);
            opened.one("hide").click();
            awaitCounted(viewer, Action.HIDE, hides + 1);
            opened.page.waitForCondition(
                    () -> active(opened).count() == 1 && !contentId(opened).equals(hidden));
            opened.shoot("feed-hidden");
            opened.one("toast").getByText("Undo").click();
            awaitCounted(viewer, Action.HIDE, hides);
            opened.page.waitForCondition(() -> hidden.equals(contentId(opened)));
            assertThat(opened.page.locator(".veil")).hasCount(0);
        }
    }

    @Test
    void it_says_why_this_and_why_not_that() {
        try (Opened opened = opened(showcase(2), "", Screen.DESKTOP)) {
            String first = contentId(opened);
            opened.press("w");
            Locator panel = opened.one("why-panel");
            assertThat(panel.locator(".reasons li").first()).not().isEmpty();
            panel.getByText("Why not another one?").click();
            opened.one("why-not-field").fill(first);
            opened.press("Enter");
            assertThat(opened.one("why-not-answer")).hasText("It is in this feed, at position 1.");
            opened.one("why-not-field").fill("c-nobody-knows");
            opened.press("Enter");
            assertThat(opened.one("why-not-answer")).hasText("There is no such content for you.");
            opened.shoot("feed-why");
            opened.expectComplaints("404");
        }
    }

    @Test
    void a_comment_is_read_where_it_was_written_and_taken_back() {
        String viewer = showcase(3);
        try (Opened opened = opened(viewer, "", Screen.PHONE)) {
            String path = "/v1/contents/" + contentId(opened) + "/comments";
            opened.one("comment").click();
            opened.one("comment-field").fill("Where is this, please?");
            opened.press("Enter");
            assertThat(opened.one("comment")).isVisible();
            assertThat(opened.one("comments")).containsText("Where is this, please?");
            opened.shoot("feed-comments");
            await().atMost(PATIENCE)
                    .until(() -> demo.viewer(viewer).get(path).body().toString().contains("Where is this, please?"));
            opened.press("Escape");
            opened.press("c");
            assertThat(opened.one("comments")).containsText("Where is this, please?");
            opened.one("comment-delete").click();
            await().atMost(PATIENCE)
                    .until(() -> demo.viewer(viewer).get(path).at("/comments").isEmpty());
        }
    }

    @Test
    void a_shop_item_is_bought_at_the_demo_s_order_desk() {
        String viewer = showcase(4);
        try (Opened opened = opened(viewer, "", Screen.PHONE)) {
            double purchases = counted(viewer, Action.PURCHASE);
            opened.one("tab-shop").click();
            opened.one("buy").waitFor();
            opened.shoot("feed-shop");
            opened.one("buy").click();
            opened.one("buy-confirm").click();
            assertThat(opened.one("toast")).containsText("Bought.");
            awaitCounted(viewer, Action.PURCHASE, purchases + 1);
        }
    }

    @Test
    void the_dial_is_turned_by_keys_and_what_comes_next_follows_at_once() {
        String viewer = showcase(5);
        try (Opened opened = opened(viewer, "", Screen.DESKTOP)) {
            opened.press("d");
            opened.press("ArrowRight");
            opened.press("ArrowRight");
            opened.press("ArrowRight");
            await().atMost(PATIENCE).until(() -> dial(viewer) == 0.8);
            assertThat(opened.one("dial")).hasAttribute("aria-valuetext", "60% towards people I know");
            assertThat(opened.one("ranked-note")).hasText("Ranked after you turned your dial");
            opened.one("dial-reset").click();
            await().atMost(PATIENCE).until(() -> dial(viewer) == 0.5);
        }
    }

    private static double dial(String viewer) {
        for (var control : demo.viewer(viewer).get("/v1/viewers/me/controls").at("/controls")) {
            if (control.path("kind").asText().equals("DIAL")) {
                return control.path("value").asDouble();
            }
        }
        return 0.5;
    }

    @Test
    void a_link_that_was_shared_opens_what_it_names_and_says_who_shared() {
        String viewer = showcase(6);
        try (Opened opened = opened(viewer, "", Screen.DESKTOP)) {
            double shares = counted(viewer, Action.SHARE);
            down(opened);
            String shared = contentId(opened);
            opened.page.evaluate(
                    "navigator.clipboard.writeText = (text) => { window.copied = text; return Promise.resolve(); }");
            opened.press("r");
            awaitCounted(viewer, Action.SHARE, shares + 1);
            String link = opened.page.evaluate("window.copied").toString();
            assertThat(link).contains("content=" + shared).contains("via=" + viewer);
            try (Opened other = browsers.open(link + "&lang=en", Screen.PHONE, ColorScheme.DARK)) {
                other.one("card").waitFor();
                assertThat(contentId(other)).isEqualTo(shared);
            }
        }
    }

    @Test
    void without_the_network_it_says_so_keeps_what_was_done_and_goes_on_by_itself() {
        String viewer = showcase(7);
        try (Opened opened = opened(viewer, "", Screen.PHONE)) {
            opened.expectComplaints("ERR_INTERNET_DISCONNECTED");
            double likes = counted(viewer, Action.LIKE);
            opened.page.context().setOffline(true);
            opened.one("like").click();
            assertThat(opened.one("connection")).hasText("The server does not answer. Waiting for it…");
            opened.shoot("feed-away");
            opened.page.context().setOffline(false);
            assertThat(opened.one("connection")).hasText("The server is back.");
            awaitCounted(viewer, Action.LIKE, likes + 1);
        }
    }

    @Test
    void scrolling_for_long_keeps_a_handful_of_cards() {
        try (Opened opened = opened(showcase(8), "", Screen.DESKTOP)) {
            scrollTo(opened, 20);
            int nodes = nodes(opened);
            scrollTo(opened, 150);
            assertThat(opened.page.locator(".card").count()).isLessThanOrEqualTo(8);
            assertThat(nodes(opened)).isLessThan(nodes * 2);
            opened.press("Home");
            opened.page.waitForCondition(() -> "0".equals(active(opened).getAttribute("data-position")));
        }
    }

    private static int nodes(Opened opened) {
        return (int) opened.page.evaluate("document.querySelectorAll('*').length");
    }

    private static void scrollTo(Opened opened, int position) {
        while (Integer.parseInt(active(opened).getAttribute("data-position")) < position) {
            int before = Integer.parseInt(active(opened).getAttribute("data-position"));
            opened.page.evaluate(
                    "(at) => { const feed = document.getElementById('feed'); feed.scrollTop = at * feed.clientHeight; }",
                    before + 1);
            opened.page.waitForCondition(() -> active(opened).count() == 1
                    && Integer.parseInt(active(opened).getAttribute("data-position")) > before);
        }
    }

    @Test
    void every_surface_opens_by_its_key_and_all_keys_are_shown() {
        try (Opened opened = opened(showcase(9), "", Screen.DESKTOP)) {
            opened.press("?");
            assertThat(opened.one("keys-panel")).containsText("Comment");
            opened.press("Escape");
            String[] surfaces = {"for-you", "following", "shop", "videos", "nearby"};
            for (int i = surfaces.length; i > 0; i--) {
                opened.press(Integer.toString(i));
                assertThat(opened.one("tab-" + surfaces[i - 1])).hasAttribute("aria-selected", "true");
                opened.page
                        .locator(".card.is-active, .tail[data-state='empty'], .tail[data-state='end']")
                        .first()
                        .waitFor();
            }
        }
    }
}
