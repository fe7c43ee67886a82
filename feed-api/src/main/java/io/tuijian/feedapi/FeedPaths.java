package io.tuijian.feedapi;

import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.tuijian.schemas.Surface;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** Pages of feeds, what became of a content in one, and what viewers did with them. */
final class FeedPaths implements Paths {
    private final Requests requests;
    private final FeedService feeds;
    private final EngagementIntake intake;
    private final Words words;

    FeedPaths(Requests requests, FeedService feeds, EngagementIntake intake, Words words) {
        this.requests = requests;
        this.feeds = feeds;
        this.intake = intake;
        this.words = words;
    }

    @Override
    public Map<Route, Handler> handlers() {
        return new EnumMap<>(Map.of(
                Route.FEED, this::feed,
                Route.FATE, this::fate,
                Route.ENGAGEMENTS, this::engagements));
    }

    private void feed(Context ctx) {
        Surface surface = Surfaces.named(ctx.pathParam("surface"))
                .orElseThrow(() -> Problem.notFound("There is no surface " + ctx.pathParam("surface") + ", only "
                        + String.join(", ", Surfaces.words()) + "."));
        Caller caller = requests.caller(ctx, Role.VIEWER);
        FeedService.Page page = feeds.page(new FeedService.Wish(
                caller.id(),
                surface,
                Requests.limit(ctx),
                ctx.queryParam("cursor"),
                Requests.zone(ctx),
                ctx.header("X-Session-Id"),
                ctx.queryParam("city"),
                ctx.header("X-Device"),
                requests.now()));
        var language = words.language(ctx.header("Accept-Language"));
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("feedId", page.feedId());
        body.put(
                "items",
                page.items().stream()
                        .map(item -> Map.of(
                                "content",
                                ContentView.of(item.content()),
                                "position",
                                item.position(),
                                "source",
                                item.source(),
                                "why",
                                item.reasons().stream()
                                        .map(reason -> Map.of(
                                                "code",
                                                reason.code(),
                                                "text",
                                                words.of(reason, item.content().getAuthorName(), language)))
                                        .toList()))
                        .toList());
        body.put("nextCursor", page.nextCursor());
        body.put("degraded", page.degraded());
        ctx.header("Content-Language", language.getLanguage());
        ctx.json(body);
    }

    private void fate(Context ctx) {
        Caller caller = requests.caller(ctx, Role.VIEWER);
        Map<String, Object> fate =
                feeds.fate(caller.id(), ctx.pathParam("feedId"), ctx.pathParam("contentId"), requests.now());
        if (fate == null) {
            throw Problem.notFound("There is no such feed or content.");
        }
        ctx.json(fate);
    }

    private void engagements(Context ctx) {
        Caller caller = requests.caller(ctx, Role.VIEWER, Role.PUBLISHER);
        EngagementIntake.Taken taken = intake.take(caller, Requests.body(ctx), requests.now());
        ctx.status(202).json(taken);
    }
}
