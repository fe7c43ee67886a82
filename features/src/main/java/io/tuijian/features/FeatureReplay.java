package io.tuijian.features;

import io.tuijian.schemas.Action;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.Engagement;
import io.tuijian.schemas.Provenance;
import io.tuijian.schemas.Relation;
import io.tuijian.schemas.RelationKind;
import io.tuijian.schemas.Served;
import io.tuijian.schemas.ServedItem;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.Consumer;

/**
 * Runs folds and formulas over a log in memory: for imported logs, to backfill a new feature, and as the oracle of the
 * streaming path. A page reads only what could be known strictly before it was served. Not thread-safe.
 */
public final class FeatureReplay {
    private final FeatureSet features;
    private final InMemoryFeatureStore store = new InMemoryFeatureStore();
    private final Map<String, CountOnce.Ledger> ledgers = new HashMap<>();
    private final PriorityQueue<Usable> pending = new PriorityQueue<>(Comparator.comparingLong(Usable::fromMillis)
            .thenComparing(usable -> usable.outcome.viewerId())
            .thenComparing(usable -> usable.outcome.id())
            .thenComparing(usable -> -usable.outcome.weight()));

    /** An outcome and when it could first be known; what takes one back bears the time of what it takes back. */
    private record Usable(long fromMillis, Outcome outcome) {}

    /** A served item as a model would have seen it, and what came of it. */
    public record Row(
            Served served,
            ServedItem item,
            Content content,
            Features features,
            Map<Action, Float> labels,
            long watchedMillis) {}

    public FeatureReplay(FeatureSet features, Iterable<Content> contents) {
        this.features = features;
        contents.forEach(store::accept);
    }

    /**
     * The next page of the log, in the order of serving, with the engagements that belong to it. Hands over a row per
     * item before any of these engagements is counted.
     *
     * @throws IllegalArgumentException if the page shows a content that was never published
     */
    public void page(Served served, List<Engagement> engagements, Consumer<Row> rows) {
        advance(served.getAt());
        if (rows != null) {
            Context context = context(served);
            for (ServedItem item : served.getItems()) {
                List<FeatureInput> inputs = store.load(served.getViewerId(), List.of(item.getContentId()), context)
                        .inputs();
                if (inputs.isEmpty()) {
                    throw new IllegalArgumentException(item.getContentId() + " was served but never published");
                }
                Map<Action, Float> labels = new EnumMap<>(Action.class);
                long watched = 0;
                for (Engagement engagement : engagements) {
                    if (engagement.getUndoes() == null
                            && engagement.getContentId().equals(item.getContentId())) {
                        labels.put(engagement.getAction(), 1f);
                        if (engagement.getAction() == Action.WATCH && engagement.getWatchedMillis() != null) {
                            watched = Math.max(watched, engagement.getWatchedMillis());
                        }
                    }
                }
                rows.accept(
                        new Row(served, item, inputs.get(0).content(), features.of(inputs.get(0)), labels, watched));
            }
        }
        engagements.forEach(this::engagement);
    }

    /** The circumstances in which this page was served; the position of its first item is how deep the session was. */
    public static Context context(Served served) {
        return new Context(
                served.getAt(),
                served.getZone() == null ? ZoneId.of("UTC") : ZoneId.of(served.getZone()),
                served.getSurface(),
                served.getSessionId(),
                served.getItems().isEmpty() ? 0 : served.getItems().get(0).getPosition(),
                served.getCity(),
                served.getDevice());
    }

    /** An engagement; it is folded once the log reaches the time at which it could be known. */
    public void engagement(Engagement engagement) {
        CountOnce.Ledger ledger = ledgers.computeIfAbsent(engagement.getViewerId(), viewer -> CountOnce.inMemory());
        String id = engagement.getContentId();
        Content content = store.content(id);
        if (content == null && !Facts.isAuthor(id)) {
            return;
        }
        Facts facts = content == null ? Facts.ofAuthor(id) : Facts.of(content);
        for (CountOnce.Counted counted : CountOnce.counted(ledger, engagement)) {
            Outcome outcome = counted.of(facts);
            long from = Math.max(outcome.knownAtMillis(), engagement.getAt().toEpochMilli());
            pending.add(new Usable(from, outcome));
        }
    }

    /** Folds every outcome that could be known strictly before this moment. */
    public void advance(Instant now) {
        long millis = now.toEpochMilli();
        while (!pending.isEmpty() && pending.peek().fromMillis() < millis) {
            fold(pending.poll());
        }
    }

    /** Folds all that is left: the end of the log. */
    public void finish() {
        while (!pending.isEmpty()) {
            fold(pending.poll());
        }
    }

    /** The states as they are now. */
    public InMemoryFeatureStore store() {
        return store;
    }

    private void fold(Usable usable) {
        Outcome outcome = usable.outcome();
        store.accept(store.viewer(outcome.viewerId()).after(outcome));
        store.accept(store.contentState(outcome.contentId()).after(outcome));
        store.accept(store.author(outcome.authorId()).after(outcome));
        if (outcome.action() == Action.FOLLOW) {
            store.accept(new Relation(
                    outcome.viewerId(),
                    RelationKind.FOLLOW,
                    outcome.authorId(),
                    outcome.weight() > 0,
                    Instant.ofEpochMilli(usable.fromMillis()),
                    null,
                    Provenance.REAL,
                    null));
        }
    }
}
