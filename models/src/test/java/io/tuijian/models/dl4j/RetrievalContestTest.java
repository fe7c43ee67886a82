package io.tuijian.models.dl4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.tuijian.models.retrieval.EngagementLog;
import io.tuijian.models.retrieval.RetrievalEvaluation;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RetrievalContestTest {
    private static final String MEASURE = "ndcg@10";

    @Test
    void viewersWhoGoOnToTheNextAreFoundOutAndPopularityIsNot() {
        EngagementLog.Cut cut = RetrievalTrainingTest.log(80).cut();
        Map<String, RetrievalEvaluation.Found> found = RetrievalContest.of(cut, 1, Duration.ofMinutes(1), 50);
        assertThat(found.keySet())
                .containsExactly("popularity", "item-knn", "sequential-rules", RetrievalContest.MODEL);
        RetrievalEvaluation.Found model = found.get(RetrievalContest.MODEL);
        assertThat(model.ahead(found.get("popularity"), MEASURE, 1).low()).isPositive();
    }
}
