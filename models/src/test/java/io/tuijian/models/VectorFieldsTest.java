package io.tuijian.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tuijian.features.ViewerState;
import io.tuijian.models.retrieval.Retrieval;
import io.tuijian.models.retrieval.ServingRetrieval;
import io.tuijian.models.retrieval.VectorModel;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.VectorField;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which version has which field, what may be promoted, and what a server then works with. */
class VectorFieldsTest {
    private static final Instant NOW = Instant.parse("2026-11-21T08:00:00Z");

    @TempDir
    private Path folder;

    private Registry registry;
    private VectorFields fields;

    @BeforeEach
    void open() {
        registry = new Registry(folder);
        fields = new VectorFields(registry);
    }

    private String publish(int minute) {
        return Published.ofModel(registry, VectorFields.MODEL, NOW.plusSeconds(60L * minute))
                .version();
    }

    private void promote(String version) {
        fields.assign(version);
        fields.covered(version, 1);
        registry.promote(VectorFields.MODEL, version, NOW);
    }

    private static VectorModel read(Artifact artifact) {
        artifact.usable();
        return new Nowhere(artifact.version());
    }

    private ServingRetrieval serving() {
        return new ServingRetrieval(registry, VectorFieldsTest::read);
    }

    @Test
    void a_next_version_gets_the_field_that_is_not_searched_and_the_one_before_keeps_its_own() {
        String first = publish(0);
        promote(first);
        assertThat(fields.of(first)).contains(VectorField.A);
        String second = publish(1);
        promote(second);
        assertThat(fields.of(second)).contains(VectorField.B);
        assertThat(fields.of(first)).as("for a rollback").contains(VectorField.A);
        String third = publish(2);
        assertThat(fields.assign(third).get(VectorField.A)).isEqualTo(new VectorFields.Held(third, 3, first, 0, false));
        assertThat(fields.of(second)).as("what is searched stays").contains(VectorField.B);
        assertThat(fields.of(first)).isEmpty();
    }

    @Test
    void a_version_that_has_a_field_keeps_it_and_what_is_known_of_it() {
        String first = publish(0);
        fields.assign(first);
        fields.covered(first, .5);
        assertThat(fields.assign(first))
                .containsOnly(java.util.Map.entry(VectorField.A, new VectorFields.Held(first, 1, null, .5, false)));
    }

    @Test
    void while_nothing_is_served_the_older_candidate_makes_room() {
        List<String> versions = IntStream.range(0, 3).mapToObj(this::publish).toList();
        versions.forEach(fields::assign);
        assertThat(fields.of(versions.get(0))).isEmpty();
        assertThat(fields.of(versions.get(1))).contains(VectorField.B);
        assertThat(fields.of(versions.get(2))).contains(VectorField.A);
    }

    @Test
    void nothing_is_promoted_before_almost_all_live_contents_have_its_vectors() {
        String version = publish(0);
        assertThatThrownBy(() -> registry.promote(VectorFields.MODEL, version, NOW))
                .isInstanceOf(UnusableArtifact.class)
                .hasMessageContaining("in no field of the index");
        fields.assign(version);
        fields.covered(version, .99899);
        assertThatThrownBy(() -> registry.promote(VectorFields.MODEL, version, NOW))
                .isInstanceOf(UnusableArtifact.class)
                .hasMessageContaining("99.89 % of the live contents have its vector, 99.9 % are needed");
        assertThatThrownBy(() -> registry.promoteUnlessPinned(VectorFields.MODEL, version, NOW))
                .isInstanceOf(UnusableArtifact.class);
        assertThat(registry.current(VectorFields.MODEL)).isEmpty();
        fields.covered(version, .999);
        assertThat(registry.promote(VectorFields.MODEL, version, NOW).version()).isEqualTo(version);
    }

