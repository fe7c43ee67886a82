package io.tuijian.launcher.bench;

import io.tuijian.embedded.EmbeddedCluster;
import io.tuijian.embedded.EmbeddedOptions;
import io.tuijian.embedded.Part;
import io.tuijian.feedapi.Elasticsearch;
import io.tuijian.feedapi.FeedApi;
import io.tuijian.feedapi.Readiness;
import io.tuijian.feedapi.Role;
import io.tuijian.feedapi.Words;
import io.tuijian.launcher.Failure;
import io.tuijian.models.PopularityModel;
import io.tuijian.schemas.Topic;
import io.tuijian.schemas.Topics;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.http.HttpHost;
import org.apache.http.entity.ContentType;
import org.apache.http.entity.StringEntity;
import org.apache.http.util.EntityUtils;
import org.elasticsearch.client.Request;
import org.elasticsearch.client.RestClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * How soon an author learns what was reached over a long range: the API before a real Elasticsearch, and beside it the same
 * questions by a bare client that does nothing with the answers. They take turns, one question at a time.
 */
@Command(
        name = "reach",
        description = "Reach of the largest author over a long range, beside Elasticsearch's part alone.",
        mixinStandardHelpOptions = true)
final class ReachBench implements Callable<Integer> {
    private static final String AUTHOR = "a-largest";
    private static final Duration SEARCH = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @Option(names = "--json", paramLabel = "FILE", description = "Write the figures there, as one flat object.")
    private Path json;

    @Option(names = "--contents", defaultValue = "500", description = "1 to 5,000 (default: ${DEFAULT-VALUE}).")
    private int contents;

    @Option(names = "--days", defaultValue = "90", description = "1 to 400 (default: ${DEFAULT-VALUE}).")
    private int days;

    @Option(
            names = "--viewers",
            defaultValue = "20000",
            description = "Different viewers of a day, 1 to 1,000,000 (default: ${DEFAULT-VALUE}).")
    private int viewers;

    @Option(
            names = "--samples",
            defaultValue = "400",
            description = "Questions of each kind (default: ${DEFAULT-VALUE}).")
    private int samples;

    @Option(names = "--seed", defaultValue = "7", description = "Of all chance (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Spec
    private CommandSpec spec;

    private Figures figures;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Bounds.check(spec, "--contents", contents, 1, 5_000);
        Bounds.check(spec, "--days", days, 1, 400);
        Bounds.check(spec, "--viewers", viewers, 1, 1_000_000);
        Bounds.check(spec, "--samples", samples, 1, 100_000);
        figures = new Figures(spec.commandLine().getOut());
        Path folder = Files.createTempDirectory("tuijian-bench-reach");
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        try (EmbeddedCluster cluster = EmbeddedCluster.start(EmbeddedOptions.in(folder.resolve("servers"))
                .withParts(Part.KAFKA, Part.ELASTICSEARCH)
                .withElasticsearchOptimized(true)
                .withElasticsearchHeapMegabytes(1_024))) {
            for (Topic<?> topic : Topics.ALL) {
                cluster.createTopic(
                        topic.name(), 1, topic.compacted() ? Map.of("cleanup.policy", "compact") : Map.of());
            }
            try (Elasticsearch elasticsearch = new Elasticsearch(cluster.elasticsearchUrl())) {
                elasticsearch.createIndices();
            }
            Map<String, String> questions = fill(cluster, key);
            Map<String, List<RecordedCalls.Call>> calls = record(cluster, key, questions, folder.resolve("calls"));
            measure(cluster, key, questions, calls);
        } finally {
            delete(folder);
        }
        if (json != null) {
            figures.writeTo(json);
        }
        return 0;
    }

