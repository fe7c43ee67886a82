package io.tuijian.launcher.trainer;

import io.tuijian.models.Artifact;
import io.tuijian.models.Settings;
import io.tuijian.models.TrainingSet;
import java.io.IOException;

/** A network that goes on learning, as the online training sees it. Not thread-safe. */
interface Pupil {
    /**
     * Learns from each row once, and of rows it has learned before that they turned out otherwise.
     *
     * @param before the corrected rows in the same order, with the labels they were learned with
     * @return mean loss per row and head before learning from it; NaN without rows
     */
    double learn(TrainingSet rows, TrainingSet corrected, TrainingSet before);

    /** Makes the probabilities true on these rows. */
    void calibrate(TrainingSet rows);

    /** Writes all that it takes to score, and to go on learning. */
    void write(Artifact artifact) throws IOException;

    /** Where pupils come from. */
    interface School extends Artifact.Reader {
        Settings settings();

        /** One that knows nothing yet; the rows say how features are standardised. */
        Pupil fresh(TrainingSet rows);

        /**
         * One that goes on from what is written there.
         *
         * @throws io.tuijian.models.UnusableArtifact if that cannot be
         */
        Pupil of(Artifact artifact);
    }
}
