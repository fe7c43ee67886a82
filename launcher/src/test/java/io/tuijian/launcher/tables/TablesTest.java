package io.tuijian.launcher.tables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tuijian.schemas.Action;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.ContentKind;
import io.tuijian.schemas.Engagement;
import io.tuijian.schemas.Example;
import io.tuijian.schemas.Fate;
import io.tuijian.schemas.FateOfCandidate;
import io.tuijian.schemas.FateStage;
import io.tuijian.schemas.Provenance;
import io.tuijian.schemas.Relation;
import io.tuijian.schemas.RelationKind;
import io.tuijian.schemas.Served;
import io.tuijian.schemas.ServedItem;
import io.tuijian.schemas.Surface;
import io.tuijian.schemas.Topics;
import io.tuijian.schemas.VideoDetail;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TablesTest {
    private static final Instant AT = Instant.parse("2026-05-08T12:00:00Z");

    @TempDir
    private Path folder;

    @BeforeEach
    void the_jobs_made_their_folders() throws IOException {
        Files.createDirectories(folder.resolve("archive"));
        Files.createDirectories(folder.resolve("examples"));
    }

    private static Served page(String feed, int first, String... contents) {
        return Served.newBuilder()
                .setFeedId(feed)
                .setViewerId("v1")
                .setAt(AT)
                .setSurface(Surface.FOR_YOU)
                .setModelVersion("m1")
                .setExperimentArms(Map.of("mix", "B"))
                .setItems(Arrays.stream(contents)
                        .map(content -> ServedItem.newBuilder()
                                .setContentId(content)
                                .setAuthorId("a" + content)
                                .setPosition(first + Arrays.asList(contents).indexOf(content))
                                .setSource("Fresh")
                                .setScore(.5)
                                .setProbabilities(Map.of("LIKE", .125))
                                .setFeatures(List.of(1f, 2f))
                                .setReasons(List.of("fresh"))
                                .build())
                        .toList())
                .build();
    }

    private static Engagement did(String id, Action action) {
        return Engagement.newBuilder()
                .setId(id)
                .setViewerId("v1")
                .setContentId("c1")
                .setAction(action)
                .setAt(AT)
                .setReceivedAt(AT)
                .build();
    }

    private static Example example(String content, int correction, double likes) {
        return Example.newBuilder()
                .setId("f1|" + content)
                .setFeedId("f1")
                .setViewerId("v1")
                .setContentId(content)
                .setAuthorId("a1")
                .setKind(ContentKind.POST)
                .setSurface(Surface.FOR_YOU)
                .setServedAt(AT)
                .setPosition(0)
                .setFeatureNames(List.of("age"))
                .setFeatures(List.of(.5f))
                .setLabels(Map.of("LIKE", likes))
                .setWatchedMillis(1_500)
                .setCorrection(correction)
                .build();
    }

    private static Content video(String id, long version, String text) {
        return Content.newBuilder()
                .setId(id)
                .setAuthorId("a1")
                .setKind(ContentKind.SHORT_VIDEO)
                .setCreatedAt(AT)
                .setText(text)
                .setTopics(List.of("t1", "t2"))
                .setVideo(new VideoDetail(9_000L))
                .setProvenance(Provenance.REAL)
                .setVersion(version)
                .build();
    }

    @SafeVarargs
    private <T extends SpecificRecord> Path file(String place, T... records) throws IOException {
        Path file = folder.resolve(place);
        Files.createDirectories(file.getParent());
        try (DataFileWriter<T> writer = new DataFileWriter<>(new SpecificDatumWriter<>(records[0].getSchema()))) {
            writer.create(records[0].getSchema(), file.toFile());
            for (T record : records) {
                writer.append(record);
            }
        }
        return file;
    }

    private Table query(String sql, Object... parameters) {
        try (Tables tables = Tables.of(folder)) {
            return tables.query(sql, parameters);
        }
    }

    @Test
    void pages_and_their_items_are_rows() throws IOException {
        file("archive/served/day=2026-05-08/part-0.avro", page("f1", 0, "c1", "c2"), page("f1", 2, "c3"));
        assertThat(query("select feed_id, served_at, first_position, items, experiment_arms['mix'] as arm from served "
                                + "order by first_position")
                        .rows())
                .containsExactly(
                        Arrays.asList("f1", LocalDateTime.parse("2026-05-08T12:00:00"), 0, 2, "B"),
                        Arrays.asList("f1", LocalDateTime.parse("2026-05-08T12:00:00"), 2, 1, "B"));
        assertThat(query(
                                "select content_id, position, probabilities['LIKE'] as p, features[2] as second, reasons "
                                        + "from served_items where position >= ? order by position",
                                1)
                        .rows())
                .containsExactly(
                        List.of("c2", 1, .125, 2f, List.of("fresh")), List.of("c3", 2, .125, 2f, List.of("fresh")));
    }

    @Test
    void engagements_can_be_joined_with_what_they_belong_to() throws IOException {
        file("archive/engagements/day=2026-05-08/part-0.avro", did("e1", Action.SEEN), did("e2", Action.LIKE));
        file("archive/contents/day=2026-05-08/part-0.avro", video("c1", 1, "hello"));
        assertThat(query("""
                        select c.kind, c.duration_millis, count(*) filter (action = ?) as likes
                        from engagements e join contents c on c.id = e.content_id group by all""", Action.LIKE).rows()).containsExactly(List.of("SHORT_VIDEO", 9_000L, 1L));
    }

    @Test
    void outcomes_are_what_was_served_beside_what_came_of_it() throws IOException {
        file("archive/served/day=2026-05-08/part-0.avro", page("f1", 0, "c1", "c2"));
        file("archive/contents/day=2026-05-08/part-0.avro", video("c1", 1, "hello"));
        file(
                "archive/engagements/day=2026-05-08/part-0.avro",
                on("f1", did("e1", Action.SEEN)),
                on("f1", did("e2", Action.LIKE)),
                on("f1", did("e3", Action.LIKE)),
                on("f1", did("e4", Action.FAVORITE)),
                Engagement.newBuilder(on("f1", did("e5", Action.FAVORITE)))
                        .setUndoes("e4")
                        .build(),
                on("f2", did("e6", Action.SHARE)),
                did("e7", Action.COMMENT));
        assertThat(query("select content_id, kind, age_hours, actions from outcomes order by position")
                        .rows())
                .containsExactly(
                        List.of("c1", "SHORT_VIDEO", 0d, List.of("LIKE", "SEEN")),
                        Arrays.asList("c2", null, null, List.of()));
    }

    @Test
    void what_is_not_known_is_found_among_many_rows() throws IOException {
        int many = 300_000;
        Engagement[] all = new Engagement[many];
        for (int i = 0; i < many; i++) {
            Engagement one = did("e" + i, Action.SEEN);
            all[i] = i % 1_000 == 0 ? on("f1", one) : one;
        }
        file("archive/engagements/day=2026-05-08/part-0.avro", all);
        assertThat(query("select count(*) filter (undoes is null) as plain, (select count(*) from engagements where "
                                + "undoes is null) as narrowed, (select count(*) from engagements where feed_id is "
                                + "null) as unattributed from engagements")
                        .rows())
                .containsExactly(List.of(300_000L, 300_000L, 299_700L));
    }

    private static Engagement on(String feed, Engagement engagement) {
        return Engagement.newBuilder(engagement).setFeedId(feed).build();
    }

    @Test
    void of_an_example_the_row_of_the_last_generation_counts() throws IOException {
        file("examples/20260509T000000Z/day=2026-05-08/part-0.avro", example("c1", 3, 0), example("c2", 0, 1));
        file("examples/20260510T000000Z/day=2026-05-08/part-0.avro", example("c1", 0, 1), example("c1", 1, 2));
        assertThat(query("select content_id, labels['LIKE'] as likes, generation, watched_millis, features[1] as age "
                                + "from examples order by content_id")
                        .rows())
                .containsExactly(
                        List.of("c1", 2d, "20260510T000000Z", 1_500L, .5f),
                        List.of("c2", 1d, "20260509T000000Z", 1_500L, .5f));
    }

    @Test
    void what_was_filed_twice_is_there_once() throws IOException {
        for (String part : List.of("part-0", "part-1")) {
            file("archive/engagements/day=2026-05-08/" + part + ".avro", did("e1", Action.LIKE));
            file("archive/served/day=2026-05-08/" + part + ".avro", page("f1", 0, "c1", "c2"));
        }
        assertThat(query("select count(*) as n from engagements").number("n")).isOne();
        assertThat(query("select count(*) as n from served").number("n")).isOne();
        assertThat(query("select count(*) as n from served_items").number("n")).isEqualTo(2);
    }

    @Test
    void of_contents_and_relations_the_newest_counts_also_from_before_the_first_day() throws IOException {
        file("archive/contents/day=2026-05-07/part-0.avro", video("c1", 2, "new"), video("c2", 1, "as it was"));
        file("archive/contents/day=2026-05-08/part-0.avro", video("c1", 1, "old"));
        file("archive/contents/day=2026-05-09/part-0.avro", video("c2", 2, "tomorrow"));
        file(
                "archive/relations/day=2026-05-07/part-0.avro",
                new Relation("v1", RelationKind.FOLLOW, "a1", true, AT, null, Provenance.REAL, null),
                new Relation("v1", RelationKind.FOLLOW, "a1", false, AT.plusSeconds(1), null, Provenance.REAL, null));
        LocalDate day = LocalDate.parse("2026-05-08");
        try (Tables tables = Tables.of(folder, day, day)) {
            assertThat(tables.query("select text from contents order by id").strings("text"))
                    .containsExactly("new", "as it was");
            assertThat(tables.query("select to_id, active from relations").rows())
                    .containsExactly(List.of("a1", false));
        }
    }

    @Test
    void days_narrow_what_is_read() throws IOException {
        file("archive/engagements/day=2026-05-07/part-0.avro", did("e1", Action.LIKE));
        file("archive/engagements/day=2026-05-08/part-0.avro", did("e2", Action.LIKE));
        Files.writeString(
                Files.createDirectories(folder.resolve("archive/engagements/day=2026-05-09"))
                        .resolve("part-0.avro"),
                "damaged");
        LocalDate day = LocalDate.parse("2026-05-08");
        try (Tables tables = Tables.of(folder, day, day)) {
            assertThat(tables.query("select id from engagements").strings("id")).containsExactly("e2");
        }
    }

    @Test
    void fates_are_a_row_for_each_candidate() throws IOException {
        FateOfCandidate candidate = FateOfCandidate.newBuilder()
                .setContentId("c1")
                .setAuthorId("a1")
                .setSources(List.of("Fresh", "Trending"))
                .setStage(FateStage.FILTERED)
                .setRule("Seen")
                .setWithout(Map.of("Seen", 1d))
                .setWeight(3)
                .build();
        file(
                "archive/fates/day=2026-05-08/part-0.avro",
                new Fate("f1", "v1", AT, Surface.SHOP, .1, List.of(candidate)));
        assertThat(query("select rule, sum(weight / rate) as candidates, any_value(len(sources)) as sources "
                                + "from fates group by rule")
                        .rows())
                .containsExactly(List.of("Seen", 30d, 2L));
    }

    @Test
    void what_is_not_filed_yet_is_a_view_without_rows() {
        for (View<?> view : View.ALL) {
            assertThat(query("select count(*) as n from " + view.name()).number("n"))
                    .as(view.name())
                    .isZero();
        }
    }

    @Test
    void a_view_goes_into_a_Parquet_file_that_holds_the_same(@TempDir Path elsewhere) throws IOException {
        file("archive/served/day=2026-05-08/part-0.avro", page("f1", 0, "c1", "c2"));
        Path file = elsewhere.resolve("it's.parquet");
        try (Tables tables = Tables.of(folder)) {
            tables.toParquet("served_items", file);
            assertThat(tables.query("select * from read_parquet(?)", file.toString())
                            .rows())
                    .hasSize(2)
                    .isEqualTo(tables.query("select * from served_items").rows());
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> tables.toParquet("pages", file))
                    .withMessageStartingWith(
                            "There is no view pages; there are examples, served, served_items, fates,");
        }
    }

    @Test
    void says_what_is_wrong_in_one_line() throws IOException {
        Path file =
                file("archive/" + Topics.ENGAGEMENTS.name() + "/day=2026-05-08/part-0.avro", did("e1", Action.LIKE));
        Files.write(file, Arrays.copyOf(Files.readAllBytes(file), (int) Files.size(file) - 9));
        assertThatThrownBy(() -> query("select * from engagements"))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage(file + " is damaged: it ends too early");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> query("select * from pages"))
                .withMessageContaining("pages does not exist")
                .withMessageContaining("there are examples, served")
                .withMessageNotContaining("\n");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> query("select viewer from served"))
                .withMessageContaining("\"viewer\" not found")
                .withMessageNotContaining("\n");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tables.of(folder.resolve("nowhere")))
                .withMessage("There is no folder " + folder.resolve("nowhere") + ".");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tables.of(folder.resolve("archive")))
                .withMessageContaining("holds neither examples nor an archive");
    }

    @Test
    void a_view_that_could_not_be_read_is_read_again() throws IOException {
        Path file = folder.resolve("archive/engagements/day=2026-05-08/part-0.avro");
        Files.createDirectories(file.getParent());
        Files.writeString(file, "damaged");
        try (Tables tables = Tables.of(folder)) {
            assertThatThrownBy(() -> tables.query("select * from engagements")).hasMessageContaining("is damaged");
            file("archive/engagements/day=2026-05-08/part-0.avro", did("e1", Action.LIKE));
            assertThat(tables.query("select * from engagements").size()).isOne();
        }
    }
}
