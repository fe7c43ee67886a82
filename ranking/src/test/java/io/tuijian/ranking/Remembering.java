package io.tuijian.ranking;

import io.tuijian.features.FeatureInput;
import io.tuijian.features.FeatureSet;
import io.tuijian.features.Features;
import io.tuijian.models.EngagementModel;
import io.tuijian.models.Prediction;
import io.tuijian.schemas.Action;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A model of a few plain rules: more of what was enjoyed, of whom one knows, of what is new, near and well-priced. */
final class Remembering implements EngagementModel {
    private static final Map<String, Double> WORTH = Map.of(
            "viewer_topic.long_view_rate", 2.0,
            "viewer_author.like_rate", 4.0,
            "viewer_author.follows", .5,
            "viewer_author.friends", .5,
            "viewer_topic.follows", .4,
            "content.like_rate", 6.0,
            "author.long_view_rate", 2.0,
            "content.age", -.1,
            "content_context.same_city", .4,
            "viewer_content.price.deviations", -.3);
    private static final List<String> NAMES = WORTH.keySet().stream().sorted().toList();
    private static final int[] POSITIONS = FeatureSet.ALL.positions(NAMES);

    @Override
    public List<Prediction> predict(List<FeatureInput> candidates) {
        List<Prediction> predictions = new ArrayList<>(candidates.size());
        for (Features features : FeatureSet.ALL.of(candidates)) {
            double logit = -2;
            for (int i = 0; i < POSITIONS.length; i++) {
                double value = features.dense()[POSITIONS[i]];
                logit += WORTH.get(NAMES.get(i)) * (NAMES.get(i).endsWith("deviations") ? Math.abs(value) : value);
            }
            double likely = 1 / (1 + Math.exp(-logit));
            predictions.add(new Prediction(features, Map.of(Action.LONG_VIEW, likely, Action.LIKE, likely / 10)));
        }
        return predictions;
    }

    @Override
    public String version() {
        return "remembering";
    }
}
