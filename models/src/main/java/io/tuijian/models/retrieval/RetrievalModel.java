package io.tuijian.models.retrieval;

import io.tuijian.features.Actions;
import io.tuijian.features.ViewerState;
import io.tuijian.models.Artifact;
import io.tuijian.models.Inputs;
import io.tuijian.models.VectorFields;
import io.tuijian.schemas.Content;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * Two towers whose inner product says what a viewer engages with next. A viewer is made of their last engagements, each
 * weighed dimension by dimension by how long ago in places it was; a content of its traits. The last dimension is how much
 * everybody likes the content, so a viewer without a history is offered what is popular. Immutable, safe from many threads.
 */
public final class RetrievalModel implements VectorModel {
    /** The name of the retrieval model in the registry. */
    public static final String NAME = VectorFields.MODEL;

    static final String FORMAT = "two-tower-1";

    private static final int MOST_NUMBERS = 1 << 29;

    private final String version;
    private final List<Trait> traits;
    private final int dimensions;
    private final float[] sources;
    private final float[] targets;
    private final float[] places;
    private final float[] scales;
    private final Map<Trait, Integer> numbers;

    /**
     * @param sources per trait what it adds to a viewer who engaged with it, {@code dimensions - 1} numbers
     * @param targets per trait what it adds to a content, {@code dimensions} numbers
     * @param places per place from the end of a history the weight of each dimension, {@code dimensions - 1} numbers
     * @param scales by what the sum over 0, 1, 2… engagements is multiplied, so that long histories do not shout
     */
    public RetrievalModel(
            String version,
            List<Trait> traits,
            int dimensions,
            float[] sources,
            float[] targets,
            float[] places,
            float[] scales) {
        if (dimensions < 2
                || sources.length != traits.size() * (dimensions - 1)
                || targets.length != traits.size() * dimensions
                || scales.length < 2
                || places.length != (scales.length - 1) * (dimensions - 1)) {
            throw new IllegalArgumentException("The weights do not fit " + traits.size() + " traits.");
        }
        this.version = version;
        this.traits = List.copyOf(traits);
        this.dimensions = dimensions;
        this.sources = sources;
        this.targets = targets;
        this.places = places;
        this.scales = scales;
        this.numbers = new HashMap<>(2 * traits.size());
        for (int trait = 0; trait < traits.size(); trait++) {
            numbers.put(traits.get(trait), trait);
        }
    }

    @Override
    public String version() {
        return version;
    }

    /** How many numbers a vector has. */
    @Override
    public int dimensions() {
        return dimensions;
    }

    /** How many of the last engagements a viewer vector is made of. */
    public int length() {
        return scales.length - 1;
    }

    /**
     * The vector of a viewer at this moment: its inner product with {@link #contentVector} orders contents.
     *
     * @param recent the last engagements, newest first; hidden and reported ones, repeats and unknown ones do not count
     */
    @Override
    public float[] viewerVector(List<ViewerState.Recent> recent) {
        List<float[]> engaged = new ArrayList<>();
        Set<String> met = new HashSet<>();
        for (ViewerState.Recent one : recent) {
            if (engaged.size() == length()) {
                break;
            }
            if (!Actions.NEGATIVE.contains(one.action()) && met.add(one.contentId())) {
                float[] source = new float[dimensions - 1];
                if (add(Trait.of(one), one.topics().size(), sources, source)) {
                    engaged.add(source);
                }
            }
        }
        float[] vector = new float[dimensions];
        for (int place = 0; place < engaged.size(); place++) {
            pool(engaged.get(place), 0, place, vector);
        }
        return finished(vector, engaged.size());
    }

    /** The vector of a content; one whose id was not trained on has that of its author, topics and kind. */
    @Override
    public float[] contentVector(Content content) {
        float[] vector = new float[dimensions];
        add(Trait.of(content), content.getTopics().size(), targets, vector);
        return vector;
    }

    /** Whether this content was trained on by its id. */
    public boolean knows(String contentId) {
        return numbers.containsKey(Trait.id(contentId));
    }

