package io.tuijian.models.retrieval;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Histories to learn from and what the same viewers engaged with besides, to judge by. What a viewer already has in
 * their history is never asked for, because it is masked.
 *
 * @param known per viewer the history to learn from
 * @param hidden per viewer what is to be found; empty if there is nothing
 * @param repeats engagements that were not asked for because they were known already
 */
public record Split(Histories known, int[][] hidden, long repeats) {
    /** How much of an orderless history a validation hides. */
    private static final double SHARE = .2;

    public Split {
        if (known.viewers() != hidden.length) {
            throw new IllegalArgumentException("Every history needs something to be found in, if only nothing.");
        }
    }

    /** A split whose hidden part is freed of what is known, and of its own repeats. */
    public static Split of(Histories known, int[][] hidden) {
        int[][] asked = new int[hidden.length][];
        long repeats = 0;
        for (int viewer = 0; viewer < hidden.length; viewer++) {
            int[] history = known.of()[viewer].clone();
            Arrays.sort(history);
            asked[viewer] = Arrays.stream(hidden[viewer])
                    .distinct()
                    .filter(item -> Arrays.binarySearch(history, item) < 0)
                    .toArray();
            repeats += hidden[viewer].length - asked[viewer].length;
        }
        return new Split(known, asked, repeats);
    }

    /** Hides the last of every history that has at least two. */
    public static Split lastOut(Histories histories) {
        int[][] known = new int[histories.viewers()][];
        int[][] hidden = new int[histories.viewers()][];
        for (int viewer = 0; viewer < known.length; viewer++) {
            int[] all = histories.of()[viewer];
            int cut = all.length < 2 ? all.length : all.length - 1;
            known[viewer] = Arrays.copyOf(all, cut);
            hidden[viewer] = Arrays.copyOfRange(all, cut, all.length);
        }
        return of(new Histories(histories.catalogue(), known, histories.ordered()), hidden);
    }

    /** Hides a fifth of every history that has at least two, drawn by chance, at least one. */
    public static Split partOut(Histories histories, long seed) {
        Random random = new Random(seed);
        int[][] known = new int[histories.viewers()][];
        int[][] hidden = new int[histories.viewers()][];
        for (int viewer = 0; viewer < known.length; viewer++) {
            int[] all = histories.of()[viewer].clone();
            for (int i = all.length - 1; i > 0; i--) {
                int j = random.nextInt(i + 1);
                int swapped = all[i];
                all[i] = all[j];
                all[j] = swapped;
            }
            int cut = all.length < 2 ? all.length : all.length - Math.max(1, (int) (SHARE * all.length));
            known[viewer] = Arrays.copyOf(all, cut);
            hidden[viewer] = Arrays.copyOfRange(all, cut, all.length);
        }
        return of(new Histories(histories.catalogue(), known, histories.ordered()), hidden);
    }

    /** A split to choose settings by: hides the last of each history, or a part of it if order means nothing. */
    public static Split validation(Histories histories, long seed) {
        return histories.ordered() ? lastOut(histories) : partOut(histories, seed);
    }

    /** The viewers who have something to be found. */
    public int[] asked() {
        List<Integer> asked = new ArrayList<>();
        for (int viewer = 0; viewer < hidden.length; viewer++) {
            if (hidden[viewer].length > 0) {
                asked.add(viewer);
            }
        }
        return asked.stream().mapToInt(Integer::intValue).toArray();
    }
}
