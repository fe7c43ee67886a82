package io.tuijian.feedapi;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tuijian.features.Actions;
import io.tuijian.features.Context;
import io.tuijian.features.CountOnce;
import io.tuijian.features.Facts;
import io.tuijian.features.FeatureInput;
import io.tuijian.features.FeatureStore;
import io.tuijian.features.Outcome;
import io.tuijian.features.Relations;
import io.tuijian.features.ViewerState;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.Engagement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A feature store in which what a viewer hid or reported on this server holds at once: it is folded into the state that
 * was read until that state has it by itself. Bounded; safe from many threads.
 */
final class JustHidden implements FeatureStore {
    private static final int MOST_VIEWERS = 10_000;
    private static final int MOST_EACH = 100;
    private static final Duration LASTS = Duration.ofHours(1);

    private final FeatureStore states;
    private final Cache<String, List<Outcome>> awaited = Caffeine.newBuilder()
            .maximumSize(MOST_VIEWERS)
            .expireAfterWrite(LASTS)
            .build();

    JustHidden(FeatureStore states) {
        this.states = states;
    }

    /** What this server has just taken; only what says "less of it", or takes that back, is kept. */
    void take(Engagement engagement) {
        String viewerId = engagement.getViewerId();
        if (engagement.getUndoes() != null) {
            forget(viewerId, Set.of(engagement.getUndoes()));
        } else if (Actions.NEGATIVE.contains(engagement.getAction())) {
            Content content = states.content(engagement.getContentId());
            if (content != null) {
                remember(new CountOnce.Counted(
                                engagement.getId(),
                                viewerId,
                                content.getId(),
                                engagement.getAction(),
                                1,
                                engagement.getAt().toEpochMilli(),
                                0)
                        .of(Facts.of(content)));
            }
        }
    }

    private void remember(Outcome outcome) {
        awaited.asMap().compute(outcome.viewerId(), (id, old) -> {
            List<Outcome> next = new ArrayList<>(old == null ? List.of() : old);
            next.removeIf(other -> other.id().equals(outcome.id()));
            next.add(outcome);
            return List.copyOf(next.subList(Math.max(0, next.size() - MOST_EACH), next.size()));
        });
    }

    private void forget(String viewerId, Set<String> ids) {
        awaited.asMap().computeIfPresent(viewerId, (id, old) -> {
            List<Outcome> left =
                    old.stream().filter(outcome -> !ids.contains(outcome.id())).toList();
            return left.isEmpty() ? null : left;
        });
    }

    private ViewerState with(ViewerState read) {
        List<Outcome> waiting = awaited.getIfPresent(read.viewerId());
        if (waiting == null) {
            return read;
        }
        Set<String> there = read.recent().stream().map(ViewerState.Recent::id).collect(Collectors.toUnmodifiableSet());
        forget(read.viewerId(), there);
        ViewerState state = read;
        for (Outcome outcome : waiting) {
            if (!there.contains(outcome.id())) {
                state = state.after(outcome);
            }
        }
        return state;
    }

    @Override
    public Loaded load(String viewerId, List<String> contentIds, Context context) {
        Loaded loaded = states.load(viewerId, contentIds, context);
        if (awaited.getIfPresent(viewerId) == null || loaded.inputs().isEmpty()) {
            return loaded;
        }
        ViewerState viewer = with(loaded.inputs().get(0).viewer());
        List<FeatureInput> inputs = loaded.inputs().stream()
                .map(it -> new FeatureInput(
                        viewer, it.relations(), it.content(), it.contentState(), it.author(), it.context()))
                .toList();
        return new Loaded(
                inputs,
                loaded.unknown(),
                FeatureStore.age(viewer.updatedAtMillis(), context.now()),
                loaded.missing(),
                loaded.behind());
    }

    @Override
    public ViewerState viewer(String viewerId) {
        return with(states.viewer(viewerId));
    }

    @Override
    public Content content(String contentId) {
        return states.content(contentId);
    }

    @Override
    public Relations relations() {
        return states.relations();
    }
}
