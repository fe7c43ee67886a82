package io.tuijian.ranking;

import static io.tuijian.features.Story.ALICE;
import static io.tuijian.features.Story.NOON;
import static io.tuijian.features.Story.content;
import static io.tuijian.features.Story.relation;
import static org.assertj.core.api.Assertions.assertThat;

import io.tuijian.features.InMemoryFeatureStore;
import io.tuijian.models.EngagementModel;
import io.tuijian.models.PopularityModel;
import io.tuijian.ranking.Chronicle.Deed;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.Relation;
import io.tuijian.schemas.RelationKind;
import io.tuijian.schemas.Surface;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every reason is true: take what it names out of everything that ever happened, build the platform and the page anew,
 * and the item falls. It falls if it is not found or not allowed any more, or scores less. What scores it is the model and
 * the factors that are its own, before other items around it come in.
 */
class ReasonsTest {
    /** What is taken away alike for every item. */
    private static final Set<Signal> OF_ALL = EnumSet.complementOf(EnumSet.of(Signal.TRENDING, Signal.JUST_PUBLISHED));

    /** What is a reason whenever the item falls without it, if there is room. */
    private static final Set<Signal> ALWAYS_NAMED = EnumSet.of(
            Signal.FOLLOWED_AUTHOR,
            Signal.FRIEND,
            Signal.SUBSCRIPTION,
            Signal.GROUP,
            Signal.FOLLOWED_TOPIC,
            Signal.NEARBY);

    /** What moves an item whatever it scores. */
    private static final Set<Signal> RULES =
            EnumSet.of(Signal.NEW_CONTENT, Signal.SMALL_AUTHOR, Signal.DRAWN, Signal.AUTHOR_SPREAD);

    private static final List<Surface> SURFACES =
            List.of(Surface.FOR_YOU, Surface.FOR_YOU, Surface.FOLLOWING, Surface.NEARBY, Surface.SHOP);

    static LongStream worlds() {
        return LongStream.range(0, 100);
    }

    static LongStream manyWorlds() {
        return LongStream.range(100, 1_100);
    }

    private static List<EngagementModel> models(long seed) {
        return List.of(new PopularityModel(), new Remembering(), new ByChance(seed));
    }

    @ParameterizedTest(name = "world {0}")
    @MethodSource("worlds")
    void without_what_its_reason_names_an_item_falls(long seed) {
        List<EngagementModel> models = models(seed);
        everyReasonIsTrue(seed, List.of(models.get((int) (seed % models.size()))), new TreeMap<>());
    }

    @Tag("full")
    @ParameterizedTest(name = "world {0}")
    @MethodSource("manyWorlds")
    void in_a_thousand_more_worlds_an_item_falls_without_what_its_reason_names(long seed) {
        everyReasonIsTrue(seed, models(seed), new TreeMap<>());
    }

    /** Counts into {@code seen} which signal was named how often by how its item fell. */
    private static void everyReasonIsTrue(long seed, List<EngagementModel> models, Map<String, Integer> seen) {
        Otherwise story = new Otherwise(seed);
        for (EngagementModel model : models) {
            Feed feed = story.feed(model);
            for (Placed item : feed.items()) {
                for (Reason reason : item.reasons()) {
                    Optional<String> fall = story.fall(item, reason, model);
                    assertThat(fall.isPresent() || reason.code().equals(Signal.BEST_FOUND.code()))
                            .as("%s: without %s it falls", story.of(item, model), reason)
                            .isTrue();
                    seen.merge(reason.code() + " " + fall.orElse("stays"), 1, Integer::sum);
                }
            }
        }
    }

    /** A world that can be had again without something. */
    private static final class Otherwise {
        private static final int LIMIT = 8;
        private final Chronicle chronicle;
        private final Surface surface;
        private final Map<String, Chronicle> otherwise = new HashMap<>();
        private final Map<String, InMemoryFeatureStore> platforms = new HashMap<>();
        private final Map<String, Feed> feeds = new HashMap<>();

        Otherwise(long seed) {
            chronicle = Chronicle.of(seed);
            surface = SURFACES.get((int) (seed % SURFACES.size()));
        }

        Feed feed(EngagementModel model) {
            return feed("", chronicle, model);
        }

        private Feed feed(String key, Chronicle of, EngagementModel model) {
            return feeds.computeIfAbsent(
                    key + model.version(),
                    any -> of.feed(platforms.computeIfAbsent(key, none -> of.platform()), surface, LIMIT, model));
        }

        Feed without(Reason reason, Content content, EngagementModel model) {
            String key = OF_ALL.contains(Signal.of(reason.code()).orElseThrow())
                    ? reason.toString()
                    : reason + content.getId();
            return feed(key, otherwise.computeIfAbsent(key, any -> chronicle.without(reason, content)), model);
        }

        /** How this item falls without what this reason names, or for one that is held down rises, if it does. */
        Optional<String> fall(Placed item, Reason reason, EngagementModel model) {
            Feed without = without(reason, item.content().hydrated().content(), model);
            Signal signal = Signal.of(reason.code()).orElseThrow();
            if (RULES.contains(signal)) {
                int position = position(without, item.content().contentId());
                boolean moves =
                        signal == Signal.AUTHOR_SPREAD ? position < item.position() : position > item.position();
                return moves ? Optional.of("stands elsewhere") : Optional.empty();
            }
            Optional<Double> score = scored(without, item.content().contentId());
            if (score.isEmpty()) {
                return Optional.of("gone");
            }
            return score.get() < item.content().score() ? Optional.of("scores less") : Optional.empty();
        }

