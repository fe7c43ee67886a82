package io.tuijian.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tuijian.launcher.tables.Table;
import io.tuijian.models.PopularityModel;
import io.tuijian.models.Registry;
import io.tuijian.models.Shelf;
import io.tuijian.schemas.Served;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a notebook does to the running demo, and that it is undone. */
@Tag("full")
@Tag("demo")
class RehearsalIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private RunningDemo running;
    private LiveDemo demo;
    private Registry registry;
    private Registry.Current before;

    @BeforeEach
    void find() {
        running = RunningDemo.get();
        NotebookHome home = new NotebookHome(running.home(), null, null);
        demo = home.demo();
        registry = home.registry();
        before = registry.current(Shelf.RANKER).orElseThrow();
    }

    @AfterEach
    void restore() {
        registry.promote(Shelf.RANKER, before.version(), Instant.now());
    }

    @Test
    void what_was_served_is_served_again_at_its_end() {
        try (Rehearsal rehearsal = demo.rehearse(Shelf.RANKER)) {
            assertThat(rehearsal.before(Shelf.RANKER).version()).isEqualTo(before.version());
            demo.promote(Shelf.RANKER, PopularityModel.VERSION);
            demo.awaitAnswering(Shelf.RANKER, PopularityModel.VERSION, PATIENCE);
        }
        assertAsBefore(false);
        demo.awaitAnswering(Shelf.RANKER, before.version(), PATIENCE);
    }

    @Test
    void a_rollback_within_it_leaves_no_pin() {
        try (Rehearsal rehearsal = demo.rehearse(Shelf.RANKER)) {
            demo.promote(Shelf.RANKER, PopularityModel.VERSION);
            demo.rollback(Shelf.RANKER, PopularityModel.VERSION);
            assertThat(demo.serving(Shelf.RANKER).pinned()).isTrue();
        }
        assertAsBefore(false);
    }

    @Test
    void what_was_pinned_stays_pinned() {
        demo.promote(Shelf.RANKER, PopularityModel.VERSION);
        demo.rollback(Shelf.RANKER, PopularityModel.VERSION);
        try (Rehearsal rehearsal = demo.rehearse(Shelf.RANKER)) {
            demo.promote(Shelf.RANKER, PopularityModel.VERSION);
        }
        assertAsBefore(true);
    }

    private void assertAsBefore(boolean pinned) {
        Registry.Current after = registry.current(Shelf.RANKER).orElseThrow();
        assertThat(after.version()).isEqualTo(before.version());
        assertThat(after.before()).isEqualTo(before.before());
        assertThat(after.pinned()).isEqualTo(pinned);
    }

    @Test
    void pages_say_by_which_version_they_were_scored() {
        Instant since = Instant.now();
        try (Rehearsal rehearsal = demo.rehearse(Shelf.RANKER);
                Browsing browsing = demo.browse(List.of("v-browsing-1", "v-browsing-2"), 10)) {
            demo.promote(Shelf.RANKER, PopularityModel.VERSION);
            demo.awaitAnswering(Shelf.RANKER, PopularityModel.VERSION, PATIENCE);
            long asked = browsing.asked();
            await().atMost(PATIENCE).until(() -> browsing.asked() > asked + 10);
            assertThat(browsing.failed()).isZero();
        }
        List<Served> pages = demo.served(since);
        assertThat(pages)
                .isNotEmpty()
                .isSortedAccordingTo(Comparator.comparing(Served::getAt))
                .allMatch(page -> !page.getAt().isBefore(since));
        assertThat(pages.stream().map(Served::getModelVersion)).contains(PopularityModel.VERSION);
        Table table = demo.pages(since);
        assertThat(table.strings("ranker")).startsWith(pages.get(0).getModelVersion());
        assertThat(table.doubles("seconds")).isSorted();
        assertThat(Arrays.stream(table.doubles("long view"))).allMatch(share -> share > 0 && share < 1);
    }

    @Test
    void what_the_demo_refuses_is_said_in_its_words() {
        assertThatThrownBy(() -> demo.promote(Shelf.RANKER, "20000101-000000"))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("20000101-000000");
        assertThatThrownBy(() -> demo.awaitAnswering(Shelf.RANKER, "20000101-000000", Duration.ZERO))
                .isInstanceOf(Failure.class)
                .hasMessageContaining(before.version());
    }
}
