package io.tuijian.launcher.population;

import java.util.SplittableRandom;

/** Numbers that depend on a seed and a purpose alone, so that one part of a population never changes another. */
final class Seeds {
    private static final double UNIT = 0x1.0p-53;

    private Seeds() {}

    static SplittableRandom random(long seed, String purpose) {
        return new SplittableRandom(mix(seed ^ key(purpose)));
    }

    /** A number for a text, the same in every process. */
    static long key(String text) {
        long mixed = text.length();
        for (int i = 0; i < text.length(); i++) {
            mixed = mix(mixed * 31 + text.charAt(i));
        }
        return mixed;
    }

    /** The finaliser of SplitMix64 (Steele, Lea, Flood 2014). */
    static long mix(long z) {
        long mixed = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }

    /** A number of mean 0, deviation 1 and nearly normal (four uniforms added) that belongs to this pair. */
    static double normal(long one, long other) {
        long bits = mix(one * 0x9E3779B97F4A7C15L + other);
        long sum = (bits & 0xFFFF) + (bits >>> 16 & 0xFFFF) + (bits >>> 32 & 0xFFFF) + (bits >>> 48);
        return (sum / 65_536.0 - 2) * Math.sqrt(3);
    }

    /** Standard normal, by Box and Muller. */
    static double normal(SplittableRandom random) {
        double u = Math.max(UNIT, random.nextDouble());
        return Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * random.nextDouble());
    }

    /** The index in an id of this prefix, −1 if it is another's. */
    static int index(String id, String prefix) {
        if (!id.startsWith(prefix) || id.length() == prefix.length() || id.length() > prefix.length() + 9) {
            return -1;
        }
        int index = 0;
        for (int i = prefix.length(); i < id.length(); i++) {
            int digit = id.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            index = index * 10 + digit;
        }
        return index;
    }
}
