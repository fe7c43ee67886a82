package io.tuijian.ranking;

import io.tuijian.features.FeatureInput;
import io.tuijian.features.FeatureSet;
import io.tuijian.features.Features;
import io.tuijian.features.ViewerState;
import io.tuijian.models.EngagementModel;
import io.tuijian.models.Prediction;
import io.tuijian.schemas.Action;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A network of one hidden layer whose weights are by chance: it looks at every feature and at the recent sequence, and
 * takes offence at a like as easily as not. Whoever guesses what moves it is wrong half of the time.
 */
final class ByChance implements EngagementModel {
    private static final int HIDDEN = 8;
    private static final List<Action> ACTIONS =
            List.of(Action.LONG_VIEW, Action.LIKE, Action.SHARE, Action.PURCHASE, Action.HIDE);

    private final int inputs = FeatureSet.ALL.names().size() + 2;
    private final double[] in = new double[HIDDEN * inputs];
    private final double[] out = new double[ACTIONS.size() * HIDDEN];

    ByChance(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < in.length; i++) {
            in[i] = random.nextGaussian() / Math.sqrt(inputs);
        }
        for (int i = 0; i < out.length; i++) {
            out[i] = 2 * random.nextGaussian();
        }
    }

    @Override
    public List<Prediction> predict(List<FeatureInput> candidates) {
        List<Features> features = FeatureSet.ALL.of(candidates);
        List<Prediction> predictions = new ArrayList<>(candidates.size());
        for (int i = 0; i < candidates.size(); i++) {
            predictions.add(prediction(candidates.get(i), features.get(i)));
        }
        return predictions;
    }

    private Prediction prediction(FeatureInput candidate, Features features) {
        double[] x = new double[inputs];
        for (int i = 0; i < features.dense().length; i++) {
            x[i] = Math.max(-3, Math.min(3, features.dense()[i]));
        }
        for (ViewerState.Recent recent : features.recent()) {
            boolean sameTopic =
                    recent.topics().stream().anyMatch(candidate.content().getTopics()::contains);
            x[inputs - 2] += sameTopic ? .2 : 0;
            x[inputs - 1] += recent.authorId().equals(candidate.content().getAuthorId()) ? .5 : 0;
        }
        double[] hidden = new double[HIDDEN];
        for (int h = 0; h < HIDDEN; h++) {
            for (int i = 0; i < inputs; i++) {
                hidden[h] += in[h * inputs + i] * x[i];
            }
            hidden[h] = Math.tanh(hidden[h]);
        }
        Map<Action, Double> probabilities = new java.util.EnumMap<>(Action.class);
        for (int a = 0; a < ACTIONS.size(); a++) {
            double logit = ACTIONS.get(a) == Action.HIDE ? -4 : -2;
            for (int h = 0; h < HIDDEN; h++) {
                logit += out[a * HIDDEN + h] * hidden[h];
            }
            probabilities.put(ACTIONS.get(a), 1 / (1 + Math.exp(-logit)));
        }
        return new Prediction(features, probabilities);
    }

    @Override
    public String version() {
        return "by-chance";
    }
}
