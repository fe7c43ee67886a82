package io.tuijian.models;

/** A model that also scores rows collected earlier, from what was stored with them and nothing newer. */
public interface OfflineModel extends EngagementModel {
    /** A probability per head and row, in the order of the rows. */
    Scores score(TrainingSet rows);
}
