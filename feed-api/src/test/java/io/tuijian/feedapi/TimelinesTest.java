package io.tuijian.feedapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.tuijian.ranking.FeedRequest.Earlier;
import io.tuijian.ranking.Reason;
import io.tuijian.schemas.ContentKind;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TimelinesTest {
    private static Timelines.Item item(int i) {
        return new Timelines.Item(
                "c" + (1_000_000 + i),
                "a" + (2_000_000 + i),
                ContentKind.SHORT_VIDEO,
                i % 10 == 0 ? "c" + i : null,
                -0x7edc_ba98_7654_3210L + i,
                i % 10 == 6 ? "new-content" : null,
                "favorite-topic",
                List.of(new Reason("liked-topic", "t" + i % 100), new Reason("liked-author", "a" + (2_000_000 + i))));
    }

    private static Timelines.Timeline feed(int pages) {
        return new Timelines.Timeline(
                "v1",
                "FOR_YOU",
                1_763_724_000_000L,
                IntStream.range(0, pages)
                        .mapToObj(page -> new Timelines.Page(
                                1_763_724_000_000L,
                                IntStream.range(page * 20, page * 20 + 20)
                                        .mapToObj(TimelinesTest::item)
                                        .toList(),
                                List.of()))
                        .toList(),
                Map.of(
                        "RANKED score",
                        String.join(
                                " ",
                                IntStream.range(0, 480)
                                        .mapToObj(i -> "c" + (3_000_000 + i))
                                        .toList())),
                Map.of());
    }

    private static int bytes(Timelines.Timeline timeline) throws JsonProcessingException {
        return Timelines.json(timeline).getBytes(StandardCharsets.UTF_8).length;
    }

    @Test
    void what_was_written_is_read() throws JsonProcessingException {
        Timelines.Timeline timeline = feed(3);
        assertThat(Timelines.timeline(Timelines.json(timeline))).isEqualTo(timeline);
    }

    @Test
    void the_longest_feed_is_a_document_of_less_than_a_mebibyte() throws JsonProcessingException {
        int full = bytes(feed(FeedService.MOST_ITEMS / 20));
        System.out.printf(
                "A timeline takes %d bytes after one page of 20, %d after ten, %d when it is full.%n",
                bytes(feed(1)), bytes(feed(10)), full);
        assertThat(full).isLessThan(1 << 20);
    }

    @Test
    void an_item_tells_the_next_page_what_it_needs() {
        assertThat(item(0).earlier())
                .isEqualTo(new Earlier(
                        "c1000000", "a2000000", ContentKind.SHORT_VIDEO, "c0", -0x7edc_ba98_7654_3210L, null));
        assertThat(item(16).earlier())
                .isEqualTo(new Earlier(
                        "c1000016",
                        "a2000016",
                        ContentKind.SHORT_VIDEO,
                        "c1000016",
                        -0x7edc_ba98_7654_3210L + 16,
                        "new-content"));
    }

    @Test
    void positions_count_on_over_pages() {
        assertThat(feed(3).first(0)).isZero();
        assertThat(feed(3).first(3)).isEqualTo(60);
    }
}
