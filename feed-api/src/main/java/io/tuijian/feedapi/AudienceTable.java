package io.tuijian.feedapi;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * One day's viewers by one attribute, as far as it may be told: a group of fewer than {@link #LEAST} is hidden, and further
 * ones, the smallest first, until at least so many people are hidden, so that it is never one group alone. So neither what is
 * shown nor what is left after taking it from the day's total tells of fewer.
 *
 * @param shown the others, the largest first
 * @param hidden what stays hidden
 */
record AudienceTable<G>(List<G> shown, List<G> hidden) {
    /** How many people a group must have. */
    static final int LEAST = 20;

    /**
     * @param groups those of one day; people who belong to none are a group, too
     * @param people how many different people a list of groups is of
     * @param key tells groups of the same size apart
     */
    static <G> AudienceTable<G> of(Collection<G> groups, ToLongFunction<List<G>> people, Comparator<G> key) {
        List<G> left = new ArrayList<>(groups);
        left.sort(Comparator.comparingLong((G group) -> people.applyAsLong(List.of(group)))
                .thenComparing(key));
        List<G> hidden = new ArrayList<>();
        while (!left.isEmpty() && people.applyAsLong(List.of(left.get(0))) < LEAST) {
            hidden.add(left.remove(0));
        }
        while (!left.isEmpty() && !hidden.isEmpty() && people.applyAsLong(hidden) < LEAST) {
            hidden.add(left.remove(0));
        }
        Collections.reverse(left);
        return new AudienceTable<>(List.copyOf(left), List.copyOf(hidden));
    }

    /** The same groups, of which none is told. */
    AudienceTable<G> allHidden() {
        List<G> all = new ArrayList<>(hidden);
        all.addAll(shown);
        return new AudienceTable<>(List.of(), List.copyOf(all));
    }
}
