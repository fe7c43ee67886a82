package io.tuijian.feedapi;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tuijian.features.Actions;
import io.tuijian.features.Context;
import io.tuijian.features.CountOnce;
import io.tuijian.features.Facts;
import io.tuijian.features.FeatureInput;
import io.tuijian.features.FeatureStore;
import io.tuijian.features.GrowingViewerState;
import io.tuijian.features.Outcome;
import io.tuijian.features.Relations;
import io.tuijian.features.ViewerState;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.Engagement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
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
    private final Cache<String, Said> lately = Caffeine.newBuilder()
            .maximumSize(MOST_VIEWERS)
            .expireAfterWrite(LASTS)
            .build();

    /**
     * What a viewer said here that their state need not have yet, the newest last.
     *
     * @param undone ids of what was taken back, so that it stays so if it is sent again
     */
    private record Said(List<Outcome> hidden, List<String> undone) {
        static final Said NOTHING = new Said(List.of(), List.of());

        Said hiding(Outcome outcome) {
            return undone.contains(outcome.id())
                    ? this
                    : new Said(newest(without(Set.of(outcome.id())).hidden, outcome), undone);
        }

        Said undoing(String id) {
            return new Said(without(Set.of(id)).hidden, undone.contains(id) ? undone : newest(undone, id));
        }

        Said without(Set<String> ids) {
            return new Said(
                    hidden.stream()
                            .filter(outcome -> !ids.contains(outcome.id()))
                            .toList(),
                    undone);
        }

        private static <T> List<T> newest(List<T> before, T last) {
            List<T> all = new ArrayList<>(before);
            all.add(last);
            return List.copyOf(all.subList(Math.max(0, all.size() - MOST_EACH), all.size()));
        }
    }

    JustHidden(FeatureStore states) {
        this.states = states;
    }

    /** What this server has just taken; only what says "less of it", or takes that back, is kept. */
    void take(Engagement engagement) {
        String viewerId = engagement.getViewerId();
        boolean negative = Actions.NEGATIVE.contains(engagement.getAction());
        if (engagement.getUndoes() != null) {
            if (negative || lately.getIfPresent(viewerId) != null) {
                change(viewerId, said -> said.undoing(engagement.getUndoes()));
            }
            return;
        }
        if (!negative) {
            return;
        }
        Content content = states.content(engagement.getContentId());
        if (content != null) {
            Outcome outcome = new CountOnce.Counted(
                            engagement.getId(),
                            viewerId,
                            content.getId(),
                            engagement.getAction(),
                            1,
                            engagement.getAt().toEpochMilli(),
                            0)
                    .of(Facts.of(content));
            change(viewerId, said -> said.hiding(outcome));
        }
    }

    private void change(String viewerId, UnaryOperator<Said> change) {
        lately.asMap().compute(viewerId, (id, said) -> change.apply(said == null ? Said.NOTHING : said));
    }

    private List<Outcome> hidden(String viewerId) {
        Said said = lately.getIfPresent(viewerId);
        return said == null ? List.of() : said.hidden;
    }

    private ViewerState with(ViewerState read) {
        List<Outcome> waiting = hidden(read.viewerId());
        if (waiting.isEmpty()) {
            return read;
        }
        Set<String> there = read.recent().stream().map(ViewerState.Recent::id).collect(Collectors.toUnmodifiableSet());
        GrowingViewerState state = new GrowingViewerState(read);
        boolean arrived = false;
        for (Outcome outcome : waiting) {
            if (there.contains(outcome.id())) {
                arrived = true;
            } else {
                state.add(outcome);
            }
        }
        if (arrived) {
            lately.asMap().computeIfPresent(read.viewerId(), (id, said) -> said.without(there));
        }
        return state.state();
    }

    @Override
    public Loaded load(String viewerId, List<String> contentIds, Context context) {
        Loaded loaded = states.load(viewerId, contentIds, context);
        if (hidden(viewerId).isEmpty() || loaded.inputs().isEmpty()) {
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
