package io.tuijian.launcher.bench;

import io.tuijian.embedded.EmbeddedCluster;
import io.tuijian.embedded.EmbeddedOptions;
import io.tuijian.embedded.Part;
import io.tuijian.feedapi.Elasticsearch;
import io.tuijian.launcher.Failure;
import io.tuijian.models.Registry;
import io.tuijian.models.retrieval.RetrievalModel;
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
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * What a page costs and how soon it is there: the API in a process of its own before real servers and a simulated
 * platform, and beside it the same questions to Elasticsearch and the same writes alone.
 */
@Command(
        name = "feed",
        description = "Pages of a feed: latency, throughput, processor time, beside Elasticsearch's part alone.",
        mixinStandardHelpOptions = true)
final class FeedBench implements Callable<Integer> {
    private static final int PARTITIONS = 4;
    private static final int PAGES_BEFORE = 30_000;
    private static final int RECORDED = 1_000;
    private static final Duration RECORDING = Duration.ofSeconds(20);
    private static final int AT_A_TIME = 8;
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Duration WARM_UP = Duration.ofSeconds(30);
    private static final Duration STEP = Duration.ofSeconds(8);
    private static final Duration MEASURED = Duration.ofSeconds(40);
    private static final Duration FLOOR_WARM_UP = Duration.ofSeconds(15);
    private static final Duration BREATH = Duration.ofSeconds(2);

    @Option(names = "--json", paramLabel = "FILE", description = "Write the figures there, as one flat object.")
    private Path json;

    @Option(
            names = "--contents",
            defaultValue = "100000",
            description = "1,000 to 2,000,000 (default: ${DEFAULT-VALUE}).")
    private int contents;

    @Option(names = "--viewers", defaultValue = "10000", description = "100 to 1,000,000 (default: ${DEFAULT-VALUE}).")
    private int viewers;

    @Option(
            names = "--candidates",
            defaultValue = "500",
            description = "Say so if fewer are scored for a page on average (default: ${DEFAULT-VALUE}).")
    private int candidates;

    @Option(names = "--surface", defaultValue = "for-you", description = "(default: ${DEFAULT-VALUE})")
    private String surface;

    @Option(names = "--limit", defaultValue = "20", description = "Items of a page (default: ${DEFAULT-VALUE}).")
    private int limit;

    @Option(
            names = "--rate",
            defaultValue = "0",
            description = "Pages a second to measure at; 0 for half of what the knee turns out to be.")
    private double rate;

    @Option(names = "--seed", defaultValue = "7", description = "Of all chance (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Spec
    private CommandSpec spec;

    private Figures figures;
    private Path folder;
    private EmbeddedCluster cluster;
    private byte[] key;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Bounds.check(spec, "--contents", contents, 1_000, 2_000_000);
        Bounds.check(spec, "--viewers", viewers, 100, 1_000_000);
        Bounds.check(spec, "--limit", limit, 1, 100);
        if (!(rate >= 0)) {
            throw new ParameterException(spec.commandLine(), "--rate must be 0 or more.");
        }
        long began = System.nanoTime();
        figures = new Figures(spec.commandLine().getOut());
        folder = Files.createTempDirectory("tuijian-bench-feed");
        key = new byte[32];
        new SecureRandom().nextBytes(key);
        Files.writeString(folder.resolve("key"), HexFormat.of().formatHex(key));
        CpuTime elasticsearch;
        try (EmbeddedCluster started = EmbeddedCluster.start(EmbeddedOptions.in(folder.resolve("servers"))
                .withParts(Part.KAFKA, Part.ELASTICSEARCH)
                .withElasticsearchOptimized(true)
                .withElasticsearchHeapMegabytes(contents > 300_000 ? 2_048 : 1_024))) {
            cluster = started;
            elasticsearch = new CpuTime(ProcessHandle.current().descendants().toList());
            elasticsearch.now(); // where this cannot be told, it is told before anything is measured
            List<FeedWorld.Place> places = platform();
            figures.put("filled_seconds", (System.nanoTime() - began) / 1_000_000_000);
            Path calls = record(places);
            measure(places, calls, elasticsearch);
        } finally {
            delete(folder);
        }
        figures.put("seconds", (System.nanoTime() - began) / 1_000_000_000);
        if (json != null) {
            figures.writeTo(json);
        }
        return 0;
    }

