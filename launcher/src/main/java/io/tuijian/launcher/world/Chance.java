package io.tuijian.launcher.world;

import java.util.List;
import java.util.Random;

/** Choices that depend on a seed and a purpose alone, so that one generated thing never changes another. */
final class Chance {
    private final Random random;

    Chance(long seed, String purpose) {
        long mixed = seed;
        for (int i = 0; i < purpose.length(); i++) {
            mixed = (mixed ^ purpose.charAt(i)) * 0x9E3779B97F4A7C15L;
            mixed ^= mixed >>> 29;
        }
        this.random = new Random(mixed);
    }

    /** From 0 to {@code bound} − 1. */
    int below(int bound) {
        return random.nextInt(bound);
    }

    boolean percent(int percent) {
        return below(100) < percent;
    }

    <T> T one(List<T> of) {
        return of.get(below(of.size()));
    }
}
