package io.tuijian.ingestion;

import io.tuijian.features.reach.GrowingReach;
import io.tuijian.features.reach.ReachDocument;

/** A document of reach held in memory. */
final class HeldReach implements Fold.Held<Addressed, ReachDocument> {
    private final GrowingReach reach;

    HeldReach(ReachDocument document) {
        reach = new GrowingReach(document);
    }

    @Override
    public void add(Addressed addressed) {
        reach.add(addressed.event());
    }

    @Override
    public ReachDocument state() {
        return reach.document(System.currentTimeMillis());
    }

    @Override
    public ReachDocument glimpse() {
        return reach.document(System.currentTimeMillis());
    }

    @Override
    public int entries() {
        return reach.entries();
    }
}
