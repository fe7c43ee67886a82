package io.tuijian.models.dl4j;

import io.tuijian.models.Artifact;
import io.tuijian.models.Inputs;
import io.tuijian.models.Settings;
import io.tuijian.models.TrainingSet;
import io.tuijian.models.Weights;

/**
 * A network that goes on learning: tables, attention and tower with the state of their updates. The same rows in the same
 * calls give the same weights. Not thread-safe; what {@link #frozen} and {@link #weights} give is independent of it.
 */
public final class Learner {
    private Learner() {}

    /** Knows nothing yet. The inputs say how dense features are standardised, for good. */
    public static Learner fresh(Settings settings, Inputs inputs) {
        throw new UnsupportedOperationException("not written yet");
    }

    /**
     * Goes on where the learner that wrote this artifact stopped, with the settings it had.
     *
     * @throws io.tuijian.models.UnusableArtifact if it is damaged or wants what is not known here
     */
    public static Learner of(Artifact artifact) {
        throw new UnsupportedOperationException("not written yet");
    }

    /**
     * Learns from each row once, in batches in their order.
     *
     * @return mean loss per row and head before learning from it; NaN without rows
     */
    public double learn(TrainingSet rows) {
        throw new UnsupportedOperationException("not written yet");
    }

    /** Makes the probabilities true on these rows, which should be newer than those learned from, or the newest of them. */
    public void calibrate(TrainingSet rows) {
        throw new UnsupportedOperationException("not written yet");
    }

    /** What it knows now, to read. */
    public Weights weights() {
        throw new UnsupportedOperationException("not written yet");
    }

    /** What it knows now, as a model that scores and can be written to an artifact. */
    public EngagementNetwork frozen() {
        throw new UnsupportedOperationException("not written yet");
    }
}
