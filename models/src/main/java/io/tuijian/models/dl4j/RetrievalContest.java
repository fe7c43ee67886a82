package io.tuijian.models.dl4j;

import io.tuijian.models.retrieval.EngagementLog;
import io.tuijian.models.retrieval.Histories;
import io.tuijian.models.retrieval.ItemNeighbours;
import io.tuijian.models.retrieval.Popularity;
import io.tuijian.models.retrieval.Recommender;
import io.tuijian.models.retrieval.RetrievalEvaluation;
import io.tuijian.models.retrieval.SequentialRules;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The retrieval model beside the baselines on one log: all learn from the part before the cut, and are judged by what
 * viewers engaged with first after it, among all contents that they did not have. Nothing is published.
 */
public final class RetrievalContest {
    /** The name of the trained one among those judged. */
    public static final String MODEL = "two-tower";

    private RetrievalContest() {}

    /**
     * Trains, with settings that are chosen on a hidden part of what is before the cut, and judges.
     *
     * @param seed of all that is drawn
     * @param limit of the training
     * @param judges at most so many viewers, drawn by chance
     * @return what each found, the model's last, under {@code popularity}, {@code item-knn}, {@code sequential-rules} and
     *     {@link #MODEL}
     * @throws IllegalArgumentException if there is too little to learn from
     */
    public static Map<String, RetrievalEvaluation.Found> of(
            EngagementLog.Cut cut, long seed, Duration limit, int judges) {
        Histories known = cut.later().known();
        Map<String, Recommender> all = new LinkedHashMap<>();
        all.put("popularity", new Popularity(known));
        all.put("item-knn", new ItemNeighbours(known));
        all.put("sequential-rules", new SequentialRules(known));
        all.put(
                MODEL,
                new RetrievalTuning(seed, limit, line -> {})
                        .tune(cut.known())
                        .model()
                        .over(known.catalogue()));
        RetrievalEvaluation judge = RetrievalEvaluation.sampled(cut.later(), judges, seed);
        Map<String, RetrievalEvaluation.Found> found = new LinkedHashMap<>();
        all.forEach((name, one) -> found.put(name, judge.of(one)));
        return found;
    }
}
