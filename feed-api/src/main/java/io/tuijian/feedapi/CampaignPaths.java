package io.tuijian.feedapi;

import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.UUID;

/** Campaigns and what they brought, for the KOL or brand whose they are. */
final class CampaignPaths implements Paths {
    private final Requests requests;
    private final Campaigns campaigns;
    private final CampaignReports reports;

    CampaignPaths(Requests requests, Campaigns campaigns, CampaignReports reports) {
        this.requests = requests;
        this.campaigns = campaigns;
        this.reports = reports;
    }

    @Override
    public Map<Route, Handler> handlers() {
        return new EnumMap<>(Map.of(
                Route.CAMPAIGNS, this::campaigns,
                Route.BEGIN_CAMPAIGN, this::begin,
                Route.CAMPAIGN, this::report,
                Route.CAMPAIGN_TABLE, this::table,
                Route.END_CAMPAIGN, this::end));
    }

    private void campaigns(Context ctx) {
        ctx.json(Map.of("campaigns", campaigns.of(owner(ctx))));
    }

    private void begin(Context ctx) {
        String owner = owner(ctx);
        Instant now = requests.now();
        Campaign asked = Campaign.of(Requests.body(ctx), UUID.randomUUID().toString(), now);
        Campaigns.Begun begun = campaigns.begin(owner, asked);
        ctx.status(begun.now() ? 201 : 200)
                .header("Location", path(owner, begun.campaign()))
                .json(begun.campaign());
    }

    private static String path(String owner, Campaign campaign) {
        return "/v1/authors/" + owner + "/campaigns/" + campaign.id();
    }

    private void report(Context ctx) {
        String owner = owner(ctx);
        ctx.json(reports.of(owner, campaigns.find(owner, ctx.pathParam("campaignId")), requests.now()));
    }

    private void table(Context ctx) {
        String owner = owner(ctx);
        CampaignTable.By by = CampaignTable.By.named(ctx.queryParam("by"));
        Campaign campaign = campaigns.find(owner, ctx.pathParam("campaignId"));
        ctx.contentType("text/csv; charset=utf-8")
                .header("Content-Disposition", "attachment; filename=\"" + campaign.id() + ".csv\"")
                .result(reports.table(owner, campaign, by, requests.now()));
    }

    private void end(Context ctx) {
        campaigns.end(owner(ctx), ctx.pathParam("campaignId"));
        ctx.status(204);
    }

    /** The owner in the path, if this caller may act as them; nobody else learns whether there is anything. */
    private String owner(Context ctx) {
        Caller caller = requests.caller(ctx, Role.CREATOR, Role.OPERATOR);
        String owner = ctx.pathParam("id");
        if (!caller.is(Role.OPERATOR) && !caller.id().equals(owner)) {
            throw Problem.forbidden("Only the author or brand itself may look at these campaigns.");
        }
        if (!Bodies.isPlain(owner)) {
            throw Problem.notFound("There is no such author or brand.");
        }
        return owner;
    }
}
