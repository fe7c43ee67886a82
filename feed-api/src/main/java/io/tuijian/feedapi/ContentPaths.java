package io.tuijian.feedapi;

import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;

/** What authors publish, change and take down, and what is said about it. */
final class ContentPaths implements Paths {
    private final Requests requests;
    private final Publishing publishing;
    private final Comments comments;

    ContentPaths(Requests requests, Publishing publishing, Comments comments) {
        this.requests = requests;
        this.publishing = publishing;
        this.comments = comments;
    }

    @Override
    public Map<Route, Handler> handlers() {
        return new EnumMap<>(Map.of(
                Route.PUBLISH, this::publish,
                Route.CONTENT, this::content,
                Route.CHANGE, this::change,
                Route.TAKE_DOWN, this::takeDown,
                Route.COMMENTS, this::comments));
    }

    private void content(Context ctx) {
        ctx.json(ContentView.of(
                publishing.visible(requests.caller(ctx, Role.values()), ctx.pathParam("id"), requests.now())));
    }

    private void publish(Context ctx) {
        Caller author = requests.caller(ctx, Role.CREATOR);
        var content = publishing.publish(author, Requests.body(ctx), requests.now());
        ctx.status(201).header("Location", "/v1/contents/" + content.getId()).json(ContentView.of(content));
    }

    private void change(Context ctx) {
        Caller author = requests.caller(ctx, Role.CREATOR, Role.OPERATOR);
        ctx.json(ContentView.of(publishing.change(author, ctx.pathParam("id"), Requests.body(ctx), requests.now())));
    }

    private void takeDown(Context ctx) {
        publishing.takeDown(requests.caller(ctx, Role.CREATOR, Role.OPERATOR), ctx.pathParam("id"), requests.now());
        ctx.status(204);
    }

    private void comments(Context ctx) {
        Caller caller = requests.caller(ctx, Role.values());
        Instant now = requests.now();
        var content = publishing.visible(caller, ctx.pathParam("id"), now);
        ctx.json(comments.page(caller.id(), content, Requests.limit(ctx), ctx.queryParam("cursor"), now));
    }
}