    private boolean add(List<Trait> own, int topics, float[] rows, float[] to) {
        boolean known = false;
        for (Trait trait : own) {
            Integer number = numbers.get(trait);
            if (number != null) {
                known = true;
                float weight = trait.weight(topics);
                for (int i = 0; i < to.length; i++) {
                    to[i] += weight * rows[number * to.length + i];
                }
            }
        }
        return known;
    }

    private void pool(float[] source, int offset, int place, float[] vector) {
        int width = dimensions - 1;
        for (int i = 0; i < width; i++) {
            vector[i] += places[place * width + i] * source[offset + i];
        }
    }

    private float[] finished(float[] vector, int engagements) {
        for (int i = 0; i < dimensions - 1; i++) {
            vector[i] *= scales[engagements];
        }
        vector[dimensions - 1] = 1;
        return vector;
    }

    /** The model over a catalogue, to rank all of it. */
    public Recommender over(Catalogue catalogue) {
        int items = catalogue.size();
        int width = dimensions - 1;
        float[] source = new float[items * width];
        float[] targetsByDimension = new float[items * dimensions];
        for (int item = 0; item < items; item++) {
            int[] own = catalogue.traitsOf()[item];
            for (int i = 0; i < own.length; i++) {
                Integer trait = numbers.get(catalogue.traits().get(own[i]));
                if (trait == null) {
                    continue;
                }
                float weight = catalogue.weightsOf()[item][i];
                for (int k = 0; k < width; k++) {
                    source[item * width + k] += weight * sources[trait * width + k];
                }
                for (int k = 0; k < dimensions; k++) {
                    targetsByDimension[k * items + item] += weight * targets[trait * dimensions + k];
                }
            }
        }
        return new Over(items, source, targetsByDimension);
    }

    /** Ranks a catalogue; the contents lie side by side in each dimension. */
    private final class Over implements Recommender {
        private static final int TILE = 1024;

        private final int items;
        private final float[] source;
        private final float[] targetsByDimension;

        private Over(int items, float[] source, float[] targetsByDimension) {
            this.items = items;
            this.source = source;
            this.targetsByDimension = targetsByDimension;
        }

        @Override
        public void score(int[] history, float[] scores) {
            score(new int[][] {history}, new float[][] {scores});
        }

        @Override
        public void score(int[][] histories, float[][] scores) {
            float[][] viewers = new float[histories.length][];
            for (int i = 0; i < histories.length; i++) {
                viewers[i] = viewer(histories[i]);
            }
            for (int from = 0; from < items; from += TILE) {
                int to = Math.min(items, from + TILE);
                for (int i = 0; i < histories.length; i++) {
                    for (int k = 0; k < dimensions; k++) {
                        multiplyAndAdd(viewers[i][k], k * items, from, to, scores[i]);
                    }
                }
            }
        }

        private void multiplyAndAdd(float value, int offset, int from, int to, float[] scores) {
            for (int item = from; item < to; item++) {
                scores[item] += value * targetsByDimension[offset + item];
            }
        }

        private float[] viewer(int[] history) {
            int engagements = Math.min(history.length, length());
            float[] viewer = new float[dimensions];
            for (int place = 0; place < engagements; place++) {
                pool(source, history[history.length - 1 - place] * (dimensions - 1), place, viewer);
            }
            return finished(viewer, engagements);
        }
    }

