package io.tuijian.models.dl4j;

import io.tuijian.models.retrieval.Catalogue;
import io.tuijian.models.retrieval.Histories;
import io.tuijian.models.retrieval.RetrievalModel;
import io.tuijian.models.retrieval.RetrievalSettings;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.transforms.custom.SoftMax;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Trains a {@link RetrievalModel} by softmax cross entropy: of many contents, tell those that came next, or, without order,
 * those that belong to the history. If not all contents take part in a step, each score is lowered by the logarithm of the
 * chance of taking part (Yi et al., "Sampling-bias-corrected neural modeling for large corpus item recommendations", 2019).
 * The same histories and settings give the same weights, on any number of cores. Not thread-safe.
 */
public final class TwoTowerTrainer {
    /** Batches are halved; the halves are computed side by side and added in this order. */
    private static final int PARTS = 2;

    /** So many products are worth a second thread. */
    private static final long WORTH_IT = 10_000_000;

    /** How many examples a round has at most. */
    static final int ROUND = 200_000;

    /** Share of examples shown without any history, from which the last dimension learns what everybody likes. */
    private static final double BLANK = .02;

    /** A history without order asks for at most so many of its contents at once. */
    private static final int MOST_WANTED = 1000;

    private final Histories histories;
    private final Catalogue catalogue;
    private final RetrievalSettings settings;
    private final int width;
    private final int batch;
    private final int[] exampleViewers;
    private final int[] exampleEnds;
    private final double[] chances;
    private final double[] cumulated;
    private final SparseAdam sources;
    private final SparseAdam targets;
    private final SparseAdam places;
    private final float[] scales;
    private final int candidates;
    private final boolean all;
    private final float[] candidateTargets;
    private final float[] candidateGradients;
    private final int[] slots;
    private final Part[] parts = new Part[PARTS];
    private final INDArray targetMatrix;

    private int step;
    private int round;
    private int next;

    /** @throws IllegalArgumentException if no history has two different contents */
    public TwoTowerTrainer(Histories histories, RetrievalSettings settings) {
        this.histories = histories;
        this.catalogue = histories.catalogue();
        this.settings = settings;
        this.width = settings.dimensions() - 1;
        long[] examples = found();
        if (examples.length == 0) {
            throw new IllegalArgumentException("Nobody has two different contents in their history.");
        }
        SplittableRandom random = new SplittableRandom(settings.seed());
        shuffle(examples, random);
        exampleViewers = Arrays.stream(examples)
                .mapToInt(example -> (int) (example >> 32))
                .toArray();
        exampleEnds = Arrays.stream(examples).mapToInt(example -> (int) example).toArray();
        batch = Math.max(2, Math.min(settings.batch(), Math.max(32, examples.length / 20)) & ~1);

        int items = catalogue.size();
        all = items <= settings.candidates();
        candidates = all ? items : settings.candidates();
        chances = chances(items);
        cumulated = chances.clone();
        Arrays.parallelPrefix(cumulated, Double::sum);

        int traits = catalogue.traits().size();
        int length = settings.length();
        double spread = .5 / Math.sqrt(width);
        sources = new SparseAdam(traits, width);
        sources.fill(random, spread, width);
        targets = new SparseAdam(traits, settings.dimensions());
        targets.fill(random, spread, width);
        places = new SparseAdam(length, width);
        scales = new float[length + 1];
        double sum = 0;
        for (int place = 0; place < length; place++) {
            float weight = histories.ordered() ? 1f / (place + 1) : 1;
            Arrays.fill(places.values, place * width, (place + 1) * width, weight);
            sum += weight;
            scales[place + 1] = (float) (1 / Math.sqrt(sum));
        }
        candidateTargets = new float[candidates * settings.dimensions()];
        candidateGradients = new float[candidates * settings.dimensions()];
        slots = new int[items];
        targetMatrix = Nd4j.create(new long[] {settings.dimensions(), candidates}, 'f');
        for (int part = 0; part < PARTS; part++) {
            parts[part] = new Part(batch / PARTS);
        }
    }

    /** How many examples there are: moments in ordered histories, histories without order. */
    public int examples() {
        return exampleViewers.length;
    }

    /** One round; returns the mean loss. */
    public double round(IntConsumer heard) {
        int steps = Math.max(1, Math.min(ROUND, exampleViewers.length) / batch);
        double loss = 0;
        for (int i = 0; i < steps; i++) {
            loss += step(i / (double) steps);
            heard.accept(100 * (i + 1) / steps);
        }
        round++;
        return loss / steps;
    }

