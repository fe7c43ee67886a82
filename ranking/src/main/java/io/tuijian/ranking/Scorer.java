package io.tuijian.ranking;

import io.tuijian.features.FeatureInput;
import io.tuijian.models.EngagementModel;
import io.tuijian.models.Prediction;
import io.tuijian.schemas.Content;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Scores what passed the filters: what the model expects, weighed, times what the viewer likes, hid, or dialled. */
public final class Scorer {
    private static final String TOPIC_TASTE = "topic-taste";
    private static final String AUTHOR_TASTE = "author-taste";
    static final String LESS_OF_TOPIC = "less-of-topic";
    static final String LESS_OF_AUTHOR = "less-of-author";
    private static final String DIAL = "dial";

    /** By what it multiplies a score. */
    static final List<String> FACTORS = List.of(TOPIC_TASTE, AUTHOR_TASTE, LESS_OF_TOPIC, LESS_OF_AUTHOR, DIAL);

    private final EngagementModel model;
    private final Tuning tuning;

    /** One model and one tuning: a scorer is made for a request, so that no page mixes versions. */
    public Scorer(EngagementModel model, Tuning tuning) {
        this.model = model;
        this.tuning = tuning;
    }

    /** One scored content per input, best first. */
    public List<ScoredContent> score(List<Hydrated> contents) {
        if (contents.isEmpty()) {
            return List.of();
        }
        List<Prediction> predictions =
                model.predict(contents.stream().map(Hydrated::input).toList());
        FeatureInput any = contents.get(0).input(); // all are for the same viewer, at the same moment
        Weights weights = tuning.weights(any.context().surface());
        Leanings leanings = Leanings.of(any, tuning);
        List<ScoredContent> scored = new ArrayList<>(contents.size());
        for (int i = 0; i < contents.size(); i++) {
            Hydrated hydrated = contents.get(i);
            Map<String, Double> factors = leanings.factors(hydrated.content());
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
        Leanings leanings = null;
        for (int i = 0; i < scores.length; i++) {
            FeatureInput input = inputs.get(i);
            FeatureInput before = i == 0 ? null : inputs.get(i - 1);
            if (i == 0 || input.viewer() != before.viewer() || input.relations() != before.relations()) {
                leanings = Leanings.of(input, tuning);
            }
            scores[i] = tuning.weights(input.context().surface()).worth(predictions.get(i));
            for (double factor : leanings.factors(input.content()).values()) {
                scores[i] *= factor;
            }
        }
        return scores;
    }

    /** These and those scored before, best first. */
    List<ScoredContent> and(List<ScoredContent> before, List<Hydrated> contents) {
        List<ScoredContent> all = new ArrayList<>(before);
        all.addAll(score(contents));
        all.sort(BEST_FIRST);
        return all;
    }

    public String modelVersion() {
        return model.version();
    }

    static final java.util.Comparator<ScoredContent> BEST_FIRST = (one, other) -> one.score() == other.score()
            ? one.contentId().compareTo(other.contentId())
            : Double.compare(other.score(), one.score());

    /** What the viewer leans to and away from at this moment. */
    private record Leanings(Taste taste, double tasteStrength, NegativeFeedback feedback, Dial dial) {
        static Leanings of(FeatureInput input, Tuning tuning) {
            String viewerId = input.viewer().viewerId();
            return new Leanings(
                    Taste.of(input.viewer()),
                    tuning.of(input.context().surface()).tasteStrength(),
                    NegativeFeedback.of(input.viewer(), input.context().now(), tuning.lessOfLasts()),
                    new Dial(viewerId, input.relations(), input.context().now(), tuning.dialStrength()));
        }

        Map<String, Double> factors(Content content) {
            Map<String, Double> factors = new LinkedHashMap<>();
            String author = content.getAuthorId();
            put(factors, TOPIC_TASTE, liking(taste.forTopicsOf(content) / 6));
            put(factors, AUTHOR_TASTE, liking(taste.forAuthor(author) / 12));
            put(factors, LESS_OF_TOPIC, feedback.forTopicsOf(content));
            put(factors, LESS_OF_AUTHOR, feedback.forAuthor(author));
            put(factors, DIAL, dial.factor(author));
            return factors;
        }

        private double liking(double liking) {
            return liking == 0 ? 1 : Math.pow(tasteStrength, Math.tanh(liking));
        }

        private static void put(Map<String, Double> factors, String rule, double factor) {
            if (Math.abs(factor - 1) > 1e-3) {
                factors.put(rule, factor);
            }
        }
    }
}
