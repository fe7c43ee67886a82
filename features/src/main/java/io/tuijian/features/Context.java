package io.tuijian.features;

import io.tuijian.schemas.Surface;
import java.time.Instant;
import java.time.ZoneId;

/** The circumstances of a request. {@code city} and {@code device} may be null; sessionDepth counts items seen. */
public record Context(
        Instant now, ZoneId zone, Surface surface, String sessionId, int sessionDepth, String city, String device) {}
