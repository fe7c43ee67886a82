package io.tuijian.ranking;

import io.tuijian.schemas.Surface;
import java.util.Map;

/**
 * All that can be changed about ranking while it runs: bounded, versioned, per surface. Whoever reads it takes it once
 * per request, so that no page mixes two.
 *
 * @param version logged with each page
 * @param bySurface what differs from the default
 */
public record Tuning(String version, Map<Surface, Weights> bySurface) {
    public static final Tuning DEFAULT = new Tuning("tuning-1", Map.of());

    public Tuning {
        bySurface = Map.copyOf(bySurface);
    }

    /** What each action is worth there. */
    public Weights weights(Surface surface) {
        return bySurface.getOrDefault(surface, Weights.DEFAULT);
    }
}
