package io.tuijian.features;

import io.tuijian.schemas.Content;

/** All that a formula, or a model, may look at for one candidate. */
public record FeatureInput(
        ViewerState viewer,
        Relations relations,
        Content content,
        ContentState contentState,
        AuthorState author,
        Context context) {}
