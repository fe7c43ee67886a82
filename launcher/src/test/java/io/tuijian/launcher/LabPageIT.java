package io.tuijian.launcher;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import io.tuijian.models.Registry;
import io.tuijian.models.Shelf;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The scientist's page in a real browser, against the whole demo. */
@Tag("full")
@Tag("demo")
class LabPageIT {
    private static final String PAGE = "/lab?scientist=s-lin&lang=";

    private static RunningDemo demo;
    private static Browsers browsers;
    private static Registry registry;

    private String served;

    @BeforeAll
    static void start() {
        demo = RunningDemo.get();
        browsers = Browsers.start();
        PlaywrightAssertions.setDefaultAssertionTimeout(Browsers.PATIENCE_MILLIS);
        registry = new Registry(RunningDemo.ROOT.resolve("launcher/target/demo/registry"));
    }

    @AfterAll
    static void stop() {
        if (browsers != null) {
            browsers.close();
        }
    }

    @BeforeEach
    void remember() {
        served = current().version();
    }

    @AfterEach
    void restore() {
        if (!current().version().equals(served) || current().pinned()) {
            registry.promote(Shelf.RANKER, served, Instant.now());
        }
    }

    private static Registry.Current current() {
        return registry.current(Shelf.RANKER).orElseThrow();
    }

    private static Browsers.Opened open(String language, Browsers.Screen screen, ColorScheme scheme) {
        return browsers.open(demo.url() + PAGE + language, screen, scheme);
    }

    @Test
    void a_scientist_rolls_the_ranker_back_and_promotes_it_again() {
        try (Browsers.Opened lab = open("en", Browsers.Screen.DESKTOP, ColorScheme.LIGHT)) {
            Locator serving = lab.one("serving-version");
            assertThat(serving).hasAttribute("data-version", served);
            assertThat(lab.one("gate")).isVisible();
            assertThat(lab.all("plot").count()).isPositive();
            assertThat(lab.one("freshness")).isVisible();
            assertThat(lab.one("dead-total")).not().isEmpty();
            lab.shoot("lab");

            lab.one("rollback").click();
            lab.one("confirm-no").click();
            assertThat(current().version()).isEqualTo(served);
            lab.one("rollback").click();
            lab.one("confirm-yes").click();
            assertThat(lab.one("result")).containsText("Rolled back");
            assertThat(serving).not().hasAttribute("data-version", served);
            assertThat(lab.one("follows")).hasAttribute("data-follows", "true");
            assertThat(current().version()).isEqualTo(serving.getAttribute("data-version"));
            assertThat(current().pinned()).isTrue();
            lab.shoot("lab-rolled-back");

            lab.page
                    .locator("[data-testid='version'][data-version='" + served + "'] [data-testid='promote']")
                    .click();
            lab.one("confirm-yes").click();
            assertThat(serving).hasAttribute("data-version", served);
            assertThat(lab.one("result")).containsText(served);
            assertThat(lab.one("follows")).hasAttribute("data-follows", "true");
            assertThat(current().version()).isEqualTo(served);
            assertThat(current().pinned()).isFalse();
        }
    }

    @Test
    void the_keyboard_reaches_a_report_and_leaves_a_question() {
        try (Browsers.Opened lab = open("zh", Browsers.Screen.DESKTOP, ColorScheme.DARK)) {
            lab.one("version-name").focus();
            lab.press("Enter");
            assertThat(lab.one("version-name")).hasAttribute("aria-pressed", "true");
            assertThat(lab.one("details")).isVisible();
            lab.shoot("lab-dark");
            lab.one("rollback").focus();
            lab.press("Enter");
            assertThat(lab.one("confirm")).isVisible();
            lab.press("Escape");
            assertThat(lab.one("confirm")).not().isVisible();
            assertThat(lab.one("rollback")).isFocused();
            assertThat(current().version()).isEqualTo(served);
        }
    }

    @Test
    void on_a_phone_nothing_is_wider_than_the_screen() {
        for (ColorScheme scheme : new ColorScheme[] {ColorScheme.LIGHT, ColorScheme.DARK}) {
            try (Browsers.Opened lab = open("fr", Browsers.Screen.PHONE, scheme)) {
                assertThat(lab.one("serving-version")).hasAttribute("data-version", served);
                assertThat(lab.one("gate")).isVisible();
                assertThat(lab.page.evaluate("document.documentElement.scrollWidth <= innerWidth"))
                        .isEqualTo(true);
                lab.shoot("lab-phone-" + scheme.name().toLowerCase(java.util.Locale.ROOT));
            }
        }
    }

    @Test
    void it_says_that_the_server_is_away_and_comes_back() {
        try (Browsers.Opened lab = open("en", Browsers.Screen.DESKTOP, ColorScheme.LIGHT)) {
            lab.expectComplaints("ERR_FAILED");
            Locator status = lab.page.locator("#status");
            assertThat(status).hasAttribute("data-state", "live");
            lab.page.route("**/v1/**", Route::abort);
            assertThat(status).hasAttribute("data-state", "away");
            assertThat(status).containsText("The server does not answer");
            assertThat(lab.one("serving-version")).isVisible();
            lab.page.unroute("**/v1/**");
            assertThat(status).hasAttribute("data-state", "live");
        }
    }

    @Test
    void without_a_token_it_asks_who_is_working_here() {
        try (Browsers.Opened lab =
                browsers.open(demo.url() + "/lab?lang=en", Browsers.Screen.DESKTOP, ColorScheme.LIGHT)) {
            lab.one("scientist-option").click();
            assertThat(lab.one("serving-version")).hasAttribute("data-version", served);
        }
    }
}
