package io.tuijian.schemas;

/** The Kafka key of each record that has more than an id for a key. */
public final class Keys {
    private Keys() {}

    /** {@code from|kind|to}; producers partition by {@code from} alone. */
    public static String of(Relation relation) {
        return relation.getFrom() + "|" + relation.getKind() + "|" + relation.getTo();
    }

    /** {@code contentId|modelVersion}. */
    public static String of(ContentEmbedding embedding) {
        return embedding.getContentId() + "|" + embedding.getModelVersion();
    }

    /** {@code topic|partition|offset}: where it was found, so that the same one twice is recognised. */
    public static String of(DeadLetter letter) {
        return letter.getTopic() + "|" + letter.getPartition() + "|" + letter.getOffset();
    }

    /** {@code feedId|contentId}, which is also the id of the example. */
    public static String example(String feedId, String contentId) {
        return feedId + "|" + contentId;
    }
}
