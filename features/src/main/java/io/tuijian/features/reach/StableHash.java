package io.tuijian.features.reach;

/** A 64-bit hash of a string that never changes: stored sketches, ledgers and documents depend on it. */
public final class StableHash {
    private StableHash() {}

    /** FNV-1a over the UTF-16 units, finished with the mixer of SplitMix64, so that every bit depends on every unit. */
    public static long of(String text) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
        }
        hash = (hash ^ (hash >>> 30)) * 0xbf58476d1ce4e5b9L;
        hash = (hash ^ (hash >>> 27)) * 0x94d049bb133111ebL;
        return hash ^ (hash >>> 31);
    }

    /** The same as a number in [0, 1). */
    public static double fraction(String text) {
        return (of(text) >>> 11) * 0x1.0p-53;
    }
}
