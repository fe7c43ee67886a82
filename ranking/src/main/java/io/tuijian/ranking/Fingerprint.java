package io.tuijian.ranking;

/**
 * 64 bits of what a text says, by which near-equal texts are known: a SimHash (Charikar, STOC 2002) of its shingles.
 * Case, spaces, punctuation and pictographs do not count.
 */
public final class Fingerprint {
    /** Of a text that says too little to be compared. */
    public static final long NONE = 0;

    /** Letters and digits below which a text says too little. */
    private static final int LEAST = 40;

    /** Letters and digits from the beginning that are read. */
    private static final int MOST = 1_000;

    private static final int SHINGLE = 3;

    /** Bits in which near-equal texts differ at most (Manku, Jain, Das Sarma, WWW 2007). */
    private static final int NEAR = 3;

    private Fingerprint() {}

    /** The fingerprint of a text, {@link #NONE} if it is null or says too little. */
    public static long of(String text) {
        if (text == null || text.length() < LEAST) {
            return NONE;
        }
        int[] said = new int[Math.min(MOST, text.length())];
        int length = 0;
        for (int i = 0; i < text.length() && length < MOST; ) {
            int point = text.codePointAt(i);
            i += Character.charCount(point);
            if (Character.isLetterOrDigit(point)) {
                said[length++] = Character.toLowerCase(point);
            }
        }
        return length < LEAST ? NONE : of(said, length);
    }

    private static long of(int[] said, int length) {
        int[] votes = new int[Long.SIZE];
        for (int i = 0; i + SHINGLE <= length; i++) {
            long shingle = 0;
            for (int j = 0; j < SHINGLE; j++) {
                shingle = shingle << 21 | said[i + j];
            }
            long hash = Draw.mixed(shingle);
            for (int bit = 0; bit < Long.SIZE; bit++) {
                votes[bit] += (int) (hash >>> bit & 1);
            }
        }
        int half = length - SHINGLE + 1;
        long fingerprint = 0;
        for (int bit = 0; bit < Long.SIZE; bit++) {
            fingerprint |= 2 * votes[bit] > half ? 1L << bit : 0;
        }
        return fingerprint == NONE ? 1 : fingerprint;
    }

    /** Whether two texts say nearly the same; never if one says too little. */
    public static boolean near(long one, long other) {
        return one != NONE && other != NONE && Long.bitCount(one ^ other) <= NEAR;
    }
}
