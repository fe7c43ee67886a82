package io.tuijian.feedapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tuijian.features.reach.Level;
import io.tuijian.features.reach.Reach;
import io.tuijian.features.reach.ReachDocument;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.Indices;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Adds up the reach of an author from its hours. Hours count whole: a range takes every hour of which it holds a part. */
final class ReachReader {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration DEADLINE = Duration.ofSeconds(5);
    private static final int BATCH = 5_000;

    /** Documents of an earlier release have no level: they are hours of contents. */
    private static final List<String> OTHER_LEVELS = EnumSet.complementOf(EnumSet.of(Level.CONTENT_HOUR)).stream()
            .map(Level::name)
            .toList();

    private final Elasticsearch elasticsearch;
    private final ReplicatedFeatureStore store;

    ReachReader(Elasticsearch elasticsearch, ReplicatedFeatureStore store) {
        this.elasticsearch = elasticsearch;
        this.store = store;
    }

    /** The width of a step in the series; days are in UTC. */
    enum Granularity {
        HOUR(ChronoUnit.HOURS),
        DAY(ChronoUnit.DAYS);

        private final ChronoUnit unit;

        Granularity(ChronoUnit unit) {
            this.unit = unit;
        }

        Instant of(long hour) {
            return Instant.ofEpochMilli(hour)
                    .atOffset(ZoneOffset.UTC)
                    .truncatedTo(unit)
                    .toInstant();
        }

        static Granularity named(String word) {
            return ReachReader.named(word, Granularity.values(), DAY, "granularity");
        }
    }

    /** What the total is broken down by. */
    enum By {
        NOTHING,
        CONTENT;

        static By named(String word) {
            return ReachReader.named(word, By.values(), NOTHING, "by");
        }
    }

    private static <E extends Enum<E>> E named(String word, E[] values, E otherwise, String parameter) {
        if (word == null) {
            return otherwise;
        }
        for (E value : values) {
            if (value.name().equals(word.toUpperCase(Locale.ROOT))) {
                return value;
            }
        }
        throw Problem.malformed(parameter + " must be one of "
                + String.join(
                        ", ",
                        java.util.Arrays.stream(values)
                                .map(v -> v.name().toLowerCase(Locale.ROOT))
                                .toList())
                + ".");
    }

    /** The reach of an author in [from, to): in total, step by step, and by content if asked. */
    Map<String, Object> of(String authorId, Instant from, Instant to, Granularity granularity, By by) {
        if (!from.isBefore(to)) {
            throw Problem.malformed("from must be before to.");
        }
        Reach.Sum total = new Reach.Sum();
        Map<Instant, Reach.Sum> steps = new TreeMap<>();
        Map<String, Reach.Sum> contents = new LinkedHashMap<>();
        for (ReachDocument hour : hours(authorId, from, to)) {
            total.add(hour.reach());
            steps.computeIfAbsent(granularity.of(hour.hour()), step -> new Reach.Sum())
                    .add(hour.reach());
            if (by == By.CONTENT) {
                contents.computeIfAbsent(hour.contentId(), content -> new Reach.Sum())
                        .add(hour.reach());
            }
        }
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("authorId", authorId);
        answer.put("from", from.toString());
        answer.put("to", to.toString());
        answer.put("granularity", granularity.name().toLowerCase(Locale.ROOT));
        answer.put("total", view(total.reach()));
        List<Map<String, Object>> series = new ArrayList<>();
        steps.forEach((at, sum) -> {
            Map<String, Object> step = new LinkedHashMap<>();
            step.put("at", at.toString());
            step.putAll(view(sum.reach()));
            series.add(step);
        });
        answer.put("series", series);
        if (by == By.CONTENT) {
            answer.put("contents", contents(contents));
        }
        return answer;
    }

    private List<Map<String, Object>> contents(Map<String, Reach.Sum> sums) {
        List<Map<String, Object>> contents = new ArrayList<>();
        sums.forEach((id, sum) -> {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("contentId", id);
            Content content = store.content(id);
            if (content != null) {
                one.put("text", content.getText());
                one.put("kind", content.getKind().name());
            }
            one.putAll(view(sum.reach()));
            contents.add(one);
        });
        contents.sort(Comparator.comparingLong((Map<String, Object> one) -> -(Long) one.get("seen"))
                .thenComparing(one -> one.get("contentId").toString()));
        return contents;
    }

    private static Map<String, Object> view(Reach reach) {
        Map<String, Long> actions = new LinkedHashMap<>();
        for (Action action : Action.values()) {
            if (action != Action.SEEN && reach.count(action) != 0) {
                actions.put(action.name(), reach.count(action));
            }
        }
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("served", reach.served());
        view.put("seen", reach.seen());
        view.put("uniqueViewers", Math.min(reach.seen(), reach.viewers().count())); // an estimate may overshoot
        view.put("watchedMillis", reach.watchedMillis());
        view.put("actions", actions);
        view.put("salesMinor", reach.salesMinor());
        view.put("refundsMinor", reach.refundsMinor());
        return view;
    }

    private List<ReachDocument> hours(String authorId, Instant from, Instant to) {
        List<ReachDocument> hours = new ArrayList<>();
        JsonNode after = null;
        try {
            do {
                JsonNode hits = elasticsearch
                        .call(
                                "GET",
                                "/" + Indices.REACH.name() + "/_search?filter_path=hits.hits._source,hits.hits.sort",
                                query(authorId, from, to, after),
                                DEADLINE)
                        .path("hits")
                        .path("hits");
                for (JsonNode hit : hits) {
                    hours.add(ReachDocument.fromJson(JSON.writeValueAsBytes(hit.path("_source"))));
                }
                after = hits.size() < BATCH ? null : hits.get(hits.size() - 1).path("sort");
            } while (after != null);
        } catch (IOException e) {
            throw Problem.unavailable("Reach cannot be read right now.");
        }
        return hours;
    }

    private static String query(String authorId, Instant from, Instant to, JsonNode after) throws IOException {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("size", BATCH);
        body.put("track_total_hits", false);
        body.put(
                "query",
                Map.of(
                        "bool",
                        Map.of(
                                "must_not",
                                List.of(Map.of("terms", Map.of("level", OTHER_LEVELS))),
                                "filter",
                                List.of(
                                        Map.of("term", Map.of("authorId", authorId)),
                                        Map.of(
                                                "range",
                                                Map.of(
                                                        "hour",
                                                        Map.of(
                                                                "gte",
                                                                Level.CONTENT_HOUR.beginOf(from.toEpochMilli()),
                                                                "lt",
                                                                to.toEpochMilli())))))));
        body.put("sort", List.of(Map.of("hour", "asc"), Map.of("contentId", "asc")));
        if (after != null) {
            body.put("search_after", after);
        }
        return JSON.writeValueAsString(body);
    }
}
