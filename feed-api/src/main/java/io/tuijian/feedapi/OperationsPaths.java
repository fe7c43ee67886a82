package io.tuijian.feedapi;

import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The pages, the contract, and what operators and balancers ask. */
final class OperationsPaths implements Paths {
    private final Readiness readiness;
    private final PrometheusMeterRegistry metrics;
    private final Words words;

    OperationsPaths(Readiness readiness, PrometheusMeterRegistry metrics, Words words) {
        this.readiness = readiness;
        this.metrics = metrics;
        this.words = words;
    }

    @Override
    public Map<Route, Handler> handlers() {
        return new EnumMap<>(Map.of(
                Route.FEED_PAGE, ctx -> page(ctx, "index.html"),
                Route.KOL_PAGE, ctx -> page(ctx, "kol.html"),
                Route.LAB_PAGE, ctx -> page(ctx, "lab.html"),
                Route.CONTRACT, ctx -> resource(ctx, "/openapi.yaml", "application/yaml"),
                Route.LIVE, ctx -> ctx.json(Map.of("status", "UP")),
                Route.READY, this::ready,
                Route.METRICS,
                        ctx -> ctx.contentType("text/plain; version=0.0.4").result(metrics.scrape()),
                Route.TOPICS, this::topics));
    }

    private static void page(Context ctx, String file) {
        resource(ctx, "/web/" + file, "text/html; charset=utf-8");
    }

    private static void resource(Context ctx, String path, String type) {
        InputStream in = OperationsPaths.class.getResourceAsStream(path);
        if (in == null) {
            throw Problem.notFound("There is no " + ctx.path() + ".");
        }
        ctx.contentType(type).result(in);
    }

    private void ready(Context ctx) {
        Map<String, Boolean> checks = readiness.now();
        boolean ready = !checks.containsValue(false);
        ctx.status(ready ? 200 : 503);
        ctx.json(Map.of("status", ready ? "UP" : "STARTING", "checks", checks));
    }

    private void topics(Context ctx) {
        List<Map<String, Object>> topics = new ArrayList<>();
        words.topicNames().forEach((id, names) -> topics.add(Map.of("id", id, "names", names)));
        topics.sort(java.util.Comparator.comparing(topic -> topic.get("id").toString()));
        ctx.json(Map.of("topics", topics));
    }
}
