package io.tuijian.launcher.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.tuijian.schemas.Action;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.Engagement;
import io.tuijian.schemas.Origin;
import io.tuijian.schemas.Provenance;
import io.tuijian.schemas.Served;
import io.tuijian.schemas.Surface;
import io.tuijian.schemas.Topics;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KuaiRandTest {
    static final Path FOLDER = Path.of(System.getProperty("tuijian.root"), "data", "kuairand-pure");
    private static final Instant END = Instant.parse("2022-05-08T15:52:10.564Z");

    private final KuaiRand log = new KuaiRand(FOLDER);

    @TempDir
    Path folder;

    @Test
    void everyRowBecomesOneImpressionAndTheCountsEqualTheOraclePerViewerContentAndAuthor() throws IOException {
        CountsOracle mapped = new CountsOracle(new HashMap<>(), new HashMap<>(), new HashMap<>());
        Map<Action, Long> totals = new EnumMap<>(Action.class);
        Set<String> ids = new HashSet<>();
        long[] rows = {0};
        boolean[] inOrder = {true};
        try (Stream<Impression> impressions = log.impressions()) {
            impressions.forEach(impression -> {
                inOrder[0] &= impression.row() == rows[0]++;
                String author = impression.served().getItems().get(0).getAuthorId();
                for (Engagement engagement : impression.engagements()) {
                    ids.add(engagement.getViewerId() + engagement.getId());
                    count(totals, engagement.getAction());
                    count(of(mapped.byViewer(), engagement.getViewerId()), engagement.getAction());
                    count(of(mapped.byContent(), engagement.getContentId()), engagement.getAction());
                    count(of(mapped.byAuthor(), author), engagement.getAction());
                }
            });
        }
        assertThat(rows[0]).isEqualTo(228_329);
        assertThat(inOrder[0]).isTrue();
        assertThat(totals)
                .containsOnly(
                        entry(Action.SEEN, 228_329L),
                        entry(Action.WATCH, 206_066L),
                        entry(Action.OPEN, 100_900L),
                        entry(Action.LIKE, 3_915L),
                        entry(Action.FOLLOW, 304L),
                        entry(Action.COMMENT, 579L),
                        entry(Action.SHARE, 195L),
                        entry(Action.HIDE, 190L),
                        entry(Action.LONG_VIEW, 70_963L),
                        entry(Action.PROFILE, 4_231L),
                        entry(Action.FINISH, 31_307L));
        assertThat(ids)
                .hasSize(totals.values().stream().mapToInt(Long::intValue).sum());
        assertThat(mapped.equals(CountsOracle.ofRows(FOLDER))).isTrue();
    }

    @Test
    void aSecondLikeOfTheSameVideoCountsOnceAmongPeople() throws IOException {
        CountsOracle people = CountsOracle.ofPeople(FOLDER);

        assertThat(total(people.byViewer(), Action.LIKE)).isEqualTo(3_861);
        assertThat(total(people.byContent(), Action.FOLLOW)).isEqualTo(287);
        assertThat(total(people.byAuthor(), Action.LONG_VIEW)).isEqualTo(70_963);
    }

    @Test
    void videosAreRealPublicAndWithoutGeneratedWords() {
        List<Content> videos = log.contents();

        assertThat(videos).hasSize(7_583);
        assertThat(videos.stream().map(Content::getId).distinct()).hasSize(7_583);
        assertThat(videos.stream().map(Content::getAuthorId).distinct()).hasSize(6_510);
        assertThat(videos.stream().flatMap(video -> video.getTopics().stream()).distinct())
                .hasSize(46);
        assertThat(videos).allSatisfy(video -> {
            assertThat(video.getProvenance()).isEqualTo(Provenance.REAL);
            assertThat(video.getText()).isEmpty();
            assertThat(video.getAuthorName()).isNull();
            assertThat(video.getCity()).isNull();
        });
        assertThat(videos.get(0).getCreatedAt()).isEqualTo("2022-04-10T04:00:00Z");
    }

    @Test
    void aMissingDurationIsTakenFromTheLog() {
        Map<String, Content> videos = log.contents().stream().collect(Collectors.toMap(Content::getId, it -> it));
        try (Stream<LogRow> rows = log.rows()) {
            List<LogRow> missing = rows.filter(row -> row.video().durationMillis() == 0)
                    .filter(row -> row.durationMillis() > 0)
                    .toList();
            assertThat(missing).allSatisfy(row -> assertThat(
                            videos.get(row.video().contentId()).getVideo().getDurationMillis())
                    .isGreaterThanOrEqualTo(row.durationMillis()));
        }
    }

    @Test
    void anOutcomeIsKnownWhenItsViewEnds() {
        Impression first = first(log);

        assertThat(first.engagements())
                .extracting(Engagement::getAction)
                .containsExactly(Action.SEEN, Action.WATCH, Action.OPEN, Action.LONG_VIEW, Action.FINISH);
        assertThat(first.engagements())
                .extracting(Engagement::getWatchedMillis)
                .containsExactly(null, 61_802L, 61_802L, 61_802L, 61_802L);
        assertThat(first.engagements())
                .extracting(Engagement::getId)
                .containsExactly("0:SEEN", "0:WATCH", "0:OPEN", "0:LONG_VIEW", "0:FINISH");
        assertThat(first.engagements()).allSatisfy(engagement -> {
            assertThat(engagement.getViewerId()).isEqualTo("v712");
            assertThat(engagement.getContentId()).isEqualTo("c5239");
            assertThat(engagement.getFeedId()).isEqualTo("f0");
            assertThat(engagement.getAt()).isEqualTo(Instant.ofEpochMilli(1_650_812_741_436L));
            assertThat(engagement.getReceivedAt()).isEqualTo(engagement.getAt());
        });
    }

    @Test
    void anImportedPageHasNoFeaturesAndNoPropensity() {
        Served served = first(log).served();

        assertThat(served.getOrigin()).isEqualTo(Origin.IMPORTED);
        assertThat(served.getSurface()).isEqualTo(Surface.IMPORTED);
        assertThat(served.getTab()).isEqualTo("1");
        assertThat(served.getFeatureNames()).isEmpty();
        assertThat(served.getItems()).singleElement().satisfies(item -> {
            assertThat(item.getContentId()).isEqualTo("c5239");
            assertThat(item.getFeatures()).isEmpty();
            assertThat(item.getPropensity()).isNull();
            assertThat(item.getSource()).isEqualTo("imported");
        });
    }

    @Test
    void recordsSurviveTheTripThroughATopic() throws Exception {
        Impression first = first(log);

        assertThat(Topics.SERVED.decode(Topics.SERVED.encode(first.served()))).isEqualTo(first.served());
        for (Engagement engagement : first.engagements()) {
            assertThat(Topics.ENGAGEMENTS.decode(Topics.ENGAGEMENTS.encode(engagement)))
                    .isEqualTo(engagement);
        }
    }

    @Test
    void aShiftMovesEveryTimeAlike() {
        Instant now = Instant.parse("2026-11-21T08:00:00Z");
        KuaiRand shifted = log.endingAt(now);

        assertThat(log.lastTime()).isEqualTo(END);
        assertThat(shifted.lastTime()).isEqualTo(now);
        assertThat(shifted.shift()).isEqualTo(Duration.between(END, now));
        assertThat(first(shifted).served().getAt())
                .isEqualTo(first(log).served().getAt().plus(shifted.shift()));
        assertThat(shifted.contents().get(0).getCreatedAt())
                .isEqualTo(log.contents().get(0).getCreatedAt().plus(shifted.shift()));
    }

    @Test
    void usersAndEarlierExposuresAreComplete() {
        try (Stream<User> users = log.users();
                Stream<EarlierExposure> earlier = log.earlierExposures()) {
            List<User> all = users.toList();
            assertThat(all).hasSize(27_285);
            assertThat(all.get(0)).isEqualTo(new User("v0", "full_active", false, true, true, 514, 150, 34, 799));
            assertThat(earlier.filter(exposure -> exposure.position() >= 0)).hasSize(817_187);
        }
    }

    @Test
    void aDamagedRowIsToldInOneLineWithFileAndLine() throws IOException {
        List<String> good =
                List.of("1,7,1650812741436,1,5,9,1,0,0,0,0,0,1,0", "1,7,1650812741437,1,5,9,1,0,0,0,0,0,1,0");
        String expected = "log_standard_4_25_to_5_08_pure.csv.gz, line 3: ";

        write(good);
        assertThat(read()).isEqualTo(2);
        for (String[] damage : new String[][] {
            {"1,7,yesterday,1,5,9,1,0,0,0,0,0,1,0", "time_ms is not a whole number: 'yesterday'"},
            {"1,7,1650812741437,1,-5,9,1,0,0,0,0,0,1,0", "play_time_ms is negative: '-5'"},
            {"1,7,1650812741437,1,5,9,1,maybe,0,0,0,0,1,0", "is_like is neither 0 nor 1: 'maybe'"},
            {"1,8,1650812741437,1,5,9,1,0,0,0,0,0,1,0", "video_id is not in video_features_basic_pure.csv.gz: '8'"},
            {"99999999999,7,1650812741437,1,5,9,1,0,0,0,0,0,1,0", "user_id is too large: '99999999999'"},
        }) {
            write(List.of(good.get(0), damage[0]));
            assertThatThrownBy(this::read).isInstanceOf(DamagedData.class).hasMessage(expected + damage[1]);
        }
        write(List.of(good.get(0), "1,7,1650812741437"));
        assertThatThrownBy(this::read)
                .isInstanceOf(DamagedData.class)
                .hasMessageStartingWith(expected)
                .message()
                .doesNotContain("\n");
    }

    @Test
    void aTruncatedOrMissingFileIsToldInOneLine() throws IOException {
        Path file = folder.resolve("log_standard_4_25_to_5_08_pure.csv.gz");
        write(List.of());
        byte[] whole = Files.readAllBytes(FOLDER.resolve(file.getFileName()));
        Files.write(file, Arrays.copyOf(whole, 1_000));
        assertThatThrownBy(this::read)
                .isInstanceOf(DamagedData.class)
                .hasMessageStartingWith("log_standard_4_25_to_5_08_pure.csv.gz, line ")
                .message()
                .doesNotContain("\n");

        Files.delete(file);
        assertThatThrownBy(this::read)
                .isInstanceOf(DamagedData.class)
                .hasMessage("log_standard_4_25_to_5_08_pure.csv.gz: there is no such file in " + folder);
    }

    private static Impression first(KuaiRand log) {
        try (Stream<Impression> impressions = log.impressions()) {
            return impressions.findFirst().orElseThrow();
        }
    }

    private long read() {
        try (Stream<Impression> impressions = new KuaiRand(folder).impressions()) {
            return impressions.toList().size();
        }
    }

    /** A log of these rows beside a table of one video, number 7. */
    private void write(List<String> rows) throws IOException {
        String header = "user_id,video_id,time_ms,tab,play_time_ms,duration_ms,is_click,is_like,is_follow,is_comment,"
                + "is_forward,is_hate,long_view,is_profile_enter";
        write("log_standard_4_25_to_5_08_pure.csv.gz", header + "\n" + String.join("\n", rows) + "\n");
        write(
                "video_features_basic_pure.csv.gz",
                "video_id,author_id,upload_dt,video_duration,tag\n7,3,2022-04-10,9000.0,\"20,43\"\n");
    }

    private void write(String file, String text) throws IOException {
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(folder.resolve(file)))) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static Map<Action, Long> of(Map<String, Map<Action, Long>> counts, String id) {
        return counts.computeIfAbsent(id, any -> new EnumMap<>(Action.class));
    }

    private static void count(Map<Action, Long> counts, Action action) {
        counts.merge(action, 1L, Long::sum);
    }

    private static long total(Map<String, Map<Action, Long>> counts, Action action) {
        return counts.values().stream()
                .mapToLong(of -> of.getOrDefault(action, 0L))
                .sum();
    }
}
