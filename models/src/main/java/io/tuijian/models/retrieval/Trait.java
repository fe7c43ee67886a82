package io.tuijian.models.retrieval;

import io.tuijian.features.ViewerState;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.ContentKind;
import java.util.ArrayList;
import java.util.List;

/** Something that a content is made of: its id, its author, its kind, or one of its topics. */
public record Trait(Sort sort, String name) {
    /** Which of them. */
    public enum Sort {
        ID,
        AUTHOR,
        KIND,
        TOPIC
    }

    static Trait id(String id) {
        return new Trait(Sort.ID, id);
    }

    static List<Trait> of(Content content) {
        return of(content.getId(), content.getAuthorId(), content.getKind(), content.getTopics());
    }

    static List<Trait> of(ViewerState.Recent recent) {
        return of(recent.contentId(), recent.authorId(), recent.kind(), recent.topics());
    }

    private static List<Trait> of(String id, String authorId, ContentKind kind, List<String> topics) {
        List<Trait> traits = new ArrayList<>(3 + topics.size());
        traits.add(id(id));
        traits.add(new Trait(Sort.AUTHOR, authorId));
        traits.add(new Trait(Sort.KIND, kind.name()));
        topics.forEach(topic -> traits.add(new Trait(Sort.TOPIC, topic)));
        return traits;
    }

    /** Topics share the weight of one; every other trait has its own. */
    float weight(int topics) {
        return sort == Sort.TOPIC ? 1f / topics : 1;
    }
}
