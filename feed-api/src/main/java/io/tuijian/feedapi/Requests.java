package io.tuijian.feedapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.javalin.http.Context;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;

/** What handlers read of a request: who calls, when, how much, and the body. Ends it with a {@link Problem} that says what is wrong. */
final class Requests {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int PAGE = 20;
    private static final int LARGEST_PAGE = 100;

    private final Tokens tokens;
    private final Clock clock;

    Requests(Tokens tokens, Clock clock) {
        this.tokens = tokens;
        this.clock = clock;
    }

    Instant now() {
        return clock.instant();
    }

    /** Who calls; ends the request unless they have one of these roles. */
    Caller caller(Context ctx, Role... roles) {
        Caller caller = tokens.caller(ctx.header("Authorization"), now());
        caller.mustBe(roles);
        return caller;
    }

    static int limit(Context ctx) {
        String text = ctx.queryParam("limit");
        if (text == null) {
            return PAGE;
        }
        if (text.matches("[0-9]{1,3}")) { // parseInt takes the digits of all scripts
            int limit = Integer.parseInt(text);
            if (limit >= 1 && limit <= LARGEST_PAGE) {
                return limit;
            }
        }
        throw Problem.malformed("limit must be a whole number from 1 to " + LARGEST_PAGE + ".");
    }

    static ZoneId zone(Context ctx) {
        String zone = ctx.header("X-Time-Zone");
        try {
            return ZoneId.of(zone == null ? "Asia/Shanghai" : zone);
        } catch (java.time.DateTimeException e) {
            throw Problem.malformed("X-Time-Zone must be an IANA time zone like Asia/Shanghai.");
        }
    }

    /** A point in time from the query. */
    static Instant time(Context ctx, String name, Instant otherwise) {
        String text = ctx.queryParam(name);
        try {
            return text == null ? otherwise : Bodies.time(name, text);
        } catch (Bodies.Wrong wrong) {
            throw Problem.malformed(wrong.getMessage() + ".");
        }
    }

    /** The JSON body of this request; ends it with 400 if it is none. */
    static JsonNode body(Context ctx) {
        try {
            JsonNode body = JSON.readTree(ctx.bodyAsBytes());
            if (body == null || !body.isObject()) {
                throw Problem.malformed("The body must be a JSON object.");
            }
            return body;
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw Problem.malformed("The body is not JSON: "
                    + e.getOriginalMessage().lines().findFirst().orElse("") + " (line "
                    + (e.getLocation() == null ? 1 : e.getLocation().getLineNr()) + ").");
        } catch (IOException e) {
            throw Problem.malformed("The body cannot be read.");
        }
    }
}
