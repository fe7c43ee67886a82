package io.tuijian.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import io.tuijian.launcher.Browsers.Opened;
import io.tuijian.launcher.Browsers.Screen;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** axe-core finds no serious or critical fault on any page, in the light and in the dark, on a desk and on a phone. */
@Tag("full")
@Tag("demo")
class AccessibilityIT {
    private static final String FAULTS = """
            async () => (await axe.run(document, { resultTypes: ['violations'] })).violations
              .filter(({ impact }) => impact === 'serious' || impact === 'critical')
              .flatMap(({ id, impact, nodes }) => nodes.map((node) =>
                `${impact} ${id}: ${node.html.slice(0, 160)} (${node.any.concat(node.all, node.none).map(({ message }) => message).join('; ')})`))
            """;

    private static RunningDemo demo;
    private static Browsers browsers;
    private static String axe;

    @BeforeAll
    static void start() throws IOException {
        demo = RunningDemo.get();
        browsers = Browsers.start();
        try (InputStream in = AxeBuilder.class.getResourceAsStream("/axe.min.js")) {
            axe = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @AfterAll
    static void stop() {
        if (browsers != null) {
            browsers.close();
        }
    }

    /** Looks at a page everywhere; {@code keys} bring it to the state to look at. */
    private static void holds(String path, String awaited, String... keys) {
        List<String> faults = new ArrayList<>();
        for (Screen screen : Screen.values()) {
            for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
                try (Opened opened = browsers.open(demo.url() + path, screen, scheme)) {
                    opened.page.emulateMedia(new Page.EmulateMediaOptions().setReducedMotion(ReducedMotion.REDUCE));
                    opened.page.locator(awaited).first().waitFor();
                    for (String key : keys) {
                        opened.press(key);
                    }
                    opened.page.evaluate(axe);
                    for (Object fault : (List<?>) opened.page.evaluate(FAULTS)) {
                        faults.add(screen + " " + scheme + " " + fault);
                    }
                }
            }
        }
        assertThat(faults).as(path).isEmpty();
    }

    private static String viewer() {
        return demo.demo.world().viewers().get(6).id();
    }

    @Test
    void the_feed() {
        holds("/?lang=en&viewer=" + viewer(), ".card.is-active");
    }

    @Test
    void a_post_and_a_shop_item() {
        holds("/?lang=zh&surface=shop&viewer=" + viewer(), ".card.is-active");
        holds("/?lang=fr&surface=following&viewer=" + viewer(), ".card.is-active, .tail[data-state='empty']");
    }

    @Test
    void its_sheets() {
        holds("/?lang=en&viewer=" + viewer(), ".card.is-active", "w");
        holds("/?lang=en&viewer=" + viewer(), ".card.is-active", "c");
        holds("/?lang=en&viewer=" + viewer(), ".card.is-active", "?");
    }

    @Test
    void what_is_hidden() {
        holds("/?lang=en&viewer=" + viewer(), ".card.is-active", "h");
    }

    @Test
    void the_lab_of_a_scientist() {
        holds("/lab?lang=en&scientist=s-lin", "[data-testid='serving-version']");
    }

    @Test
    void the_reach_of_a_creator() {
        holds("/kol?lang=en", "[data-testid='kol-option'], .gallery .person");
        holds("/kol?lang=en&author=" + demo.demo.world().kols().get(0).authorId(), "[data-testid='counter-seen']");
    }
}