    /** What was learned so far. */
    public RetrievalModel model(String version) {
        return new RetrievalModel(
                version,
                catalogue.traits(),
                settings.dimensions(),
                sources.values.clone(),
                targets.values.clone(),
                places.values.clone(),
                scales.clone());
    }

    private double step(double share) {
        step++;
        double progress = Math.min(1, (round + share) / settings.rounds());
        double rate = settings.learningRate() * (1 - .9 * progress);
        SplittableRandom random = new SplittableRandom(settings.seed() * 1_000_003L + step);
        if (next + batch > exampleViewers.length) {
            next = 0;
        }
        for (int part = 0; part < PARTS; part++) {
            parts[part].draw(next + part * (batch / PARTS), random.split());
        }
        next += batch;
        int[] drawn = candidates(random);
        boolean[] nameless = nameless(drawn.length, random);
        gather(drawn, nameless);
        put(targetMatrix, candidateTargets, candidateTargets.length);
        double wanted = Math.max(
                1e-9, Arrays.stream(parts).mapToDouble(part -> part.weight).sum());
        parts().forEach(part -> parts[part].compute(wanted));
        double loss = 0;
        Arrays.fill(candidateGradients, 0);
        for (Part part : parts) {
            loss += part.loss;
            for (int i = 0; i < candidateGradients.length; i++) {
                candidateGradients[i] += part.targetGradients[i];
            }
            part.addGradients();
        }
        for (int slot = 0; slot < drawn.length; slot++) {
            int item = drawn[slot];
            int[] traits = catalogue.traitsOf()[item];
            for (int i = nameless[slot] ? 1 : 0; i < traits.length; i++) {
                targets.add(
                        traits[i],
                        candidateGradients,
                        slot * settings.dimensions(),
                        catalogue.weightsOf()[item][i]);
            }
        }
        sources.update(rate, settings.decay());
        targets.update(rate, settings.decay());
        if (histories.ordered()) {
            places.update(rate, 0);
        }
        return loss / wanted;
    }

    /** The halves, side by side if a step is long enough to gain by it. */
    private IntStream parts() {
        IntStream halves = IntStream.range(0, PARTS);
        return (long) batch * candidates * width < WORTH_IT ? halves : halves.parallel();
    }

    /** The contents that take part in a step: all, or the wanted ones and others drawn by how frequent they are. */
    private int[] candidates(SplittableRandom random) {
        if (all) {
            return IntStream.range(0, candidates)
                    .peek(item -> slots[item] = item)
                    .toArray();
        }
        Arrays.fill(slots, -1);
        int[] drawn = new int[candidates];
        int count = 0;
        for (Part part : parts) {
            for (int example = 0; example < part.size; example++) {
                for (int item : part.wanted[example]) {
                    if (slots[item] < 0 && count < candidates) {
                        slots[item] = count;
                        drawn[count++] = item;
                    }
                }
            }
        }
        while (count < candidates) {
            int at = Arrays.binarySearch(cumulated, random.nextDouble() * cumulated[cumulated.length - 1]);
            int item = Math.min(cumulated.length - 1, at < 0 ? -at - 1 : at);
            if (slots[item] < 0) {
                slots[item] = count;
                drawn[count++] = item;
            }
        }
        return drawn;
    }

    private boolean[] nameless(int count, SplittableRandom random) {
        boolean[] nameless = new boolean[count];
        if (catalogue.traits().size() > catalogue.size()) {
            for (int slot = 0; slot < count; slot++) {
                nameless[slot] = random.nextDouble() < settings.nameless();
            }
        }
        return nameless;
    }

    private void gather(int[] drawn, boolean[] nameless) {
        int dimensions = settings.dimensions();
        parts().forEach(part -> {
            int from = (int) ((long) drawn.length * part / PARTS);
            int to = (int) ((long) drawn.length * (part + 1) / PARTS);
            Arrays.fill(candidateTargets, from * dimensions, to * dimensions, 0);
            for (int slot = from; slot < to; slot++) {
                int item = drawn[slot];
                int[] traits = catalogue.traitsOf()[item];
                for (int i = nameless[slot] ? 1 : 0; i < traits.length; i++) {
                    float weight = catalogue.weightsOf()[item][i];
                    int row = traits[i] * dimensions;
                    for (int k = 0; k < dimensions; k++) {
                        candidateTargets[slot * dimensions + k] += weight * targets.values[row + k];
                    }
                }
                if (!all) {
                    double taking = -Math.expm1(candidates * Math.log1p(-Math.min(.9999, chances[item])));
                    candidateTargets[slot * dimensions + width] -= (float) Math.log(taking);
                }
            }
        });
    }

