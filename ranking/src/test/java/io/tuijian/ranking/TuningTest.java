package io.tuijian.ranking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tuijian.schemas.ContentKind;
import io.tuijian.schemas.Surface;
import java.time.Duration;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class TuningTest {
    private static SurfaceTuning surface(double decay, int most, double share, double temperature, int drawnFrom) {
        return new SurfaceTuning(
                Weights.DEFAULT, 2, decay, decay, Map.of(ContentKind.POST, most), share, share, temperature, drawnFrom);
    }

    private static void refused(String why, ThrowingCallable made) {
        assertThatThrownBy(made)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why)
                .hasMessageNotContaining("\n");
    }

    @Test
    void what_is_within_bounds_is_taken() {
        surface(1, 0, 0, 0, 1);
        surface(1e-9, 10, .5, 1, 100);
        new Tuning("t", Map.of(), Tuning.Promised.DEFAULT, Duration.ofHours(1), 1, 0);
        new Tuning("t".repeat(64), Map.of(), new Tuning.Promised(0, 365, 0), Duration.ofDays(365), 10, 1);
    }

    @Test
    void what_is_out_of_bounds_is_refused_by_name() {
        refused("authorDecay", () -> surface(0, 0, 0, 0, 1));
        refused("authorDecay", () -> surface(1.01, 0, 0, 0, 1));
        refused("authorDecay", () -> surface(Double.NaN, 0, 0, 0, 1));
        refused("mostOfTen of POST", () -> surface(1, 11, 0, 0, 1));
        refused("mostOfTen of POST", () -> surface(1, -1, 0, 0, 1));
        refused("newContentShare", () -> surface(1, 0, .51, 0, 1));
        refused("newContentShare", () -> surface(1, 0, Double.NaN, 0, 1));
        refused("temperature", () -> surface(1, 0, 0, 1.01, 1));
        refused("temperature", () -> surface(1, 0, 0, -.1, 1));
        refused("drawnFrom", () -> surface(1, 0, 0, 0, 0));
        refused("drawnFrom is not within 1 to 100: 101", () -> surface(1, 0, 0, 0, 101));
        refused("firstSights", () -> new Tuning.Promised(-1, 1, 1));
        refused("newForDays", () -> new Tuning.Promised(1, 0, 1));
        refused("smallAuthorSights", () -> new Tuning.Promised(1, 1, -1));
        Tuning.Promised promised = Tuning.Promised.DEFAULT;
        refused("version", () -> new Tuning(" ", Map.of()));
        refused("version", () -> new Tuning("t".repeat(65), Map.of()));
        refused("lessOfLasts", () -> new Tuning("t", Map.of(), promised, Duration.ofMinutes(59), 1, 0));
        refused("lessOfLasts", () -> new Tuning("t", Map.of(), promised, Duration.ofDays(366), 1, 0));
        refused("dialStrength", () -> new Tuning("t", Map.of(), promised, Duration.ofDays(1), .9, 0));
        refused("fateRate", () -> new Tuning("t", Map.of(), promised, Duration.ofDays(1), 1, 1.1));
    }

    @Test
    void a_surface_that_is_not_told_of_is_mixed_as_usual() {
        SurfaceTuning own = surface(1, 3, 0, 0, 1);
        Tuning tuning = new Tuning("t", Map.of(Surface.VIDEOS, own));
        assertThat(tuning.of(Surface.VIDEOS)).isEqualTo(own);
        assertThat(tuning.of(Surface.SHOP)).isEqualTo(SurfaceTuning.DEFAULT);
        assertThat(tuning.of(Surface.FOLLOWING).temperature()).isZero();
        assertThat(tuning.of(Surface.FOR_YOU).mostOfTen())
                .isEqualTo(Map.of(ContentKind.SHOP_ITEM, 1, ContentKind.POST, 2));
    }
}
