package io.tuijian.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.tuijian.feedapi.Caller;
import io.tuijian.feedapi.FeedApi;
import io.tuijian.feedapi.Problem;
import io.tuijian.feedapi.Role;
import io.tuijian.feedapi.Tokens;
import io.tuijian.launcher.world.World;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * What only a demo offers: people to sign in as without a password, and an order desk that stands in for a shop's own
 * system, with the role {@code publisher}.
 */
final class DemoDesk {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration DESK_PATIENCE = Duration.ofSeconds(2);
    private static final Duration VALID = Duration.ofDays(1);
    private static final Map<String, String> SCIENTIST = Map.of(
            "id", "s-lin",
            "name", "Lin Yue 林悦",
            "line", "Data scientist: promotes what the gate lets pass, rolls back what disappoints");

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private final Semaphore desks = new Semaphore(8);
    private final Tokens tokens;
    private final World world;
    private final Clock clock;
    private final Supplier<String> baseUrl;

    DemoDesk(Tokens tokens, World world, Clock clock, Supplier<String> baseUrl) {
        this.tokens = tokens;
        this.world = world;
        this.clock = clock;
        this.baseUrl = baseUrl;
    }

    void add(RoutesConfig routes) {
        routes.get("/demo/people", this::people);
        routes.post("/demo/tokens", this::token);
        routes.post("/demo/orders", this::order);
    }

    private void people(Context ctx) {
        ctx.json(Map.of(
                "viewers",
                world.viewers().stream()
                        .map(viewer -> Map.of("id", viewer.id(), "name", viewer.name(), "line", viewer.line()))
                        .toList(),
                "kols",
                world.kols().stream()
                        .map(kol ->
                                Map.of("id", kol.authorId(), "name", kol.name(), "bio", kol.bio(), "city", kol.city()))
                        .toList(),
                "scientists",
                List.of(SCIENTIST)));
    }

    private void token(Context ctx) {
        JsonNode body = FeedApi.body(ctx);
        boolean author = body.hasNonNull("author");
        boolean scientist = body.hasNonNull("scientist");
        String id = body.path(author ? "author" : scientist ? "scientist" : "viewer")
                .asText();
        if (!id.matches((author ? "a" : scientist ? "s" : "v") + "[0-9A-Za-z-]{1,60}")) {
            throw Problem.malformed("Say {\"viewer\": \"v…\"}, {\"author\": \"a…\"} or {\"scientist\": \"s…\"}.");
        }
        Role role = author ? Role.CREATOR : scientist ? Role.SCIENTIST : Role.VIEWER;
        String token = tokens.issue(id, EnumSet.of(role), clock.instant(), VALID);
        ctx.status(201).json(Map.of("token", token, "id", id, "role", role.word()));
    }

    /** Takes an order of a viewer and reports the purchase as a shop would: over HTTP, with its own token. */
    private void order(Context ctx) throws IOException, InterruptedException {
        Caller viewer = tokens.caller(ctx.header("Authorization"), clock.instant());
        if (!viewer.roles().contains(Role.VIEWER)) {
            throw Problem.forbidden("Only viewers buy.");
        }
        JsonNode body = FeedApi.body(ctx);
        String contentId = body.path("contentId").asText();
        if (contentId.isBlank()) {
            throw Problem.malformed("Say {\"contentId\": \"c…\"}.");
        }
        // An order calls this same server: more at once than it has threads would wait for each other.
        if (!desks.tryAcquire(DESK_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
            throw Problem.unavailable("The order desk is busy; try again.");
        }
        try {
            order(ctx, viewer, body, contentId);
        } finally {
            desks.release();
        }
    }

    private void order(Context ctx, Caller viewer, JsonNode body, String contentId)
            throws IOException, InterruptedException {
        JsonNode item = get("/v1/contents/" + contentId.replaceAll("[^0-9A-Za-z-]", ""), ctx.header("Authorization"))
                .path("item");
        if (item.isMissingNode()) {
            throw Problem.malformed("Only shop items can be bought.");
        }
        String orderId = "o-" + UUID.randomUUID();
        Map<String, Object> purchase = new LinkedHashMap<>();
        purchase.put("id", orderId);
        purchase.put("orderId", orderId);
        purchase.put("viewerId", viewer.id());
        purchase.put("contentId", contentId);
        purchase.put("action", "PURCHASE");
        purchase.put("at", clock.instant().toString());
        purchase.put("amountMinor", item.path("priceMinor").asLong());
        purchase.put("currency", item.path("currency").asText());
        if (body.hasNonNull("feedId")) {
            purchase.put("feedId", body.path("feedId").asText());
            purchase.put("surface", body.path("surface").asText("FOR_YOU"));
        }
        String shop = tokens.issue("order-desk", EnumSet.of(Role.PUBLISHER), clock.instant(), VALID);
        JsonNode taken = post("/v1/engagements", shop, Map.of("engagements", List.of(purchase)));
        if (taken.at("/rejected/0/reason").asText().equals("sold out")) {
            throw Problem.conflict("It is sold out.");
        }
        if (taken.path("accepted").isEmpty()) {
            throw Problem.unavailable("The order could not be recorded.");
        }
        ctx.status(201).json(Map.of("orderId", orderId));
    }

    private JsonNode get(String path, String authorization) throws IOException, InterruptedException {
        return send(request(path).header("Authorization", authorization).GET().build());
    }

    private JsonNode post(String path, String token, Object body) throws IOException, InterruptedException {
        return send(request(path)
                .header("Authorization", "Bearer " + token)
                .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)))
                .build());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(baseUrl.get() + path)).timeout(Duration.ofSeconds(10));
    }

    private JsonNode send(HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
        if (response.statusCode() == 404) {
            throw Problem.notFound("There is no such content.");
        }
        if (response.statusCode() >= 300) {
            throw Problem.unavailable("The feed answered " + response.statusCode() + ".");
        }
        return JSON.readTree(response.body());
    }
}
