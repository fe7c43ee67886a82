package io.tuijian.ingestion;

import io.tuijian.features.GrowingViewerState;
import io.tuijian.features.Outcome;
import io.tuijian.features.ViewerState;

/** The state of a viewer while it is held in memory, where it changes in place. */
record HeldViewer(GrowingViewerState growing) implements Fold.Held<Outcome, ViewerState> {
    /** What a state takes beside the entries of its lists, in entries. */
    private static final int OWN = 4;

    static HeldViewer of(ViewerState state) {
        return new HeldViewer(new GrowingViewerState(state));
    }

    @Override
    public void add(Outcome outcome) {
        growing.add(outcome);
    }

    @Override
    public ViewerState state() {
        return growing.state();
    }

    @Override
    public ViewerState glimpse() {
        return growing.glimpse();
    }

    @Override
    public int entries() {
        return growing.size() + OWN;
    }
}
