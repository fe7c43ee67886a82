package io.tuijian.feedapi;

import io.tuijian.ranking.Feed;
import io.tuijian.ranking.FeedRequest.Earlier;
import io.tuijian.ranking.Guarantees;
import io.tuijian.ranking.Placed;
import io.tuijian.ranking.Removed;
import io.tuijian.ranking.ScoredContent;
import io.tuijian.schemas.Fate;
import io.tuijian.schemas.FateOfCandidate;
import io.tuijian.schemas.FateStage;
import io.tuijian.schemas.Surface;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.CRC32;

/** What became of the candidates of a page: all of them for a sample of feeds, and compactly for every timeline. */
final class Fates {
    /** Of each, removed and outranked: a record must fit into a message, a timeline into a quick write. */
    private static final int MOST = 500;

    /** What can be told of a content without telling who blocked, muted or follows whom. */
    private static final Set<String> OF_THE_CONTENT = Set.of("taken-down", "not-yet", "expired", "unsafe");

    private static final String GUARANTEE = "guarantee";

    private final Feed feed;
    private final Outranked outranked;

    /** @param earlier what the feed held before this page */
    Fates(Feed feed, List<Earlier> earlier, Surface surface) {
        this.feed = feed;
        this.outranked = new Outranked(feed, earlier, surface);
    }

    /** The same for all pages of a feed, and for anyone who computes it again. */
    static boolean sampled(String feedId, double rate) {
        CRC32 hash = new CRC32();
        hash.update(feedId.getBytes(StandardCharsets.UTF_8));
        return hash.getValue() < rate * (1L << 32);
    }

    /** Every candidate of this page. */
    Fate all(FeedService.Wish wish, double rate) {
        List<FateOfCandidate> candidates = new ArrayList<>();
        for (Placed placed : feed.items()) {
            candidates.add(of(placed.content(), FateStage.SERVED)
                    .setPosition(placed.position())
                    .setFactors(placed.factors())
                    .build());
        }
        feed.outranked().stream()
                .limit(MOST)
                .forEach(content -> candidates.add(of(content, FateStage.RANKED)
                        .setRule(outranked.by(content))
                        .setFactors(content.factors())
                        .build()));
        feed.removed().stream().limit(MOST).forEach(removed -> candidates.add(of(removed)));
        return new Fate(feed.id(), wish.viewerId(), wish.now(), wish.surface(), rate, candidates);
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

    private static FateOfCandidate of(Removed removed) {
        return FateOfCandidate.newBuilder()
                .setContentId(removed.contentId())
                .setAuthorId(removed.authorId())
                .setSources(removed.sources())
                .setStage(FateStage.FILTERED)
                .setRule(told(removed.rule()))
                .build();
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
