package io.tuijian.feedapi;

import com.fasterxml.jackson.databind.JsonNode;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.tuijian.ranking.NegativeFeedback;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Tokens for those without an account; what viewers set for themselves. */
final class ViewerPaths implements Paths {
    private static final Duration ANONYMOUS = Duration.ofDays(30);

    private final Requests requests;
    private final Tokens tokens;
    private final Controls controls;
    private final JustHidden justHidden;
    private final TuningFile tuning;

    ViewerPaths(Requests requests, Tokens tokens, Controls controls, JustHidden justHidden, TuningFile tuning) {
        this.requests = requests;
        this.tokens = tokens;
        this.controls = controls;
        this.justHidden = justHidden;
        this.tuning = tuning;
    }

    @Override
    public Map<Route, Handler> handlers() {
        return new EnumMap<>(Map.of(
                Route.ANONYMOUS_VIEWER, this::anonymous,
                Route.CONTROLS, this::controls,
                Route.SET_CONTROL, ctx -> control(ctx, true),
                Route.END_CONTROL, ctx -> control(ctx, false),
                Route.SET_DIAL, this::setDial,
                Route.END_DIAL, this::endDial));
    }

    private void anonymous(Context ctx) {
        String viewerId = "v-" + UUID.randomUUID();
        String token = tokens.issue(viewerId, EnumSet.of(Role.VIEWER), requests.now(), ANONYMOUS);
        ctx.status(201).json(Map.of("token", token, "viewerId", viewerId));
    }

    private void controls(Context ctx) {
        Caller caller = requests.caller(ctx, Role.VIEWER, Role.CREATOR);
        Instant now = requests.now();
        List<Map<String, Object>> all = new ArrayList<>();
        controls.of(caller, now).forEach(relation -> {
            Map<String, Object> one =
                    control(relation.getKind().name(), relation.getTo(), relation.getAt(), relation.getExpiresAt());
            if (relation.getValue() != null) {
                one.put("value", relation.getValue());
            }
            all.add(one);
        });
        NegativeFeedback.of(justHidden.viewer(caller.id()), now, tuning.get().lessOfLasts())
                .all()
                .forEach(less -> {
                    Map<String, Object> one =
                            control("LESS_OF_" + less.kind(), less.id(), less.since(), less.expiresAt());
                    one.put("factor", less.factor());
                    all.add(one);
                });
        ctx.json(Map.of("controls", all));
    }

    private static Map<String, Object> control(String kind, String to, Instant at, Instant expiresAt) {
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("kind", kind);
        one.put("to", to);
        one.put("at", at.toString());
        one.put("expiresAt", expiresAt == null ? null : expiresAt.toString());
        return one;
    }

    private void setDial(Context ctx) {
        Caller caller = requests.caller(ctx, Role.VIEWER, Role.CREATOR);
        JsonNode people = Requests.body(ctx).path("people");
        if (!people.isNumber() || !(people.doubleValue() >= 0 && people.doubleValue() <= 1)) {
            throw Problem.malformed("people must be a number from 0 (things I like) to 1 (people I know).");
        }
        controls.dial(caller, people.doubleValue(), requests.now());
        ctx.status(204);
    }

    private void endDial(Context ctx) {
        controls.dial(requests.caller(ctx, Role.VIEWER, Role.CREATOR), null, requests.now());
        ctx.status(204);
    }

    private void control(Context ctx, boolean active) {
        Caller caller = requests.caller(ctx, Role.VIEWER, Role.CREATOR);
        controls.set(caller, ctx.pathParam("kind"), ctx.pathParam("id"), active, requests.now());
        ctx.status(204);
    }
}
