package io.tuijian.models.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tuijian.models.Artifact;
import io.tuijian.models.Registry;
import io.tuijian.models.retrieval.EngagementLog;
import io.tuijian.models.retrieval.RetrievalModel;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.ContentKind;
import io.tuijian.schemas.Engagement;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetrievalTrainingTest {
    private static final Instant START = Instant.parse("2026-11-01T00:00:00Z");

    @TempDir
    private Path folder;

    @Test
    void aLogBecomesAPublishedAndProposedVersion() throws Exception {
        EngagementLog log = log(40);
        Registry registry = new Registry(folder);
        RetrievalTraining.Trained trained =
                RetrievalTraining.run(log, START, registry, 1, Duration.ofMinutes(1), line -> {});
        assertThat(trained.proposed()).as("%s", trained.verdict().table()).isTrue();
        assertThat(trained.metrics().get("retrieval.ndcg@20"))
                .isGreaterThan(trained.metrics().get("popularity.ndcg@20"));
        Artifact published = registry.artifact(RetrievalModel.NAME, trained.version());
        assertThat(RetrievalModel.read(published).knows("c1")).isTrue();
        assertThat(RetrievalModel.read(published).knows("c-never")).isFalse();
        assertThat(Files.readString(published.cardFile())).contains("Known limits", "NotWorseThanPopularity");
        assertThat(registry.list(RetrievalModel.NAME).get(0).version()).isEqualTo(trained.version());
    }

    @Test
    void whatIsTakenBackHiddenOrUnknownTellsNothing() {
        EngagementLog log = new EngagementLog(100);
        log.content(content(1));
        log.engagement(engagement("e1", 1, "c1", 0, Action.LIKE, null));
        log.engagement(engagement("e2", 1, "c1", 1, Action.LIKE, "e1"));
        log.engagement(engagement("e3", 1, "c1", 2, Action.HIDE, null));
        log.engagement(engagement("e4", 1, "c1", 3, Action.SEEN, null));
        log.engagement(engagement("e5", 1, "c-unknown", 4, Action.LIKE, null));
        assertThatThrownBy(log::cut).hasMessageContaining("no engagement");
    }

    /** Viewers who mostly go on to the next content. */
    static EngagementLog log(int viewers) {
        EngagementLog log = new EngagementLog(10_000);
        for (int content = 0; content < 30; content++) {
            log.content(content(content));
        }
        log.content(Content.newBuilder(content(99)).setId("c-never").build());
        Random random = new Random(1);
        for (int viewer = 0; viewer < viewers; viewer++) {
            int at = random.nextInt(30);
            for (int i = 0; i < 14; i++) {
                log.engagement(engagement("e" + viewer + "-" + i, viewer, "c" + at, i, Action.LONG_VIEW, null));
                at = random.nextInt(10) == 0 ? random.nextInt(30) : (at + 1) % 30;
            }
        }
        return log;
    }

    private static Content content(int number) {
        return Content.newBuilder()
                .setId("c" + number)
                .setAuthorId("a" + number / 3)
                .setKind(ContentKind.POST)
                .setCreatedAt(START)
                .setText("")
                .setTopics(List.of())
                .build();
    }

    private static Engagement engagement(
            String id, int viewer, String content, int hour, Action action, String undoes) {
        Instant at = START.plus(Duration.ofHours(hour));
        return Engagement.newBuilder()
                .setId(id)
                .setViewerId("v" + viewer)
                .setContentId(content)
                .setAction(action)
                .setAt(at)
                .setReceivedAt(at)
                .setUndoes(undoes)
                .build();
    }
}