        String of(Placed item, EngagementModel model) {
            return "world " + chronicle.seed() + ", " + surface + ", " + model.version() + ", "
                    + item.content().hydrated().content();
        }
    }

    private static int position(Feed feed, String contentId) {
        return feed.items().stream()
                .filter(item -> item.content().contentId().equals(contentId))
                .map(Placed::position)
                .findFirst()
                .orElse(Integer.MAX_VALUE);
    }

    private static Optional<Double> scored(Feed feed, String contentId) {
        return Stream.concat(feed.items().stream().map(Placed::content), feed.outranked().stream())
                .filter(content -> content.contentId().equals(contentId))
                .map(ScoredContent::score)
                .findFirst();
    }

    @Test
    void what_only_a_group_brings_is_there_because_of_the_group() {
        Content talk = content("c-talk")
                .by("a-eve")
                .inGroup("g-chess")
                .about("t-chess")
                .ago(Duration.ofDays(300))
                .told();
        List<Content> contents = new ArrayList<>(List.of(talk));
        for (int i = 0; i < 900; i++) {
            contents.add(content("c" + i)
                    .by("a" + i % 100)
                    .about("t-news")
                    .saying("news " + i)
                    .ago(Duration.ofHours(i))
                    .told());
        }
        List<Deed> deeds = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            deeds.add(new Deed("s" + i, "v" + i, Action.SEEN, talk, talk.getCreatedAt()));
            deeds.add(new Deed("l" + i, "v" + i, Action.LIKE, talk, talk.getCreatedAt()));
        }
        for (int i = 0; i < 400; i++) {
            deeds.add(new Deed("e" + i, "v-carol", Action.LONG_VIEW, contents.get(1 + i), NOON));
        }
        List<Relation> relations = List.of(relation(ALICE, RelationKind.JOIN_GROUP, "g-chess"));
        Chronicle chronicle = new Chronicle(0, contents, relations, deeds, null, Set.of(), true, Tuning.DEFAULT);
        EngagementModel model = new PopularityModel();

        Placed item = chronicle.feed(chronicle.platform(), Surface.FOR_YOU, 20, model).items().stream()
                .filter(placed -> placed.content().contentId().equals("c-talk"))
                .findFirst()
                .orElseThrow();
        Reason group = Signal.GROUP.about("g-chess");
        assertThat(item.reasons()).first().isEqualTo(group);
        Chronicle without = chronicle.without(group, talk);
        assertThat(scored(without.feed(without.platform(), Surface.FOR_YOU, 20, model), "c-talk"))
                .isEmpty();
    }

    @Test
    void over_these_worlds_every_signal_is_named_and_every_lie_would_be_found_out() {
        Map<String, Integer> named = new TreeMap<>();
        Map<String, Integer> madeUp = new TreeMap<>();
        worlds().limit(15).forEach(seed -> {
            everyReasonIsTrue(seed, models(seed), named);
            whatIsNotNamed(seed, madeUp);
        });
        for (Signal signal : Signal.values()) {
            if (signal != Signal.GROUP) { // only a source looks for it, and all of a small world is found anyway
                assertThat(named.keySet()).as("named").anyMatch(key -> key.startsWith(signal.code() + " "));
            }
            if (signal != Signal.BEST_FOUND) {
                assertThat(madeUp).as("made up, but the item stays").containsKey(signal.code() + " stays");
            }
        }
    }

    /** Says of each item what is not said of it, though there is room, and looks whether it falls without. */
    private static void whatIsNotNamed(long seed, Map<String, Integer> seen) {
        Otherwise story = new Otherwise(seed);
        for (EngagementModel model : models(seed)) {
            for (Placed item : story.feed(model).items()) {
                for (Reason reason : madeUp(item.content().hydrated().content())) {
                    if (item.reasons().size() == 3 || item.reasons().contains(reason)) {
                        continue;
                    }
                    if (ALWAYS_NAMED.contains(Signal.of(reason.code()).orElseThrow())) {
                        Feed without =
                                story.without(reason, item.content().hydrated().content(), model);
                        assertThat(scored(without, item.content().contentId())
                                        .orElse(item.content().score()))
                                .as("%s: without %s it hardly falls", story.of(item, model), reason)
                                .isGreaterThan(item.content().score() * Math.exp(-Reasons.LEAST_FALL) - 1e-9);
                    }
                    seen.merge(
                            reason.code() + " "
                                    + story.fall(item, reason, model).orElse("stays"),
                            1,
                            Integer::sum);
                }
            }
        }
    }

    /** All that anyone could say of this content. */
    private static List<Reason> madeUp(Content content) {
        List<Reason> reasons = new ArrayList<>();
        for (Signal signal : Signal.values()) {
            switch (signal) {
                case FOLLOWED_AUTHOR, FRIEND, SUBSCRIPTION, LIKED_AUTHOR, AUTHOR_SPREAD ->
                    reasons.add(signal.about(content.getAuthorId()));
                case FOLLOWED_TOPIC, LIKED_TOPIC ->
                    content.getTopics().forEach(topic -> reasons.add(signal.about(topic)));
                case GROUP ->
                    Optional.ofNullable(content.getGroupId()).map(signal::about).ifPresent(reasons::add);
                case NEARBY ->
                    Optional.ofNullable(content.getCity()).map(signal::about).ifPresent(reasons::add);
                case DIAL_PEOPLE,
                        DIAL_LIKING,
                        SIMILAR,
                        TRENDING,
                        USUAL_PRICE,
                        JUST_PUBLISHED,
                        NEW_CONTENT,
                        SMALL_AUTHOR,
                        DRAWN -> reasons.add(signal.about(""));
                case BEST_FOUND -> {}
            }
        }
        return reasons;
    }
}
