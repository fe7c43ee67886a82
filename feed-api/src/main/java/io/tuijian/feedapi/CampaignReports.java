package io.tuijian.feedapi;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tuijian.features.reach.Level;
import io.tuijian.features.reach.Reach;
import io.tuijian.features.reach.ReachDocument;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.Indices;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Makes the report of a campaign from the documents of reach of its contents, of their authors and of their reposts. */
final class CampaignReports {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration DEADLINE = Duration.ofSeconds(20);
    private static final String PATH =
            "/" + Indices.REACH.name() + "/_search?allow_partial_search_results=false&filter_path=hits.hits._source";
    private static final int BATCH = 2_000;
    private static final int MOST_IDS = 10_000;

    private final Elasticsearch elasticsearch;
    private final ReplicatedFeatureStore store;

    CampaignReports(Elasticsearch elasticsearch, ReplicatedFeatureStore store) {
        this.elasticsearch = elasticsearch;
        this.store = store;
    }

    /** The report up to now; ends the request with 503 if it cannot be made. */
    CampaignReport of(String ownerId, Campaign campaign, Instant now) {
        List<Content> contents = new ArrayList<>();
        List<String> withdrawn = new ArrayList<>();
        for (String id : campaign.contentIds()) {
            Content content = store.content(id);
            if (Campaigns.isOf(ownerId, content)) {
                contents.add(content);
            } else {
                withdrawn.add(id);
            }
        }
        return CampaignReport.of(ownerId, campaign, withdrawn, sums(ownerId, campaign, contents, now));
    }

    /** The same as a table, a row for each of these. */
    String table(String ownerId, Campaign campaign, CampaignTable.By by, Instant now) {
        return CampaignTable.of(of(ownerId, campaign, now), by);
    }

    private CampaignReport.Sums sums(String ownerId, Campaign campaign, List<Content> contents, Instant now) {
        Set<String> ids = contents.stream().map(Content::getId).collect(Collectors.toSet());
        Set<String> authors = contents.stream()
                .map(Content::getAuthorId)
                .filter(ownerId::equals) // a brand may know what its contents brought, not how an author fares
                .collect(Collectors.toSet());
        Set<String> reposts =
                new Reposts(ids, store::content).among(store.inMemory().contents());
        ReachCover cover = ReachCover.of(campaign.begins(), campaign.ends(), now);
        long end = System.nanoTime() + DEADLINE.toNanos();
        CampaignSums sums = new CampaignSums();
        Reach.Sum shared = new Reach.Sum();
        Map<Long, CampaignReport.Growth> growth = new TreeMap<>();
        read(Key.CONTENT, ids, cover, end, sums::add);
        read(Key.CONTENT, reposts, cover, end, one -> shared.add(one.reach()));
        read(
                Key.AUTHOR,
                authors,
                cover,
                end,
                one -> growth.merge(
                        Level.AUTHOR_DAY.beginOf(one.hour()),
                        new CampaignReport.Growth(
                                one.reach().followersGained(), one.reach().followersLost()),
                        CampaignReport.Growth::plus));
        return new CampaignReport.Sums(contents, sums.contents(), sums.days(), growth, reposts.size(), shared.reach());
    }

    /** What a document is looked up by, and in which levels. */
    private enum Key {
        CONTENT("contentId", Level.CONTENT_DAY, Level.CONTENT_HOUR),
        AUTHOR("authorId", Level.AUTHOR_DAY, Level.AUTHOR_HOUR);

        private final String field;
        private final Level days;
        private final Level hours;

        Key(String field, Level days, Level hours) {
            this.field = field;
            this.days = days;
            this.hours = hours;
        }

        String of(ReachDocument document) {
            return this == CONTENT ? document.contentId() : document.authorId();
        }
    }

    /** Reads the documents of a range in order of their times. */
    private void read(Key key, Set<String> ids, ReachCover cover, long end, Consumer<ReachDocument> reader) {
        List<String> all = List.copyOf(ids);
        for (int from = 0; from < all.size(); from += MOST_IDS) {
            read(key, all.subList(from, Math.min(all.size(), from + MOST_IDS)), cover, end, reader);
        }
    }

    private void read(Key key, List<String> ids, ReachCover cover, long end, Consumer<ReachDocument> reader) {
        ReachDocument last = null;
        try {
            do {
                byte[] answer = elasticsearch
                        .start("POST", PATH, query(key, ids, cover, last))
                        .bytesWithin(Duration.ofNanos(end - System.nanoTime()));
                List<ReachDocument> documents = ReachIndex.documents(answer);
                documents.forEach(reader);
                last = documents.size() < BATCH ? null : documents.get(documents.size() - 1);
            } while (last != null);
        } catch (IOException e) {
            throw Problem.unavailable("Reach cannot be read right now.");
        }
    }

    private static String query(Key key, List<String> ids, ReachCover cover, ReachDocument after) throws IOException {
        List<Object> parts = List.of(
                part(key.hours, cover.from(), cover.firstDay()),
                part(key.days, cover.firstDay(), cover.lastDay()),
                part(key.hours, cover.lastDay(), cover.to()));
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("size", BATCH);
        body.put("track_total_hits", false);
        body.put(
                "query",
                Map.of(
                        "bool",
                        Map.of(
                                "filter",
                                List.of(
                                        Map.of("terms", Map.of(key.field, ids)),
                                        Map.of("bool", Map.of("should", parts))))));
        body.put("sort", List.of(Map.of("hour", "asc"), Map.of(key.field, "asc")));
        if (after != null) {
            body.put("search_after", List.of(after.hour(), key.of(after)));
        }
        return JSON.writeValueAsString(body);
    }

    private static Map<String, Object> part(Level level, long from, long to) {
        return Map.of(
                "bool",
                Map.of(
                        "filter",
                        List.of(
                                Map.of("term", Map.of("level", level.name())),
                                Map.of("range", Map.of("hour", Map.of("gte", from, "lt", to))))));
    }
}
