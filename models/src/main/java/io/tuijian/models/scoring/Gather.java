package io.tuijian.models.scoring;

import io.tuijian.features.ViewerState;
import io.tuijian.features.reach.StableHash;
import io.tuijian.models.Inputs;
import io.tuijian.models.Layout;
import io.tuijian.models.Recency;
import io.tuijian.models.Weights;
import io.tuijian.models.tables.FrozenTable;
import io.tuijian.models.tables.Slot;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.ContentKind;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Fills a {@link Page}: standardises numbers and looks ids up. Immutable, allocates nothing. */
final class Gather {
    private static final float CLIP = 5;

    private final Layout layout;
    private final int width;
    private final int stride;
    private final int recent;
    private final int[] positions;
    private final double[] lowest;
    private final double[] highest;
    private final double[] mean;
    private final double[] perDeviation;
    private final FrozenTable viewers;
    private final FrozenTable surfaces;
    private final FrozenTable contents;
    private final FrozenTable authors;
    private final FrozenTable topics;
    private final FrozenTable actions;
    private final FrozenTable steps;
    private final int[] actionRows;
    private final int[] stepRows;

    /** @param names of the dense values that rows will have */
    Gather(Weights weights, List<String> names) {
        layout = weights.layout();
        width = layout.width();
        stride = layout.candidateDense() + 3 * width;
        recent = weights.recent();
        positions = weights.inputs().positions(names);
        List<Inputs.Input> wanted = weights.inputs().wanted();
        lowest = new double[wanted.size()];
        highest = new double[wanted.size()];
        mean = new double[wanted.size()];
        perDeviation = new double[wanted.size()];
        for (int i = 0; i < wanted.size(); i++) {
            Inputs.Input input = wanted.get(i);
            mean[i] = input.mean();
            perDeviation[i] = input.deviation() == 0 ? 0 : 1 / input.deviation();
            lowest[i] = Math.max(input.lowest(), input.mean() - CLIP * input.deviation());
            highest[i] = Math.min(input.highest(), input.mean() + CLIP * input.deviation());
        }
        Map<Slot, FrozenTable> tables = weights.tables();
        viewers = tables.get(Slot.VIEWER);
        surfaces = tables.get(Slot.SURFACE);
        contents = tables.get(Slot.CONTENT);
        authors = tables.get(Slot.AUTHOR);
        topics = tables.get(Slot.TOPIC);
        actions = tables.get(Slot.ACTION);
        steps = tables.get(Slot.RECENCY);
        actionRows = Arrays.stream(Action.values())
                .mapToInt(action -> actions.row(StableHash.of(action.name())))
                .toArray();
        stepRows = new int[Recency.STEPS];
        Arrays.setAll(stepRows, step -> steps.row(StableHash.of(String.valueOf(step))));
    }

    /** Takes the viewer, instead of what the page held; there are no candidates yet. */
    void viewer(
            Page page,
            float[] dense,
            String viewerId,
            String surface,
            List<ViewerState.Recent> latest,
            long nowMillis) {
        page.clear();
        standardise(dense, 0, layout.viewerDense(), page.viewer, 0);
        copy(viewers, viewerId, page.viewer, layout.viewer());
        copy(surfaces, surface, page.viewer, layout.surface());
        Arrays.fill(page.viewer, layout.pooled(), layout.candidate(), 0);
        page.engaged = Math.min(recent, latest.size());
        for (int i = 0; i < page.engaged; i++) {
            ViewerState.Recent engagement = latest.get(i);
            int at = i * width;
            copy(contents, engagement.contentId(), page.engagements, at);
            add(authors, authors.row(StableHash.of(engagement.authorId())), 1, page.engagements, at);
            addMean(engagement.topics(), page.engagements, at);
            add(actions, actionRows[engagement.action().ordinal()], 1, page.engagements, at);
            add(steps, stepRows[Recency.step(nowMillis, engagement.atMillis())], 1, page.engagements, at);
            for (int j = 0; j < width; j++) {
                page.viewer[layout.pooled() + j] += page.engagements[at + j] / page.engaged;
            }
        }
    }

    /** Whether these dense values are those of the viewer that the page holds. */
    boolean isOfViewer(Page page, float[] dense) {
        for (int i = 0; i < layout.viewerDense(); i++) {
            if (standard(i, dense[positions[i]]) != page.viewer[i]) {
                return false;
            }
        }
        return true;
    }

    void candidate(Page page, float[] dense, Content content) {
        candidate(page, dense, content.getId(), content.getAuthorId(), content.getTopics(), content.getKind());
    }

    /** Adds a candidate; there is room for it. */
    void candidate(
            Page page, float[] dense, String contentId, String authorId, List<String> topicIds, ContentKind kind) {
        int at = page.count * stride;
        standardise(dense, layout.viewerDense(), positions.length, page.candidates, at);
        at += layout.candidateDense();
        copy(contents, contentId, page.candidates, at);
        copy(authors, authorId, page.candidates, at + width);
        Arrays.fill(page.candidates, at + 2 * width, at + 3 * width, 0);
        addMean(topicIds, page.candidates, at + 2 * width);
        page.kinds[page.count] = kind.ordinal();
        page.holds[kind.ordinal()] = true;
        page.count++;
    }

    private void standardise(float[] dense, int from, int to, float[] out, int at) {
        for (int i = from; i < to; i++) {
            out[at + i - from] = standard(i, dense[positions[i]]);
        }
    }

    /** As {@link Inputs} has it. */
    private float standard(int input, float value) {
        if (Float.isNaN(value) || perDeviation[input] == 0) {
            return 0;
        }
        double held = Math.max(lowest[input], Math.min(highest[input], value));
        return (float) ((held - mean[input]) * perDeviation[input]);
    }

    private void copy(FrozenTable table, String id, float[] out, int at) {
        System.arraycopy(table.vectors(), table.row(StableHash.of(id)) * width, out, at, width);
    }

    private void addMean(List<String> topicIds, float[] out, int at) {
        int size = topicIds.size();
        for (int i = 0; i < size; i++) {
            add(topics, topics.row(StableHash.of(topicIds.get(i))), 1f / size, out, at);
        }
    }

    private void add(FrozenTable table, int row, float share, float[] out, int at) {
        float[] vectors = table.vectors();
        for (int i = 0, from = row * width; i < width; i++) {
            out[at + i] += vectors[from + i] * share;
        }
    }
}
