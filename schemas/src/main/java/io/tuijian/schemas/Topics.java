package io.tuijian.schemas;

import java.util.List;

/** Every Kafka topic, once. */
public final class Topics {
    public static final Topic<Content> CONTENTS = new Topic<>("contents", Content.class, true);
    public static final Topic<Relation> RELATIONS = new Topic<>("relations", Relation.class, true);
    public static final Topic<Engagement> ENGAGEMENTS = new Topic<>("engagements", Engagement.class, false);
    public static final Topic<Served> SERVED = new Topic<>("served", Served.class, false);
    public static final Topic<Fate> FATES = new Topic<>("fates", Fate.class, false);
    public static final Topic<Example> EXAMPLES = new Topic<>("examples", Example.class, false);
    public static final Topic<ViewerStateRecord> VIEWER_STATES =
            new Topic<>("viewer-states", ViewerStateRecord.class, true);
    public static final Topic<ContentStateRecord> CONTENT_STATES =
            new Topic<>("content-states", ContentStateRecord.class, true);
    public static final Topic<AuthorStateRecord> AUTHOR_STATES =
            new Topic<>("author-states", AuthorStateRecord.class, true);
    public static final Topic<ContentEmbedding> CONTENT_EMBEDDINGS =
            new Topic<>("content-embeddings", ContentEmbedding.class, true);
    public static final Topic<Erasure> ERASURES = new Topic<>("erasures", Erasure.class, true);
    public static final Topic<DeadLetter> DEAD_LETTERS = new Topic<>("dead-letters", DeadLetter.class, false);

    public static final List<Topic<?>> ALL = List.of(
            CONTENTS,
            RELATIONS,
            ENGAGEMENTS,
            SERVED,
            FATES,
            EXAMPLES,
            VIEWER_STATES,
            CONTENT_STATES,
            AUTHOR_STATES,
            CONTENT_EMBEDDINGS,
            ERASURES,
            DEAD_LETTERS);

    private Topics() {}
}
