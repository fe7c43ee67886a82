package io.tuijian.feedapi;

import java.util.LinkedHashMap;
import java.util.Map;

/** An answer that is an error, after RFC 9457. The title is the same for every problem of a type. */
public final class Problem extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int status;
    private final String type;
    private final String title;

    private Problem(int status, String type, String title, String detail) {
        super(detail, null, false, false);
        this.status = status;
        this.type = type;
        this.title = title;
    }

    public static Problem malformed(String detail) {
        return new Problem(400, "malformed-request", "The request cannot be understood", detail);
    }

    public static Problem unauthorized(String detail) {
        return new Problem(401, "unauthorized", "A valid bearer token is needed", detail);
    }

    public static Problem forbidden(String detail) {
        return new Problem(403, "forbidden", "This token may not do that", detail);
    }

    /** The same for what does not exist and for what this caller may not see. */
    public static Problem notFound(String detail) {
        return new Problem(404, "not-found", "There is no such thing", detail);
    }

    /** What was asked for was possible, and is no more. */
    public static Problem conflict(String detail) {
        return new Problem(409, "conflict", "Somebody was faster", detail);
    }

    /** What must not be done, for a reason that may pass. */
    public static Problem refused(String detail) {
        return new Problem(409, "refused", "That is refused", detail);
    }

    /** So much at a time is not given. */
    public static Problem tooMany(String detail) {
        return new Problem(429, "too-many", "That is too much at a time", detail);
    }

    public static Problem unavailable(String detail) {
        return new Problem(503, "unavailable", "A part of the service is down", detail);
    }

    static Problem of(int status, String detail) {
        return switch (status) {
            case 400 -> malformed(detail);
            case 401 -> unauthorized(detail);
            case 403 -> forbidden(detail);
            case 404 -> notFound(detail);
            case 409 -> conflict(detail);
            case 429 -> tooMany(detail);
            case 503 -> unavailable(detail);
            case 405 -> new Problem(405, "method-not-allowed", "This path does not take that method", detail);
            case 413 -> new Problem(413, "too-large", "The request is too large", detail);
            default -> new Problem(status, "error", "The request failed", detail);
        };
    }

    public int status() {
        return status;
    }

    public String type() {
        return type;
    }

    /** The body of the answer. */
    Map<String, Object> body(String instance) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("type", "urn:tuijian:problem:" + type);
        body.put("title", title);
        body.put("status", status);
        body.put("detail", getMessage());
        body.put("instance", instance);
        return body;
    }
}
