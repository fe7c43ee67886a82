package io.tuijian.launcher.bench;

import io.tuijian.launcher.population.Event;
import io.tuijian.launcher.population.Policy;
import io.tuijian.launcher.population.Visit;
import io.tuijian.launcher.population.Work;
import io.tuijian.ranking.Weights;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Engagement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What a feed is compared with: all that is published in one plain order, under the rules that the feed keeps, too.
 * Nothing seen comes back, nothing served within half an hour, and no author stands more than twice in any twenty.
 */
final class PlainOrder implements Policy, Consumer<Event> {
    private static final long LATELY = Duration.ofMinutes(30).toMillis();
    private static final int WINDOW = 20;
    private static final int MOST_OF_AN_AUTHOR = 2;

    private final String name;
    private final List<Work> works;
    private final Map<String, Integer> numbers;
    private final Scores scores;
    private final Map<Integer, Memory> memories = new HashMap<>();

    /** How good contents are; the best come first. */
    interface Scores {
        /** By content index, at least of all that is published. */
        double[] of(Visit visit);

        /** What somebody did, in the order of time; by default it changes nothing. */
        default void did(int content, Engagement engagement) {}
    }

    private static final class Memory {
        private final BitSet seen = new BitSet();
        private final Map<Integer, Long> served = new HashMap<>();
        private final List<Integer> authors = new ArrayList<>();
    }

    /** @param numbers index by content id */
    PlainOrder(String name, List<Work> works, Map<String, Integer> numbers, Scores scores) {
        this.name = name;
        this.works = works;
        this.numbers = numbers;
        this.scores = scores;
    }

    /** What earned most in recent days: the worth of all that was done with a content, halved by each half-life. */
    static Scores popular(int contents, Duration halfLife, long epochMillis) {
        double[] earned = new double[contents];
        return new Scores() {
            @Override
            public double[] of(Visit visit) {
                return earned;
            }

            @Override
            public void did(int content, Engagement engagement) {
                double age = (double) (engagement.getAt().toEpochMilli() - epochMillis) / halfLife.toMillis();
                earned[content] += worth(engagement) * Math.pow(2, age);
            }
        };
    }

    /** What earned most per sight, drawn to the mean of all by twenty sights. */
    static Scores rewarding(int contents) {
        double[] earned = new double[contents];
        double[] sights = new double[contents];
        double[] rates = new double[contents];
        double[] all = new double[2];
        return new Scores() {
            @Override
            public double[] of(Visit visit) {
                double mean = all[0] / Math.max(1, all[1]);
                for (int i = 0; i < rates.length; i++) {
                    rates[i] = (earned[i] + 20 * mean) / (sights[i] + 20);
                }
                return rates;
            }

            @Override
            public void did(int content, Engagement engagement) {
                double seen = engagement.getAction() == Action.SEEN ? 1 : 0;
                sights[content] += seen;
                all[1] += seen;
                earned[content] += worth(engagement);
                all[0] += worth(engagement);
            }
        };
    }

    /** The newest first. */
    static Scores newest(int contents) {
        double[] places = new double[contents];
        for (int i = 0; i < contents; i++) {
            places[i] = i;
        }
        return visit -> places;
    }

    static Scores shuffled(int contents) {
        return visit -> visit.random().doubles(contents).toArray();
    }

    /** What this viewer can be expected to do with each, as only the simulation knows; fatigue is left out. */
    static Scores oracle(int contents) {
        return knowing(contents, Visit::probability);
    }

    /**
     * The same for whoever knows every taste, price limit and quality exactly and nothing of what draws one viewer to
     * one author or content: what a model without mistakes could know before they met.
     */
    static Scores informed(int contents) {
        return knowing(contents, Visit::probabilityByTraits);
    }

    private interface Knowledge {
        double probability(Visit visit, int content, Action action);
    }

    private static Scores knowing(int contents, Knowledge knowledge) {
        Map<Integer, double[]> known = new HashMap<>();
        return visit -> known.computeIfAbsent(visit.viewer(), viewer -> {
            double[] worths = new double[contents];
            for (int i = 0; i < contents; i++) {
                for (Map.Entry<Action, Double> weight :
                        Weights.DEFAULT.byAction().entrySet()) {
                    worths[i] += weight.getValue() * knowledge.probability(visit, i, weight.getKey());
                }
            }
            return worths;
        });
    }

    /** What an engagement is worth; one taken back costs what it was worth. */
    static double worth(Engagement engagement) {
        double weight = Weights.DEFAULT.byAction().getOrDefault(engagement.getAction(), 0.0);
        return engagement.getUndoes() == null ? weight : -weight;
    }

    @Override
    public void accept(Event event) {
        if (event instanceof Event.Did did) {
            int content = numbers.get(did.engagement().getContentId());
            scores.did(content, did.engagement());
            if (did.engagement().getAction() == Action.SEEN) {
                memory(Integer.parseInt(did.engagement().getViewerId().substring(2)))
                        .seen
                        .set(content);
            }
        }
    }

    private Memory memory(int viewer) {
        return memories.computeIfAbsent(viewer, any -> new Memory());
    }

    @Override
    public int[] page(Visit visit, int count) {
        Memory memory = memory(visit.viewer());
        if (visit.position() == 0) {
            memory.authors.clear();
        }
        memory.served.values().removeIf(at -> at < visit.atMillis() - LATELY);
        BitSet out = (BitSet) memory.seen.clone();
        memory.served.keySet().forEach(out::set);
        double[] score = scores.of(visit);
        int[] chosen = new int[count];
        for (int place = 0; place < count; place++) {
            int best = -1;
            int size = memory.authors.size();
            List<Integer> window = memory.authors.subList(Math.max(0, size - WINDOW + 1), size);
            for (int i = 0; i < visit.published(); i++) {
                if ((best < 0 || score[i] > score[best]) && !out.get(i) && !visit.shown(i) && !full(window, i)) {
                    best = i;
                }
            }
            if (best < 0) {
                return java.util.Arrays.copyOf(chosen, place);
            }
            chosen[place] = best;
            out.set(best);
            memory.served.put(best, visit.atMillis());
            memory.authors.add(works.get(best).author());
        }
        return chosen;
    }

    private boolean full(List<Integer> window, int content) {
        int times = 0;
        for (int author : window) {
            times += author == works.get(content).author() ? 1 : 0;
        }
        return times >= MOST_OF_AN_AUTHOR;
    }

    @Override
    public String source() {
        return name;
    }
}
