package io.tuijian.features;

import io.tuijian.schemas.Content;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** A feature store in this process's memory. Never steps back to a state of fewer events. Safe from many threads. */
public final class InMemoryFeatureStore implements FeatureStore {
    private final Table<ViewerState> viewers = unbounded();
    private final Table<ContentState> contentStates;
    private final Table<AuthorState> authors;
    private final Table<Content> contents;
    private final Relations relations = new Relations();

    /** Holds all that it is given. */
    public InMemoryFeatureStore() {
        this(Long.MAX_VALUE, Long.MAX_VALUE);
    }

    /** Holds so many contents, and the states of so many contents and authors; beyond, the longest unchanged go. */
    public InMemoryFeatureStore(long mostContents, long mostAuthors) {
        contents = new Table<>(mostContents, content -> 1);
        contentStates = new Table<>(mostContents, state -> 1);
        authors = new Table<>(mostAuthors, state -> 1);
    }

    private static <V> Table<V> unbounded() {
        return new Table<>(Long.MAX_VALUE, value -> 1);
    }

    public void accept(ViewerState state) {
        viewers.accept(state.viewerId(), state, state.events(), state.updatedAtMillis());
    }

    public void accept(ContentState state) {
        accept(state, state.updatedAtMillis());
    }

    public void accept(AuthorState state) {
        accept(state, state.updatedAtMillis());
    }

    public void accept(Content content) {
        accept(content, content.getCreatedAt().toEpochMilli());
    }

    /** The same, written at a time that decides what goes first where there is no room. */
    public void accept(ContentState state, long writtenAtMillis) {
        contentStates.accept(state.contentId(), state, state.events(), writtenAtMillis);
    }

    /** The same, written at a time that decides what goes first where there is no room. */
    public void accept(AuthorState state, long writtenAtMillis) {
        authors.accept(state.authorId(), state, state.events(), writtenAtMillis);
    }

    /** The same, written at a time that decides what goes first where there is no room. */
    public void accept(Content content, long writtenAtMillis) {
        contents.accept(content.getId(), content, content.getVersion(), writtenAtMillis);
    }

    public void accept(io.tuijian.schemas.Relation relation) {
        relations.accept(relation);
    }

    @Override
    public Loaded load(String viewerId, List<String> contentIds, Context context) {
        return load(viewer(viewerId), contentIds, context);
    }

    /** The same for a viewer who is known already. */
    public Loaded load(ViewerState viewer, List<String> contentIds, Context context) {
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

    /** Contents by id; their order is their version. */
    public Table<Content> contentTable() {
        return contents;
    }

    public Table<ContentState> contentStateTable() {
        return contentStates;
    }

    public Table<AuthorState> authorTable() {
        return authors;
    }

    public int contentCount() {
        return contents.size();
    }

    public int viewerCount() {
        return viewers.size();
    }
}
