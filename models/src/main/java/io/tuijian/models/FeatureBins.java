package io.tuijian.models;

import io.tuijian.schemas.Action;
import java.util.List;

/** What came of rows by the value of one feature: ten parts of as many rows, the smallest values first. */
public final class FeatureBins {
    private FeatureBins() {}

    /**
     * Of each part the mean value of the feature and the share of rows on which the head's action happened.
     *
     * @throws IllegalArgumentException if the rows do not have the feature
     */
    public static List<Bins.Bin> of(TrainingSet rows, String feature, Action action) {
        int column = rows.names().indexOf(feature);
        if (column < 0) {
            throw new IllegalArgumentException("The rows do not have the feature " + feature + ".");
        }
        Scores values = Scores.empty(rows.size());
        for (int row = 0; row < rows.size(); row++) {
            values.of(action)[row] = rows.row(row).dense()[column];
        }
        return Bins.of(rows, values, action);
    }
}
