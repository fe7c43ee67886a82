package io.tuijian.features;

import io.tuijian.schemas.Content;
import java.time.Duration;

/** All that a formula, or a model, may look at for one candidate. */
public record FeatureInput(
        ViewerState viewer,
        Relations relations,
        Content content,
        ContentState contentState,
        AuthorState author,
        Context context) {

    /** How long before {@code now} anyone last did something with the content; zero if nobody did. */
    public Duration contentAge() {
        return FeatureStore.age(contentState.updatedAtMillis(), context.now());
    }

    /** How long before {@code now} anyone last did something with a content of the author; zero if nobody did. */
    public Duration authorAge() {
        return FeatureStore.age(author.updatedAtMillis(), context.now());
    }
}
