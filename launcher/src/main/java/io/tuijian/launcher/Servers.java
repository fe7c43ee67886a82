package io.tuijian.launcher;

import io.tuijian.schemas.Topic;
import io.tuijian.schemas.Topics;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** The servers of others: waits until they answer, and makes the topics that are missing. */
final class Servers {
    private static final Duration ANSWER = Duration.ofSeconds(5);
    private static final Duration PAUSE = Duration.ofSeconds(2);
    private static final int TRIES_PER_LINE = 5;

    private final PrintWriter err;

    /**
     * @param err hears what is waited for
     */
    Servers(PrintWriter err) {
        this.err = err;
    }

    private interface Attempt {
        /** What is wrong, or null. */
        String problem() throws InterruptedException;
    }

    /** Returns once Kafka answers, however long that takes. */
    void awaitKafka(String bootstrapServers) throws InterruptedException {
        await("Kafka at " + bootstrapServers, () -> kafkaProblem(bootstrapServers));
    }

    /** Waits for Kafka, and creates the topics of the product that are missing there. */
    void prepareKafka(ClusterConfig config, Consumer<String> say) throws InterruptedException {
        awaitKafka(config.bootstrapServers());
        List<String> created = createTopics(config.bootstrapServers(), config.partitions(), config.replication());
        if (!created.isEmpty()) {
            say.accept("Created the topics " + String.join(", ", created) + " with " + config.partitions()
                    + " partitions each.");
        }
    }

    /** What keeps Kafka from answering within some seconds, or null. */
    static String kafkaProblem(String bootstrapServers) throws InterruptedException {
        try (Admin admin = admin(bootstrapServers)) {
            admin.describeCluster().nodes().get();
            return null;
        } catch (ExecutionException e) {
            return e.getCause().getMessage();
        } catch (org.apache.kafka.common.KafkaException e) {
            return String.valueOf((e.getCause() == null ? e : e.getCause()).getMessage());
        }
    }

    /** Returns once Elasticsearch answers, however long that takes. */
    void awaitElasticsearch(String url) throws InterruptedException {
        HttpClient http = HttpClient.newBuilder().connectTimeout(ANSWER).build();
        HttpRequest health = HttpRequest.newBuilder(URI.create(url + "/_cluster/health"))
                .timeout(ANSWER)
                .build();
        await("Elasticsearch at " + url, () -> {
            try {
                int status = http.send(health, HttpResponse.BodyHandlers.discarding())
                        .statusCode();
                return status == 200 ? null : "status " + status;
            } catch (IOException e) {
                return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            }
        });
    }

    private void await(String name, Attempt attempt) throws InterruptedException {
        for (int tries = 0; ; tries++) {
            String problem = attempt.problem();
            if (problem == null) {
                if (tries > 0) {
                    say(name + " answers.");
                }
                return;
            }
            if (tries % TRIES_PER_LINE == 0) {
                say(name + " cannot be reached (" + problem.lines().findFirst().orElse("") + "); trying again.");
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
        }
    }

    private void say(String line) {
        err.println(line);
        err.flush();
    }

    /** Creates the topics that are missing, compacted or as a log, and says which. */
    List<String> createTopics(String bootstrapServers, int partitions, short replication) throws InterruptedException {
        try (Admin admin = admin(bootstrapServers)) {
            Set<String> there = admin.listTopics().names().get();
            List<NewTopic> missing = new ArrayList<>();
            for (Topic<?> topic : Topics.ALL) {
                if (!there.contains(topic.name())) {
                    missing.add(new NewTopic(topic.name(), partitions, replication)
                            .configs(Map.of(
                                    TopicConfig.CLEANUP_POLICY_CONFIG,
                                    topic.compacted()
                                            ? TopicConfig.CLEANUP_POLICY_COMPACT
                                            : TopicConfig.CLEANUP_POLICY_DELETE)));
                }
            }
            for (var created : admin.createTopics(missing).values().values()) {
                try {
                    created.get();
                } catch (ExecutionException e) {
                    if (!(e.getCause() instanceof TopicExistsException)) {
                        throw e;
                    }
                }
            }
            return missing.stream().map(NewTopic::name).toList();
        } catch (ExecutionException e) {
            throw new Failure(
                    "The topics cannot be created at " + bootstrapServers + ": "
                            + e.getCause().getMessage(),
                    e);
        }
    }

    /**
     * The number of partitions of a topic that has to be there.
     *
     * @throws Failure if it is not
     */
    static int requireTopic(String bootstrapServers, String topic) throws InterruptedException {
        try (Admin admin = admin(bootstrapServers)) {
            return admin.describeTopics(List.of(topic))
                    .allTopicNames()
                    .get()
                    .get(topic)
                    .partitions()
                    .size();
        } catch (ExecutionException e) {
            throw new Failure(
                    e.getCause() instanceof UnknownTopicOrPartitionException
                            ? "Kafka at " + bootstrapServers + " has no topic " + topic
                                    + "; ./tuijian run jobs creates all of them."
                            : "Kafka at " + bootstrapServers + " does not tell of the topic " + topic + ": "
                                    + e.getCause().getMessage(),
                    e);
        }
    }

    static Admin admin(String bootstrapServers) {
        return Admin.create(Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                (int) ANSWER.toMillis(),
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                (int) ANSWER.toMillis()));
    }
}
