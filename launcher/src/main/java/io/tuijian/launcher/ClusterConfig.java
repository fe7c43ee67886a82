package io.tuijian.launcher;

import io.tuijian.ingestion.Clusters;
import io.tuijian.launcher.trainer.OnlineTrainer;
import io.tuijian.models.Settings;
import java.io.IOException;
import java.io.Reader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.flink.util.TimeUtils;

/** A file of {@code key=value} lines that says where the clusters are and how the jobs run; docs/jobs.properties shows all keys. */
final class ClusterConfig {
    static final String BOOTSTRAP_SERVERS = "kafka.bootstrap-servers";
    static final String PARTITIONS = "kafka.partitions";
    static final String REPLICATION = "kafka.replication";
    static final String ELASTICSEARCH = "elasticsearch.url";
    static final String REDIS = "redis.address";
    static final String ARCHIVE = "archive.folder";
    static final String GENERATION = "archive.generation";
    static final String KEEP_NEGATIVES = "examples.keep-negatives";
    static final String JOBS = "jobs";
    static final String FLINK = "flink.address";
    static final String JAR = "flink.jar";
    static final String PARALLELISM = "parallelism";
    static final String BACKEND = "state.backend";
    static final String CHECKPOINTS = "checkpoints.folder";
    static final String INTERVAL = "checkpoints.interval";
    static final String DROP_STATE = "checkpoints.allow-dropped-state";
    static final String RESTARTS = "restarts.attempts";
    static final String METRICS = "metrics.port";
    static final String REGISTRY = "registry.folder";
    static final String TRAINER = "trainer.folder";
    static final String TRAINER_SETTLE = "trainer.settle";
    static final String TRAINER_CHECKPOINTS = "trainer.checkpoint-interval";
    static final String TRAINER_FRESH = "trainer.fresh-examples";
    static final String TRAINER_PROMOTE = "trainer.promote-every";
    static final String TRAINER_JUDGE = "trainer.judge-for";
    static final String TRAINER_SEED = "trainer.seed";
    static final String TRAINER_METRICS = "trainer.metrics-port";
    static final String API_HOST = "api.host";
    static final String API_PORT = "api.port";
    static final String API_KEY = "api.key-file";
    static final String API_SEARCH = "api.search-deadline";
    static final String API_CHECKPOINT = "api.checkpoint";
    static final String API_TUNING = "api.tuning";

    /** What follows is a setting of Flink's own, handed on as it is. */
    static final String FLINK_OPTION = "flink.option.";

    static final Set<String> KEYS = new TreeSet<>(Set.of(
            BOOTSTRAP_SERVERS,
            PARTITIONS,
            REPLICATION,
            ELASTICSEARCH,
            REDIS,
            ARCHIVE,
            GENERATION,
            KEEP_NEGATIVES,
            JOBS,
            FLINK,
            JAR,
            PARALLELISM,
            BACKEND,
            CHECKPOINTS,
            INTERVAL,
            DROP_STATE,
            RESTARTS,
            METRICS,
            REGISTRY,
            TRAINER,
            TRAINER_SETTLE,
            TRAINER_CHECKPOINTS,
            TRAINER_FRESH,
            TRAINER_PROMOTE,
            TRAINER_JUDGE,
            TRAINER_SEED,
            TRAINER_METRICS,
            API_HOST,
            API_PORT,
            API_KEY,
            API_SEARCH,
            API_CHECKPOINT,
            API_TUNING));

    /** A server's address. */
    record Address(String host, int port) {
        @Override
        public String toString() {
            return host + ":" + port;
        }
    }

    private final Path file;
    private final Map<String, String> values = new TreeMap<>();

