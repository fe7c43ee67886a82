package io.tuijian.models.retrieval;

/**
 * How to train a {@link RetrievalModel}.
 *
 * @param dimensions of the vectors, the one for what every viewer likes among them
 * @param length how many of the last engagements a viewer vector is made of
 * @param batch histories per step
 * @param candidates contents per step among which the wanted ones are to be told; all of them if there are not more
 * @param learningRate of the first round; it falls to a tenth along a line
 * @param forgotten share of engagements left out of a history, drawn anew at each step
 * @param dropout share of the viewer vector set to 0, drawn anew at each step
 * @param decay by which every weight shrinks per step, times the learning rate
 * @param nameless share of contents that are shown without their id, so that the other traits learn to do without
 * @param others whether, without order, only what was left out of a history is wanted, instead of all of it
 * @param rounds at most so many passes over the histories
 */
public record RetrievalSettings(
        long seed,
        int dimensions,
        int length,
        int batch,
        int candidates,
        double learningRate,
        double forgotten,
        double dropout,
        double decay,
        double nameless,
        boolean others,
        int rounds) {
    /** For histories in order. */
    public static final RetrievalSettings ORDERED =
            new RetrievalSettings(17, 128, 50, 512, 16384, .003, .2, .5, 0, .1, false, 10);

    /** For histories whose order means nothing. */
    public static final RetrievalSettings ORDERLESS =
            new RetrievalSettings(17, 128, 1000, 512, 24576, .003, .5, .3, 0, .1, false, 36);

    public RetrievalSettings withRounds(int rounds) {
        return new RetrievalSettings(
                seed,
                dimensions,
                length,
                batch,
                candidates,
                learningRate,
                forgotten,
                dropout,
                decay,
                nameless,
                others,
                rounds);
    }

    public RetrievalSettings withSeed(long seed) {
        return new RetrievalSettings(
                seed,
                dimensions,
                length,
                batch,
                candidates,
                learningRate,
                forgotten,
                dropout,
                decay,
                nameless,
                others,
                rounds);
    }
}
