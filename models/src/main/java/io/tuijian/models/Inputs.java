package io.tuijian.models;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The features that an artifact wants, in its order, with how to standardise them. A value that is not a number, or
 * that never varied in training, becomes 0; any other is first held within what training saw, and within five
 * deviations of the mean: the model is never asked about what it has not met.
 */
public record Inputs(List<Input> wanted) {
    private static final float CLIP = 5;

    /** One feature, as the training rows had it. */
    public record Input(String name, double mean, double deviation, double lowest, double highest) {
        /** Whether all candidates of a page share it. */
        boolean sharedByPage() {
            return name.startsWith("viewer.") || name.startsWith("context.");
        }

        float standard(float value) {
            if (Float.isNaN(value) || deviation == 0) {
                return 0;
            }
            double held = Math.max(lowest, Math.min(highest, value));
            return Math.max(-CLIP, Math.min(CLIP, (float) ((held - mean) / deviation)));
        }
    }

    /** All features of these rows but some; a row that does not know one (not a number) says nothing of it. */
    public static Inputs of(TrainingSet rows, Set<String> leftOut) {
        List<Input> inputs = new ArrayList<>();
        for (int column = 0; column < rows.names().size(); column++) {
            if (leftOut.contains(rows.names().get(column))) {
                continue;
            }
            int known = 0;
            double sum = 0;
            double squares = 0;
            double lowest = Double.POSITIVE_INFINITY;
            double highest = Double.NEGATIVE_INFINITY;
            for (TrainingSet.Row row : rows.rows()) {
                double value = row.dense()[column];
                if (Double.isNaN(value)) {
                    continue;
                }
                known++;
                sum += value;
                lowest = Math.min(lowest, value);
                highest = Math.max(highest, value);
            }
            double mean = known == 0 ? 0 : sum / known;
            for (TrainingSet.Row row : rows.rows()) {
                double off = row.dense()[column] - mean;
                squares += Double.isNaN(off) ? 0 : off * off;
            }
            double deviation = highest > lowest ? Math.sqrt(squares / known) : 0;
            inputs.add(new Input(
                    rows.names().get(column), mean, deviation, known == 0 ? 0 : lowest, known == 0 ? 0 : highest));
        }
        return new Inputs(inputs);
    }

    public List<String> names() {
        return wanted.stream().map(Input::name).toList();
    }

    public int size() {
        return wanted.size();
    }

    /**
     * Where these inputs are among the names at hand.
     *
     * @throws UnusableArtifact if one is not there
     */
    public int[] positions(List<String> atHand) {
        List<String> missing =
                names().stream().filter(name -> !atHand.contains(name)).toList();
        if (!missing.isEmpty()) {
            throw new UnusableArtifact(
                    "It wants " + String.join(", ", missing) + ", which no formula here is named after.");
        }
        return names().stream().mapToInt(atHand::indexOf).toArray();
    }

    /**
     * Writes the standardised values of the inputs from number {@code from} to before {@code to} of one row to {@code x},
     * from {@code at} on.
     */
    public void standardise(float[] dense, int[] positions, int from, int to, float[] x, int at) {
        for (int i = from; i < to; i++) {
            x[at + i - from] = wanted.get(i).standard(dense[positions[i]]);
        }
    }

    /** The same inputs, those that all candidates of a page share first. */
    public Inputs viewerFirst() {
        List<Input> ordered = new ArrayList<>();
        wanted.stream().filter(Input::sharedByPage).forEach(ordered::add);
        wanted.stream().filter(input -> !input.sharedByPage()).forEach(ordered::add);
        return new Inputs(ordered);
    }

    /** How many of them all candidates of a page share. */
    public int ofViewer() {
        return (int) wanted.stream().filter(Input::sharedByPage).count();
    }
}
