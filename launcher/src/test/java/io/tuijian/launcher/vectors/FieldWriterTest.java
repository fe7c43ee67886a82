package io.tuijian.launcher.vectors;

import static org.assertj.core.api.Assertions.assertThat;

import io.tuijian.models.VectorFields;
import io.tuijian.schemas.VectorField;
import java.util.List;
import org.junit.jupiter.api.Test;

class FieldWriterTest {
    private static final VectorFields.Held FIRST = new VectorFields.Held("first", 1, null, 1, false);
    private static final VectorFields.Held THIRD = new VectorFields.Held("third", 3, "first", .5, true);
    private static final VectorFields.Held FIRST_AGAIN = new VectorFields.Held("first", 4, "second", 0, false);

    @Test
    void the_version_that_a_field_held_before_is_forgotten_unless_a_field_holds_it() {
        assertThat(VectorPublisher.forgotten(THIRD, List.of(THIRD))).isEqualTo("first");
        assertThat(VectorPublisher.forgotten(THIRD, List.of(THIRD, FIRST_AGAIN)))
                .isNull();
        assertThat(VectorPublisher.forgotten(FIRST, List.of(FIRST, THIRD))).isNull();
        assertThat(VectorPublisher.forgotten(null, List.of(THIRD))).isNull();
    }

    @Test
    void a_writer_is_another_one_if_it_forgets_something_else() {
        FieldWriter writer = new FieldWriter(
                "nowhere", VectorField.A, THIRD, "first", new TopicSpace("third", List.of("t0"), 1, "none"));
        try {
            assertThat(writer.writes(THIRD, "first")).isTrue();
            assertThat(writer.writes(THIRD, null)).isFalse();
            assertThat(writer.writes(FIRST_AGAIN, "first")).isFalse();
            assertThat(writer.writes(null, "first")).isFalse();
            assertThat(writer.isOver()).isFalse();
        } finally {
            writer.close();
        }
        assertThat(writer.isOver()).isTrue();
        assertThat(writer.writes(THIRD, "first")).isFalse();
    }
}
