package io.tuijian.models.baselines;

import io.tuijian.models.Heads;
import io.tuijian.models.TrainingSet;
import java.util.List;

/** The rate of the content, drawn to that of the author's other contents: what the popularity model said at serving. */
public final class Popularity implements Baseline {
    private static final int HEADLINE = Heads.index(Heads.HEADLINE);

    @Override
    public String name() {
        return "popularity";
    }

    /** Nothing: the rates of a row are stored with it. */
    @Override
    public void learn(List<TrainingSet.Row> rows) {}

    @Override
    public float score(TrainingSet.Row row) {
        return row.popularity()[HEADLINE];
    }
}
