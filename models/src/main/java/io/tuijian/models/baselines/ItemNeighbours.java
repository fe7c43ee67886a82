package io.tuijian.models.baselines;

import io.tuijian.models.TrainingSet;
import java.util.List;

/**
 * Item-kNN: how near the content is to those that the viewer viewed long last, by the cosine of who viewed them long
 * (Sarwar et al., "Item-based collaborative filtering", WWW 2001).
 */
public final class ItemNeighbours implements Baseline {
    private final Together together = new Together(false);

    @Override
    public String name() {
        return "item-knn";
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
        double near = 0;
        for (int viewed : together.history(row)) {
            double both = together.pair(viewed, content) + together.pair(content, viewed);
            near += both / Math.sqrt(together.views(viewed) * together.views(content));
        }
        return (float) near;
    }
}
