package io.tuijian.feedapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FeedIdsTest {
    private static final Instant LATE = Instant.parse("2026-11-21T23:59:59.999Z");

    private final FeedIds ids = new FeedIds(new Signer(new byte[] {1, 2, 3}));

    private static void isRefused(Runnable reading) {
        assertThatThrownBy(reading::run).isInstanceOfSatisfying(Problem.class, problem -> assertThat(problem.status())
                .isEqualTo(400));
    }

    @Test
    void a_feed_id_belongs_to_one_viewer() {
        String feed = ids.create("v-alice", LATE);
        assertThat(ids.isOf("v-alice", feed)).isTrue();
        assertThat(ids.isOf("v-bob", feed)).isFalse();
        assertThat(ids.isOf("v-alic", "e" + feed)).isFalse();
    }

    @Test
    void a_feed_id_tells_the_day_in_utc_and_fits_into_a_path() {
        String feed = ids.create("v-alice", LATE);
        assertThat(ids.day(feed)).hasValue(Instant.parse("2026-11-21T00:00:00Z"));
        assertThat(feed).startsWith("f20261121").matches("[A-Za-z0-9_-]+");
    }

    @Test
    void feed_ids_do_not_repeat() {
        Set<String> made = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            assertThat(made.add(ids.create("v-alice", LATE))).isTrue();
        }
    }

    @Test
    void a_feed_id_that_was_changed_or_made_up_belongs_to_nobody() {
        String feed = ids.create("v-alice", LATE);
        for (int i = 0; i < feed.length(); i++) {
            char other = feed.charAt(i) == '1' ? '2' : '1';
            String changed = feed.substring(0, i) + other + feed.substring(i + 1);
            assertThat(ids.isOf("v-alice", changed)).as(changed).isFalse();
        }
        assertThat(new FeedIds(new Signer(new byte[] {9})).isOf("v-alice", feed))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "f",
                "f20261121",
                "f2026112",
                "c20261121abcdefghijklmnopqrst",
                "f20261399abcdefghijklmnopqrst",
                "fêteêteêteêteêteêteêteê"
            })
    void what_is_no_feed_id_has_no_day_or_no_owner(String text) {
        assertThat(ids.isOf("v-alice", text)).isFalse();
    }

    @Test
    void a_cursor_names_its_page() {
        String feed = ids.create("v-alice", LATE);
        FeedIds.Page page = new FeedIds.Page(feed, "FOR_YOU", 7);
        String cursor = ids.cursor("v-alice", page);
        assertThat(ids.page("v-alice", cursor)).isEqualTo(page);
        assertThat(cursor).as("fits into a query").matches("[A-Za-z0-9_-]+");
    }

    @Test
    void another_viewers_cursor_is_refused() {
        String cursor = ids.cursor("v-alice", new FeedIds.Page(ids.create("v-alice", LATE), "FOR_YOU", 1));
        isRefused(() -> ids.page("v-bob", cursor));
    }

    @Test
    void a_cursor_that_was_changed_is_refused() {
        String feed = ids.create("v-alice", LATE);
        String cursor = ids.cursor("v-alice", new FeedIds.Page(feed, "FOR_YOU", 1));
        String text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
        for (String changed : new String[] {
            text.replace(" 1 ", " 2 "), text.replace("FOR_YOU", "SHOP"), text + "x", text.substring(1), "1"
        }) {
            isRefused(() -> ids.page(
                    "v-alice",
                    Base64.getUrlEncoder().withoutPadding().encodeToString(changed.getBytes(StandardCharsets.UTF_8))));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "!", "abc", "ICAg", "%00", "////", "êêê"})
    void what_is_no_cursor_is_refused(String text) {
        isRefused(() -> ids.page("v-alice", text));
    }

    @Test
    void a_feed_id_does_not_do_as_a_cursor() {
        String feed = ids.create("v-alice", LATE);
        isRefused(() -> ids.page("v-alice", feed));
    }
}
