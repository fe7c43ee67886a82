package io.tuijian.models;

import io.tuijian.features.FeatureInput;
import java.util.List;

/** Says how likely each action is. Safe from many threads. */
public interface EngagementModel {
    /** One prediction per input, in the same order; an empty list for none. */
    List<Prediction> predict(List<FeatureInput> inputs);

    /** The version that is logged with every page, for instance {@code popularity} or {@code 20261121-080000}. */
    String version();
}
