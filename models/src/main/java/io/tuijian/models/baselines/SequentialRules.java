package io.tuijian.models.baselines;

import io.tuijian.models.TrainingSet;
import java.util.List;

/**
 * Sequential rules: how often the content came soon after those that the viewer viewed long last, one by the distance
 * in learning and one by the place in the viewer's history in scoring (Ludewig and Jannach, "Evaluation of
 * session-based recommendation algorithms", UMUAI 2018).
 */
public final class SequentialRules implements Baseline {
    private final Together together = new Together(true);

    @Override
    public String name() {
        return "sequential-rules";
    }

    @Override
    public void learn(List<TrainingSet.Row> rows) {
        together.learn(rows);
    }

    @Override
    public float score(TrainingSet.Row row) {
        int content = together.known(row.contentId());
        if (content < 0) {
            return 0;
        }
        double follows = 0;
        int place = 1;
        for (int viewed : together.history(row)) {
            follows += together.pair(viewed, content) / together.views(viewed) / place++;
        }
        return (float) follows;
    }
}
