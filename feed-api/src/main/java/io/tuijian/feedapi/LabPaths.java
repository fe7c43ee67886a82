package io.tuijian.feedapi;

import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.tuijian.features.InMemoryFeatureStore;
import io.tuijian.schemas.Topic;
import io.tuijian.schemas.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** How fresh this server's features are, and what could not be used. */
final class LabPaths implements Paths {
    private final Requests requests;
    private final ReplicatedFeatureStore store;
    private final Set<Topic<?>> inRedis;
    private final DeadLetterCounts deadLetters;
    private final Supplier<Map<String, String>> answering;
    private final Supplier<List<String>> degraded;

    /**
     * @param inRedis topics whose states are read there
     * @param answering which version of each model this server answers with
     */
    LabPaths(
            Requests requests,
            ReplicatedFeatureStore store,
            Set<Topic<?>> inRedis,
            DeadLetterCounts deadLetters,
            Supplier<Map<String, String>> answering,
            Supplier<List<String>> degraded) {
        this.requests = requests;
        this.store = store;
        this.inRedis = inRedis;
        this.deadLetters = deadLetters;
        this.answering = answering;
        this.degraded = degraded;
    }

    @Override
    public Map<Route, Handler> handlers() {
        return new EnumMap<>(Map.of(Route.FRESHNESS, this::freshness, Route.DEAD_LETTERS, this::deadLetters));
    }

    private void freshness(Context ctx) {
        requests.caller(ctx, Role.SCIENTIST, Role.OPERATOR);
        Instant now = requests.now();
        InMemoryFeatureStore memory = store.inMemory();
        List<Map<String, Object>> topics = new ArrayList<>();
        topics.add(topic(Topics.VIEWER_STATES, store.viewerCount(), now));
        topics.add(topic(Topics.CONTENT_STATES, memory.contentStateTable().size(), now));
        topics.add(topic(Topics.AUTHOR_STATES, memory.authorTable().size(), now));
        topics.add(topic(Topics.CONTENTS, memory.contentCount(), now));
        topics.add(topic(Topics.RELATIONS, memory.relations().count(), now));
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("at", now.toString());
        body.put("reachable", store.reachable());
        body.put("caughtUp", store.caughtUp());
        body.put("behindSeconds", store.behind().toMillis() / 1e3);
        body.put("topics", topics);
        body.put("undecodable", store.undecodable());
        body.put("evicted", store.evicted());
        body.put("serving", answering.get());
        body.put("degraded", degraded.get());
        ctx.json(body);
    }

    private Map<String, Object> topic(Topic<?> topic, long entries, Instant now) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("topic", topic.name());
        if (inRedis.contains(topic)) {
            body.put("store", "redis");
            return body;
        }
        body.put("store", "memory");
        body.put("entries", entries);
        store.newest(topic).ifPresent(at -> {
            body.put("newestAt", at.toString());
            body.put("ageSeconds", Math.max(0, Duration.between(at, now).toMillis()) / 1e3);
        });
        return body;
    }

    private void deadLetters(Context ctx) {
        requests.caller(ctx, Role.SCIENTIST, Role.OPERATOR);
        DeadLetterCounts.Counted counted = deadLetters.now();
        List<Map<String, Object>> counts = new ArrayList<>();
        counted.counts().forEach((kind, count) -> {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("topic", kind.topic());
            one.put("reason", kind.reason());
            one.put("count", count);
            counts.add(one);
        });
        counts.sort((a, b) -> Long.compare((Long) b.get("count"), (Long) a.get("count")));
        List<Map<String, Object>> newest = new ArrayList<>();
        for (DeadLetterCounts.Seen seen : counted.newest()) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("topic", seen.topic());
            one.put("partition", seen.partition());
            one.put("offset", seen.offset());
            one.put("at", seen.at().toString());
            one.put("reason", seen.reason());
            newest.add(one);
        }
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("total", counted.total());
        body.put("unread", counted.unread());
        body.put("counts", counts);
        body.put("newest", newest);
        ctx.json(body);
    }
}