    /** Half a batch. */
    private final class Part {
        private final int size;
        private final int[][] engaged;
        private final int[][] wanted;
        private final float[] partScales;
        private final float[] weights;
        private final boolean[] kept;
        private final float[] vectors;
        private final float[] vectorGradients;
        private final float[] targetGradients;
        private final INDArray vectorMatrix;
        private final INDArray vectorGradientMatrix;
        private final INDArray scoreMatrix;
        private final INDArray targetGradientMatrix;
        private double weight;
        private double loss;

        private Part(int size) {
            int dimensions = settings.dimensions();
            this.size = size;
            engaged = new int[size][];
            wanted = new int[size][];
            partScales = new float[size];
            weights = new float[size];
            kept = new boolean[size * width];
            vectors = new float[size * dimensions];
            vectorGradients = new float[size * dimensions];
            targetGradients = new float[candidates * dimensions];
            vectorMatrix = Nd4j.create(new long[] {dimensions, size}, 'f');
            vectorGradientMatrix = Nd4j.create(new long[] {dimensions, size}, 'f');
            scoreMatrix = Nd4j.create(new long[] {candidates, size}, 'f');
            targetGradientMatrix = Nd4j.create(new long[] {dimensions, candidates}, 'f');
        }

        /** Draws what is forgotten of each history, what is wanted, and what is dropped. */
        private void draw(int from, SplittableRandom random) {
            weight = 0;
            for (int example = 0; example < size; example++) {
                int drawn = (from + example) % exampleViewers.length;
                int[] history = histories.of()[exampleViewers[drawn]];
                int end = exampleEnds[drawn];
                boolean blank = random.nextDouble() < BLANK;
                int[] engagedNow = new int[Math.min(end, settings.length())];
                int count = 0;
                int[] left = new int[histories.ordered() ? 1 : end];
                int leftCount = 0;
                for (int age = 1; age <= end; age++) {
                    int item = history[end - age];
                    boolean forgets = blank || random.nextDouble() < settings.forgotten();
                    if (!forgets && count < engagedNow.length) {
                        engagedNow[count++] = item;
                    } else if (!histories.ordered()) {
                        left[leftCount++] = item;
                    } else if (age > 4L * settings.length()) {
                        break;
                    }
                }
                if (count == 0 && !blank) {
                    engagedNow[count++] = history[end - 1];
                    leftCount = Math.max(0, leftCount - 1);
                    System.arraycopy(left, Math.min(1, leftCount), left, 0, leftCount);
                }
                engaged[example] = Arrays.copyOf(engagedNow, count);
                wanted[example] = histories.ordered()
                        ? new int[] {history[end]}
                        : Arrays.copyOf(
                                settings.others() ? left : history,
                                Math.min(MOST_WANTED, settings.others() ? leftCount : end));
                weights[example] = wanted[example].length == 0 ? 0 : 1;
                weight += weights[example] * wanted[example].length;
                partScales[example] = scales[count];
                for (int k = 0; k < width; k++) {
                    kept[example * width + k] = random.nextDouble() >= settings.dropout();
                }
            }
        }

