package io.tuijian.ingestion;

import io.tuijian.embedded.EmbeddedCluster;
import io.tuijian.embedded.EmbeddedOptions;
import io.tuijian.schemas.AuthorStateRecord;
import io.tuijian.schemas.Example;
import io.tuijian.schemas.Topics;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Measures by hand how long the jobs take for a log of the size of KuaiRand-Pure. */
final class Throughput {
    private Throughput() {}

    public static void main(String[] args) throws Exception {
        int impressions = args.length > 0 ? Integer.parseInt(args[0]) : 228_000;
        String jobs = args.length > 1 ? args[1] : "state,index,reach";
        Instant now = Instant.now();
        World world = new World(1, 27_000, 7_500, impressions, now.minus(Duration.ofDays(14)), now);
        EmbeddedCluster cluster =
                EmbeddedCluster.start(EmbeddedOptions.in(Files.createTempDirectory("tuijian-throughput")));
        Path files = Files.createTempDirectory("tuijian-throughput-files");
        long[] written = new long[1];
        try (TestTopics topics = new TestTopics(cluster, 4)) {
            for (int i = 0; i < world.contents(); i++) {
                topics.write(Topics.CONTENTS, "c" + i, world.content(i));
            }
            world.play((served, engagements) -> {
                topics.write(Topics.SERVED, served.getViewerId(), served);
                engagements.forEach(it -> topics.write(Topics.ENGAGEMENTS, it.getViewerId(), it));
                written[0] += engagements.size();
            });
            topics.flush();
            System.out.println("written " + written[0] + " engagements in "
                    + Duration.between(now, Instant.now()).toMillis() + " ms");

            Clusters clusters = new Clusters(
                    cluster.bootstrapServers(), cluster.elasticsearchUrl(), Clusters.Archive.in(files.toString()));
            long cpu = cpu();
            Instant start = Instant.now();
            for (String job : List.of(jobs.split(","))) {
                StreamExecutionEnvironment env = cluster.environment(job, 2, Duration.ofSeconds(30));
                switch (job) {
                    case "state" -> new StateJob(clusters).build(env);
                    case "index" -> new IndexJob(clusters).build(env);
                    case "reach" -> new ReachJob(clusters).build(env);
                    case "examples" -> new ExampleJob(clusters).build(env);
                    case "archive" -> new ArchiveJob(clusters).build(env);
                    default -> throw new IllegalArgumentException(job);
                }
                cluster.submit(env, job);
            }
            Map<String, Long> events = new HashMap<>();
            long before = -1;
            long reachBefore = -1;
            Instant changed = Instant.now();
            long rows = 0;
            long bytes = -1;
            try (TestTopics.Reader<Example> examples = topics.reader(Topics.EXAMPLES);
                    TestTopics.Reader<AuthorStateRecord> authors = topics.reader(Topics.AUTHOR_STATES)) {
                while (Duration.between(changed, Instant.now()).toSeconds() < 8) {
                    authors.more().forEach(state -> events.merge(state.getAuthorId(), state.getEvents(), Math::max));
                    long folded =
                            events.values().stream().mapToLong(Long::longValue).sum();
                    long reach = jobs.contains("reach") ? served(cluster.elasticsearchUrl()) : 0;
                    int more = 0;
                    for (int some = examples.more().size();
                            some > 0;
                            some = examples.more().size()) {
                        more += some;
                    }
                    rows += more;
                    long bytesNow = bytes(files);
                    if (more > 0 || bytesNow != bytes || folded != before || reach != reachBefore) {
                        System.out.println(
                                Duration.between(start, Instant.now()).toMillis() + " ms: authors have "
                                        + folded + " outcomes, reach has " + reach + " documents; cpu "
                                        + (cpu() - cpu) / 1_000_000 + " ms, servers " + servers() + " ms; heap "
                                        + (Runtime.getRuntime().totalMemory()
                                                        - Runtime.getRuntime().freeMemory())
                                                / (1 << 20)
                                        + " MB");
                        System.out.println(
                                "  " + rows + " examples in the topic, " + bytesNow / 1_000 + " KB of files");
                        bytes = bytesNow;
                        before = folded;
                        reachBefore = reach;
                        changed = Instant.now();
                    }
                    Thread.sleep(500);
                }
            }
            System.out.println(
                    "caught up in " + Duration.between(start, changed).toMillis() + " ms");
            count(topics.reader(Topics.VIEWER_STATES), "viewer-states");
            count(topics.reader(Topics.CONTENT_STATES), "content-states");
        }
        cluster.close();
        System.exit(0);
    }

    private static void count(TestTopics.Reader<?> reader, String name) {
        try (reader) {
            int n = 0;
            for (int some = reader.more().size(); some > 0; some = reader.more().size()) {
                n += some;
            }
            System.out.println(name + ": " + n + " records");
        }
    }

    private static long bytes(Path folder) throws java.io.IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(file -> file.toString().endsWith(".avro"))
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }

    private static long served(String url) {
        try {
            String answer = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create(url + "/_stats/indexing,docs?filter_path=_all.total"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
            String count = answer.replaceAll(".*\"index_total\":(\\d+).*", "$1");
            return count.length() > 12 ? -1 : Long.parseLong(count);
        } catch (java.io.IOException | InterruptedException e) {
            return -1;
        }
    }

    private static long servers() {
        return ProcessHandle.current()
                .descendants()
                .mapToLong(child ->
                        child.info().totalCpuDuration().orElse(Duration.ZERO).toMillis())
                .sum();
    }

    private static long cpu() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }
}
