package io.tuijian.launcher.bench;

import io.tuijian.features.reach.Audience;
import io.tuijian.features.reach.Cell;
import io.tuijian.features.reach.Estimate;
import io.tuijian.features.reach.Level;
import io.tuijian.features.reach.Pages;
import io.tuijian.features.reach.Reach;
import io.tuijian.features.reach.ReachDocument;
import io.tuijian.features.reach.ReachEvent;
import io.tuijian.features.reach.Stage;
import io.tuijian.features.reach.Viewers;
import io.tuijian.features.reach.WatchTimes;
import io.tuijian.launcher.Failure;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Indices;
import io.tuijian.schemas.Surface;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The documents of one large author over a range, twice as long as it is asked about: every content is seen on every day,
 * and by the hour on the range's first day. Others have a document a day, so that the index holds more than is asked for.
 */
final class ReachWorld {
    private static final int BATCH_BYTES = 4 << 20;
    private static final int CHUNK = 100;
    private static final int OTHERS = 200;
    private static final int CITIES = 30;
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final String authorId;
    private final List<String> contents;
    private final long from;
    private final long to;
    private final int viewers;
    private final Random random;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ByteArrayOutputStream batch = new ByteArrayOutputStream(2 * BATCH_BYTES);
    private final WatchTimes watches;
    private final WatchTimes fewWatches;
    private String url;
    private long written;

    /** @param viewers of a day */
    ReachWorld(String authorId, List<String> contents, Instant from, Instant to, int viewers, long seed) {
        this.authorId = authorId;
        this.contents = contents;
        this.from = from.toEpochMilli();
        this.to = to.toEpochMilli();
        this.viewers = viewers;
        this.random = new Random(seed);
        this.watches = watched(1_000);
        this.fewWatches = watched(20);
    }

    /** Writes all; they can be searched. How many they are. */
    long writeTo(String elasticsearchUrl) throws IOException, InterruptedException {
        url = elasticsearchUrl;
        long day = Level.AUTHOR_DAY.millis();
        long hour = Level.AUTHOR_HOUR.millis();
        for (long at = Level.AUTHOR_DAY.beginOf(2 * from - to); at <= to; at += day) {
            write(document(Level.AUTHOR_DAY, authorId, null, at, reach(viewers)));
            boolean asked = at >= Level.AUTHOR_DAY.beginOf(from);
            if (asked) {
                write(audience(at));
            }
            for (int other = 0; other < OTHERS; other++) {
                write(document(Level.AUTHOR_DAY, "a-other" + other, null, at, reach(20)));
            }
            for (String content : contents) {
                if (asked) {
                    write(document(Level.CONTENT_DAY, authorId, content, at, reach(2 * viewers / contents.size())));
                }
            }
            boolean edge = at == Level.AUTHOR_DAY.beginOf(from);
            for (long in = at; in < at + day && in <= to; in += hour) {
                write(document(Level.AUTHOR_HOUR, authorId, null, in, reach(viewers / 12)));
                write(pages(in));
                if (edge) {
                    for (String content : contents) {
                        write(document(
                                Level.CONTENT_HOUR, authorId, content, in, reach(viewers / 12 / contents.size())));
                    }
                }
            }
        }
        flush();
        post("/" + Indices.REACH.name() + "/_forcemerge?max_num_segments=3", new byte[0]);
        post("/" + Indices.REACH.name() + "/_refresh", new byte[0]);
        return written;
    }

    private static ReachDocument document(Level level, String author, String content, long at, Reach reach) {
        return new ReachDocument(level, author, content, null, at, reach, Audience.NONE, Pages.NONE, 1);
    }

    private ReachDocument audience(long at) {
        Map<String, Audience.Group> cities = IntStream.range(0, CITIES)
                .boxed()
                .collect(Collectors.toMap(city -> "city" + city, city -> group(viewers / CITIES)));
        Audience audience = new Audience(
                cities,
                Map.of(Audience.FOLLOWER, group(viewers / 4), Audience.OTHER, group(3 * viewers / 4)),
                Map.of(Audience.NEW, group(viewers / 3), Audience.RETURNING, group(2 * viewers / 3)));
        return new ReachDocument(Level.AUDIENCE_DAY, authorId, null, null, at, Reach.NONE, audience, Pages.NONE, 1);
    }

