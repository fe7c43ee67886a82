package io.tuijian.launcher;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions.HasAttributeOptions;
import com.microsoft.playwright.options.ColorScheme;
import io.tuijian.launcher.Browsers.Opened;
import io.tuijian.launcher.Browsers.Screen;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The creator's page in a real browser, against the whole demo. */
@Tag("full")
@Tag("demo")
class KolPageIT {
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

    private static String kol(int number) {
        return demo.demo.world().kols().get(number).authorId();
    }

    /** Who has the most contents in the log. */
    private static String busiest() {
        Map<String, Long> contents = demo.oracle.byContent().keySet().stream()
                .collect(Collectors.groupingBy(
                        id -> demo.demo.api().store().content(id).getAuthorId(), Collectors.counting()));
        return demo.demo.world().kols().stream()
                .map(kol -> kol.authorId())
                .max(Comparator.comparingLong(author -> contents.getOrDefault(author, 0L)))
                .orElseThrow();
    }

    private static Opened opened(String author, String language, Screen screen, ColorScheme scheme) {
        Opened opened = browsers.open(demo.url() + "/kol?author=" + author + "&lang=" + language, screen, scheme);
        opened.page.waitForCondition(() -> value(opened.one("counter-served")) > 0);
        return opened;
    }

    private static Opened opened(String author) {
        return opened(author, "en", Screen.DESKTOP, ColorScheme.LIGHT);
    }

    private static long value(Locator counter) {
        String value = counter.getAttribute("data-value");
        return value == null || value.isBlank() ? 0 : Long.parseLong(value);
    }

    /** Somebody new who follows the author, and their page of what the author made. */
    private static JsonNode page(RunningDemo.Person fan, String author) {
        fan.put("/v1/viewers/me/following/" + author);
        return fan.get("/v1/feed/following?limit=3").body();
    }

    private static RunningDemo.Person fan() {
        return demo.viewer("v-fan-" + UUID.randomUUID());
    }

    @Test
    void counters_follow_what_people_do() {
        String author = kol(0);
        try (Opened opened = opened(author)) {
            assertThat(opened.one("status")).hasAttribute("data-state", "live");
            assertThat(opened.page.locator("[data-testid='chart'] canvas")).hasCount(1);
            assertThat(opened.all("content-row").first()).isVisible();
            RunningDemo.Person fan = fan();
            JsonNode page = page(fan, author);
            assertThat(page.path("items")).isNotEmpty();
            Locator seen = opened.one("counter-seen");
            for (JsonNode item : page.path("items")) {
                long before = value(seen);
                long began = System.nanoTime();
                fan.does("SEEN", page, item);
                opened.page.waitForCondition(() -> value(seen) > before);
                System.out.printf(
                        "from an engagement to the counter: %d ms%n",
                        Duration.ofNanos(System.nanoTime() - began).toMillis());
            }
            opened.shoot("kol");
        }
    }

    @Test
    void a_purchase_is_among_the_sales() {
        Set<String> kols =
                demo.demo.world().kols().stream().map(kol -> kol.authorId()).collect(Collectors.toSet());
        RunningDemo.Person fan = fan();
        JsonNode item = null;
        for (JsonNode one : fan.get("/v1/feed/shop?limit=100").body().path("items")) {
            if (item == null && kols.contains(one.at("/content/authorId").asText())) {
                item = one;
            }
        }
        assertThat(item).as("an item of a showcase creator in the shop").isNotNull();
        String contentId = item.at("/content/id").asText();
        try (Opened opened = browsers.open(
                demo.url() + "/kol?lang=en&author="
                        + item.at("/content/authorId").asText(),
                Screen.DESKTOP,
                ColorScheme.DARK)) {
            Locator purchases = opened.one("counter-purchases");
            opened.page.waitForCondition(() -> purchases.getAttribute("data-value") != null
                    && !purchases.getAttribute("data-value").isBlank());
            long before = value(purchases);
            assertThat(fan.post("/demo/orders", Map.of("contentId", contentId)).status())
                    .isEqualTo(201);
            opened.page.waitForCondition(() -> value(purchases) == before + 1);
            Locator sold = opened.page.locator("#sales-rows tr").first();
            assertThat(Long.parseLong(sold.getAttribute("data-sold"))).isPositive();
            sold.scrollIntoViewIfNeeded();
            opened.shoot("kol-sales");
        }
    }