    private ClusterConfig(Path file, Properties properties) {
        this.file = file;
        for (String key : properties.stringPropertyNames()) {
            String value = properties.getProperty(key).strip();
            if (!KEYS.contains(key) && !(key.startsWith(FLINK_OPTION) && key.length() > FLINK_OPTION.length())) {
                throw new Failure(file + ": there is no key " + key + ", only " + String.join(", ", KEYS) + " and "
                        + FLINK_OPTION + "….");
            }
            if (!value.isEmpty()) {
                values.put(key, value);
            }
        }
    }

    /**
     * Reads and checks a file.
     *
     * @throws Failure naming the file and the key if one is unknown, missing or has a value that makes no sense
     */
    static ClusterConfig of(Path file) {
        Properties properties = new Properties();
        try (Reader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            properties.load(in);
        } catch (IOException | IllegalArgumentException e) {
            throw new Failure(
                    Files.isRegularFile(file)
                            ? file + " cannot be read as key=value lines in UTF-8."
                            : "There is no configuration file " + file + ".",
                    e);
        }
        ClusterConfig config = new ClusterConfig(file, properties);
        config.check();
        return config;
    }

    /**
     * The clusters of this file, or those of the demo that runs from this checkout; Kafka answers.
     *
     * @param file null for the demo
     * @throws Failure if there is no such demo, or Kafka does not answer within some seconds
     */
    static ClusterConfig running(Path file, Home home) throws InterruptedException {
        if (file == null && !Files.exists(home.demoServers())) {
            throw new Failure("No demo runs from this checkout: start one with ./tuijian demo, or name clusters with"
                    + " --config FILE.");
        }
        ClusterConfig config = of(file == null ? home.demoServers() : file);
        String problem = Servers.kafkaProblem(config.bootstrapServers());
        if (problem != null) {
            throw new Failure("Kafka at " + config.bootstrapServers() + " cannot be reached (" + problem + ")"
                    + (file == null ? "; is the demo still running?" : "."));
        }
        return config;
    }

    private void check() {
        bootstrapServers();
        partitions();
        replication();
        elasticsearchUrl();
        redis();
        generation();
        keepNegatives();
        flinkAddress();
        parallelism();
        backend();
        checkpointInterval();
        dropState();
        restarts();
        metricsPort();
        jobs();
        trainer(Home.here());
        apiPort();
        searchDeadline();
    }

    /**
     * Checks that the jobs have all they need.
     *
     * @throws Failure naming the file and the key that is missing
     */
    void requireForJobs() {
        for (Job job : jobs()) {
            if (job.writesElasticsearch() && elasticsearchUrl().isEmpty()) {
                throw new Failure(
                        file + ": " + ELASTICSEARCH + " is missing; the job " + job.word() + " writes there.");
            }
            if (job.writesFiles() && archive().isEmpty()) {
                throw new Failure(file + ": " + ARCHIVE + " is missing; the job " + job.word() + " writes there.");
            }
        }
    }

    /** {@code host:port,…}. */
    String bootstrapServers() {
        String servers = required(BOOTSTRAP_SERVERS);
        for (String server : servers.split(",", -1)) {
            address(BOOTSTRAP_SERVERS, server.strip());
        }
        return servers;
    }

    /** Partitions of a topic that has to be created. */
    int partitions() {
        return number(PARTITIONS, 4, 1, 10_000);
    }

    /** Copies of a topic that has to be created. */
    short replication() {
        return (short) number(REPLICATION, 1, 1, 100);
    }

    Optional<String> elasticsearchUrl() {
        Optional<String> url = optional(ELASTICSEARCH);
        url.ifPresent(text -> {
            try {
                URI uri = URI.create(text);
                if (uri.getHost() != null && Set.of("http", "https").contains(String.valueOf(uri.getScheme()))) {
                    return;
                }
            } catch (IllegalArgumentException e) {
                throw wrong(ELASTICSEARCH, "http://HOST:PORT", text);
            }
            throw wrong(ELASTICSEARCH, "http://HOST:PORT", text);
        });
        return url;
    }

