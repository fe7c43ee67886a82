package io.tuijian.ranking;

import static io.tuijian.features.Story.NOON;

import io.tuijian.features.ActionCounts;
import io.tuijian.features.AuthorState;
import io.tuijian.features.ContentState;
import io.tuijian.features.FeatureInput;
import io.tuijian.features.FeatureSet;
import io.tuijian.features.Features;
import io.tuijian.features.Story;
import io.tuijian.features.reach.StableHash;
import io.tuijian.models.EngagementModel;
import io.tuijian.models.Prediction;
import io.tuijian.ranking.FeedRequest.Earlier;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.RelationKind;
import io.tuijian.schemas.SafetyLabel;
import io.tuijian.schemas.Surface;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A platform made up from a seed on which every {@link SplitRule} has much to do: authors with more than they may show, small
 * ones, some whom viewers hid, and contents that bear a label. Its viewers scroll page after page, and see what they get.
 */
final class SplitWorld {
    private static final int LIMIT = 10;

    /** What is moved most by each rule, as the world calls it. */
    static final Map<SplitRule, String> MOVED = Map.of(
            SplitRule.AUTHOR_SPREAD, "a-many",
            SplitRule.SMALL_AUTHORS, "a-small",
            SplitRule.NEGATIVE_FEEDBACK, "a-hidden",
            SplitRule.SAFETY_LABELS, "a-labelled");

    private final long seed;
    private final int viewers;
    private final int pages;

    SplitWorld(long seed, int viewers, int pages) {
        this.seed = seed;
        this.viewers = viewers;
        this.pages = pages;
    }

    /** How often a group of authors was shown in a feed, and how often more than it would be without each rule. */
    record Told(String feedId, Map<String, Integer> shown, Map<SplitRule, Map<String, Integer>> gained) {}

    /** What every viewer got, asked what it would be without each rule. */
    List<Told> asItIs() {
        return scrolled(null, true);
    }

    /** What every viewer gets where this rule is really off. */
    List<Told> reallyWithout(SplitRule rule) {
        return scrolled(rule, false);
    }

    private List<Told> scrolled(SplitRule off, boolean asked) {
        Platform platform = platform(off);
        FeedPipeline.Parts parts = new FeedPipeline.Parts(
                platform.index, platform.index, platform.store, Liking::new, Optional::empty, () -> tuning(off));
        FeedPipeline pipeline =
                new FeedPipeline(parts, off == SplitRule.AUTHOR_SPREAD ? Mixer.uncapped() : new Mixer());
        List<Told> told = new ArrayList<>();
        for (int i = 0; i < viewers; i++) {
            told.add(scrolled(platform, pipeline, "v" + i, asked));
        }
        return told;
    }

    private Told scrolled(Platform platform, FeedPipeline pipeline, String viewer, boolean asked) {
        Told told = new Told("f" + seed + viewer, new HashMap<>(), new EnumMap<>(SplitRule.class));
        List<Earlier> earlier = new ArrayList<>();
        Map<SplitRule, List<Earlier>> without = new EnumMap<>(SplitRule.class);
        for (int page = 0; page < pages; page++) {
            Set<String> lately = earlier.stream().map(Earlier::contentId).collect(Collectors.toSet());
            Feed feed = pipeline.build(new FeedRequest(
                    told.feedId,
                    viewer,
                    LIMIT,
                    Story.context(Surface.FOR_YOU, NOON),
                    List.copyOf(earlier),
                    lately,
                    asked ? Optional.of(without) : Optional.empty()));
            count(told.shown, viewer, feed.items(), 1);
            feed.without().forEach((rule, other) -> {
                Map<String, Integer> gained = told.gained.computeIfAbsent(rule, any -> new HashMap<>());
                count(gained, viewer, feed.items(), 1);
                count(gained, viewer, other, -1);
                List<Earlier> parted = new ArrayList<>(without.getOrDefault(rule, earlier));
                other.forEach(item -> parted.add(item.earlier()));
                without.put(rule, parted);
            });
            for (Placed item : feed.items()) {
                earlier.add(item.earlier());
                Content content = item.content().hydrated().content();
                platform.store.accept(platform.store
                        .viewer(viewer)
                        .after(Story.outcome("s" + earlier.size(), viewer, Action.SEEN, content, NOON)));
            }
        }
        return told;
    }

    private void count(Map<String, Integer> groups, String viewer, List<Placed> items, int by) {
        for (Placed item : items) {
            String author = item.content().hydrated().content().getAuthorId();
            String group = author.substring(0, author.lastIndexOf('-'));
            groups.merge(
                    group.equals("a-hidden") && !hid(viewer).contains(author) ? "a-other" : group, by, Integer::sum);
        }
    }

