package io.tuijian.models.scoring;

import io.tuijian.models.Calibration;
import io.tuijian.models.Layout;
import io.tuijian.models.Weights;
import java.util.Arrays;

/**
 * One page as a scorer takes it: every number standardised, every id looked up, nothing multiplied yet. Made to be
 * filled again and again. Not thread-safe.
 */
public final class Page {
    private final int width;
    private final int stride;

    final float[] viewer;
    final float[] engagements;
    final boolean[] holds = new boolean[Calibration.KINDS];
    int engaged;
    int count;
    float[] candidates;
    int[] kinds;

    /** With room for so many candidates. */
    public Page(Weights weights, int room) {
        Layout layout = weights.layout();
        width = layout.width();
        stride = layout.candidateDense() + 3 * width;
        viewer = new float[layout.candidate()];
        engagements = new float[weights.recent() * width];
        candidates = new float[room * stride];
        kinds = new int[room];
    }

    /** No candidates any more. */
    void clear() {
        count = 0;
        Arrays.fill(holds, false);
    }

    int room() {
        return kinds.length;
    }

    /** How many candidates it holds. */
    public int count() {
        return count;
    }

    /** The viewer part of {@link Layout}, the position being 0. */
    public float[] viewer() {
        return viewer;
    }

    /** How many engagements it holds. */
    public int engaged() {
        return engaged;
    }

    /** The vectors of the viewer's last engagements, {@link #width} numbers each, newest first. */
    public float[] engagements() {
        return engagements;
    }

    /** Per candidate its {@link #stride} numbers: dense features, vectors of content, author and topics. */
    public float[] candidates() {
        return candidates;
    }

    /** Per candidate the ordinal of its {@link io.tuijian.schemas.ContentKind}. */
    public int[] kinds() {
        return kinds;
    }

    /** Numbers per vector. */
    public int width() {
        return width;
    }

    /** Numbers per candidate. */
    public int stride() {
        return stride;
    }
}
