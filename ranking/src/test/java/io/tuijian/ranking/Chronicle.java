package io.tuijian.ranking;

import static io.tuijian.features.Story.ALICE;
import static io.tuijian.features.Story.NOON;
import static io.tuijian.features.Story.relation;

import io.tuijian.features.Actions;
import io.tuijian.features.Context;
import io.tuijian.features.Facts;
import io.tuijian.features.InMemoryFeatureStore;
import io.tuijian.features.Outcome;
import io.tuijian.features.Story;
import io.tuijian.models.EngagementModel;
import io.tuijian.models.retrieval.Retrieval;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.Relation;
import io.tuijian.schemas.RelationKind;
import io.tuijian.schemas.Surface;
import io.tuijian.schemas.VectorField;
import io.tuijian.schemas.Visibility;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * All that ever happened on a platform, from which the platform can be built anew with one thing never having happened.
 *
 * @param deeds what people did, in order of time
 * @param city where Alice is, null if nobody knows
 * @param uncounted contents whose engagements are kept from their own counts and their authors'
 * @param priced false if nothing that Alice met had a price when she met it
 * @param tuning of the feed
 */
record Chronicle(
        long seed,
        List<Content> contents,
        List<Relation> relations,
        List<Deed> deeds,
        String city,
        Set<String> uncounted,
        boolean priced,
        Tuning tuning) {
    private static final List<String> TOPICS =
            IntStream.range(0, 8).mapToObj(i -> "t" + i).toList();
    private static final Retrieval SPACE = new Retrieval(new TopicSpace("space-1", TOPICS), VectorField.A);

    /** Someone did something. */
    record Deed(String id, String viewerId, Action action, Content content, Instant at) {
        boolean isPleasureOfAlice() {
            return viewerId.equals(ALICE) && Actions.POSITIVE.contains(action);
        }
    }

    /** One of many, in which every signal has something to say to Alice. */
    static Chronicle of(long seed) {
        Random random = new Random(seed);
        int authors = 4 + random.nextInt(25);
        int topics = 2 + random.nextInt(TOPICS.size() - 1);
        int size = 20 + random.nextInt(100);
        List<Content> contents = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            contents.add(content(random, i, authors, topics));
        }
        List<Relation> relations = new ArrayList<>();
        for (int i = random.nextInt(2 * authors); i > 0; i--) {
            relate(random, relations, "a" + random.nextInt(authors), "t" + random.nextInt(topics));
        }
        if (random.nextInt(3) == 0) {
            relations.add(Relation.newBuilder(relation(ALICE, RelationKind.DIAL, Dial.PEOPLE))
                    .setValue(random.nextDouble())
                    .build());
        }
        List<Deed> deeds = new ArrayList<>();
        for (int i = random.nextInt(8); i > 0; i--) { // hits
            Content hit = pick(random, contents);
            for (int times = 25 + random.nextInt(30); times > 0; times--) {
                deed(random, deeds, "v" + random.nextInt(9), hit);
            }
        }
        for (int i = random.nextInt(size); i > 0; i--) {
            deed(random, deeds, "v" + random.nextInt(9), pick(random, contents));
        }
        for (int i = random.nextInt(60); i > 0; i--) {
            deed(random, deeds, ALICE, pick(random, contents));
        }
        deeds.sort(java.util.Comparator.comparing(Deed::at));
        return new Chronicle(
                seed,
                contents,
                relations,
                deeds,
                random.nextInt(4) == 0 ? null : "Hangzhou",
                Set.of(),
                true,
                tuning(random));
    }

    /** As it comes with the product, or with more for those who have less. */
    private static Tuning tuning(Random random) {
        if (random.nextBoolean()) {
            return Tuning.DEFAULT;
        }
        Tuning usual = Tuning.DEFAULT;
        SurfaceTuning generous = tuning(usual.of(Surface.FOR_YOU), 0.6, 0.2, 0.3, 0.1);
        return new Tuning(
                "generous",
                Map.of(Surface.FOR_YOU, generous, Surface.NEARBY, generous),
                new Tuning.Promised(20, 7, 40),
                usual.lessOfLasts(),
                usual.dialStrength(),
                usual.fateRate());
    }

    private static Content content(Random random, int i, int authors, int topics) {
        Story.Told content = Story.content("c" + i)
                .by("a" + random.nextInt(authors))
                .ago(Duration.ofMinutes((long) Math.exp(3 + 7 * random.nextDouble())))
                .saying("text " + i)
                .in(random.nextInt(4) == 0 ? "Hangzhou" : null)
                .visibleTo(random.nextInt(5) > 0 ? Visibility.PUBLIC : pick(random, List.of(Visibility.values())));
        switch (random.nextInt(4)) {
            case 0 -> content.about("t0", "t" + (1 + random.nextInt(topics - 1)));
            case 1 -> {}
            default -> content.about("t" + random.nextInt(topics));
        }
        switch (random.nextInt(5)) {
            case 0 -> content.post();
            case 1 -> content.shopItem(null).costing(500 + random.nextInt(50_000));
            default -> {}
        }
        return Content.newBuilder(content.told())
                .setGroupId(random.nextInt(6) == 0 ? "g" + random.nextInt(3) : null)
                .build();
    }

    private static void relate(Random random, List<Relation> relations, String author, String topic) {
        switch (random.nextInt(9)) {
            case 0 -> relations.add(relation(ALICE, RelationKind.SUBSCRIBE, author));
            case 1 -> relations.add(relation(ALICE, RelationKind.JOIN_GROUP, "g" + random.nextInt(3)));
            case 2 -> relations.add(relation(ALICE, RelationKind.FOLLOW_TOPIC, topic));
            case 3 -> relations.add(relation(ALICE, RelationKind.FRIEND, author));
            case 4, 5 -> {
                relations.add(relation(ALICE, RelationKind.FRIEND, author));
                relations.add(relation(author, RelationKind.FRIEND, ALICE));
            }
            default -> relations.add(relation(ALICE, RelationKind.FOLLOW, author));
        }
    }

    /** Whoever does something with a content sees it first. */
    private static void deed(Random random, List<Deed> deeds, String viewer, Content content) {
        boolean alice = viewer.equals(ALICE);
        long since = Math.max(60, Duration.between(content.getCreatedAt(), NOON).toSeconds());
        Instant at = NOON.minusSeconds((long) (since * random.nextDouble()));
        String id = "e" + deeds.size();
        deeds.add(new Deed(id + "s", viewer, Action.SEEN, content, at));
        int most = alice ? 3 : 2;
        for (int i = random.nextInt(most + 1); i > 0; i--) {
            Action action = pick(
                    random,
                    List.of(
                            Action.LONG_VIEW,
                            Action.LONG_VIEW,
                            Action.LIKE,
                            Action.LIKE,
                            Action.FAVORITE,
                            Action.HIDE));
            deeds.add(new Deed(id + i, viewer, action, content, at));
        }
    }

    private static <T> T pick(Random random, List<T> some) {
        return some.get(random.nextInt(some.size()));
    }

    /** The same, but for what this reason names: that never happened. */
    Chronicle without(Reason reason, Content content) {
        String about = reason.about();
        return switch (Signal.of(reason.code()).orElseThrow()) {
            case FOLLOWED_AUTHOR -> unrelated(RelationKind.FOLLOW, about);
            case FRIEND -> unrelated(RelationKind.FRIEND, about);
            case SUBSCRIPTION -> unrelated(RelationKind.SUBSCRIBE, about);
            case GROUP -> unrelated(RelationKind.JOIN_GROUP, about);
            case FOLLOWED_TOPIC -> unrelated(RelationKind.FOLLOW_TOPIC, about);
            case DIAL_PEOPLE, DIAL_LIKING -> unrelated(RelationKind.DIAL, Dial.PEOPLE);
            case LIKED_TOPIC ->
                undone(deed ->
                        deed.isPleasureOfAlice() && deed.content.getTopics().contains(about));
            case LIKED_AUTHOR ->
                undone(deed ->
                        deed.isPleasureOfAlice() && deed.content.getAuthorId().equals(about));
            case SIMILAR -> undone(Deed::isPleasureOfAlice);
            case NEARBY -> new Chronicle(seed, contents, relations, deeds, null, uncounted, priced, tuning);
            case TRENDING -> uncounted(Set.of(content.getId()));
            case USUAL_PRICE -> new Chronicle(seed, contents, relations, deeds, city, uncounted, false, tuning);
            case JUST_PUBLISHED -> {
                Content older = Content.newBuilder(content)
                        .setCreatedAt(content.getCreatedAt().minus(Duration.ofDays(30)))
                        .build();
                List<Content> aged = contents.stream()
                        .map(one -> one.getId().equals(content.getId()) ? older : one)
                        .toList();
                yield new Chronicle(seed, aged, relations, deeds, city, uncounted, priced, tuning);
            }
            case NEW_CONTENT -> tuned(it -> tuning(it, it.authorDecay(), 0, it.smallAuthorShare(), it.temperature()));
            case SMALL_AUTHOR -> tuned(it -> tuning(it, it.authorDecay(), it.newContentShare(), 0, it.temperature()));
            case DRAWN -> tuned(SurfaceTuning::undrawn);
            case AUTHOR_SPREAD ->
                tuned(it -> tuning(it, 1, it.newContentShare(), it.smallAuthorShare(), it.temperature()));
            case BEST_FOUND -> this;
        };
    }

    private Chronicle tuned(UnaryOperator<SurfaceTuning> otherwise) {
        Map<Surface, SurfaceTuning> surfaces = new EnumMap<>(Surface.class);
        for (Surface surface : Recipes.ALL.keySet()) {
            surfaces.put(surface, otherwise.apply(tuning.of(surface)));
        }
        Tuning other = new Tuning(
                "otherwise",
                surfaces,
                tuning.promised(),
                tuning.lessOfLasts(),
                tuning.dialStrength(),
                tuning.fateRate());
        return new Chronicle(seed, contents, relations, deeds, city, uncounted, priced, other);
    }

    private static SurfaceTuning tuning(
            SurfaceTuning it, double authorDecay, double newContent, double smallAuthors, double temperature) {
        return new SurfaceTuning(
                it.weights(),
                it.tasteStrength(),
                authorDecay,
                it.topicDecay(),
                it.mostOfTen(),
                newContent,
                smallAuthors,
                temperature,
                it.drawnFrom());
    }

    private Chronicle unrelated(RelationKind kind, String to) {
        List<Relation> left = relations.stream()
                .filter(relation -> !relation.getFrom().equals(ALICE)
                        || relation.getKind() != kind
                        || !relation.getTo().equals(to))
                .toList();
        return new Chronicle(seed, contents, left, deeds, city, uncounted, priced, tuning);
    }

    private Chronicle undone(Predicate<Deed> these) {
        List<Deed> left = deeds.stream().filter(these.negate()).toList();
        return new Chronicle(seed, contents, relations, left, city, uncounted, priced, tuning);
    }

    private Chronicle uncounted(Set<String> these) {
        return new Chronicle(seed, contents, relations, deeds, city, these, priced, tuning);
    }

    /** The platform after all that. */
    InMemoryFeatureStore platform() {
        InMemoryFeatureStore store = new InMemoryFeatureStore();
        contents.forEach(store::accept);
        relations.forEach(store::accept);
        for (Deed deed : deeds) {
            Outcome outcome = Story.outcome(deed.id, deed.viewerId, deed.action, deed.content, deed.at);
            if (deed.viewerId.equals(ALICE)) {
                store.accept(store.viewer(ALICE).after(priced ? outcome : unpriced(outcome)));
            }
            if (!uncounted.contains(deed.content.getId())) {
                store.accept(store.contentState(deed.content.getId()).after(outcome));
                store.accept(store.author(Facts.of(deed.content).authorId()).after(outcome));
            }
        }
        return store;
    }

    /** A first page for Alice on this platform. */
    Feed feed(InMemoryFeatureStore platform, Surface surface, int limit, EngagementModel model) {
        return pipeline(platform, model).build(request(surface, limit));
    }

    FeedRequest request(Surface surface, int limit) {
        Context context = new Context(NOON, ZoneId.of("Asia/Shanghai"), surface, "session", 0, city, "phone");
        return new FeedRequest("f1", ALICE, limit, context, List.of(), Set.of());
    }

    private FeedPipeline pipeline(InMemoryFeatureStore platform, EngagementModel model) {
        InMemoryContentIndex index = new InMemoryContentIndex(platform, () -> Optional.of(SPACE));
        return new FeedPipeline(
                new FeedPipeline.Parts(index, index, platform, () -> model, () -> Optional.of(SPACE), () -> tuning));
    }

    private static Outcome unpriced(Outcome it) {
        return new Outcome(
                it.id(),
                it.viewerId(),
                it.contentId(),
                it.authorId(),
                it.kind(),
                it.topics(),
                it.action(),
                it.weight(),
                it.atMillis(),
                it.watchedMillis(),
                it.durationMillis(),
                0,
                "");
    }
}