    private static Tuning tuning(SplitRule off) {
        SurfaceTuning it = Tuning.DEFAULT.of(Surface.FOR_YOU);
        SurfaceTuning surface = new SurfaceTuning(
                it.weights(),
                it.tasteStrength(),
                off == SplitRule.AUTHOR_SPREAD ? 1 : it.authorDecay(),
                it.topicDecay(),
                it.mostOfTen(),
                it.newContentShare(),
                off == SplitRule.SMALL_AUTHORS ? 0 : it.smallAuthorShare(),
                it.temperature(),
                it.drawnFrom());
        Duration lessOfLasts = off == SplitRule.NEGATIVE_FEEDBACK ? Duration.ofHours(1) : Duration.ofDays(14);
        return new Tuning("t1", Map.of(Surface.FOR_YOU, surface), Tuning.Promised.DEFAULT, lessOfLasts, 3, 1);
    }

    private Platform platform(SplitRule off) {
        Random random = new Random(seed);
        Platform platform = new Platform();
        publish(platform, random, "a-many", 6, 25, 20);
        publish(platform, random, "a-other", 60, 4, 20);
        publish(platform, random, "a-hidden", 30, 8, 20);
        publish(platform, random, "a-small", 40, 2, 0);
        for (Content content : publish(platform, random, "a-labelled", 30, 3, 20)) {
            if (off != SplitRule.SAFETY_LABELS) {
                platform.store.accept(Content.newBuilder(content)
                        .setSafetyLabels(List.of(SafetyLabel.ADULT))
                        .build());
            }
        }
        for (int i = 0; i < viewers; i++) {
            String viewer = "v" + i;
            for (int n = 0; n < 5; n++) {
                platform.holds(Story.relation(viewer, RelationKind.FOLLOW, "a-other-" + random.nextInt(60)));
            }
            for (String author : hid(viewer)) {
                platform.store.accept(platform.store
                        .viewer(viewer)
                        .after(Story.outcome(
                                "h" + author,
                                viewer,
                                Action.HIDE,
                                Story.content("c-gone-" + author).by(author).told(),
                                NOON.minus(Duration.ofHours(2)))));
            }
        }
        return platform;
    }

    /** The authors whom this viewer hid something of. */
    private Set<String> hid(String viewer) {
        Set<String> hid = new HashSet<>();
        for (int i = 0; i < 12; i++) {
            hid.add("a-hidden-" + (int) (30 * StableHash.fraction(seed + viewer + i)));
        }
        return hid;
    }

    private static List<Content> publish(
            Platform platform, Random random, String group, int authors, int each, int sights) {
        List<Content> published = new ArrayList<>();
        for (int i = 0; i < authors * each; i++) {
            Content content = Story.content("c" + group.substring(1) + i)
                    .by(group + "-" + i / each)
                    .about("t" + random.nextInt(12))
                    .ago(Duration.ofMinutes(random.nextInt(60_000)))
                    .told();
            platform.store.accept(content);
            platform.store.accept(new ContentState(content.getId(), sights(sights), sights, 0));
            platform.store.accept(new AuthorState(content.getAuthorId(), sights(40 * sights), 40 * sights, 0));
            published.add(content);
        }
        return published;
    }

    private static ActionCounts sights(int count) {
        return count == 0 ? ActionCounts.NONE : ActionCounts.of(Action.SEEN, NOON.toEpochMilli(), count, 0, 0);
    }

    /** Likes who has much to show, and for the rest what chance says of viewer and content. */
    private static final class Liking implements EngagementModel {
        @Override
        public List<Prediction> predict(List<FeatureInput> candidates) {
            List<Features> features = FeatureSet.ALL.of(candidates);
            List<Prediction> predictions = new ArrayList<>(candidates.size());
            for (int i = 0; i < candidates.size(); i++) {
                FeatureInput one = candidates.get(i);
                double chance = StableHash.fraction(
                        one.viewer().viewerId() + one.content().getId());
                double liked =
                        (1 + 5 * Taste.of(one.viewer()).forAuthor(one.content().getAuthorId()) / 12)
                                * (one.content().getAuthorId().startsWith("a-many") ? .3 : .1);
                predictions.add(new Prediction(features.get(i), Map.of(Action.LIKE, liked * (.3 + chance))));
            }
            return predictions;
        }

        @Override
        public String version() {
            return "liking";
        }
    }
}
