package io.tuijian.feedapi;

import io.tuijian.features.reach.StableHash;
import io.tuijian.ranking.Feed;
import io.tuijian.ranking.FeedRequest.Earlier;
import io.tuijian.ranking.Guarantees;
import io.tuijian.ranking.Placed;
import io.tuijian.ranking.Removed;
import io.tuijian.ranking.ScoredContent;
import io.tuijian.ranking.SplitRule;
import io.tuijian.schemas.Fate;
import io.tuijian.schemas.FateOfCandidate;
import io.tuijian.schemas.FateStage;
import io.tuijian.schemas.Surface;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.zip.CRC32;

/** What became of the candidates of a page: all of them for a sample of feeds, and compactly for every timeline. */
final class Fates {
    /** Of each, removed and outranked: a record must fit into a message, a timeline into a quick write. */
    private static final int MOST = 500;

    /** What can be told of a content without telling who blocked, muted or follows whom. */
    private static final Set<String> OF_THE_CONTENT = Set.of("taken-down", "not-yet", "expired", "unsafe");

    private static final String GUARANTEE = "guarantee";

    private final Feed feed;
    private final List<Earlier> earlier;
    private final Outranked outranked;
    private final Map<SplitRule, Set<String>> without = new EnumMap<>(SplitRule.class);

    /** @param earlier what the feed held before this page */
    Fates(Feed feed, List<Earlier> earlier, Surface surface) {
        this.feed = feed;
        this.earlier = earlier;
        this.outranked = new Outranked(feed, earlier, surface);
        feed.without()
                .forEach((rule, page) -> without.put(
                        rule,
                        page.stream().map(item -> item.content().contentId()).collect(Collectors.toSet())));
    }

    /** The same for all pages of a feed, and for anyone who computes it again. */
    static boolean sampled(String feedId, double rate) {
        CRC32 hash = new CRC32();
        hash.update(feedId.getBytes(StandardCharsets.UTF_8));
        return hash.getValue() < rate * (1L << 32);
    }

    /** Every candidate of this page, or of very many a part that stands for all of them. */
    Fate all(FeedService.Wish wish, double rate) {
        List<FateOfCandidate> candidates = new ArrayList<>();
        for (Placed placed : feed.items()) {
            candidates.add(of(placed.content(), FateStage.SERVED)
                    .setPosition(placed.position())
                    .setFactors(placed.factors())
                    .setWithout(without(placed.content().contentId(), true))
                    .build());
        }
        Map<String, Double> ranked = weights(feed.outranked(), ScoredContent::contentId);
        feed.outranked().stream()
                .filter(content -> ranked.containsKey(content.contentId()))
                .forEach(content -> candidates.add(of(content, FateStage.RANKED)
                        .setRule(outranked.by(content))
                        .setFactors(content.factors())
                        .setWithout(without(content.contentId(), false))
                        .setWeight(ranked.get(content.contentId()))
                        .build()));
        Map<String, Double> filtered = weights(feed.removed(), Removed::contentId);
        feed.removed().stream()
                .filter(removed -> filtered.containsKey(removed.contentId()))
                .forEach(removed -> candidates.add(of(removed)
                        .setWithout(without(removed.contentId(), false))
                        .setWeight(filtered.get(removed.contentId()))
                        .build()));
        return new Fate(feed.id(), wish.viewerId(), wish.now(), wish.surface(), rate, candidates);
    }

    /** By rule 0 or 1, where its being on the page hangs on the rule. */
    private Map<String, Double> without(String contentId, boolean shown) {
        Map<String, Double> differs = new TreeMap<>();
        without.forEach((rule, page) -> {
            if (page.contains(contentId) != shown) {
                differs.put(rule.code(), shown ? 0.0 : 1.0);
            }
        });
        return differs;
    }

    /**
     * By id, how many each stands for: all for themselves, but if they are too many those that a rule kept away for
     * themselves, and of the others some by chance for all of them.
     */
    private <T> Map<String, Double> weights(List<T> all, Function<T, String> id) {
        Map<String, Double> weights = new HashMap<>();
        List<String> others = new ArrayList<>();
        for (T one : all) {
            if (without(id.apply(one), false).isEmpty()) {
                others.add(id.apply(one));
            } else {
                weights.put(id.apply(one), 1.0);
            }
        }
        if (others.size() > MOST) {
            others.sort(Comparator.comparingDouble(this::chance));
        }
        double each = Math.max(1, others.size() / (double) MOST);
        others.stream().limit(MOST).forEach(one -> weights.put(one, each));
        return weights;
    }

