package io.tuijian.launcher;

import io.tuijian.feedapi.Elasticsearch;
import io.tuijian.feedapi.FeedApi;
import io.tuijian.feedapi.Readiness;
import io.tuijian.feedapi.RedisFeatureStore;
import io.tuijian.feedapi.Words;
import io.tuijian.models.Registry;
import io.tuijian.models.ServingModel;
import io.tuijian.models.dl4j.RankerTraining;
import io.tuijian.models.retrieval.RetrievalModel;
import io.tuijian.models.retrieval.ServingRetrieval;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The API of a configuration, in this process, against servers that run elsewhere, until this process is told to end. */
final class RunApi {
    /** Holds the key, where no file does. */
    private static final String KEY_VARIABLE = "TUIJIAN_KEY";

    private static final int KEY_BYTES = 32;
    private static final Duration PAUSE = Duration.ofSeconds(2);

    private final ClusterConfig config;
    private final Home home;
    private final PrintWriter out;
    private final PrintWriter err;
    private String complaint; // the latest, only of the thread that creates indices

    RunApi(ClusterConfig config, Home home, PrintWriter out, PrintWriter err) {
        this.config = config;
        this.home = home;
        this.out = out;
        this.err = err;
    }

    /**
     * Serves.
     *
     * @throws Failure if the configuration cannot be used
     */
    void run() throws InterruptedException {
        String elasticsearch = config.requireElasticsearch("the API asks it for contents and keeps timelines there.");
        byte[] key = key();
        Preflight.port(config.apiHost(), config.apiPort(), ClusterConfig.API_HOST, ClusterConfig.API_PORT);
        Servers servers = new Servers(err);
        servers.prepareKafka(config, this::say);
        Registry registry = new Registry(config.registry(home));
        ServingModel models = new ServingModel(registry, RankerTraining.MODEL, Scorers.chosen());
        ServingRetrieval retrieval = new ServingRetrieval(registry, RetrievalModel::read);
        ModelReloader reloader = new ModelReloader(models::reload, retrieval::reload);
        FeedApi api = new FeedApi(
                new FeedApi.Settings(
                        config.apiHost(),
                        config.apiPort(),
                        config.bootstrapServers(),
                        elasticsearch,
                        key,
                        config.searchDeadline(),
                        new FeedApi.Stores(config.apiCheckpoint().orElse(null), redis()),
                        config.apiTuning().orElse(null)),
                Clock.systemUTC(),
                new Words(Map.of()),
                new FeedApi.Model(models::now, () -> degraded(models, retrieval), retrieval::now, registry),
                new Readiness(),
                (server, routes) -> {});
        CountDownLatch end = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            reloader.close();
                            api.close();
                            end.countDown();
                        },
                        "api-stopper"));
        createIndices(servers, elasticsearch);
        say("The API listens at http://" + config.apiHost() + ":" + api.port() + ".");
        end.await();
    }

    /** Behind the scenes: without Elasticsearch pages come from memory. */
    private void createIndices(Servers servers, String url) {
        Thread thread = new Thread(
                () -> {
                    try {
                        servers.awaitElasticsearch(url);
                        while (!created(url)) {
                            TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
                        }
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "indices");
        thread.setDaemon(true);
        thread.start();
    }

    /** False if trying again may help; that, too, is said once. */
    private boolean created(String url) {
        try (Elasticsearch elasticsearch = new Elasticsearch(url)) {
            elasticsearch.createIndices();
            return true;
        } catch (Elasticsearch.Conflict e) {
            complain(e.getMessage() + ".");
            return true;
        } catch (IOException e) {
            complain("The indices cannot be created: "
                    + String.valueOf(e.getMessage()).lines().findFirst().orElse("") + "; trying again.");
            return false;
        }
    }

    private void complain(String line) {
        if (!line.equals(complaint)) {
            complaint = line;
            err.println(line);
            err.flush();
        }
    }

    private static List<String> degraded(ServingModel models, ServingRetrieval retrieval) {
        List<String> degraded = new ArrayList<>(models.degraded());
        degraded.addAll(retrieval.degraded());
        return degraded;
    }

    private RedisFeatureStore.Settings redis() {
        return config.redis()
                .map(address -> RedisFeatureStore.Settings.viewersAt(address.toString()))
                .orElse(null);
    }

    /** Of the named file, else of the environment, else of this checkout. */
    private byte[] key() {
        if (config.apiKeyFile().isPresent()) {
            Path file = config.apiKeyFile().get();
            try {
                return key(Files.readString(file, StandardCharsets.UTF_8), "The file " + file);
            } catch (IOException e) {
                throw new Failure("The key file " + file + " cannot be read.", e);
            }
        }
        String variable = System.getenv(KEY_VARIABLE);
        if (variable != null && !variable.isBlank()) {
            return key(variable, KEY_VARIABLE);
        }
        say("Tokens are signed with this checkout's key, " + home.keyFile() + ".");
        return home.keyOrNew();
    }

    /** Never says what it was given. */
    private static byte[] key(String hexadecimal, String where) {
        try {
            byte[] key = HexFormat.of().parseHex(hexadecimal.strip());
            if (key.length >= KEY_BYTES) {
                return key;
            }
        } catch (IllegalArgumentException e) {
            throw notKey(where);
        }
        throw notKey(where);
    }

    private static Failure notKey(String where) {
        return new Failure(where + " must hold a key of at least " + KEY_BYTES
                + " bytes in hexadecimal digits, as \"openssl rand -hex " + KEY_BYTES + "\" prints one.");
    }

    private void say(String line) {
        out.println(line);
        out.flush();
    }
}
