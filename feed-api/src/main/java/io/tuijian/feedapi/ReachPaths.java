package io.tuijian.feedapi;

import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;

/** What contents reached, for those whose contents they are. */
final class ReachPaths implements Paths {
    private final Requests requests;
    private final ReachReader reach;

    ReachPaths(Requests requests, ReachReader reach) {
        this.requests = requests;
        this.reach = reach;
    }

    @Override
    public Map<Route, Handler> handlers() {
        return new EnumMap<>(Map.of(Route.REACH, this::reach));
    }

    private void reach(Context ctx) {
        Caller caller = requests.caller(ctx, Role.CREATOR, Role.OPERATOR);
        String authorId = ctx.pathParam("id");
        if (!caller.is(Role.OPERATOR) && !caller.id().equals(authorId)) {
            throw Problem.forbidden("Only the author may read this reach.");
        }
        Instant now = requests.now();
        Instant to = Requests.time(ctx, "to", now);
        ctx.json(reach.of(
                authorId,
                Requests.time(ctx, "from", to.minus(Duration.ofDays(14))),
                to,
                ReachReader.Granularity.named(ctx.queryParam("granularity")),
                ReachReader.By.named(ctx.queryParam("by"))));
    }
}
