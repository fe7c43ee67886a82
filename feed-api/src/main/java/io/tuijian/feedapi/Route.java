package io.tuijian.feedapi;

import io.javalin.http.HandlerType;

/** Every path that {@link FeedApi} answers by itself; {@code openapi.yaml} describes each. */
enum Route {
    FEED_PAGE(HandlerType.GET, "/"),
    KOL_PAGE(HandlerType.GET, "/kol"),
    LAB_PAGE(HandlerType.GET, "/lab"),
    CONTRACT(HandlerType.GET, "/openapi.yaml"),
    LIVE(HandlerType.GET, "/health/live"),
    READY(HandlerType.GET, "/health/ready"),
    METRICS(HandlerType.GET, "/metrics"),
    TOPICS(HandlerType.GET, "/v1/topics"),
    ANONYMOUS_VIEWER(HandlerType.POST, "/v1/anonymous-viewers"),
    FEED(HandlerType.GET, "/v1/feed/{surface}"),
    FATE(HandlerType.GET, "/v1/feeds/{feedId}/contents/{contentId}"),
    ENGAGEMENTS(HandlerType.POST, "/v1/engagements"),
    CONTROLS(HandlerType.GET, "/v1/viewers/me/controls"),
    SET_CONTROL(HandlerType.PUT, "/v1/viewers/me/{kind}/{id}"),
    END_CONTROL(HandlerType.DELETE, "/v1/viewers/me/{kind}/{id}"),
    SET_DIAL(HandlerType.PUT, "/v1/viewers/me/dial"),
    END_DIAL(HandlerType.DELETE, "/v1/viewers/me/dial"),
    PUBLISH(HandlerType.POST, "/v1/contents"),
    CONTENT(HandlerType.GET, "/v1/contents/{id}"),
    CHANGE(HandlerType.PUT, "/v1/contents/{id}"),
    TAKE_DOWN(HandlerType.DELETE, "/v1/contents/{id}"),
    COMMENTS(HandlerType.GET, "/v1/contents/{id}/comments"),
    REACH(HandlerType.GET, "/v1/authors/{id}/reach"),
    REACH_TABLE(HandlerType.GET, "/v1/authors/{id}/reach.csv"),
    REACH_STREAM(HandlerType.GET, "/v1/authors/{id}/reach/stream"),
    CONTENT_REACH(HandlerType.GET, "/v1/contents/{id}/reach"),
    MODELS(HandlerType.GET, "/v1/models"),
    MODEL_VERSION(HandlerType.GET, "/v1/models/{name}/{version}"),
    PROMOTE(HandlerType.POST, "/v1/models/{name}/promote"),
    ROLL_BACK(HandlerType.POST, "/v1/models/{name}/rollback"),
    FRESHNESS(HandlerType.GET, "/v1/lab/freshness"),
    DEAD_LETTERS(HandlerType.GET, "/v1/lab/dead-letters");

    private final HandlerType method;
    private final String path;

    Route(HandlerType method, String path) {
        this.method = method;
        this.path = path;
    }

    HandlerType method() {
        return method;
    }

    String path() {
        return path;
    }
}
