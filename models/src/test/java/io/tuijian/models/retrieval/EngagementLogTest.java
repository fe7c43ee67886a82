package io.tuijian.models.retrieval;

import static org.assertj.core.api.Assertions.assertThat;

import io.tuijian.models.World;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.ContentKind;
import io.tuijian.schemas.Engagement;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class EngagementLogTest {
    private final EngagementLog log = new EngagementLog(100);

    private void liked(String contentId, int minute) {
        log.content(Content.newBuilder()
                .setId(contentId)
                .setAuthorId("a")
                .setKind(ContentKind.SHORT_VIDEO)
                .setCreatedAt(World.START)
                .setText("")
                .setTopics(List.of("t"))
                .build());
        log.engagement(Engagement.newBuilder()
                .setId("e" + minute)
                .setViewerId("v")
                .setContentId(contentId)
                .setAction(Action.LIKE)
                .setFeedId("f" + minute)
                .setAt(World.START.plus(Duration.ofMinutes(minute)))
                .setReceivedAt(World.START.plus(Duration.ofMinutes(minute)))
                .build());
    }

    @Test
    void a_content_met_again_has_its_newest_place() {
        liked("c1", 0);
        liked("c2", 1);
        liked("c1", 2);
        liked("c3", 10);
        Histories known = log.cut().known();
        assertThat(Arrays.stream(known.of()[0]).mapToObj(known.catalogue().ids()::get))
                .containsExactly("c2", "c1");
    }
}