    /** Everything that a server finds when it starts; those who may ask it. */
    private List<FeedWorld.Place> platform() throws IOException, InterruptedException {
        for (Topic<?> topic : Topics.ALL) {
            cluster.createTopic(
                    topic.name(), PARTITIONS, topic.compacted() ? Map.of("cleanup.policy", "compact") : Map.of());
        }
        FeedWorld world = new FeedWorld(seed, contents, viewers, PAGES_BEFORE, Instant.now());
        figures.put("cores", Runtime.getRuntime().availableProcessors());
        figures.put("seed", seed);
        figures.put("contents", world.store().contentCount());
        figures.put("viewers", world.places().size());
        figures.put("relations", world.store().relations().count());
        Registry registry = new Registry(folder.resolve("registry"));
        figures.put("ranker_rows", world.learnRanker(registry));
        RetrievalModel retrieval = world.learnRetrieval(registry);
        world.writeTo(cluster.bootstrapServers(), PARTITIONS);
        try (Elasticsearch indices = new Elasticsearch(cluster.elasticsearchUrl())) {
            indices.createIndices();
        }
        new FilledIndex(cluster.elasticsearchUrl()).fill(world, retrieval);
        return world.places();
    }

    private ApiProcess api(String name, String elasticsearchUrl) throws IOException, InterruptedException {
        Path config = Files.writeString(
                folder.resolve(name + ".properties"),
                String.join(
                        "\n",
                        "kafka.bootstrap-servers=" + cluster.bootstrapServers(),
                        "elasticsearch.url=" + elasticsearchUrl,
                        "registry.folder=" + folder.resolve("registry"),
                        "api.port=0",
                        "api.key-file=" + folder.resolve("key"),
                        "api.checkpoint=" + folder.resolve("feature-store"),
                        ""));
        return ApiProcess.api(folder, name, 1_024 + contents / 300, config, PATIENCE);
    }

    private FeedLoad load(ApiProcess api, List<FeedWorld.Place> places, int seedOffset) {
        return new FeedLoad(api.url(), surface, limit, key, places, seed + seedOffset);
    }

    /** What the API asks Elasticsearch for the pages of some viewers who were there a moment ago. */
    private Path record(List<FeedWorld.Place> places) throws IOException, InterruptedException {
        Path file = folder.resolve("calls");
        try (RecordedCalls calls = new RecordedCalls(cluster.elasticsearchUrl());
                ApiProcess api = api("recorded", calls.url())) {
            FeedLoad load = load(api, places, 1);
            int known = load.inTurn(RECORDED, RECORDING, () -> {});
            figures.put("recorded_requests", load.inTurn(known, RECORDING, calls::begin));
            calls.writeTo(file);
            figures.put("elasticsearch_calls_per_request", calls.perGroup());
        }
        return file;
    }

    private void measure(List<FeedWorld.Place> places, Path calls, CpuTime elasticsearch)
            throws IOException, InterruptedException {
        double measuredRate;
        try (ApiProcess api = api("api", cluster.elasticsearchUrl())) {
            FeedLoad load = load(api, places, 2);
            double most = load.asFastAsAnswered(AT_A_TIME, WARM_UP);
            figures.put("saturated_requests_per_s", Math.round(10 * most) / 10.0);
            if (rate > 0) {
                measuredRate = rate;
            } else {
                double knee = knee(load, most);
                figures.put("requests_per_s", Math.round(10 * knee) / 10.0);
                measuredRate = knee / 2;
            }
            figures.put("measured_rate", Math.round(10 * measuredRate) / 10.0);
            breathe();
            load.at(measuredRate, STEP);
            measure(api, load, measuredRate, elasticsearch);
        }
        floor(calls, measuredRate, elasticsearch);
        sum("cpu_ms_per_request", "api_cpu_ms_per_request", "elasticsearch_cpu_ms_per_request");
        sum("floor_cpu_ms_per_request", "floor_client_cpu_ms_per_request", "floor_elasticsearch_cpu_ms_per_request");
        figures.ratio("ratio", "cpu_ms_per_request", "floor_cpu_ms_per_request");
    }

