package io.tuijian.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ScreenshotType;
import io.tuijian.launcher.Browsers.Opened;
import io.tuijian.launcher.Browsers.Screen;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Takes the pictures of the documents, {@code PAGE-SCREEN-SCHEME.jpg}, small enough to be committed. */
@Tag("full")
@Tag("demo")
class ScreenshotsIT {
    private static final Path PICTURES = Browsers.SCREENSHOTS.resolve("docs");
    private static final long LARGEST = 150 << 10;
    private static final long LARGEST_OF_ALL = 3 << 19;
    private static final double SETTLED_MILLIS = 1_500;

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

    private static void take(String name, String path, String awaited, Doing doing) {
        for (Screen screen : Screen.values()) {
            for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
                try (Opened opened = browsers.open(demo.url() + path, screen, scheme)) {
                    opened.page.locator(awaited).first().waitFor();
                    doing.on(opened);
                    opened.page.waitForTimeout(SETTLED_MILLIS);
                    String file =
                            String.join("-", name, screen.name(), scheme.name()).toLowerCase(Locale.ROOT);
                    opened.page.screenshot(new Page.ScreenshotOptions()
                            .setPath(PICTURES.resolve(file + ".jpg"))
                            .setType(ScreenshotType.JPEG)
                            .setQuality(84));
                }
            }
        }
    }

    /** What is done on a page before its picture is taken. */
    private interface Doing {
        void on(Opened opened);
    }

    @Test
    void every_page_on_a_desk_and_on_a_phone_in_the_light_and_in_the_dark() throws IOException {
        String viewer = demo.demo.world().viewers().get(0).id();
        String kol = demo.demo.world().kols().get(0).authorId();
        take("feed", "/?lang=en&viewer=" + viewer, ".card.is-active", ScreenshotsIT::likeAVideo);
        take(
                "kol",
                "/kol?lang=en&author=" + kol,
                "[data-testid='chart'] canvas, [data-testid='chart'] svg",
                opened -> {});
        take("lab", "/lab?lang=en&scientist=s-lin", "[data-testid='gate']", opened -> {});
        try (Stream<Path> pictures = Files.list(PICTURES)) {
            assertThat(pictures.map(ScreenshotsIT::size).toList())
                    .allMatch(size -> size <= LARGEST)
                    .satisfies(sizes -> assertThat(
                                    sizes.stream().mapToLong(Long::longValue).sum())
                            .isLessThanOrEqualTo(LARGEST_OF_ALL));
        }
    }

    private static void likeAVideo(Opened opened) {
        Locator active = opened.page.locator(".card.is-active");
        while (!active.getAttribute("data-kind").equals("SHORT_VIDEO")) {
            String before = active.getAttribute("data-position");
            opened.press("ArrowDown");
            opened.page.waitForCondition(() ->
                    active.count() == 1 && !active.getAttribute("data-position").equals(before));
        }
        opened.press("l");
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