    @Test
    void numbers_are_taken_home_as_csv() throws IOException {
        try (Opened opened = opened(kol(1))) {
            for (String table : List.of("csv-series", "csv-contents", "csv-origins")) {
                Download download =
                        opened.page.waitForDownload(() -> opened.one(table).click());
                assertThat(download.suggestedFilename()).startsWith(kol(1)).endsWith(".csv");
                List<String> lines = Files.readAllLines(download.path());
                assertThat(lines.get(0)).contains("seen");
                if (!table.equals("csv-origins")) { // an imported page says nothing of its sources
                    assertThat(lines).hasSizeGreaterThan(1);
                }
            }
        }
    }

    @Test
    void a_campaign_is_begun_reported_and_forgotten() {
        try (Opened opened = opened(busiest())) {
            opened.one("campaign-new").click();
            opened.one("campaign-name").fill("First snow");
            opened.one("campaign-ordered").check();
            opened.all("campaign-pick").nth(1).check();
            opened.all("campaign-pick").nth(0).check();
            opened.shoot("kol-campaign-new");
            opened.one("campaign-create").click();
            Locator campaign =
                    opened.page.locator("[data-testid='campaign']", new Page.LocatorOptions().setHasText("First snow"));
            campaign.click();
            assertThat(opened.one("report-figures")).isVisible();
            assertThat(opened.one("campaign-report")).containsText("Parts of the series");
            opened.shoot("kol-campaign");
            opened.one("campaign-delete").click();
            opened.one("campaign-delete").click();
            assertThat(campaign).hasCount(0);
        }
    }

    @Test
    void a_content_is_looked_at_alone_and_the_way_back_is_the_browsers() {
        try (Opened opened = opened(kol(3))) {
            long all = value(opened.one("counter-seen"));
            opened.all("content-row").locator("button").last().click();
            assertThat(opened.one("back")).isVisible();
            Locator seen = opened.one("counter-seen");
            opened.page.waitForCondition(() -> !seen.getAttribute("data-value").isBlank() && value(seen) <= all);
            assertThat(opened.page.locator("[data-testid='content-table']")).isHidden();
            opened.page.goBack();
            opened.page.waitForCondition(() -> value(opened.one("counter-seen")) >= all);
            assertThat(opened.one("content-table")).isVisible();
        }
    }

    @ParameterizedTest
    @CsvSource({"en, PHONE, LIGHT", "zh, PHONE, DARK", "fr, DESKTOP, DARK"})
    void every_language_screen_and_theme_shows_words_and_fits(String language, Screen screen, ColorScheme scheme) {
        try (Opened opened = opened(kol(0), language, screen, scheme)) {
            for (String range : List.of("range-today", "range-90", "range-7", "range-28")) {
                opened.one(range).click();
                assertThat(opened.one(range)).hasAttribute("aria-pressed", "true");
            }
            opened.page.waitForCondition(() -> value(opened.one("counter-served")) > 0);
            for (String choice : List.of("by-surface", "by-touchpoint", "trend-unique", "trend-engaged")) {
                opened.one(choice).click();
            }
            assertThat((String) opened.page.evaluate("document.body.innerText"))
                    .doesNotContainPattern(Pattern.compile("\\b(kol|source|rule|surface|kind|touchpoint)\\.[a-zA-Z]"));
            assertThat((Integer) opened.page.evaluate(
                            "document.documentElement.scrollWidth - document.documentElement.clientWidth"))
                    .isZero();
            opened.shoot("kol-" + language + "-" + screen.name().toLowerCase(Locale.ROOT));
        }
    }

    @Test
    void one_file_of_the_charts_is_loaded() {
        try (Opened opened = opened(kol(0))) {
            assertThat(opened.page.locator("[data-testid='chart'] canvas")).hasCount(1);
            assertThat(
                            (List<?>)
                                    opened.page.evaluate(
                                            "performance.getEntriesByType('resource').map((one) => one.name).filter((name) => name.includes('/webjars/'))"))
                    .hasSize(1);
        }
    }

    @Test
    void it_says_when_the_server_is_away_and_goes_on_by_itself() {
        try (Opened opened = opened(kol(0))) {
            assertThat(opened.one("status")).hasAttribute("data-state", "live");
            opened.expectComplaints("Failed to load resource|net::ERR_");
            opened.page.context().setOffline(true);
            assertThat(opened.one("status"))
                    .hasAttribute("data-state", "away", new HasAttributeOptions().setTimeout(Browsers.PATIENCE_MILLIS));
            opened.page.context().setOffline(false);
            assertThat(opened.one("status"))
                    .hasAttribute("data-state", "live", new HasAttributeOptions().setTimeout(Browsers.PATIENCE_MILLIS));
        }
    }
}