    private Audience.Group group(int people) {
        return new Audience.Group(2L * people, viewers(people));
    }

    private ReachDocument pages(long at) {
        Map<Surface, long[]> minutes = new TreeMap<>();
        for (Surface surface : List.of(Surface.FOR_YOU, Surface.FOLLOWING, Surface.VIDEOS, Surface.SHOP)) {
            long[] counts = new long[60];
            Arrays.setAll(counts, minute -> 100 + random.nextInt(900));
            minutes.put(surface, counts);
        }
        return new ReachDocument(
                Level.PLATFORM_HOUR, null, null, null, at, Reach.NONE, Audience.NONE, new Pages(minutes), 1);
    }

    private Viewers viewers(int count) {
        Viewers all = Viewers.NONE;
        for (int done = 0; done < count; done += CHUNK) {
            Viewers chunk = Viewers.NONE;
            for (int i = done; i < Math.min(count, done + CHUNK); i++) {
                chunk = chunk.plus("v" + random.nextInt(20 * viewers));
            }
            all = all.plus(chunk);
        }
        return all;
    }

    private Reach reach(int people) {
        long seen = 2L * people;
        Cell cell = new Cell(seen, seen, seen / 10, seen / 500);
        Estimate estimate = new Estimate(40.0 * seen, 4_000.0 * seen);
        Map<String, Estimate> rules = Map.of(Reach.ALL, estimate, "seen", estimate, "score", estimate);
        return new Reach(
                seen,
                seen,
                Map.of(Action.WATCH, seen, Action.LIKE, seen / 10, Action.PURCHASE, seen / 500),
                9_000 * seen,
                people < 100 ? fewWatches : watches,
                Map.of("CNY", 40 * seen),
                Map.of("CNY", seen),
                Map.of("CNY", 4 * seen),
                viewers(people),
                people / 3,
                people / 50,
                people / 200,
                Map.of(Surface.FOR_YOU, cell, Surface.VIDEOS, cell, Surface.FOLLOWING, cell),
                Map.of(
                        "fresh",
                        cell,
                        "trending",
                        cell,
                        "similar",
                        cell,
                        "followed-authors",
                        cell,
                        "liked-topics",
                        cell),
                Map.of("feed", cell, "profile", cell),
                Map.of(
                        Stage.RETRIEVED, rules,
                        Stage.REMOVED, rules,
                        Stage.RANKED, Map.of(Reach.ALL, estimate),
                        Stage.OUTRANKED, rules,
                        Stage.SPLIT, Map.of("author-spread", estimate, "small-authors", estimate)));
    }

    /** So many watches of some seconds, as the product's fold counts them. */
    private WatchTimes watched(int times) {
        ReachDocument all = document(Level.AUTHOR_DAY, authorId, null, 0, Reach.NONE);
        for (int i = 0; i < times; i++) {
            long millis = Math.round(9_000 * Math.exp(random.nextGaussian()));
            all = all.after(new ReachEvent.Touch(
                    authorId,
                    "c",
                    "v",
                    0,
                    Action.WATCH,
                    1,
                    millis,
                    ReachEvent.Money.NONE,
                    ReachEvent.Trace.NONE,
                    null,
                    null));
        }
        return all.reach().watches();
    }

    private void write(ReachDocument document) throws IOException, InterruptedException {
        batch.writeBytes(("{\"index\":{\"_id\":\"" + document.id() + "\"}}\n").getBytes(StandardCharsets.UTF_8));
        batch.writeBytes(document.toJson());
        batch.write('\n');
        written++;
        if (batch.size() > BATCH_BYTES) {
            flush();
        }
    }

    private void flush() throws IOException, InterruptedException {
        if (batch.size() > 0) {
            String answer = post("/" + Indices.REACH.name() + "/_bulk?filter_path=errors", batch.toByteArray());
            if (!answer.contains("\"errors\":false")) {
                throw new Failure("Elasticsearch did not take the documents: " + answer);
            }
            batch.reset();
        }
    }

    private String post(String path, byte[] lines) throws IOException, InterruptedException {
        HttpResponse<String> response = http.send(
                HttpRequest.newBuilder(URI.create(url + path))
                        .timeout(PATIENCE)
                        .header("Content-Type", "application/x-ndjson")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(lines))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() >= 300) {
            throw new Failure("Elasticsearch answered " + path + " with " + response.body());
        }
        return response.body();
    }
}
