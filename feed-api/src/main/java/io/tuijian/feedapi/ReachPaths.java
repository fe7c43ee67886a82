package io.tuijian.feedapi;

import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.tuijian.schemas.Content;
import java.time.Instant;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** What contents reached, for those whose contents they are. */
final class ReachPaths implements Paths {
    private final Requests requests;
    private final ReachReports reports;
    private final ReachStreams streams;
    private final Function<String, Content> contents;
    private final Words words;

    /** @param contents null for what is not known */
    ReachPaths(
            Requests requests,
            ReachReports reports,
            ReachStreams streams,
            Function<String, Content> contents,
            Words words) {
        this.requests = requests;
        this.reports = reports;
        this.streams = streams;
        this.contents = contents;
        this.words = words;
    }

    @Override
    public Map<Route, Handler> handlers() {
        return new EnumMap<>(Map.of(
                Route.REACH, this::reach,
                Route.REACH_TABLE, this::table,
                Route.REACH_STREAM, this::stream,
                Route.CONTENT_REACH, this::ofContent));
    }

    private void reach(Context ctx) {
        String authorId = own(ctx);
        ReachQuestion question = question(ctx, EnumSet.allOf(ReachQuestion.By.class));
        ctx.json(reports.ofAuthor(authorId, question, language(ctx)));
    }

    private void table(Context ctx) {
        String authorId = own(ctx);
        ReachQuestion question = question(ctx, EnumSet.allOf(ReachQuestion.By.class));
        Csv table = reports.table(authorId, question);
        ctx.header("Content-Disposition", "attachment; filename=\"reach.csv\"");
        ctx.contentType("text/csv; charset=utf-8").result(table.toString());
    }

    private void stream(Context ctx) {
        String authorId = own(ctx);
        streams.open(ctx, authorId, Tokens.expiry(ctx.header("Authorization")));
    }

    private void ofContent(Context ctx) {
        Caller caller = requests.caller(ctx, Role.CREATOR, Role.OPERATOR);
        Content content = contents.apply(ctx.pathParam("id"));
        if (!caller.is(Role.OPERATOR) && !Campaigns.isOf(caller.id(), content)) {
            throw Problem.forbidden("Only the author may read this reach, or the brand it is for.");
        }
        if (content == null) {
            throw Problem.notFound("There is no such content.");
        }
        ReachQuestion question = question(ctx, ReachQuestion.By.OF_CONTENT);
        ctx.json(reports.ofContent(content, question, language(ctx)));
    }

    /** The author asked about; ends the request unless the caller is that author or an operator. */
    private String own(Context ctx) {
        Caller caller = requests.caller(ctx, Role.CREATOR, Role.OPERATOR);
        String authorId = ctx.pathParam("id");
        if (!caller.is(Role.OPERATOR) && !caller.id().equals(authorId)) {
            throw Problem.forbidden("Only the author may read this reach.");
        }
        return authorId;
    }

    private ReachQuestion question(Context ctx, java.util.Set<ReachQuestion.By> allowed) {
        Instant now = requests.now();
        return ReachQuestion.of(ctx, now, allowed);
    }

    private Locale language(Context ctx) {
        Locale language = words.language(ctx.header("Accept-Language"));
        ctx.header("Content-Language", language.getLanguage());
        return language;
    }
}