    /**
     * The same, where it has to be there.
     *
     * @throws Failure naming the file and what cannot do without
     */
    String requireElasticsearch(String who) {
        return elasticsearchUrl().orElseThrow(() -> new Failure(file + ": " + ELASTICSEARCH + " is missing; " + who));
    }

    Optional<Address> redis() {
        return optional(REDIS).map(text -> address(REDIS, text));
    }

    /** A URI as it is written, a folder of this machine from its root on. */
    Optional<String> archive() {
        return optional(ARCHIVE)
                .map(text -> text.matches("[A-Za-z][A-Za-z0-9+.-]*:/.*")
                        ? text
                        : Path.of(text).toAbsolutePath().toString());
    }

    /** The folder of the examples of this run of the log; empty for the time when the job starts. */
    private Optional<String> generation() {
        Optional<String> generation = optional(GENERATION);
        generation.ifPresent(text -> {
            if (!text.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,99}")) {
                throw wrong(GENERATION, "made of letters, digits, dots, dashes and underscores", text);
            }
        });
        return generation;
    }

    private double keepNegatives() {
        String text = optional(KEEP_NEGATIVES).orElse("1");
        try {
            double probability = Double.parseDouble(text);
            if (probability > 0 && probability <= 1) {
                return probability;
            }
        } catch (NumberFormatException e) {
            throw wrong(KEEP_NEGATIVES, "a number above 0 and at most 1", text);
        }
        throw wrong(KEEP_NEGATIVES, "a number above 0 and at most 1", text);
    }

    Clusters clusters() {
        return new Clusters(
                bootstrapServers(),
                elasticsearchUrl().orElse(null),
                redis().map(Address::toString).orElse(null),
                archive()
                        .map(folder -> new Clusters.Archive(folder, generation().orElse(null), keepNegatives()))
                        .orElse(null));
    }

    /** The jobs to run, in the order of the file. */
    List<Job> jobs() {
        List<Job> jobs = new ArrayList<>();
        for (String word : optional(JOBS).orElse("state,index,reach").split(",", -1)) {
            Job job = Arrays.stream(Job.values())
                    .filter(one -> one.word().equals(word.strip()))
                    .findFirst()
                    .orElseThrow(() -> new Failure(file + ": there is no job \"" + word.strip() + "\", only "
                            + Arrays.stream(Job.values()).map(Job::word).collect(Collectors.joining(", ")) + "."));
            if (jobs.contains(job)) {
                throw new Failure(file + ": " + JOBS + " names " + job.word() + " twice.");
            }
            jobs.add(job);
        }
        return jobs;
    }

    /** Of the REST endpoint of a Flink cluster; empty to run the jobs in this process. */
    Optional<Address> flinkAddress() {
        return optional(FLINK).map(text -> address(FLINK, text));
    }

    Optional<Path> flinkJar() {
        return optional(JAR).map(Path::of);
    }

    int parallelism() {
        return number(PARALLELISM, 2, 1, 10_000);
    }

    /** As Flink calls it: {@code hashmap} or {@code rocksdb}. */
    String backend() {
        String word = optional(BACKEND).orElse("rocksdb");
        return switch (word) {
            case "heap" -> "hashmap";
            case "rocksdb" -> "rocksdb";
            default -> throw wrong(BACKEND, "heap or rocksdb", word);
        };
    }

    /** In this process a folder, for a cluster anything that Flink can write to. */
    Optional<String> checkpoints() {
        return optional(CHECKPOINTS);
    }

    Duration checkpointInterval() {
        return duration(INTERVAL, "30s", 10);
    }

    /** How the trainer goes on; folders that are not named are those of this checkout. */
    OnlineTrainer.Plan trainer(Home home) {
        return new OnlineTrainer.Plan(
                bootstrapServers(),
                optional(TRAINER).map(Path::of).orElse(home.trainerState()),
                registry(home),
                Settings.USUAL.withSeed(number(TRAINER_SEED, (int) Settings.USUAL.seed(), 0, Integer.MAX_VALUE)),
                duration(TRAINER_SETTLE, "20s", 0),
                number(TRAINER_FRESH, 2000, 1, 20_000),
                duration(TRAINER_PROMOTE, "10min", 0),
                duration(TRAINER_JUDGE, "2min", 0),
                duration(TRAINER_CHECKPOINTS, "1min", 10),
                optional(TRAINER_METRICS).map(text -> number(TRAINER_METRICS, 0, 1, 65_535)));
    }

    /** The folder of the models; that of this checkout unless another is named. */
    Path registry(Home home) {
        return optional(REGISTRY).map(Path::of).orElse(home.registry());
    }

    /** The address at which the API listens. */
    String apiHost() {
        return optional(API_HOST).orElse("127.0.0.1");
    }

    int apiPort() {
        return number(API_PORT, 8080, 0, 65_535);
    }

    /** The file that holds the key of the API; empty for that of this checkout. */
    Optional<Path> apiKeyFile() {
        return optional(API_KEY).map(Path::of);
    }

    /** How long a page waits for Elasticsearch. */
    Duration searchDeadline() {
        return duration(API_SEARCH, "800ms", 1);
    }

    /** The file from which the feature store of the API starts again. */
    Optional<Path> apiCheckpoint() {
        return optional(API_CHECKPOINT).map(Path::of);
    }

    /** The file that ranking is tuned by, also while the API runs. */
    Optional<Path> apiTuning() {
        return optional(API_TUNING).map(Path::of);
    }

    private Duration duration(String key, String usual, long leastMillis) {
        String text = optional(key).orElse(usual);
        try {
            Duration duration = TimeUtils.parseDuration(text);
            if (duration.toMillis() >= leastMillis) {
                return duration;
            }
        } catch (IllegalArgumentException e) {
            throw wrong(key, "a time such as 30s or 500ms", text);
        }
        throw wrong(key, "at least " + leastMillis + "ms", text);
    }

    /** True if a job of this process may leave behind state that nothing of it reads any more. */
    boolean dropState() {
        String text = optional(DROP_STATE).orElse("false");
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw wrong(DROP_STATE, "true or false", text);
        };
    }

    /** How often in a row a job is started again before it has failed for good. */
    int restarts() {
        return number(RESTARTS, 20, 0, Integer.MAX_VALUE);
    }

    /** Where Prometheus reads, in this process. */
    Optional<Integer> metricsPort() {
        return optional(METRICS).map(text -> number(METRICS, 0, 1, 65_535));
    }

    /** Settings of Flink's own. */
    Map<String, String> flinkOptions() {
        Map<String, String> options = new TreeMap<>();
        values.forEach((key, value) -> {
            if (key.startsWith(FLINK_OPTION)) {
                options.put(key.substring(FLINK_OPTION.length()), value);
            }
        });
        return options;
    }

    private Optional<String> optional(String key) {
        return Optional.ofNullable(values.get(key));
    }

    private String required(String key) {
        return optional(key).orElseThrow(() -> new Failure(file + ": " + key + " is missing."));
    }

    private int number(String key, int usual, int least, int most) {
        String text = values.get(key);
        if (text == null) {
            return usual;
        }
        try {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw wrong(key, "a number from " + least + " to " + most, text);
        }
        throw wrong(key, "a number from " + least + " to " + most, text);
    }

    private Address address(String key, String text) {
        int colon = text.lastIndexOf(':');
        try {
            int port = Integer.parseInt(text.substring(colon + 1));
            if (colon > 0 && port > 0 && port < 65_536 && !text.contains("/")) {
                return new Address(text.substring(0, colon), port);
            }
        } catch (NumberFormatException e) {
            throw wrong(key, "HOST:PORT", text);
        }
        throw wrong(key, "HOST:PORT", text);
    }

    private Failure wrong(String key, String wanted, String text) {
        return new Failure(String.format(Locale.ROOT, "%s: %s must be %s, not \"%s\".", file, key, wanted, text));
    }
}
