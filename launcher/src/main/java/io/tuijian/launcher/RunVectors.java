package io.tuijian.launcher;

import io.tuijian.launcher.vectors.VectorPublisher;
import io.tuijian.models.Registry;
import io.tuijian.models.VectorFields;
import io.tuijian.models.retrieval.ServingRetrieval;
import io.tuijian.schemas.Topics;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.concurrent.CountDownLatch;

/** Publishes the vectors that the registry wants in the index, until it is told to end. */
final class RunVectors {
    private final ClusterConfig config;
    private final Registry registry;
    private final ServingRetrieval.Reader reader;
    private final PrintWriter out;
    private final PrintWriter err;

    RunVectors(
            ClusterConfig config, Registry registry, ServingRetrieval.Reader reader, PrintWriter out, PrintWriter err) {
        this.config = config;
        this.registry = registry;
        this.reader = reader;
        this.out = out;
        this.err = err;
    }

    /**
     * @param version to be promoted once its vectors are there, null for what the registry wants
     */
    void run(String version) throws InterruptedException {
        String elasticsearch = config.elasticsearchUrl()
                .orElseThrow(() -> new Failure(ClusterConfig.ELASTICSEARCH
                        + " is missing; it tells how many of the contents have their vector."));
        Servers servers = new Servers(err);
        servers.awaitKafka(config.bootstrapServers());
        Servers.requireTopic(config.bootstrapServers(), Topics.CONTENTS.name());
        Servers.requireTopic(config.bootstrapServers(), Topics.CONTENT_EMBEDDINGS.name());
        servers.awaitElasticsearch(elasticsearch);
        if (version != null) {
            new VectorFields(registry).propose(version);
        }
        VectorPublisher publisher = new VectorPublisher(
                config.bootstrapServers(), elasticsearch, registry, reader, Clock.systemUTC(), this::say);
        Runtime.getRuntime().addShutdownHook(new Thread(publisher::close, "vectors-stopper"));
        say("Vectors are published for the fields of the index as the registry says.");
        new CountDownLatch(1).await();
    }

    private synchronized void say(String line) {
        out.println(line);
        out.flush();
    }
}
