package io.tuijian.ranking;

import io.tuijian.schemas.Surface;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * All that can be changed about ranking while it runs: bounded, versioned, per surface. Whoever reads it takes it once
 * per request, so that no page mixes two.
 *
 * @param version logged with each page; 1 to 64 characters
 * @param bySurface what differs from the default
 * @param promised who has a share of their own
 * @param lessOfLasts how long a hide or report lowers its topics and author, an hour to a year
 * @param dialStrength what the viewer's dial multiplies and divides by at its ends, 1 to 10; 1 for nothing
 * @param fateRate the share of pages of which every candidate's fate is logged, in [0, 1]
 */
public record Tuning(
        String version,
        Map<Surface, SurfaceTuning> bySurface,
        Promised promised,
        Duration lessOfLasts,
        double dialStrength,
        double fateRate) {
    public static final Tuning DEFAULT = new Tuning("tuning-1", Map.of());

    /**
     * Who has a share of their own.
     *
     * @param firstSights what is new is promised so many; 0 to 1,000,000
     * @param newForDays no longer new after so many days; in (0, 365]
     * @param smallAuthorSights an author is small while all their contents together were seen less often; 0 to
     *     1,000,000,000
     */
    public record Promised(int firstSights, double newForDays, int smallAuthorSights) {
        public static final Promised DEFAULT = new Promised(50, 7, 500);

        public Promised {
            Bounds.within("firstSights", firstSights, 0, 1_000_000);
            if (!(newForDays > 0 && newForDays <= 365)) {
                throw new IllegalArgumentException("newForDays is not above 0 and at most 365: " + newForDays);
            }
            Bounds.within("smallAuthorSights", smallAuthorSights, 0, 1_000_000_000);
        }
    }

    public Tuning {
        if (version.isBlank() || version.length() > 64) {
            throw new IllegalArgumentException("version has not 1 to 64 characters: " + version);
        }
        Bounds.within("lessOfLasts in days", lessOfLasts.toMillis() / 86_400_000.0, 1 / 24.0, 365);
        Bounds.within("dialStrength", dialStrength, 1, 10);
        Bounds.within("fateRate", fateRate, 0, 1);
        Map<Surface, SurfaceTuning> inOrder = new EnumMap<>(Surface.class);
        inOrder.putAll(bySurface);
        bySurface = Collections.unmodifiableMap(inOrder);
    }

    /** With these surfaces, everything else as it comes with the product. */
    public Tuning(String version, Map<Surface, SurfaceTuning> bySurface) {
        this(version, bySurface, Promised.DEFAULT, Duration.ofDays(14), 3, 0.01);
    }

    /** How this surface is mixed. */
    public SurfaceTuning of(Surface surface) {
        SurfaceTuning own = bySurface.get(surface);
        return own != null ? own : usual(surface);
    }

    /** How a surface is mixed unless told otherwise. */
    static SurfaceTuning usual(Surface surface) {
        return switch (surface) {
            case FOR_YOU -> SurfaceTuning.MIXED;
            case FOLLOWING -> SurfaceTuning.CHOSEN;
            case SHOP, VIDEOS, NEARBY, IMPORTED -> SurfaceTuning.DEFAULT;
        };
    }

    /** What each action is worth there. */
    public Weights weights(Surface surface) {
        return of(surface).weights();
    }
}
