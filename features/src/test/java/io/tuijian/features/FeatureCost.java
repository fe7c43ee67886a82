package io.tuijian.features;

import static io.tuijian.features.Story.ALICE;
import static io.tuijian.features.Story.NOON;

import io.tuijian.schemas.Action;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.Surface;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Supplier;

/** Measures by hand what formulas and folds cost: the fastest of many rounds, on one thread. */
final class FeatureCost {
    private static final int CANDIDATES = 500;
    private static final int ROUNDS = 60;
    private static final List<Action> ACTIONS = List.of(
            Action.SEEN,
            Action.WATCH,
            Action.OPEN,
            Action.LONG_VIEW,
            Action.FINISH,
            Action.LIKE,
            Action.COMMENT,
            Action.PROFILE,
            Action.HIDE);

    private static Object kept;

    private FeatureCost() {}

    public static void main(String[] args) {
        Random random = new Random(1);
        List<Content> contents = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            contents.add(Story.content("c" + (10_000 + i))
                    .by("a" + random.nextInt(800))
                    .about("t" + random.nextInt(90), "t" + random.nextInt(90))
                    .lasting(Duration.ofSeconds(5 + random.nextInt(60)))
                    .ago(Duration.ofMinutes(random.nextInt(20_000)))
                    .told());
        }
        List<Outcome> lively = outcomes(contents, 8_000, random);
        InMemoryFeatureStore store = new InMemoryFeatureStore();
        contents.forEach(store::accept);
        for (Outcome outcome : lively) {
            store.accept(store.viewer(ALICE).after(outcome));
        }
        for (Outcome outcome : outcomes(contents, 100_000, random)) {
            store.accept(store.contentState(outcome.contentId()).after(outcome));
            store.accept(store.author(outcome.authorId()).after(outcome));
        }
        List<FeatureInput> page = store.load(
                        ALICE,
                        contents.stream().limit(CANDIDATES).map(Content::getId).toList(),
                        Story.context(Surface.FOR_YOU, NOON.plusSeconds(60)))
                .inputs();
        say(
                FeatureSet.ALL.names().size() + " formulas, per candidate of " + CANDIDATES,
                CANDIDATES,
                () -> FeatureSet.ALL.of(page));
        ViewerState old = folded(ViewerState.empty(ALICE), lively.subList(0, 6_000));
        say("viewer fold, 1,000 seen, 64 topics and authors", 2_000, () -> folded(old, lively.subList(6_000, 8_000)));
        List<Outcome> few = lively.subList(0, 40);
        say("viewer fold, a new viewer's first 40", 40 * 50, () -> {
            for (int i = 0; i < 50; i++) {
                kept = folded(ViewerState.empty(ALICE), few);
            }
            return kept;
        });
        List<Outcome> same = lively.subList(0, 2_000);
        say("content fold", 2_000, () -> {
            ContentState state = ContentState.empty("c1");
            for (Outcome outcome : same) {
                state = state.after(outcome);
            }
            return state;
        });
    }

    private static ViewerState folded(ViewerState state, List<Outcome> outcomes) {
        for (Outcome outcome : outcomes) {
            state = state.after(outcome);
        }
        return state;
    }

    /** Half of them sights; each later than the one before. */
    private static List<Outcome> outcomes(List<Content> contents, int count, Random random) {
        List<Outcome> outcomes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Action action = random.nextBoolean() ? Action.SEEN : ACTIONS.get(random.nextInt(ACTIONS.size()));
            Content content = contents.get((int) (contents.size() * Math.pow(random.nextDouble(), 3)));
            outcomes.add(Story.outcome("e" + i, ALICE, action, content, NOON.minusSeconds(30L * (count - i))));
        }
        return outcomes;
    }

    private static void say(String what, int units, Supplier<Object> work) {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        double[] nanos = new double[ROUNDS];
        long bytes = 0;
        for (int round = -ROUNDS; round < ROUNDS; round++) {
            long allocated = threads.getCurrentThreadAllocatedBytes();
            long began = System.nanoTime();
            kept = work.get();
            if (round >= 0) {
                nanos[round] = (System.nanoTime() - began) / (double) units;
                bytes = threads.getCurrentThreadAllocatedBytes() - allocated;
            }
        }
        Arrays.sort(nanos);
        System.out.printf(Locale.ROOT, "%-55s %,8.0f ns %,8d bytes%n", what, nanos[0], bytes / (long) units);
    }
}