    private static FeedApi api(EmbeddedCluster cluster, String elasticsearch, byte[] key) {
        FeedApi api = new FeedApi(
                new FeedApi.Settings("127.0.0.1", 0, cluster.bootstrapServers(), elasticsearch, key, SEARCH),
                Clock.systemUTC(),
                new Words(Map.of()),
                new FeedApi.Model(PopularityModel::new, List::of),
                new Readiness(),
                (server, routes) -> {});
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!api.store().caughtUp()) {
            if (System.nanoTime() > end) {
                throw new Failure("The API did not catch up within " + PATIENCE.toSeconds() + " s.");
            }
            sleep();
        }
        return api;
    }

    private static void sleep() {
        try {
            TimeUnit.MILLISECONDS.sleep(100);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure("Interrupted", e);
        }
    }

    /** Publishes, writes what was reached, and gives the questions by their name in the figures. */
    private Map<String, String> fill(EmbeddedCluster cluster, byte[] key) throws IOException, InterruptedException {
        List<String> ids;
        try (FeedApi api = api(cluster, cluster.elasticsearchUrl(), key)) {
            ApiCaller author = new ApiCaller(api.port(), api.tokens());
            ids = IntStream.range(0, contents)
                    .mapToObj(i -> author.call(
                                    "POST",
                                    "/v1/contents",
                                    AUTHOR,
                                    Role.CREATOR,
                                    Map.of("text", "content " + i, "topics", List.of("t" + i % 20)))
                            .path("id")
                            .asText())
                    .toList();
        }
        Instant now = Instant.now();
        Instant from = now.minus(Duration.ofDays(days));
        ReachWorld world = new ReachWorld(AUTHOR, ids, from, now, viewers, seed);
        long began = System.nanoTime();
        figures.put("contents", contents);
        figures.put("days", days);
        figures.put("viewers_per_day", viewers);
        figures.put("documents", world.writeTo(cluster.elasticsearchUrl()));
        figures.put("filled_seconds", (System.nanoTime() - began) / 1_000_000_000);
        String reach = "/v1/authors/" + AUTHOR + "/reach?from=" + from + "&to=" + now;
        Map<String, String> questions = new LinkedHashMap<>();
        questions.put("range", reach);
        questions.put("compared", reach + "&compare=previous");
        questions.put("by_kind", reach + "&by=kind");
        questions.put("by_city", reach + "&by=city");
        questions.put("by_content", reach + "&by=content");
        return questions;
    }

    /** What the API asks Elasticsearch for each of these, once what it remembers is remembered. */
    private static Map<String, List<RecordedCalls.Call>> record(
            EmbeddedCluster cluster, byte[] key, Map<String, String> questions, Path file) throws IOException {
        try (RecordedCalls recorded = new RecordedCalls(cluster.elasticsearchUrl());
                FeedApi api = api(cluster, recorded.url(), key)) {
            ApiCaller author = new ApiCaller(api.port(), api.tokens());
            questions.values().forEach(question -> author.call("GET", question, AUTHOR, Role.CREATOR, null));
            for (String question : questions.values()) {
                recorded.begin();
                author.call("GET", question, AUTHOR, Role.CREATOR, null);
            }
            recorded.writeTo(file);
        }
        List<List<RecordedCalls.Call>> groups = RecordedCalls.read(file);
        Map<String, List<RecordedCalls.Call>> calls = new LinkedHashMap<>();
        questions.keySet().forEach(name -> calls.put(name, groups.get(calls.size())));
        return calls;
    }

    private void measure(
            EmbeddedCluster cluster,
            byte[] key,
            Map<String, String> questions,
            Map<String, List<RecordedCalls.Call>> calls)
            throws IOException, InterruptedException {
        try (FeedApi api = api(cluster, cluster.elasticsearchUrl(), key);
                RestClient floor = RestClient.builder(HttpHost.create(cluster.elasticsearchUrl()))
                        .build()) {
            String token = api.tokens().issue(AUTHOR, EnumSet.of(Role.CREATOR), Instant.now(), Duration.ofHours(2));
            HttpClient http =
                    HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
            for (Map.Entry<String, String> question : questions.entrySet()) {
                HttpRequest request = HttpRequest.newBuilder(
                                URI.create("http://127.0.0.1:" + api.port() + question.getValue()))
                        .header("Authorization", "Bearer " + token)
                        .build();
                Latencies ours = new Latencies();
                Latencies theirs = new Latencies();
                boolean many = question.getKey().equals("by_content");
                int measured = many ? Math.max(1, samples / 10) : samples;
                long bytes = 0;
                long floorBytes = 0;
                for (int i = -measured / 2; i < measured; i++) {
                    long began = System.nanoTime();
                    bytes = ask(http, request);
                    long between = System.nanoTime();
                    floorBytes = ask(floor, calls.get(question.getKey()));
                    long end = System.nanoTime();
                    if (i >= 0) {
                        ours.add(between - began);
                        theirs.add(end - between);
                    }
                }
                String name = question.getKey() + "_";
                figures.put(name + "bytes", bytes);
                figures.put(
                        name + "elasticsearch_calls",
                        calls.get(question.getKey()).size());
                figures.put(name + "elasticsearch_bytes", floorBytes);
                put(name, ours);
                put(name + "floor_", theirs);
                figures.ratio(name + "ratio", name + "p50_ms", name + "floor_p50_ms");
            }
        }
    }

    private void put(String name, Latencies latencies) {
        figures.put(name + "p50_ms", latencies.percentile(.5));
        figures.put(name + "p99_ms", latencies.percentile(.99));
    }

    private static long ask(HttpClient http, HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
        if (response.statusCode() != 200) {
            throw new Failure("Reach was answered with " + response.statusCode() + ".");
        }
        return response.body().length;
    }

    private static long ask(RestClient floor, List<RecordedCalls.Call> calls) throws IOException {
        long bytes = 0;
        for (RecordedCalls.Call call : calls) {
            Request request = new Request(call.method(), call.path());
            if (call.body() != null) {
                request.setEntity(new StringEntity(call.body(), ContentType.parse(call.type())));
            }
            bytes += EntityUtils.toByteArray(floor.performRequest(request).getEntity()).length;
        }
        return bytes;
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
