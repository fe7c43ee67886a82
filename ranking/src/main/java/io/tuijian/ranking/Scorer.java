package io.tuijian.ranking;

import io.tuijian.features.FeatureInput;
import io.tuijian.models.EngagementModel;
import io.tuijian.models.Prediction;
import io.tuijian.schemas.Content;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Scores what passed the filters: what the model expects, weighed, times what the viewer liked or hid just now. */
public final class Scorer {
    /** A taste of many likes multiplies a score by at most this, of many hides divides it by as much. */
    private static final double STRONGEST_TASTE = 3;

    private final EngagementModel model;
    private final Weights weights;

    /** One model and one set of weights: a scorer is made for a request, so that no page mixes versions. */
    public Scorer(EngagementModel model, Weights weights) {
        this.model = model;
        this.weights = weights;
    }

    /** One scored content per input, best first. */
    public List<ScoredContent> score(List<Hydrated> contents) {
        if (contents.isEmpty()) {
            return List.of();
        }
        List<Prediction> predictions =
                model.predict(contents.stream().map(Hydrated::input).toList());
        Taste taste = Taste.of(contents.get(0).input().viewer());
        List<ScoredContent> scored = new ArrayList<>(contents.size());
        for (int i = 0; i < contents.size(); i++) {
            Hydrated hydrated = contents.get(i);
            Map<String, Double> factors = factors(taste, hydrated.content());
            double score = weights.worth(predictions.get(i));
            for (double factor : factors.values()) {
                score *= factor;
            }
            scored.add(new ScoredContent(hydrated, predictions.get(i), score, factors));
        }
        scored.sort(BEST_FIRST);
        return scored;
    }

    /** What each would score, in the same order; unlike in {@link #score} each may be for a viewer of its own. */
    double[] scores(List<FeatureInput> inputs) {
        double[] scores = new double[inputs.size()];
        List<Prediction> predictions = model.predict(inputs);
        Taste taste = null;
        for (int i = 0; i < scores.length; i++) {
            FeatureInput input = inputs.get(i);
            if (i == 0 || input.viewer() != inputs.get(i - 1).viewer()) {
                taste = Taste.of(input.viewer());
            }
            scores[i] = weights.worth(predictions.get(i));
            for (double factor : factors(taste, input.content()).values()) {
                scores[i] *= factor;
            }
        }
        return scores;
    }

    public String modelVersion() {
        return model.version();
    }

    static final java.util.Comparator<ScoredContent> BEST_FIRST = java.util.Comparator.comparingDouble(
                    ScoredContent::score)
            .reversed()
            .thenComparing(ScoredContent::contentId);

    private static Map<String, Double> factors(Taste taste, Content content) {
        Map<String, Double> factors = new LinkedHashMap<>();
        put(factors, "topic-taste", taste.forTopicsOf(content) / 6);
        put(factors, "author-taste", taste.forAuthor(content.getAuthorId()) / 12);
        return factors;
    }

    private static void put(Map<String, Double> factors, String rule, double liking) {
        double factor = Math.exp(Math.log(STRONGEST_TASTE) * Math.tanh(liking));
        if (Math.abs(factor - 1) > 1e-3) {
            factors.put(rule, factor);
        }
    }
}
