package io.tuijian.launcher;

import io.tuijian.models.Artifact;
import io.tuijian.models.dl4j.EngagementNetwork;
import io.tuijian.models.scoring.FastScorer;

/** Which code scores with a ranker; both say the same. */
final class Scorers {
    private Scorers() {}

    /** What {@code TUIJIAN_SCORER} asks for: {@code fast}, also if it is not set, or {@code dl4j}. */
    static Artifact.Reader chosen() {
        String choice = System.getProperty("tuijian.scorer", "fast");
        return switch (choice) {
            case "fast" -> FastScorer::read;
            case "dl4j" -> EngagementNetwork::read;
            default -> throw new Failure("TUIJIAN_SCORER must be fast or dl4j, not " + choice + ".");
        };
    }
}
