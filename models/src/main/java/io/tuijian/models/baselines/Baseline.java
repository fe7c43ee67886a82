package io.tuijian.models.baselines;

import io.tuijian.models.Scores;
import io.tuijian.models.TrainingSet;
import java.util.List;

/**
 * A simple orderer of rows, for a model to be measured by. Learns from rows in the order of serving, as often as it is
 * called, and scores a row from what was stored with it and what it has learned. Not thread-safe.
 */
public interface Baseline {
    /** As in the keys of an evaluation, for instance {@code item-knn}. */
    String name();

    /** Learns from rows whose labels are known. */
    void learn(List<TrainingSet.Row> rows);

    /** The higher, the likelier the headline's action; comparable among the rows of one viewer. */
    float score(TrainingSet.Row row);

    /** Its scores of these rows under the headline. */
    default Scores score(TrainingSet rows) {
        float[] scores = new float[rows.size()];
        for (int row = 0; row < scores.length; row++) {
            scores[row] = score(rows.row(row));
        }
        return Scores.ofHeadline(scores);
    }
}
