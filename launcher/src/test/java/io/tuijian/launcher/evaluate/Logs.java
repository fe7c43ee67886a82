package io.tuijian.launcher.evaluate;

import io.tuijian.schemas.Action;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.ContentKind;
import io.tuijian.schemas.VideoDetail;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Made-up logs of the form of KuaiRand-Pure. */
final class Logs {
    private static final ZoneId CHINA = ZoneId.of("Asia/Shanghai");
    static final Instant START = LocalDate.of(2022, 4, 25).atStartOfDay(CHINA).toInstant();
    static final LocalDate JUDGED = LocalDate.of(2022, 5, 1);
    static final Instant JUDGED_FROM = JUDGED.atStartOfDay(CHINA).toInstant();

    private Logs() {}

    static Exposure exposure(long number, String viewer, String content, Instant at, boolean longView, long watched) {
        int actions = Exposure.bit(Action.SEEN)
                | (watched > 0 ? Exposure.bit(Action.WATCH) : 0)
                | (longView ? Exposure.bit(Action.LONG_VIEW) : 0);
        return new Exposure(
                number,
                viewer,
                content,
                "a" + content,
                LocalDate.ofInstant(at, CHINA),
                at.toEpochMilli(),
                "1",
                actions,
                watched);
    }

    static List<Content> contents(int count) {
        List<Content> contents = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            contents.add(Content.newBuilder()
                    .setId("c" + i)
                    .setAuthorId("ac" + i)
                    .setKind(ContentKind.SHORT_VIDEO)
                    .setCreatedAt(START)
                    .setText("")
                    .setTopics(List.of("t" + i % 4))
                    .setVideo(new VideoDetail(20_000L))
                    .build());
        }
        return contents;
    }

    /** Ten days; some contents are liked much better than others, and viewers like some topics. */
    static ExposureLog telling(int count, long seed) {
        Random random = new Random(seed);
        List<Exposure> exposures = new ArrayList<>();
        long step = Duration.ofDays(10).toMillis() / count;
        for (int i = 0; i < count; i++) {
            int content = random.nextInt(60);
            int viewer = random.nextInt(count / 30);
            double chance = (content % 10 < 3 ? .7 : .2) + (viewer % 4 == content % 4 ? .2 : 0);
            boolean longView = random.nextDouble() < chance;
            Instant at = START.plusMillis(i * step);
            exposures.add(exposure(i, "v" + viewer, "c" + content, at, longView, longView ? 20_000 : 1_000));
        }
        return new ExposureLog(contents(60), exposures);
    }
}