        private void compute(double allWanted) {
            int dimensions = settings.dimensions();
            float up = (float) (1 / (1 - settings.dropout()));
            Arrays.fill(vectors, 0);
            for (int example = 0; example < size; example++) {
                int at = example * dimensions;
                for (int place = 0; place < engaged[example].length; place++) {
                    int item = engaged[example][place];
                    int[] traits = catalogue.traitsOf()[item];
                    for (int i = 0; i < traits.length; i++) {
                        float traitWeight = catalogue.weightsOf()[item][i];
                        int row = traits[i] * width;
                        int weightsOfPlace = place * width;
                        for (int k = 0; k < width; k++) {
                            vectors[at + k] +=
                                    traitWeight * places.values[weightsOfPlace + k] * sources.values[row + k];
                        }
                    }
                }
                for (int k = 0; k < width; k++) {
                    vectors[at + k] *= kept[example * width + k] ? partScales[example] * up : 0;
                }
                vectors[at + width] = 1;
            }
            put(vectorMatrix, vectors, vectors.length);
            Nd4j.gemm(targetMatrix, vectorMatrix, scoreMatrix, true, false, 1, 0);
            INDArray rows = scoreMatrix.transpose();
            Nd4j.exec(new SoftMax(rows, rows, 1));
            FloatPointer chancesNow = (FloatPointer) scoreMatrix.data().addressPointer();
            loss = 0;
            for (int example = 0; example < size; example++) {
                float each = (float) (weights[example] / allWanted);
                scoreMatrix.getColumn(example).muli(each * wanted[example].length);
                for (int item : wanted[example]) {
                    if (slots[item] < 0) {
                        continue;
                    }
                    long at = (long) example * candidates + slots[item];
                    float chance = chancesNow.get(at);
                    loss -= weights[example]
                            * Math.log(Math.max(1e-20, chance / Math.max(1e-20, each * wanted[example].length)));
                }
                for (int item : wanted[example]) {
                    if (slots[item] >= 0) {
                        long at = (long) example * candidates + slots[item];
                        chancesNow.put(at, chancesNow.get(at) - each);
                    }
                }
            }
            Nd4j.gemm(targetMatrix, scoreMatrix, vectorGradientMatrix, false, false, 1, 0);
            Nd4j.gemm(vectorMatrix, scoreMatrix, targetGradientMatrix, false, true, 1, 0);
            get(vectorGradientMatrix, vectorGradients);
            get(targetGradientMatrix, targetGradients);
            for (int example = 0; example < size; example++) {
                for (int k = 0; k < width; k++) {
                    vectorGradients[example * dimensions + k] *=
                            kept[example * width + k] ? partScales[example] * up : 0;
                }
            }
        }

        private void addGradients() {
            int dimensions = settings.dimensions();
            float[] own = new float[width];
            for (int example = 0; example < size; example++) {
                int at = example * dimensions;
                for (int place = 0; place < engaged[example].length; place++) {
                    int item = engaged[example][place];
                    int[] traits = catalogue.traitsOf()[item];
                    for (int k = 0; k < width; k++) {
                        own[k] = vectorGradients[at + k] * places.values[place * width + k];
                    }
                    for (int i = 0; i < traits.length; i++) {
                        sources.add(traits[i], own, 0, catalogue.weightsOf()[item][i]);
                    }
                    if (histories.ordered()) {
                        for (int i = 0; i < traits.length; i++) {
                            float traitWeight = catalogue.weightsOf()[item][i];
                            for (int k = 0; k < width; k++) {
                                own[k] = vectorGradients[at + k] * sources.values[traits[i] * width + k];
                            }
                            places.add(place, own, 0, traitWeight);
                        }
                    }
                }
            }
        }
    }

    /** Viewer in the upper, end of the history in the lower half. */
    private long[] found() {
        long[] examples = new long[(int) Math.min(Integer.MAX_VALUE - 8, histories.size())];
        int count = 0;
        int[] metBy = new int[catalogue.size()];
        for (int viewer = 0; viewer < histories.viewers(); viewer++) {
            int[] history = histories.of()[viewer];
            if (!histories.ordered()) {
                if (Arrays.stream(history).distinct().limit(2).count() == 2) {
                    examples[count++] = (long) viewer << 32 | history.length;
                }
                continue;
            }
            for (int end = 0; end < history.length; end++) {
                boolean repeats = metBy[history[end]] == viewer + 1;
                metBy[history[end]] = viewer + 1;
                if (end > 0 && !repeats) {
                    examples[count++] = (long) viewer << 32 | end;
                }
            }
        }
        return Arrays.copyOf(examples, count);
    }

    /** How likely each content is drawn: by its frequency, damped, so that rare ones come too. */
    private double[] chances(int items) {
        double[] chances = new double[items];
        for (int[] history : histories.of()) {
            for (int item : history) {
                chances[item]++;
            }
        }
        double sum = 0;
        for (int item = 0; item < items; item++) {
            chances[item] = Math.pow(chances[item] + 1, .75);
            sum += chances[item];
        }
        for (int item = 0; item < items; item++) {
            chances[item] /= sum;
        }
        return chances;
    }

    private static void shuffle(long[] values, SplittableRandom random) {
        for (int i = values.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            long swapped = values[i];
            values[i] = values[j];
            values[j] = swapped;
        }
    }

    private static void put(INDArray array, float[] values, int count) {
        ((FloatPointer) array.data().addressPointer()).position(0).put(values, 0, count);
    }

    private static void get(INDArray array, float[] values) {
        ((FloatPointer) array.data().addressPointer()).position(0).get(values);
    }
}
