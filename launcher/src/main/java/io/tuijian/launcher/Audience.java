package io.tuijian.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A few simulated viewers who scroll and react through the real API, so that the counters of a demo move. Each likes
 * some topics; what they like is theirs and the product never sees it.
 */
final class Audience implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Audience.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long PAUSE_MILLIS = 4_000;
    private static final int PAGE = 5;

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private final ScheduledExecutorService turns = Executors.newScheduledThreadPool(2, work -> {
        Thread thread = new Thread(work, "audience");
        thread.setDaemon(true);
        return thread;
    });
    private final AtomicLong troubles = new AtomicLong();
    private final List<Person> people = new ArrayList<>();
    private final String baseUrl;
    private final World world;
    private final Tokens tokens;
    private final Clock clock;

    Audience(int size, long seed, String baseUrl, World world, Tokens tokens, Clock clock) {
        this.baseUrl = baseUrl;
        this.world = world;
        this.tokens = tokens;
        this.clock = clock;
        for (int i = 0; i < size; i++) {
            people.add(new Person("vsim" + i, new Random(seed + i)));
        }
    }

    void start() {
        for (int i = 0; i < people.size(); i++) {
            Person person = people.get(i);
            turns.scheduleWithFixedDelay(
                    person::turn, i * PAUSE_MILLIS / people.size(), PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void close() {
        turns.shutdownNow();
    }

    /** One simulated viewer; a turn is a page looked at. */
    private final class Person {
        private final String id;
        private final Random random;
        private final Set<String> likes = new HashSet<>();
        private String cursor;
        private long count;

        Person(String id, Random random) {
            this.id = id;
            this.random = random;
            List<World.Topic> topics = world.topics();
            while (likes.size() < 5) {
                likes.add(topics.get(random.nextInt(topics.size())).id());
            }
        }

        void turn() {
            try {
                String query = "/v1/feed/for-you?limit=" + PAGE + (cursor == null ? "" : "&cursor=" + cursor);
                JsonNode page = send("GET", query, null);
                List<Map<String, Object>> engagements = new ArrayList<>();
                page.path("items").forEach(item -> react(page.path("feedId").asText(), item, engagements));
                if (!engagements.isEmpty()) {
                    send("POST", "/v1/engagements", Map.of("engagements", engagements));
                }
                cursor = random.nextInt(8) == 0 ? null : page.path("nextCursor").asText(null);
            } catch (IOException e) {
                cursor = null;
                if (troubles.getAndIncrement() % 100 == 0) {
                    LOG.info("the audience waits: {}", e.getMessage());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private void react(String feedId, JsonNode item, List<Map<String, Object>> engagements) {
            JsonNode content = item.path("content");
            boolean liked = false;
            for (JsonNode topic : content.path("topics")) {
                liked |= likes.contains(topic.asText());
            }
            engagements.add(engagement("SEEN", feedId, item));
            long duration = content.path("video").path("durationMillis").asLong();
            if (duration > 0) {
                double share = liked ? 0.5 + 0.7 * random.nextDouble() : 0.4 * random.nextDouble();
                Map<String, Object> watch = engagement("WATCH", feedId, item);
                watch.put("watchedMillis", Math.round(duration * Math.min(1, share)));
                engagements.add(watch);
            }
            if (random.nextDouble() < (liked ? 0.12 : 0.01)) {
                engagements.add(engagement("LIKE", feedId, item));
            }
            if (random.nextDouble() < (liked ? 0.02 : 0.001)) {
                engagements.add(engagement("FOLLOW", feedId, item));
            }
            if (!liked && random.nextDouble() < 0.01) {
                engagements.add(engagement("HIDE", feedId, item));
            }
        }

        private Map<String, Object> engagement(String action, String feedId, JsonNode item) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("id", id + "-" + clock.millis() + "-" + count++);
            one.put("contentId", item.path("content").path("id").asText());
            one.put("action", action);
            one.put("at", clock.instant().toString());
            one.put("feedId", feedId);
            one.put("position", item.path("position").asInt());
            one.put("surface", "FOR_YOU");
            return one;
        }

        private JsonNode send(String method, String path, Object body) throws IOException, InterruptedException {
            String token = tokens.issue(id, EnumSet.of(Role.VIEWER), clock.instant(), Duration.ofMinutes(5));
            HttpRequest request = HttpRequest.newBuilder(URI.create(baseUrl + path))
                    .timeout(Duration.ofSeconds(10))
                    .header("Authorization", "Bearer " + token)
                    .method(
                            method,
                            body == null
                                    ? HttpRequest.BodyPublishers.noBody()
                                    : HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)))
                    .build();
            HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
            if (response.statusCode() >= 300) {
                throw new IOException("the feed answered " + response.statusCode());
            }
            return JSON.readTree(response.body());
        }
    }
}