    @Test
    void a_candidate_is_promoted_once_and_not_while_a_rollback_pins() {
        String first = publish(0);
        promote(first);
        String second = publish(1);
        fields.propose(second);
        assertThat(fields.now().get(VectorField.B).candidate()).isTrue();
        assertThatThrownBy(() -> fields.promote(second, NOW)).isInstanceOf(UnusableArtifact.class);
        fields.covered(second, 1);
        assertThat(fields.promote(second, NOW).version()).isEqualTo(second);
        assertThat(fields.now().get(VectorField.B).candidate()).isFalse();
        registry.rollback(VectorFields.MODEL, NOW);
        fields.propose(second);
        assertThat(fields.promote(second, NOW).version()).as("pinned").isEqualTo(first);
        assertThat(fields.now().get(VectorField.B).candidate()).isFalse();
        fields.propose(second);
        registry.promote(VectorFields.MODEL, second, NOW);
        assertThat(fields.now().get(VectorField.B).candidate())
                .as("a person's word settles it")
                .isFalse();
        assertThatThrownBy(() -> fields.propose("20200101-000000")).isInstanceOf(UnknownVersion.class);
    }

    @Test
    void a_server_follows_promotions_and_rollbacks_with_the_field_of_each_version() {
        ServingRetrieval serving = serving();
        assertThat(serving.now()).isEmpty();
        assertThat(serving.degraded()).as("nothing was trained yet").isEmpty();
        String first = publish(0);
        promote(first);
        serving.reload();
        assertThat(serving.now()).contains(new Retrieval(new Nowhere(first), VectorField.A));
        VectorModel loaded = serving.now().get().model();
        String second = publish(1);
        fields.assign(second);
        serving.reload();
        assertThat(serving.now().get().model()).as("not read again").isSameAs(loaded);
        promote(second);
        serving.reload();
        assertThat(serving.now()).contains(new Retrieval(new Nowhere(second), VectorField.B));
        registry.rollback(VectorFields.MODEL, NOW);
        serving.reload();
        assertThat(serving.now()).contains(new Retrieval(new Nowhere(first), VectorField.A));
        assertThat(serving.degraded()).isEmpty();
        registry.rollback(VectorFields.MODEL, NOW);
        serving.reload();
        assertThat(serving.now()).as("whoever rolls back wants it gone").isEmpty();
        assertThat(serving.degraded()).isEmpty();
    }

    @Test
    void a_version_without_vectors_is_not_served_and_that_is_said() {
        String first = publish(0);
        promote(first);
        String second = publish(1);
        promote(second);
        fields.assign(publish(2)); // takes the first one's field
        registry.rollback(VectorFields.MODEL, NOW);
        ServingRetrieval serving = serving();
        assertThat(serving.now()).isEmpty();
        assertThat(serving.degraded())
                .containsExactly("The vectors of retrieval " + first + " are in no field of the index.");
    }

    @Test
    void a_damaged_artifact_gives_way_to_the_one_before_and_is_named() {
        String first = publish(0);
        promote(first);
        String second = publish(1);
        promote(second);
        Published.truncate(registry.artifact(VectorFields.MODEL, second));
        ServingRetrieval serving = serving();
        assertThat(serving.now()).contains(new Retrieval(new Nowhere(first), VectorField.A));
        assertThat(serving.degraded()).singleElement().asString().contains(second, "truncated");
    }

    @Test
    void a_damaged_file_of_fields_leaves_what_is_served_and_is_named() throws IOException {
        String first = publish(0);
        promote(first);
        ServingRetrieval serving = serving();
        Files.writeString(folder.resolve("retrieval/fields.json"), "{\"A\": {");
        serving.reload();
        assertThat(serving.now()).contains(new Retrieval(new Nowhere(first), VectorField.A));
        assertThat(serving.degraded()).containsExactly("fields.json of retrieval is damaged.");
        assertThatThrownBy(() -> fields.assign(first)).isInstanceOf(UnusableArtifact.class);
    }

    /** A model that only has a version. */
    private record Nowhere(String version) implements VectorModel {
        @Override
        public int dimensions() {
            return 1;
        }

        @Override
        public float[] viewerVector(List<ViewerState.Recent> newestFirst) {
            return new float[1];
        }

        @Override
        public float[] contentVector(Content content) {
            return new float[1];
        }
    }
}
