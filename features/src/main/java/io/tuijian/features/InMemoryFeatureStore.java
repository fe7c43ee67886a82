package io.tuijian.features;

import io.tuijian.schemas.Content;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A feature store in this process's memory. Never steps back to a state of fewer events. Safe from many threads. */
public final class InMemoryFeatureStore implements FeatureStore {
    private final Map<String, ViewerState> viewers = new ConcurrentHashMap<>();
    private final Map<String, ContentState> contentStates = new ConcurrentHashMap<>();
    private final Map<String, AuthorState> authors = new ConcurrentHashMap<>();
    private final Map<String, Content> contents = new ConcurrentHashMap<>();
    private final Relations relations = new Relations();

    public void accept(ViewerState state) {
        viewers.merge(state.viewerId(), state, (old, next) -> next.events() < old.events() ? old : next);
    }

    public void accept(ContentState state) {
        contentStates.merge(state.contentId(), state, (old, next) -> next.events() < old.events() ? old : next);
    }

    public void accept(AuthorState state) {
        authors.merge(state.authorId(), state, (old, next) -> next.events() < old.events() ? old : next);
    }

    public void accept(Content content) {
        contents.merge(content.getId(), content, (old, next) -> next.getVersion() < old.getVersion() ? old : next);
    }

    public void accept(io.tuijian.schemas.Relation relation) {
        relations.accept(relation);
    }

    @Override
    public Loaded load(String viewerId, List<String> contentIds, Context context) {
        ViewerState viewer = viewer(viewerId);
        List<FeatureInput> inputs = new ArrayList<>(contentIds.size());
        Set<String> unknown = new LinkedHashSet<>();
        for (String id : contentIds) {
            Content content = contents.get(id);
            if (content == null) {
                unknown.add(id);
                continue;
            }
            inputs.add(new FeatureInput(
                    viewer, relations, content, contentState(id), author(content.getAuthorId()), context));
        }
        return new Loaded(inputs, unknown, FeatureStore.age(viewer.updatedAtMillis(), context.now()));
    }

    @Override
    public ViewerState viewer(String viewerId) {
        ViewerState state = viewers.get(viewerId);
        return state == null ? ViewerState.empty(viewerId) : state;
    }

    public ContentState contentState(String contentId) {
        ContentState state = contentStates.get(contentId);
        return state == null ? ContentState.empty(contentId) : state;
    }

    public AuthorState author(String authorId) {
        AuthorState state = authors.get(authorId);
        return state == null ? AuthorState.empty(authorId) : state;
    }

    @Override
    public Content content(String contentId) {
        return contents.get(contentId);
    }

    @Override
    public Relations relations() {
        return relations;
    }

    /** Every content, in no order. */
    public Iterable<Content> contents() {
        return contents.values();
    }

    public int contentCount() {
        return contents.size();
    }

    public int viewerCount() {
        return viewers.size();
    }
}