    /** Evenly in [0, 1), another on each page. */
    private double chance(String contentId) {
        return StableHash.fraction(feed.id() + '|' + earlier.size() + '|' + contentId);
    }

    private static FateOfCandidate.Builder of(ScoredContent content, FateStage stage) {
        Map<String, Double> probabilities = new TreeMap<>();
        content.prediction()
                .probabilities()
                .forEach((action, probability) -> probabilities.put(action.name(), probability));
        return FateOfCandidate.newBuilder()
                .setContentId(content.contentId())
                .setAuthorId(content.hydrated().content().getAuthorId())
                .setSources(content.hydrated().candidate().sources())
                .setStage(stage)
                .setProbabilities(probabilities);
    }

    private static FateOfCandidate.Builder of(Removed removed) {
        return FateOfCandidate.newBuilder()
                .setContentId(removed.contentId())
                .setAuthorId(removed.authorId())
                .setSources(removed.sources())
                .setStage(FateStage.FILTERED)
                .setRule(told(removed.rule()));
    }

    /** The rule as a fate names it: of the guarantees only those that are facts of the content by their own name. */
    static String told(String rule) {
        return Guarantees.names().contains(rule) && !OF_THE_CONTENT.contains(rule) ? GUARANTEE : rule;
    }

    /**
     * What became of what the page does not hold, for its viewer: by {@code STAGE rule} the ids, separated by spaces.
     * What a guarantee removed is not among it, as if there were no such content.
     */
    Map<String, String> elsewhere() {
        Map<String, StringBuilder> ids = new LinkedHashMap<>();
        feed.removed().stream()
                .filter(removed -> !Guarantees.names().contains(removed.rule()))
                .limit(MOST)
                .forEach(removed -> add(ids, FateStage.FILTERED + " " + removed.rule(), removed.contentId()));
        feed.outranked().stream()
                .limit(MOST)
                .forEach(content -> add(ids, FateStage.RANKED + " " + outranked.by(content), content.contentId()));
        Map<String, String> elsewhere = new LinkedHashMap<>();
        ids.forEach((rule, all) -> elsewhere.put(rule, all.toString()));
        return elsewhere;
    }

    /**
     * What the feed would hold without each rule, this page included.
     *
     * @param parted up to here
     */
    Map<SplitRule, Otherwise> without(Map<SplitRule, List<Earlier>> parted) {
        Map<SplitRule, Otherwise> otherwise = new EnumMap<>(SplitRule.class);
        List<Earlier> here = and(earlier, feed.items());
        feed.without()
                .forEach((rule, page) ->
                        otherwise.put(rule, Otherwise.of(and(parted.getOrDefault(rule, earlier), page), here)));
        return otherwise;
    }

    private static List<Earlier> and(List<Earlier> before, List<Placed> page) {
        List<Earlier> all = new ArrayList<>(before);
        page.forEach(item -> all.add(item.earlier()));
        return all;
    }

    private static void add(Map<String, StringBuilder> ids, String rule, String contentId) {
        StringBuilder all = ids.computeIfAbsent(rule, any -> new StringBuilder());
        if (!all.isEmpty()) {
            all.append(' ');
        }
        all.append(contentId);
    }

    /** The stage that this content reached, and the rule that ended its way. */
    static Fallen fallen(Map<String, String> elsewhere, String contentId) {
        for (Map.Entry<String, String> one : elsewhere.entrySet()) {
            if (List.of(one.getValue().split(" ")).contains(contentId)) {
                int cut = one.getKey().indexOf(' ');
                return new Fallen(one.getKey().substring(0, cut), one.getKey().substring(cut + 1));
            }
        }
        return new Fallen("NOT_RETRIEVED", "no source proposed it, or it is not remembered");
    }

    /** Where a content that is not on the page ended. */
    record Fallen(String stage, String rule) {}
}
