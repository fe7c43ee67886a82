package io.tuijian.models.retrieval;

/** The baseline that knows nothing of the viewer: how many engagements each content has. */
public final class Popularity implements Recommender {
    private final float[] counts;

    public Popularity(Histories histories) {
        counts = new float[histories.catalogue().size()];
        for (int[] history : histories.of()) {
            for (int item : history) {
                counts[item]++;
            }
        }
    }

    @Override
    public void score(int[] history, float[] scores) {
        System.arraycopy(counts, 0, scores, 0, counts.length);
    }
}
