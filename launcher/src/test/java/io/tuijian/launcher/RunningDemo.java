package io.tuijian.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tuijian.features.AuthorState;
import io.tuijian.features.ContentState;
import io.tuijian.features.InMemoryFeatureStore;
import io.tuijian.features.ViewerState;
import io.tuijian.feedapi.Role;
import io.tuijian.launcher.faults.ReachCount;
import io.tuijian.launcher.faults.ReachDocuments;
import io.tuijian.launcher.world.CountsOracle;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** The whole demo, started once for all system tests, without an audience so that every count is known. */
final class RunningDemo {
    static final Path ROOT = Path.of(System.getProperty("tuijian.root"));

    private static final ObjectMapper JSON = new ObjectMapper();
    private static RunningDemo running;

    final Demo demo;
    final CountsOracle oracle;

    /** The states as they were when the replay had just ended, by id. */
    final Map<String, ViewerState> viewers = new HashMap<>();

    final Map<String, ContentState> contents = new HashMap<>();
    final Map<String, AuthorState> authors = new HashMap<>();

    /** What the index of reach held then: figures by name, by {@code LEVEL|author|content|period}. */
    final Map<String, Map<String, Long>> reach = new HashMap<>();

    /** The same as counted over what Kafka held then. */
    final ReachCount reachCount;

    private final HttpClient http = HttpClient.newHttpClient();

    private RunningDemo() {
        demo = Demo.start(
                home(),
                new Demo.Settings("127.0.0.1", 0, home().work().resolve("state"), false, 0, false),
                Clock.systemUTC(),
                new Steps(new PrintWriter(System.out, true)));
        try {
            oracle = CountsOracle.ofPeople(ROOT.resolve("data/kuairand-pure"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        InMemoryFeatureStore store = demo.api().store().inMemory();
        oracle.byViewer()
                .keySet()
                .forEach(id -> viewers.put(id, demo.api().store().viewer(id)));
        oracle.byContent().keySet().forEach(id -> contents.put(id, store.contentState(id)));
        oracle.byAuthor().keySet().forEach(id -> authors.put(id, store.author(id)));
        reachCount = ReachCount.of(demo.cluster().bootstrapServers());
        awaitReach();
        Runtime.getRuntime().addShutdownHook(new Thread(demo::close, "demo-stopper"));
    }

    /** Where it keeps what it writes. */
    Home home() {
        return new Home(ROOT, ROOT.resolve("launcher/target/demo"));
    }

    /** Until the index of reach holds what was counted, or for long enough that it never will. */
    private void awaitReach() {
        ReachDocuments documents = new ReachDocuments(demo.cluster().elasticsearchUrl());
        long[] written = {-1, -1}; // when last looked at, when last read
        try {
            Awaitility.await()
                    .atMost(Duration.ofMinutes(2))
                    .pollInterval(Duration.ofSeconds(1))
                    .until(() -> {
                        long now = documents.written();
                        boolean quiet = now == written[0] && now != written[1];
                        written[0] = now;
                        if (!quiet) {
                            return false;
                        }
                        written[1] = now;
                        reach.clear();
                        reach.putAll(documents.figures());
                        return ReachCount.differences(reachCount.figures(), reach)
                                .isEmpty();
                    });
        } catch (ConditionTimeoutException e) {
            System.out.println("The index of reach does not come to hold what Kafka does.");
        }
    }

    static synchronized RunningDemo get() {
        if (running == null) {
            running = new RunningDemo();
        }
        return running;
    }

    /** An answer: its status, type and JSON body, missing if it has none. */
    record Answer(int status, String type, JsonNode body) {
        JsonNode at(String pointer) {
            return body.at(pointer);
        }
    }

    /** Somebody who calls the API with a token. */
    final class Person {
        final String id;
        private final String token;

        private Person(String id, Role role) {
            this.id = id;
            this.token = demo.api().tokens().issue(id, EnumSet.of(role), Instant.now(), Duration.ofHours(1));
        }

        Answer get(String path) {
            return call("GET", path, null, token);
        }

        Answer post(String path, Object body) {
            return call("POST", path, json(body), token);
        }

        Answer put(String path) {
            return call("PUT", path, "{}", token);
        }

        Answer put(String path, Object body) {
            return call("PUT", path, json(body), token);
        }

        Answer delete(String path) {
            return call("DELETE", path, null, token);
        }

        /** Does something with an item of a page. */
        Answer does(String action, JsonNode page, JsonNode item, Object... more) {
            Map<String, Object> engagement = new LinkedHashMap<>();
            engagement.put("id", UUID.randomUUID().toString());
            engagement.put("contentId", item.at("/content/id").asText());
            engagement.put("action", action);
            engagement.put("at", Instant.now().toString());
            engagement.put("feedId", page.path("feedId").asText());
            engagement.put("position", item.path("position").asInt());
            engagement.put("surface", "FOR_YOU");
            for (int i = 0; i < more.length; i += 2) {
                engagement.put((String) more[i], more[i + 1]);
            }
            return post("/v1/engagements", Map.of("engagements", java.util.List.of(engagement)));
        }
    }

    Person viewer(String id) {
        return new Person(id, Role.VIEWER);
    }

    Person author(String id) {
        return new Person(id, Role.CREATOR);
    }

    String url() {
        return demo.baseUrl();
    }

    Answer call(String method, String path, String body, String token) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url() + path))
                .timeout(Duration.ofSeconds(30))
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        try {
            HttpResponse<String> response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            String type = response.headers().firstValue("Content-Type").orElse("");
            JsonNode json = type.contains("json") ? JSON.readTree(response.body()) : JSON.missingNode();
            return new Answer(response.statusCode(), type, json);
        } catch (IOException e) {
            throw new AssertionError(method + " " + path + " failed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    static String json(Object body) {
        try {
            return JSON.writeValueAsString(body);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
