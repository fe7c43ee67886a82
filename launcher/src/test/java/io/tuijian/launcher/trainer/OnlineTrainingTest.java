package io.tuijian.launcher.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.tuijian.launcher.Failure;
import io.tuijian.models.Publication;
import io.tuijian.models.Registry;
import io.tuijian.schemas.Example;
import io.tuijian.schemas.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OnlineTrainingTest {
    private static final OnlineTraining.Pace PACE = new OnlineTraining.Pace(
            Duration.ofSeconds(20),
            1000,
            64,
            500,
            Duration.ofMinutes(10),
            Duration.ofMinutes(2),
            Duration.ofMinutes(1),
            5_000);

    @TempDir
    private Path folder;

    private final List<String> said = new ArrayList<>();
    private final Pages pages = new Pages(5, 40);
    private Instant now = Instant.parse("2026-11-21T08:00:00Z");
    private Registry registry;
    private Checkpoints checkpoints;
    private OnlineTraining training;
    private TasteTable taught;
    private long offset;

    @BeforeEach
    void start() {
        registry = new Registry(folder.resolve("registry"));
        open(PACE);
    }

    private void open(OnlineTraining.Pace pace) {
        checkpoints = new Checkpoints(folder.resolve("trainer"));
        Pupil.School school = new Pupil.School() {
            @Override
            public io.tuijian.models.Settings settings() {
                return TasteTable.SCHOOL.settings();
            }

            @Override
            public Pupil fresh(io.tuijian.models.TrainingSet rows) {
                taught = (TasteTable) TasteTable.SCHOOL.fresh(rows);
                return taught;
            }

            @Override
            public Pupil of(io.tuijian.models.Artifact artifact) {
                taught = (TasteTable) TasteTable.SCHOOL.of(artifact);
                return taught;
            }

            @Override
            public io.tuijian.models.OfflineModel read(io.tuijian.models.Artifact artifact) {
                return TasteTable.SCHOOL.read(artifact);
            }
        };
        training = new OnlineTraining(
                registry,
                new Publication(registry, "ranker", school, school),
                checkpoints,
                school,
                pace,
                now,
                said::add);
    }

    @AfterEach
    void close() throws IOException {
        checkpoints.close();
    }

    /** As after kill -9: nothing is said goodbye to. */
    private void killAndStartAgain() throws IOException {
        checkpoints.close();
        open(PACE);
        offset = training.offsets().getOrDefault(0, 0L);
    }

    private void take(Example example) {
        training.take(0, offset++, Topics.EXAMPLES.encode(example), now);
    }

    private void after(Duration time) {
        now = now.plus(time);
        training.tick(now);
    }

    /** Pages at one a second. */
    private void pages(int count) {
        for (int page = 0; page < count; page++) {
            pages.next(now.minusSeconds(120)).forEach(this::take);
            after(Duration.ofSeconds(1));
        }
    }

    /** Until the first network is there. */
    private void warmUp() {
        pages(75);
        after(PACE.settle());
        assertThat(taught.seen()).isEqualTo(750);
    }

    private static Example example(boolean watched) {
        return Pages.example("x", 99, 1, "t1", watched, Instant.parse("2026-11-21T07:59:00Z"));
    }

    @Test
    void an_example_waits_for_more_labels_and_is_learned_once_with_the_last_of_them() {
        warmUp();
        take(example(false));
        after(Duration.ofSeconds(10));
        take(Pages.corrected(example(false)));
        after(Duration.ofSeconds(9));
        assertThat(taught.seen()).isEqualTo(750);
        after(Duration.ofSeconds(1));
        assertThat(taught.seen()).isEqualTo(751);
        assertThat(taught.probability("v99", "t1")).isGreaterThan(.5);
        assertThat(training.counts().of(Counts.Fate.CORRECTED)).isZero();
    }

    @Test
    void a_correction_takes_back_what_was_learned() {
        warmUp();
        double watched = taught.watched();
        take(example(false));
        after(PACE.settle());
        take(Pages.corrected(example(false)));
        after(PACE.settle());
        assertThat(taught.seen()).isEqualTo(751);
        assertThat(taught.watched()).isEqualTo(watched + 1);
        take(Pages.corrected(Pages.corrected(example(false))));
        after(PACE.settle());
        assertThat(taught.seen()).isEqualTo(751);
        assertThat(taught.watched()).isEqualTo(watched);
        assertThat(training.counts().of(Counts.Fate.CORRECTED)).isEqualTo(2);
        take(Pages.corrected(Pages.corrected(example(false))));
        after(PACE.settle());
        assertThat(training.counts().of(Counts.Fate.UNCHANGED)).isEqualTo(1);
        assertThat(taught.seen()).isEqualTo(751);
    }

    @Test
    void what_nobody_saw_is_no_negative_until_it_is_seen() {
        warmUp();
        Example unseen = Example.newBuilder(example(false)).setLabels(Map.of()).build();
        take(unseen);
        after(PACE.settle());
        assertThat(taught.seen()).isEqualTo(750);
        take(Example.newBuilder(example(true)).setCorrection(1).build());
        after(PACE.settle());
        assertThat(taught.seen()).isEqualTo(751);
        assertThat(training.counts().of(Counts.Fate.UNSEEN)).isEqualTo(1);
    }

    @Test
    void poison_is_counted_and_passed_over_with_a_warning_that_names_it() {
        warmUp();
        training.take(0, offset++, new byte[] {1, 2, 3}, now);
        training.take(0, offset++, null, now);
        take(Example.newBuilder(example(true)).setFeatures(List.of(1f)).build());
        take(Example.newBuilder(example(true))
                .setFeatureNames(List.of())
                .setFeatures(List.of())
                .build());
        for (int i = 0; i < 20; i++) {
            training.take(1, i, new byte[] {1, 2, 3}, now);
        }
        take(example(true));
        after(PACE.settle());
        assertThat(taught.seen()).isEqualTo(751);
        assertThat(training.counts().of(Counts.Fate.UNDECODABLE)).isEqualTo(22);
        assertThat(training.counts().of(Counts.Fate.MISSHAPEN)).isEqualTo(1);
        assertThat(training.counts().of(Counts.Fate.WITHOUT_FEATURES)).isEqualTo(1);
        assertThat(said.stream().filter(line -> line.startsWith("Warning")))
                .hasSize(10)
                .anyMatch(
                        line -> line.equals(
                                "Warning: record 750 of partition 0 of examples is passed over: not a Example: no single-object header."));
        assertThat(training.offsets()).isEqualTo(Map.of(0, offset, 1, 20L));
    }

    @Test
    void memory_is_bounded_whatever_comes() {
        for (int page = 0; page < 2000; page++) {
            pages.next(now).forEach(this::take);
        }
        training.tick(now);
        int waiting = training.state().waiting();
        assertThat(waiting).isBetween(PACE.waiting() - PACE.batch(), PACE.waiting());
        assertThat(taught.seen()).isEqualTo(20_000 - waiting);
    }

    @Test
    void a_forgotten_example_is_not_learned_twice() {
        warmUp();
        Example early = example(false);
        take(early);
        after(PACE.settle());
        for (int page = 0; page < 1100; page++) {
            pages.next(now).forEach(this::take);
        }
        after(PACE.settle());
        double seen = taught.seen();
        take(Pages.corrected(early));
        after(PACE.settle());
        assertThat(taught.seen()).isEqualTo(seen);
        assertThat(training.counts().of(Counts.Fate.FORGOTTEN)).isEqualTo(1);
    }

    @Test
    void the_first_version_is_promoted_once_enough_fresh_examples_judged_it() {
        pages(420);
        assertThat(registry.current("ranker")).isPresent();
        Registry.Current first = registry.current("ranker").orElseThrow();
        assertThat(said).anyMatch(line -> line.startsWith("Version " + first.version() + " is promoted, judged by "));
        assertThat(said).anyMatch(line -> line.contains("| NotWorseThanPopularity | yes |"));
        assertThat(folder.resolve("registry/ranker").resolve(first.version()).resolve("gate.md"))
                .content()
                .contains("| Usable | yes |");
    }

    @Test
    void a_version_says_what_it_learned_apart_from_what_judged_it() throws IOException {
        pages(420);
        Registry.Current first = registry.current("ranker").orElseThrow();
        JsonNode metrics = registry.artifact("ranker", first.version()).metrics();
        assertThat(Instant.parse(metrics.at("/data/train/to").asText()))
                .isBefore(metrics.at("/data/test/from").asText());
        assertThat(metrics.has("train_seconds")).isFalse();
        assertThat(registry.artifact("ranker", first.version()).cardFile())
                .content()
                .contains("as it was known when the item was served.")
                .doesNotContain("decided when to stop", "when that part began");
    }

    @Test
    void after_a_restart_something_is_learned_before_there_is_a_candidate_and_what_was_served_before_does_not_judge()
            throws IOException {
        pages(420);
        training.checkpoint(now);
        killAndStartAgain();
        Path candidate = folder.resolve("trainer").resolve(".half-candidate");
        Instant restarted = now;
        after(PACE.promoteEvery());
        assertThat(candidate).doesNotExist();
        served(restarted.minusSeconds(1), 50);
        assertThat(candidate).isDirectory();
        served(restarted.minusSeconds(1), 5);
        assertThat(training.state().held()).isZero();
        served(restarted, 5);
        assertThat(training.state().held()).isEqualTo(50);
    }

    private void served(Instant at, int count) {
        for (int page = 0; page < count; page++) {
            pages.next(at).forEach(this::take);
        }
        after(PACE.settle());
    }

    @Test
    void versions_are_published_every_ten_minutes_and_those_that_pass_are_promoted() {
        pages(2400);
        List<Instant> promotions = new ArrayList<>();
        registry.list("ranker").forEach(listed -> promotions.add(0, at(listed.version())));
        assertThat(promotions).hasSizeBetween(3, 4);
        for (int i = 1; i < promotions.size(); i++) {
            assertThat(Duration.between(promotions.get(i - 1), promotions.get(i)))
                    .isBetween(PACE.promoteEvery(), PACE.promoteEvery().plusMinutes(1));
        }
        List<String> promoted = said.stream()
                .filter(line -> line.contains("is promoted, judged by"))
                .map(line -> line.split(" ")[1])
                .toList();
        assertThat(promoted).hasSizeGreaterThan(1);
        assertThat(registry.current("ranker").orElseThrow().version()).isEqualTo(promoted.get(promoted.size() - 1));
    }

    private static Instant at(String version) {
        return java.time.LocalDateTime.parse(version, java.time.format.DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss"))
                .toInstant(java.time.ZoneOffset.UTC);
    }

    @Test
    void after_a_rollback_versions_are_published_but_not_promoted() {
        pages(420);
        registry.rollback("ranker", now);
        pages(1400);
        assertThat(registry.list("ranker")).hasSizeGreaterThan(1);
        assertThat(registry.current("ranker").orElseThrow().version()).isEqualTo("popularity");
        assertThat(said).anyMatch(line -> line.endsWith("is not promoted: the model is pinned."));
    }

    @Test
    void a_trainer_without_a_checkpoint_goes_on_from_the_served_version() throws IOException {
        pages(420);
        checkpoints.close();
        delete(folder.resolve("trainer"));
        open(PACE);
        String version = registry.current("ranker").orElseThrow().version();
        assertThat(said).contains("Starts from the served version " + version + ".");
        assertThat(taught.seen()).isGreaterThanOrEqualTo(2500);
        assertThat(training.offsets()).isEmpty();
    }

    private static void delete(Path tree) throws IOException {
        try (var paths = Files.walk(tree)) {
            for (Path path : paths.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void wherever_it_is_killed_every_example_is_learned_once(long seed) throws IOException {
        Random random = new Random(seed);
        List<Example> log = new ArrayList<>();
        double watched = 0;
        for (int page = 0; page < 300; page++) {
            log.addAll(pages.next(now.minusSeconds(120)));
            if (random.nextInt(3) == 0) {
                Example wrong = log.get(random.nextInt(log.size()));
                log.add(Pages.corrected(wrong));
            }
        }
        Map<String, Example> last = new java.util.HashMap<>();
        log.forEach(example -> last.put(example.getId(), example));
        for (Example example : last.values()) {
            watched += example.getLabels().containsKey("LONG_VIEW") ? 1 : 0;
        }
        while (offset < log.size()) {
            take(log.get((int) offset));
            if (random.nextInt(10) == 0) {
                after(Duration.ofSeconds(random.nextInt(15)));
            }
            if (random.nextInt(200) == 0) {
                killAndStartAgain();
            }
        }
        after(PACE.settle());
        assertThat(taught.seen()).isEqualTo(last.size());
        assertThat(taught.watched()).isEqualTo(watched);
        assertThat(training.counts().of(Counts.Fate.LEARNED)).isEqualTo(last.size());
    }

    @Test
    void half_a_checkpoint_is_swept_away_and_a_damaged_one_is_passed_over() throws IOException {
        warmUp();
        training.checkpoint(now);
        Map<Integer, Long> first = training.offsets();
        pages(10);
        training.checkpoint(now);
        Path home = folder.resolve("trainer");
        Path newest;
        try (var all = Files.list(home)) {
            newest = all.filter(path -> path.getFileName().toString().startsWith("checkpoint-"))
                    .max(java.util.Comparator.naturalOrder())
                    .orElseThrow();
        }
        Files.createDirectories(home.resolve(".half-checkpoint"));
        Files.writeString(home.resolve(".half-checkpoint").resolve("model.zip"), "ha");
        for (String file : List.of("model.zip", "told.bin", "position.json")) {
            byte[] whole = Files.readAllBytes(newest.resolve(file));
            Files.write(newest.resolve(file), java.util.Arrays.copyOf(whole, whole.length / 2));
            killAndStartAgain();
            assertThat(training.offsets()).as(file).isEqualTo(first);
            Files.write(newest.resolve(file), whole);
        }
        assertThat(home.resolve(".half-checkpoint")).doesNotExist();
        killAndStartAgain();
        assertThat(training.offsets().get(0)).isEqualTo(first.get(0) + 100);
        assertThat(said).contains("Goes on from " + newest.getFileName() + ".");
    }

    @Test
    void a_folder_has_one_trainer() {
        assertThatThrownBy(() -> new Checkpoints(folder.resolve("trainer")))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("is in use by another process");
    }
}