    private double knee(FeedLoad load, double guess) throws InterruptedException {
        List<Knee.Step> steps = new ArrayList<>();
        for (Optional<Double> next = Knee.next(guess, steps); next.isPresent(); next = Knee.next(guess, steps)) {
            breathe();
            Knee.Step step = load.at(next.get(), STEP).step();
            steps.add(step);
            spec.commandLine()
                    .getOut()
                    .printf(
                            Locale.ROOT,
                            "  %.1f a second: %.1f answered, p50 %.1f ms, p99 %.1f ms, %.1f %% bad%n",
                            step.offered(),
                            step.achieved(),
                            step.p50(),
                            step.p99(),
                            100 * step.bad());
        }
        return Knee.of(steps)
                .orElseThrow(() -> new Failure("The API kept up with no rate; the machine has too much else to do."))
                .offered();
    }

    private void measure(ApiProcess api, FeedLoad load, double perSecond, CpuTime elasticsearch)
            throws IOException, InterruptedException {
        CpuTime own = new CpuTime(List.of(api.handle()));
        double scored = scored(api);
        Duration ownBefore = own.now();
        Duration searchBefore = elasticsearch.now();
        FeedLoad.Result result = load.at(perSecond, MEASURED);
        double mine = own.millisEach(ownBefore, result.requests());
        double search = elasticsearch.millisEach(searchBefore, result.requests());
        double each = (scored(api) - scored) / result.requests();
        figures.put("measured_requests", result.requests());
        figures.put("p50_ms", result.step().p50());
        figures.put("p99_ms", result.step().p99());
        figures.put("bad_share", result.step().bad());
        figures.put("items_per_request", Math.round(100 * result.items()) / 100.0);
        figures.put("candidates_per_request", Math.round(10 * each) / 10.0);
        figures.put("api_cpu_ms_per_request", mine);
        figures.put("elasticsearch_cpu_ms_per_request", search);
        if (each < candidates) {
            spec.commandLine()
                    .getErr()
                    .printf(Locale.ROOT, "Only %.0f candidates were scored for a page, not %d.%n", each, candidates);
        }
    }

    private void floor(Path calls, double perSecond, CpuTime elasticsearch) throws IOException, InterruptedException {
        breathe();
        List<String> arguments = List.of(
                calls.toString(),
                cluster.elasticsearchUrl(),
                Double.toString(perSecond),
                Long.toString(FLOOR_WARM_UP.toSeconds()),
                Long.toString(MEASURED.toSeconds()));
        try (ApiProcess floor = ApiProcess.start(folder, "floor", 512, FloorClient.class, arguments)) {
            CpuTime own = new CpuTime(List.of(floor.handle()));
            floor.awaitLine(FloorClient.MEASURES, PATIENCE);
            Duration ownBefore = own.now();
            Duration searchBefore = elasticsearch.now();
            String[] done = floor.awaitLine(FloorClient.DONE, PATIENCE).split(" ");
            int requests = Integer.parseInt(done[1]);
            figures.put("floor_client_cpu_ms_per_request", own.millisEach(ownBefore, requests));
            figures.put("floor_elasticsearch_cpu_ms_per_request", elasticsearch.millisEach(searchBefore, requests));
            figures.put("floor_failed_calls", Integer.parseInt(done[2]));
            figures.put("floor_p50_ms", Double.parseDouble(done[3]));
            figures.put("floor_p99_ms", Double.parseDouble(done[4]));
        }
    }

    private void sum(String name, String one, String other) {
        figures.put(name, Math.round(1e3 * (figures.number(one) + figures.number(other))) / 1e3);
    }

    /** How many contents the API has scored since it began, as it tells Prometheus. */
    private static double scored(ApiProcess api) throws IOException, InterruptedException {
        HttpRequest metrics =
                HttpRequest.newBuilder(URI.create(api.url() + "/metrics")).build();
        return HttpClient.newHttpClient()
                .send(metrics, HttpResponse.BodyHandlers.ofLines())
                .body()
                .filter(line -> line.startsWith("tuijian_scored_total "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' ') + 1)))
                .findFirst()
                .orElse(Double.NaN);
    }

    private static void breathe() throws InterruptedException {
        Thread.sleep(BREATH.toMillis());
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
