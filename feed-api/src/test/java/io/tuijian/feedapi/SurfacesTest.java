package io.tuijian.feedapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.tuijian.schemas.Surface;
import org.junit.jupiter.api.Test;

class SurfacesTest {
    @Test
    void surfaces_stand_in_paths_by_their_words() {
        assertThat(Surfaces.words()).containsExactlyInAnyOrder("for-you", "following", "shop", "videos", "nearby");
        assertThat(Surfaces.words()).allSatisfy(word -> assertThat(Surfaces.named(word))
                .hasValueSatisfying(
                        surface -> assertThat(Surfaces.word(surface)).isEqualTo(word)));
    }

    @Test
    void a_surface_is_taken_as_word_and_as_symbol() {
        assertThat(Surfaces.named("FOR_YOU")).hasValue(Surface.FOR_YOU);
        assertThat(Surfaces.named("For-You")).hasValue(Surface.FOR_YOU);
    }

    @Test
    void what_cannot_be_asked_for_is_no_surface() {
        assertThat(Surfaces.named("imported")).isEmpty();
        assertThat(Surfaces.named("")).isEmpty();
        assertThat(Surfaces.named("for you")).isEmpty();
    }
}
