package io.tuijian.launcher.population;

import java.util.Arrays;

/** Chooses the contents of a simulated page. Given the same visit it chooses the same. */
public interface Policy {
    /** At most so many different contents by index, none that {@link Visit#shown} knows; the best first. */
    int[] page(Visit visit, int count);

    /** The probability of each content at each position under this policy, or null if nobody can say. */
    default Double propensity(Visit visit) {
        return null;
    }

    /** The source named in the served page. */
    default String source() {
        return "population";
    }

    /** Uniformly what is published. */
    static Policy random() {
        return new Policy() {
            @Override
            public int[] page(Visit visit, int count) {
                return visit.draw(count, 1);
            }

            @Override
            public Double propensity(Visit visit) {
                return 1.0 / visit.published();
            }

            @Override
            public String source() {
                return "random";
            }
        };
    }

    /**
     * What many like, by a Zipf law; each content is drawn uniformly instead with the probability {@code noise}. The
     * usual feed that a log comes from.
     */
    static Policy popularity(double noise) {
        return new Policy() {
            @Override
            public int[] page(Visit visit, int count) {
                return visit.draw(count, noise);
            }

            @Override
            public String source() {
                return "popularity";
            }
        };
    }

    /** The best for this viewer out of 200 that are drawn, half of them popular: a bound on what ranking can reach. */
    static Policy oracle() {
        return new Policy() {
            @Override
            public int[] page(Visit visit, int count) {
                int[] candidates = visit.draw(200, 0.5);
                long[] ranked = new long[candidates.length];
                for (int i = 0; i < candidates.length; i++) {
                    // Sorted as numbers: utility in thousandths above, place in the draw below.
                    ranked[i] = (Math.round(-1000 * visit.utility(candidates[i])) << 10) + i;
                }
                Arrays.sort(ranked);
                int[] best = new int[Math.min(count, candidates.length)];
                for (int i = 0; i < best.length; i++) {
                    best[i] = candidates[(int) (ranked[i] & 1023)];
                }
                return best;
            }

            @Override
            public String source() {
                return "oracle";
            }
        };
    }
}
