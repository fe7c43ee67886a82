package io.tuijian.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tuijian.schemas.VectorField;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShelfTest {
    private static final Instant NOW = Instant.parse("2026-11-21T08:00:00Z");
    private static final String REFUSED =
            "{\"ranker.gauc\": 0.6, \"gate\": {\"passed\": false, \"reasons\": [\"Calibrated.LIKE: predicts 9 where 1 happened\"]}}";

    @TempDir
    private Path folder;

    private Registry registry;
    private Shelf rankers;

    @BeforeEach
    void open() {
        registry = new Registry(folder);
        rankers = new Shelf(registry, Shelf.RANKER);
    }

    private Artifact publish(int minute) {
        return Published.version(registry, NOW.plusSeconds(60L * minute));
    }

    private static void says(Artifact artifact, String metrics) throws IOException {
        Files.writeString(artifact.metricsFile(), metrics);
    }

    @Test
    void an_empty_registry_shows_nothing_and_serves_nothing() {
        assertThat(registry.isThere()).isFalse();
        assertThat(rankers.versions()).isEmpty();
        assertThat(rankers.serving()).isEmpty();
        assertThat(new Shelf(registry, VectorFields.MODEL).versions()).isEmpty();
    }

    @Test
    void a_version_is_serving_then_pinned_and_the_others_are_candidates() {
        String first = publish(0).version();
        String second = publish(1).version();
        registry.promote(Shelf.RANKER, first, NOW);
        registry.promote(Shelf.RANKER, second, NOW);
        assertThat(rankers.versions())
                .extracting(Shelf.Version::state)
                .containsExactly(Shelf.State.SERVING, Shelf.State.CANDIDATE);
        assertThat(rankers.serving()).contains(new Shelf.Serving(second, NOW, false, first));
        registry.rollback(Shelf.RANKER, NOW);
        assertThat(rankers.versions())
                .extracting(Shelf.Version::state)
                .containsExactly(Shelf.State.CANDIDATE, Shelf.State.PINNED);
        assertThat(rankers.serving()).contains(new Shelf.Serving(first, NOW, true, PopularityModel.VERSION));
    }

    @Test
    void what_the_gate_refused_is_shown_with_its_words_and_nobody_promotes_it() throws IOException {
        Artifact artifact = publish(0);
        says(artifact, REFUSED);
        String words = "ranker " + artifact.version()
                + " is not usable: the gate refused it: Calibrated.LIKE: predicts 9 where 1 happened.";
        Shelf.Version version = rankers.versions().get(0);
        assertThat(version.state()).isEqualTo(Shelf.State.REFUSED);
        assertThat(version.passed()).isFalse();
        assertThat(version.hindrance()).isEqualTo(words);
        assertThatThrownBy(() -> registry.promote(Shelf.RANKER, artifact.version(), NOW))
                .isInstanceOf(UnusableArtifact.class)
                .hasMessage(words);
        assertThat(registry.current(Shelf.RANKER)).isEmpty();
    }

    @Test
    void a_retrieval_version_tells_its_field_and_what_it_waits_for() {
        String version = Published.ofModel(registry, VectorFields.MODEL, NOW).version();
        VectorFields fields = new VectorFields(registry);
        fields.propose(version);
        fields.covered(version, .5);
        Shelf.Version waiting =
                new Shelf(registry, VectorFields.MODEL).versions().get(0);
        assertThat(waiting.state()).isEqualTo(Shelf.State.CANDIDATE);
        assertThat(waiting.field()).isEqualTo(VectorField.A);
        assertThat(waiting.coverage()).isEqualTo(.5);
        assertThat(waiting.hindrance()).contains("50.00 % of the live contents have its vector");
        fields.covered(version, 1);
        assertThat(new Shelf(registry, VectorFields.MODEL).versions().get(0).hindrance())
                .isNull();
    }

    @Test
    void details_tell_the_report_and_whether_the_files_are_whole() throws IOException {
        Artifact artifact = publish(0);
        says(
                artifact,
                "{\"trained_at\": \"2026-11-21T07:00:00Z\", \"data\": {\"train\": {\"rows\": 70}, \"test\": {\"rows\": 30}},"
                        + " \"calibration\": {\"LIKE\": [{\"predicted\": 0.1, \"observed\": 0.2, \"count\": 3}]}}");
        Files.writeString(artifact.gateFile(), "| rule |");
        Files.writeString(artifact.cardFile(), "# ranker");
        Shelf.Details details = rankers.details(artifact.version());
        assertThat(details.calibration()).containsEntry("LIKE", List.of(new Bins.Bin(.1, .2, 3)));
        assertThat(details.gate()).isEqualTo("| rule |");
        assertThat(details.card()).isEqualTo("# ranker");
        assertThat(details.version().trainedAt()).isEqualTo(Instant.parse("2026-11-21T07:00:00Z"));
        assertThat(details.version().rows()).isEqualTo(70);
        assertThat(details.version().judgedRows()).isEqualTo(30);
        assertThat(details.version().hindrance()).isNull();
        Published.truncate(artifact);
        assertThat(rankers.details(artifact.version()).version().hindrance()).contains("truncated");
        assertThatThrownBy(() -> rankers.details("20260101-000000")).isInstanceOf(UnknownVersion.class);
    }

    @Test
    void a_version_without_a_report_is_named_after_its_moment() throws IOException {
        Artifact artifact = publish(0);
        Files.delete(artifact.metricsFile());
        Shelf.Version version = rankers.versions().get(0);
        assertThat(version.trainedAt()).isEqualTo(NOW);
        assertThat(version.rows()).isNull();
        assertThat(version.passed()).isNull();
        assertThat(rankers.details(artifact.version()).card()).isNull();
    }

    @Test
    void two_who_roll_back_at_once_go_back_one_step() {
        String first = publish(0).version();
        String second = publish(1).version();
        String third = publish(2).version();
        List.of(first, second, third).forEach(version -> registry.promote(Shelf.RANKER, version, NOW));
        assertThat(registry.rollback(Shelf.RANKER, third, NOW).version()).isEqualTo(second);
        assertThatThrownBy(() -> registry.rollback(Shelf.RANKER, third, NOW))
                .isInstanceOf(Registry.Overtaken.class)
                .hasMessageContaining(second);
        assertThat(registry.current(Shelf.RANKER).orElseThrow().version()).isEqualTo(second);
    }

    @Test
    void a_registry_that_is_no_folder_cannot_be_read() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        assertThatThrownBy(() -> new Registry(file).isThere()).hasMessageContaining("Cannot read the registry");
    }
}
