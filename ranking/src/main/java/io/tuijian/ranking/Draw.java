package io.tuijian.ranking;

/**
 * Draws one of several scores, each with a chance in proportion to score^(1/temperature), as a softmax over the
 * logarithms does (position after position this is the model of Plackett and Luce). Its random number comes from the
 * feed's id and the position alone, so that a page can be told again.
 */
final class Draw {
    private Draw() {}

    /** Which was drawn, and the chance that it had, in (0, 1]. */
    record Drawn(int index, double propensity) {}

    /**
     * One of the first {@code count} scores.
     *
     * @param scores above zero
     * @param temperature above zero
     */
    static Drawn one(double[] scores, int count, double temperature, String feedId, int position) {
        double best = 0;
        for (int i = 0; i < count; i++) {
            best = Math.max(best, scores[i]);
        }
        double[] chances = new double[count];
        double sum = 0;
        for (int i = 0; i < count; i++) {
            chances[i] = Math.exp(Math.log(scores[i] / best) / temperature);
            sum += chances[i];
        }
        double rest = number(feedId, position) * sum;
        int drawn = 0;
        for (int i = 0; i < count; i++) {
            if (chances[i] > 0) {
                drawn = i;
                rest -= chances[i];
                if (rest < 0) {
                    break;
                }
            }
        }
        return new Drawn(drawn, chances[drawn] / sum);
    }

    /** Evenly in [0, 1), the same for the same feed and position. */
    static double number(String feedId, int position) {
        long hash = 0xcbf29ce484222325L; // FNV-1a
        for (int i = 0; i < feedId.length(); i++) {
            hash = (hash ^ feedId.charAt(i)) * 0x100000001b3L;
        }
        return (mixed(mixed(hash) + position * 0x9e3779b97f4a7c15L) >>> 11) * 0x1p-53;
    }

    /** The last step of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014): every bit depends on every bit. */
    static long mixed(long bits) {
        long mixed = (bits ^ bits >>> 30) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
        return mixed ^ mixed >>> 31;
    }
}
