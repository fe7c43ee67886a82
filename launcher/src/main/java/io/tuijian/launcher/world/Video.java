package io.tuijian.launcher.world;

import java.time.Instant;
import java.util.List;

/** One line of the video table; {@code durationMillis} is 0 where it is missing. */
record Video(String contentId, String authorId, Instant uploaded, long durationMillis, List<String> topics) {}
