package io.tuijian.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistryTest {
    private static final Instant NOW = Instant.parse("2026-11-21T08:00:00Z");

    @TempDir
    private Path folder;

    private Registry registry;

    @BeforeEach
    void open() {
        registry = new Registry(folder);
    }

    private String publish(int minute) {
        return Published.version(registry, at(minute)).version();
    }

    private static Instant at(int minute) {
        return NOW.plusSeconds(60L * minute);
    }

    @Test
    void aVersionIsNamedAfterItsMomentAndAppearsOnlyWhenPublished() {
        Registry.Draft draft = registry.draft("ranker", NOW);
        assertThat(draft.artifact().version()).isEqualTo("20261121-080000");
        assertThat(registry.list("ranker")).isEmpty();
        assertThat(registry.current("ranker")).isEmpty();
        assertThat(publish(0)).isEqualTo("20261121-080000");
        assertThat(publish(0)).isEqualTo("20261121-080001");
        assertThat(registry.models()).containsExactly("ranker");
        assertThat(registry.list("ranker"))
                .extracting(Registry.Listed::version)
                .containsExactly("20261121-080001", "20261121-080000");
        assertThat(registry.list("ranker").get(0).metrics()).containsOnlyKeys("ranker.gauc");
    }

    @Test
    void promotionIsRememberedAndListed() {
        String version = publish(0);
        registry.promote("ranker", version, at(1));
        assertThat(registry.current("ranker")).contains(new Registry.Current(version, at(1), false, List.of()));
        assertThat(registry.list("ranker").get(0).promoted()).isTrue();
        assertThat(registry.list("ranker").get(0).pinned()).isFalse();
    }

    @Test
    void oneTrainingWaitsForTheOther() throws Exception {
        ExecutorService two = Executors.newFixedThreadPool(2);
        try {
            List<Integer> seen = Collections.synchronizedList(new ArrayList<>());
            Callable<Integer> training = () -> registry.alone("ranker", () -> {}, () -> {
                seen.add(1);
                Thread.onSpinWait();
                seen.add(-1);
                return seen.size();
            });
            for (Future<Integer> done : two.invokeAll(Collections.nCopies(40, training))) {
                assertThat(done.get() % 2).isZero();
            }
            for (int i = 0; i < seen.size(); i++) {
                assertThat(seen.get(i)).isEqualTo(i % 2 == 0 ? 1 : -1);
            }
        } finally {
            two.shutdownNow();
        }
    }

    @Test
    void aRollbackLeadsBackAndPinsUntilAPersonPromotes() {
        String first = publish(0);
        String second = publish(1);
        String third = publish(2);
        registry.promote("ranker", first, at(3));
        registry.promote("ranker", second, at(4));
        assertThat(registry.rollback("ranker", at(5))).isEqualTo(new Registry.Current(first, at(5), true, List.of()));
        assertThat(registry.promoteUnlessPinned("ranker", third, at(6)).version())
                .isEqualTo(first);
        assertThat(registry.promote("ranker", third, at(7)).pinned()).isFalse();
        assertThat(registry.promoteUnlessPinned("ranker", second, at(8)).version())
                .isEqualTo(second);
        assertThat(registry.rollback("ranker", at(9)).version()).isEqualTo(third);
    }

    @Test
    void aRollbackWithNothingBeforeLeadsToPopularity() {
        registry.promote("ranker", publish(0), at(1));
        assertThat(registry.rollback("ranker", at(2)).version()).isEqualTo("popularity");
        assertThat(registry.rollback("ranker", at(3)).pinned()).isTrue();
    }

    @Test
    void aRollbackSkipsWhatCannotBeServed() {
        String first = publish(0);
        String second = publish(1);
        String third = publish(2);
        List.of(first, second, third).forEach(version -> registry.promote("ranker", version, at(3)));
        Published.truncate(registry.artifact("ranker", second));
        assertThat(registry.rollback("ranker", at(4)).version()).isEqualTo(first);
    }

    @Test
    void theNewestTwentyThePromotedAndTheOneBeforeItAreKept() {
        String before = publish(0);
        String promoted = publish(1);
        publish(2);
        registry.promote("ranker", before, at(3));
        registry.promote("ranker", promoted, at(3));
        for (int minute = 4; minute < 4 + Registry.KEPT; minute++) {
            publish(minute);
        }
        assertThat(registry.list("ranker"))
                .hasSize(Registry.KEPT + 2)
                .extracting(Registry.Listed::version)
                .contains(before, promoted);
    }

    @Test
    void whatAKilledProcessLeftIsSweptAway() throws IOException {
        publish(0);
        Path home = folder.resolve("ranker");
        registry.draft("ranker", at(-60 * 25));
        Registry.Draft live = registry.draft("ranker", at(-60 * 23));
        Files.createDirectories(home.resolve(".gone-20261101-000000").resolve("folder"));
        Files.writeString(home.resolve(".current-1.json"), "{");
        registry.draft("ranker", at(1)).publish();
        registry.rollback("ranker", at(2));
        try (var left = Files.list(home)) {
            assertThat(left.filter(path -> path.getFileName().toString().matches("[.](draft|gone|current).*")))
                    .containsExactly(live.artifact().folder());
        }
    }

    @Test
    void whatIsTruncatedIsRefusedInOneSentence() {
        Artifact artifact = Published.version(registry, NOW);
        Published.truncate(artifact);
        assertThatThrownBy(() -> registry.promote("ranker", artifact.version(), NOW))
                .isInstanceOf(UnusableArtifact.class)
                .hasMessage(
                        "ranker 20261121-080000 is not usable: model.zip is truncated or changed: its checksum is not the published one.");
        assertThat(registry.current("ranker")).isEmpty();
    }

    @Test
    void whatWantsAnUnknownFeatureIsRefusedInOneSentence() {
        Artifact artifact = Published.version(registry, NOW, "viewer.shoe_size");
        assertThatThrownBy(artifact::usable)
                .isInstanceOf(UnusableArtifact.class)
                .hasMessage(
                        "ranker 20261121-080000 is not usable: it wants viewer.shoe_size, which is not a feature here.");
    }

    @Test
    void namesThatAreNoVersionsAreUnknown() {
        publish(0);
        for (String name : List.of("20261121-080009", "../ranker", ".draft-1", "")) {
            assertThatThrownBy(() -> registry.promote("ranker", name, NOW)).isInstanceOf(UnknownVersion.class);
        }
        assertThatThrownBy(() -> registry.list("../../etc")).isInstanceOf(UnknownVersion.class);
    }

    @Test
    void whoReadsWhileManyPromoteAlwaysSeesAWholeVersion() throws Exception {
        List<String> versions = List.of(publish(0), publish(1), publish(2));
        registry.promote("ranker", versions.get(0), NOW);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> writers = new ArrayList<>();
            for (String version : versions) {
                writers.add(threads.submit(() -> {
                    for (int i = 0; i < 30; i++) {
                        new Registry(folder).promote("ranker", version, at(i));
                    }
                }));
            }
            while (!writers.stream().allMatch(Future::isDone)) {
                assertThat(registry.current("ranker").orElseThrow().version()).isIn(versions);
            }
            for (Future<?> writer : writers) {
                writer.get();
            }
        } finally {
            threads.shutdownNow();
        }
        try (var left = Files.list(folder.resolve("ranker"))) {
            assertThat(left.map(path -> path.getFileName().toString()))
                    .filteredOn(name -> name.startsWith(".current"))
                    .isEmpty();
        }
    }

    @Test
    void servingFollowsPromotionAndRollback() {
        ServingModel serving = new ServingModel(registry, "ranker", Published::read);
        assertThat(serving.version()).isEqualTo("popularity");
        assertThat(serving.degraded()).isEmpty();
        String first = publish(0);
        String second = publish(1);
        registry.promote("ranker", first, NOW);
        assertThat(serving.version()).isEqualTo("popularity");
        serving.reload();
        assertThat(serving.version()).isEqualTo(first);
        OfflineModel same = serving.now();
        serving.reload();
        assertThat(serving.now()).isSameAs(same);
        registry.promote("ranker", second, NOW);
        serving.reload();
        assertThat(serving.version()).isEqualTo(second);
        registry.rollback("ranker", NOW);
        serving.reload();
        assertThat(serving.version()).isEqualTo(first);
        registry.rollback("ranker", NOW);
        serving.reload();
        assertThat(serving.version()).isEqualTo("popularity");
        assertThat(serving.degraded()).isEmpty();
    }

    @Test
    void servingFallsBackToTheOneBeforeAndSaysSo() {
        String first = publish(0);
        String second = publish(1);
        registry.promote("ranker", first, NOW);
        registry.promote("ranker", second, NOW);
        Published.truncate(registry.artifact("ranker", second));
        ServingModel serving = new ServingModel(registry, "ranker", Published::read);
        assertThat(serving.version()).isEqualTo(first);
        assertThat(serving.degraded()).singleElement().asString().contains(second, "truncated");
        Published.truncate(registry.artifact("ranker", first));
        serving = new ServingModel(registry, "ranker", Published::read);
        assertThat(serving.version()).isEqualTo("popularity");
        assertThat(serving.degraded()).hasSize(2);
    }

    @Test
    void servingGoesOnWhenTheRegistryIsDamaged() throws IOException {
        String version = publish(0);
        registry.promote("ranker", version, NOW);
        ServingModel serving = new ServingModel(registry, "ranker", Published::read);
        Files.writeString(folder.resolve("ranker").resolve("current.json"), "{\"version\":");
        serving.reload();
        assertThat(serving.version()).isEqualTo(version);
        assertThat(serving.degraded()).containsExactly("current.json of ranker is damaged.");
        Files.delete(folder.resolve("ranker").resolve("current.json"));
        serving.reload();
        assertThat(serving.version()).isEqualTo(version);
        assertThat(serving.degraded()).containsExactly("current.json of ranker is gone.");
        registry.promote("ranker", version, NOW);
        serving.reload();
        assertThat(serving.degraded()).isEmpty();
    }
}
