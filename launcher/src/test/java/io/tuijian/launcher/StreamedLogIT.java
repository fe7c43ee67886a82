package io.tuijian.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.tuijian.features.Context;
import io.tuijian.features.FeatureParity;
import io.tuijian.features.FeatureReplay;
import io.tuijian.features.FeatureSet;
import io.tuijian.launcher.replay.Backfill;
import io.tuijian.launcher.world.Impression;
import io.tuijian.launcher.world.KuaiRand;
import io.tuijian.schemas.Surface;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A feature that nobody has merged yet is the same from the archive as from the stream. */
@Tag("full")
class StreamedLogIT {
    private static final int IMPRESSIONS = 600;
    private static final double CLOSE = 1e-6;

    @TempDir
    Path folder;

    @Test
    void what_is_backfilled_from_the_archive_is_what_the_stream_gives() {
        KuaiRand raw = new KuaiRand(Path.of(System.getProperty("tuijian.root"), "data", "kuairand-pure"));
        List<Impression> impressions;
        try (Stream<Impression> all = raw.impressions()) {
            impressions = all.limit(IMPRESSIONS).toList();
        }
        FeatureSet set = FeatureSet.ALL.with(FeatureSet.of(
                "viewer_content.tried",
                "a formula to try",
                e -> e.visit.all.watchedSeconds() + e.content.watchedSeconds()));
        try (StreamedLog log = StreamedLog.of(folder, raw.contents(), impressions)) {
            Map<String, float[]> backfilled = new HashMap<>();
            FeatureReplay replay = Backfill.over(log.archive(), set, row -> {
                backfilled.put(row.served().getFeedId(), row.features().dense());
            });

            Instant end = impressions.get(IMPRESSIONS - 1).served().getAt().plusSeconds(3600);
            List<FeatureParity.Compared> compared = FeatureParity.of(
                    set,
                    log.store(),
                    replay.store(),
                    impressions.stream()
                            .map(one -> one.served().getViewerId())
                            .distinct()
                            .limit(50)
                            .toList(),
                    impressions.stream()
                            .map(one -> one.served().getItems().get(0).getContentId())
                            .distinct()
                            .limit(50)
                            .toList(),
                    new Context(end, ZoneId.of("Asia/Shanghai"), Surface.FOR_YOU, "s", 0, null, null));
            assertThat(compared).hasSize(set.names().size()).allSatisfy(one -> assertThat(one.within(CLOSE))
                    .as("%s", one)
                    .isTrue());
            assertThat(compared.get(compared.size() - 1).distinct()).isGreaterThan(50);

            FeatureReplay direct = new FeatureReplay(set, raw.contents());
            Map<String, float[]> wanted = new HashMap<>();
            impressions.forEach(one -> direct.page(
                    one.served(),
                    one.engagements(),
                    row -> wanted.put(row.served().getFeedId(), row.features().dense())));
            assertThat(backfilled)
                    .hasSameSizeAs(wanted)
                    .allSatisfy((page, values) -> assertThat(values).as(page).containsExactly(wanted.get(page)));
        }
    }
}
