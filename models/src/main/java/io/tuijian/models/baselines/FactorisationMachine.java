package io.tuijian.models.baselines;

import io.tuijian.models.Heads;
import io.tuijian.models.TrainingSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A factorisation machine over the ids of a row (viewer, content, author, topics, surface), trained by Adagrad with one
 * pass (Rendle, "Factorization machines", ICDM 2010). Without factors it is a logistic regression. The same rows and
 * seed give the same scores. Not thread-safe.
 */
public final class FactorisationMachine implements Baseline {
    /** As many as the published figures on the same log have. */
    public static final int USUAL_FACTORS = 16;

    private static final int HEADLINE = Heads.index(Heads.HEADLINE);
    private static final float STEP = .05f;
    private static final float SPREAD = .01f;
    private static final float DECAY = 1e-5f;

    private final String name;
    private final int factors;
    private final Random random;
    private final Map<String, Integer> numbers = new HashMap<>();
    /** Per id: the weight and the factors; then the sums of their squared gradients. */
    private final List<float[]> ids = new ArrayList<>();

    private final float[] sum;
    private double bias;
    private double biasSquares = 1e-6;

    private FactorisationMachine(String name, int factors, long seed) {
        this.name = name;
        this.factors = factors;
        this.random = new Random(seed);
        this.sum = new float[factors];
    }

    public static FactorisationMachine of(long seed) {
        return new FactorisationMachine("factorisation-machine", USUAL_FACTORS, seed);
    }

    /** A weight per id and nothing else. */
    public static FactorisationMachine logisticRegression(long seed) {
        return new FactorisationMachine("logistic-regression", 0, seed);
    }

    @Override
    public String name() {
        return name;
    }

    /** Learns from each row once, in an order drawn by the seed. */
    @Override
    public void learn(List<TrainingSet.Row> rows) {
        List<TrainingSet.Row> order = new ArrayList<>(rows);
        Collections.shuffle(order, random);
        for (TrainingSet.Row row : order) {
            List<float[]> active = active(row, true);
            double error = 1 / (1 + Math.exp(-logit(active))) - (row.did(HEADLINE) ? 1 : 0);
            biasSquares += error * error;
            bias -= STEP * error / Math.sqrt(biasSquares);
            for (float[] id : active) {
                step(id, 0, (float) error);
                for (int f = 0; f < factors; f++) {
                    step(id, 1 + f, (float) error * (sum[f] - id[1 + f]));
                }
            }
        }
    }

    private void step(float[] id, int at, float slope) {
        float gradient = slope + DECAY * id[at];
        int squares = 1 + factors + at;
        id[squares] += gradient * gradient;
        id[at] -= STEP * gradient / (float) Math.sqrt(id[squares]);
    }

    /** The log odds. */
    @Override
    public float score(TrainingSet.Row row) {
        return (float) logit(active(row, false));
    }

    /** Leaves the sum of the factors in {@link #sum}. */
    private double logit(List<float[]> active) {
        double logit = bias;
        double squares = 0;
        Arrays.fill(sum, 0);
        for (float[] id : active) {
            logit += id[0];
            for (int f = 0; f < factors; f++) {
                sum[f] += id[1 + f];
                squares += id[1 + f] * id[1 + f];
            }
        }
        double both = 0;
        for (float s : sum) {
            both += s * s;
        }
        return logit + (both - squares) / 2;
    }

    /** What is known of each id of the row; an id never met is left out unless it is to be learned. */
    private List<float[]> active(TrainingSet.Row row, boolean learning) {
        List<float[]> active = new ArrayList<>(8);
        add(active, "v", row.viewerId(), learning);
        add(active, "c", row.contentId(), learning);
        add(active, "a", row.authorId(), learning);
        add(active, "s", row.surface(), learning);
        row.topics().forEach(topic -> add(active, "t", topic, learning));
        return active;
    }

    private void add(List<float[]> active, String slot, String id, boolean learning) {
        Integer number = numbers.get(slot + id);
        if (number == null) {
            if (!learning) {
                return;
            }
            number = ids.size();
            numbers.put(slot + id, number);
            float[] fresh = new float[2 * (1 + factors)];
            for (int i = 0; i < 1 + factors; i++) {
                fresh[i] = i == 0 ? 0 : (float) (SPREAD * random.nextGaussian());
                fresh[1 + factors + i] = .01f;
            }
            ids.add(fresh);
        }
        active.add(ids.get(number));
    }
}