    /**
     * This model with more dimensions: inner products grow by the weight times those of the spectrum.
     *
     * @param catalogue what the spectrum was made of
     */
    public RetrievalModel joined(Spectrum spectrum, Catalogue catalogue, float weight) {
        int rank = spectrum.rank();
        int width = dimensions - 1;
        int wider = width + rank;
        float[] widerSources = new float[traits.size() * wider];
        float[] widerTargets = new float[traits.size() * (wider + 1)];
        for (int trait = 0; trait < traits.size(); trait++) {
            System.arraycopy(sources, trait * width, widerSources, trait * wider, width);
            System.arraycopy(targets, trait * dimensions, widerTargets, trait * (wider + 1), width);
            widerTargets[trait * (wider + 1) + wider] = targets[trait * dimensions + width];
        }
        float root = (float) Math.sqrt(weight);
        for (int item = 0; item < catalogue.size(); item++) {
            int trait = numbers.get(Trait.id(catalogue.ids().get(item)));
            for (int k = 0; k < rank; k++) {
                widerSources[trait * wider + width + k] = root * spectrum.sources()[item * rank + k];
                widerTargets[trait * (wider + 1) + width + k] = root * spectrum.targets()[item * rank + k];
            }
        }
        float[] widerPlaces = new float[length() * wider];
        for (int place = 0; place < length(); place++) {
            System.arraycopy(places, place * width, widerPlaces, place * wider, width);
            Arrays.fill(
                    widerPlaces, place * wider + width, (place + 1) * wider, spectrum.ordered() ? 1f / (place + 1) : 1);
        }
        return new RetrievalModel(version, traits, wider + 1, widerSources, widerTargets, widerPlaces, scales);
    }

    /** Writes {@code model.zip} and {@code features.json}. */
    public void write(Artifact artifact) throws IOException {
        try (ZipOutputStream zip =
                new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(artifact.modelFile())))) {
            zip.setLevel(1);
            zip.putNextEntry(new ZipEntry("two-tower"));
            DataOutputStream out = new DataOutputStream(zip);
            out.writeInt(traits.size());
            out.writeInt(dimensions);
            out.writeInt(length());
            for (Trait trait : traits) {
                out.writeByte(trait.sort().ordinal());
                out.writeUTF(trait.name());
            }
            for (float[] numbers : List.of(sources, targets, places, scales)) {
                ByteBuffer bytes = ByteBuffer.allocate(4 * numbers.length);
                bytes.asFloatBuffer().put(numbers);
                out.write(bytes.array());
            }
            out.flush();
            zip.closeEntry();
        }
        artifact.describe(FORMAT, new Inputs(List.of()), List.of());
    }

    /**
     * Reads a published model.
     *
     * @throws io.tuijian.models.UnusableArtifact if it is damaged or of another format
     */
    public static RetrievalModel read(Artifact artifact) {
        Artifact.Description description = artifact.usable();
        if (!FORMAT.equals(description.format())) {
            throw artifact.unusable("its format " + description.format() + " is not " + FORMAT, null);
        }
        try (ZipInputStream zip =
                new ZipInputStream(new BufferedInputStream(Files.newInputStream(artifact.modelFile())))) {
            if (zip.getNextEntry() == null) {
                throw new IOException("no entry");
            }
            DataInputStream in = new DataInputStream(new BufferedInputStream(zip, 1 << 16));
            int count = in.readInt();
            int dimensions = in.readInt();
            int length = in.readInt();
            if (count < 0 || dimensions < 2 || length < 1 || (long) count * dimensions > MOST_NUMBERS) {
                throw new IOException("sizes");
            }
            Trait.Sort[] sorts = Trait.Sort.values();
            List<Trait> traits = new ArrayList<>(count);
            for (int trait = 0; trait < count; trait++) {
                traits.add(new Trait(sorts[in.readByte()], in.readUTF()));
            }
            return new RetrievalModel(
                    artifact.version(),
                    traits,
                    dimensions,
                    floats(in, count * (dimensions - 1)),
                    floats(in, count * dimensions),
                    floats(in, length * (dimensions - 1)),
                    floats(in, length + 1));
        } catch (IOException | RuntimeException e) {
            throw artifact.unusable("model.zip is not a two-tower model", e);
        }
    }

    private static float[] floats(DataInputStream in, int count) throws IOException {
        byte[] bytes = new byte[4 * count];
        in.readFully(bytes);
        float[] floats = new float[count];
        ByteBuffer.wrap(bytes).asFloatBuffer().get(floats);
        return floats;
    }
}
