package io.tuijian.features;

import io.tuijian.schemas.Content;
import io.tuijian.schemas.Relation;

class InMemoryFeatureStoreTest extends FeatureStoreContract {
    private final InMemoryFeatureStore store = new InMemoryFeatureStore();

    @Override
    protected FeatureStore store() {
        return store;
    }

    @Override
    protected void put(ViewerState state) {
        store.accept(state);
    }

    @Override
    protected void put(ContentState state) {
        store.accept(state);
    }

    @Override
    protected void put(AuthorState state) {
        store.accept(state);
    }

    @Override
    protected void put(Content content) {
        store.accept(content);
    }

    @Override
    protected void put(Relation relation) {
        store.accept(relation);
    }
}
