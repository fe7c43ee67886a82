package io.tuijian.models.scoring;

import io.tuijian.features.reach.StableHash;
import io.tuijian.models.Layout;
import io.tuijian.models.Weights;
import io.tuijian.models.tables.FrozenTable;
import io.tuijian.models.tables.Slot;
import io.tuijian.schemas.ContentKind;
import java.util.Arrays;

/** A {@link Page} as the network was trained on it: the whole of {@link Layout} for each candidate. Not thread-safe. */
public final class WholeInput {
    private final Weights weights;
    private final Layout layout;
    private final float[][] kinds;
    private final float[] query;
    private final float[] shares;

    public WholeInput(Weights weights) {
        this.weights = weights;
        this.layout = weights.layout();
        this.query = new float[layout.width()];
        this.shares = new float[weights.recent()];
        FrozenTable table = weights.tables().get(Slot.KIND);
        this.kinds = Arrays.stream(ContentKind.values())
                .map(kind -> table.row(StableHash.of(kind.name())) * layout.width())
                .map(at -> Arrays.copyOfRange(table.vectors(), at, at + layout.width()))
                .toArray(float[][]::new);
    }

    /** Writes {@code page.count() × layout.size()} numbers to {@code x}. */
    public void write(Page page, float[] x) {
        int width = layout.width();
        for (int i = 0; i < page.count(); i++) {
            int at = i * layout.size();
            System.arraycopy(page.viewer(), 0, x, at, layout.candidate());
            System.arraycopy(page.candidates(), i * page.stride(), x, at + layout.candidate(), page.stride());
            System.arraycopy(kinds[page.kinds()[i]], 0, x, at + layout.kind(), width);
            for (int j = 0; j < width; j++) {
                x[at + layout.match() + j] = candidate(x, at, j) * x[at + layout.viewer() + j];
            }
            attend(page, x, at);
        }
    }

    private float candidate(float[] x, int at, int j) {
        return x[at + layout.content() + j] + x[at + layout.author() + j] + x[at + layout.topics() + j];
    }

    private void attend(Page page, float[] x, int at) {
        int width = layout.width();
        Arrays.fill(query, 0);
        for (int j = 0; j < width; j++) {
            float candidate = candidate(x, at, j);
            for (int i = 0; i < width; i++) {
                query[i] += weights.attention()[i * width + j] * candidate;
            }
        }
        float highest = Float.NEGATIVE_INFINITY;
        for (int e = 0; e < page.engaged(); e++) {
            float along = 0;
            for (int i = 0; i < width; i++) {
                along += query[i] * page.engagements()[e * width + i];
            }
            shares[e] = along / (float) Math.sqrt(width);
            highest = Math.max(highest, shares[e]);
        }
        float total = 0;
        for (int e = 0; e < page.engaged(); e++) {
            shares[e] = (float) Math.exp(shares[e] - highest);
            total += shares[e];
        }
        Arrays.fill(x, at + layout.attended(), at + layout.size(), 0);
        for (int e = 0; e < page.engaged(); e++) {
            for (int i = 0; i < width; i++) {
                x[at + layout.attended() + i] += shares[e] / total * page.engagements()[e * width + i];
            }
        }
    }
}
