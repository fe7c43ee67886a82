package io.tuijian.models.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import io.tuijian.models.Heads;
import io.tuijian.models.Scores;
import io.tuijian.models.TrainingSet;
import io.tuijian.models.Weights;
import io.tuijian.models.dl4j.EngagementNetwork;
import io.tuijian.schemas.Action;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FastScorerTest {
    private static final float CLOSE = 1e-5f;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void itSaysWhatTheTrainingLibrarySays(long seed) {
        MadeUp madeUp = new MadeUp(seed);
        Weights weights =
                switch ((int) seed) {
                    case 1 -> madeUp.weights(8, 1);
                    case 2 -> madeUp.weights(8, 1, 20);
                    case 3 -> madeUp.weights(5, 1, 33, 9);
                    case 4 -> madeUp.weights(8, 4, 16, 8);
                    default -> madeUp.weights(8, 1, 64, 32, 16);
                };
        TrainingSet pages = madeUp.pages(1, 2, 40, 1, 300, 1, 1, 700, 16);
        agree(new FastScorer("it", weights).score(pages), new EngagementNetwork("it", weights).score(pages), pages);
    }

    private static void agree(Scores scores, Scores oracle, TrainingSet rows) {
        for (Action head : Heads.ALL) {
            float[] mine = scores.of(head);
            float[] theirs = oracle.of(head);
            for (int row = 0; row < rows.size(); row++) {
                assertThat(mine[row])
                        .as("%s of %s", head, rows.row(row))
                        .isCloseTo(theirs[row], within(CLOSE))
                        .isBetween(0f, 1f);
            }
        }
    }

    @Test
    void manyThreadsGetWhatOneGets() throws Exception {
        MadeUp madeUp = new MadeUp(9);
        FastScorer scorer = new FastScorer("it", madeUp.weights(8, 2, 32, 16));
        List<TrainingSet> sets = new ArrayList<>();
        List<float[][]> alone = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            sets.add(madeUp.pages(30 * i, 5, 700 - 50 * i));
            alone.add(scorer.score(sets.get(i)).byHead());
        }
        ExecutorService threads = Executors.newFixedThreadPool(4 * FastScorer.AT_ONCE);
        try {
            List<Future<float[][]>> together = new ArrayList<>();
            for (int i = 0; i < 240; i++) {
                TrainingSet set = sets.get(i % sets.size());
                together.add(threads.submit(() -> scorer.score(set).byHead()));
            }
            for (int i = 0; i < together.size(); i++) {
                assertThat(together.get(i).get()).isDeepEqualTo(alone.get(i % sets.size()));
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void nothingIsAllocatedButTheAnswers() {
        MadeUp madeUp = new MadeUp(11);
        FastScorer scorer = new FastScorer("it", madeUp.weights(8, 1, 64, 32));
        Page few = page(scorer, madeUp.pages(50));
        Page many = page(scorer, madeUp.pages(500));
        long fewer = allocated(() -> scorer.score(few));
        long more = allocated(() -> scorer.score(many));
        assertThat(more - fewer)
                .as("one number per output and further candidate")
                .isEqualTo(450L * Heads.ALL.size() * Float.BYTES);
    }

    static Page page(FastScorer scorer, TrainingSet rows) {
        Gather gather = new Gather(scorer.weights(), rows.names());
        Page page = new Page(scorer.weights(), rows.size());
        TrainingSet.Row first = rows.row(0);
        gather.viewer(page, first.dense(), first.viewerId(), first.surface(), first.recent(), first.servedAtMillis());
        for (TrainingSet.Row row : rows.rows()) {
            gather.candidate(page, row.dense(), row.contentId(), row.authorId(), row.topics(), row.kind());
        }
        return page;
    }

    /** The least that one of many calls allocates: the others may be compiling or counting. */
    private static long allocated(Runnable call) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long self = Thread.currentThread().getId();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 2000; i++) {
            long before = threads.getThreadAllocatedBytes(self);
            call.run();
            least = Math.min(least, threads.getThreadAllocatedBytes(self) - before);
        }
        return least;
    }

    @Test
    void whatTheVirtualMachineVectorisesIsTheExponential() {
        float[] x = new float[400];
        float[] zeros = new float[400];
        for (int i = 0; i < x.length; i++) {
            x[i] = -i / 20f;
        }
        float[] said = x.clone();
        Lines.exponential(said, zeros, x.length);
        for (int i = 0; i < x.length; i++) {
            assertThat(said[i] / Math.exp(x[i])).isCloseTo(1, within(3e-6));
        }
    }
}
