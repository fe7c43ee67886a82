package io.tuijian.embedded;

import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import kafka.server.BrokerServer;
import kafka.server.ControllerServer;
import kafka.server.FaultHandlerFactory;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.server.SharedServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.bootstrap.BootstrapMetadata;
import org.apache.kafka.metadata.properties.MetaPropertiesEnsemble;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.ServerSocketFactory;
import org.apache.kafka.server.common.MetadataVersion;
import org.apache.kafka.server.fault.FaultHandler;
import org.apache.kafka.server.fault.LoggingFaultHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One Kafka node, broker and controller at once, in this process. */
final class EmbeddedKafka implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedKafka.class);
    private static final int NODE = 1;
    private static final String BROKER = "PLAINTEXT";
    private static final String CONTROLLER = "CONTROLLER";
    private static final Duration TOPIC = Duration.ofSeconds(30);
    private static final Duration STOP = Duration.ofSeconds(20);

    private final Path folder;
    private final EmbeddedOptions options;
    private final Map<String, ServerSocketChannel> sockets = new HashMap<>();
    private final CompletableFuture<Void> running = new CompletableFuture<>();
    private volatile ControllerServer controller;
    private volatile BrokerServer broker;
    private String bootstrapServers;
    private Admin admin;

    EmbeddedKafka(StateFolder state, EmbeddedOptions options) {
        this.folder = state.kafka();
        this.options = options;
    }

    /** Returns when clients can connect; the deadline of the options holds. */
    void start() {
        sockets.put(BROKER, FreePort.bind(options.kafkaPort(), "Kafka", "kafkaPort"));
        sockets.put(CONTROLLER, FreePort.bind(0, "Kafka's controller", "any"));
        int port = FreePort.of(sockets.get(BROKER));
        bootstrapServers = "localhost:" + port;
        // The broker, told that its disk is broken, would halt the whole process without a word.
        Exit.setHaltProcedure((status, message) -> fail(new IllegalStateException("the log cannot be used")));
        Exit.setExitProcedure((status, message) -> fail(new IllegalStateException("the log cannot be used")));
        Thread starter = new Thread(this::startServers, "kafka-starter");
        starter.setDaemon(true);
        starter.start();
        try {
            running.get(options.deadline().toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new EmbeddedStartException(
                    "Kafka cannot be started on its log in " + folder + " ("
                            + EmbeddedStartException.rootMessage(e.getCause())
                            + "): if the folder is damaged, delete the state folder to start afresh.",
                    e.getCause());
        } catch (TimeoutException e) {
            throw new EmbeddedStartException(
                    "Kafka did not come up within " + options.deadline().toSeconds() + " s.", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EmbeddedStartException("Interrupted while Kafka was starting.", e);
        }
    }

    private void startServers() {
        try {
            KafkaConfig config = new KafkaConfig(settings(), false);
            format();
            scala.Tuple2<MetaPropertiesEnsemble, BootstrapMetadata> log =
                    KafkaRaftServer.initializeLogDirs(config, LOG, "");
            SharedServer shared = new SharedServer(
                    config,
                    log._1(),
                    Time.SYSTEM,
                    new Metrics(),
                    CompletableFuture.completedFuture(Map.of(
                            NODE,
                            InetSocketAddress.createUnresolved("127.0.0.1", FreePort.of(sockets.get(CONTROLLER))))),
                    List.of(),
                    faultHandlers(),
                    socketFactory());
            controller = new ControllerServer(shared, KafkaRaftServer.configSchema(), log._2());
            broker = new BrokerServer(shared);
            controller.startup();
            broker.startup();
            running.complete(null);
        } catch (Throwable e) { // Kafka wraps some problems in Errors
            running.completeExceptionally(e);
        }
    }

    private void fail(RuntimeException problem) {
        if (!running.completeExceptionally(problem)) {
            LOG.error("Kafka has stopped: {}", problem.getMessage());
        }
        throw problem;
    }

    /** A fatal fault ends the start, not the process. */
    private FaultHandlerFactory faultHandlers() {
        return (name, fatal, action) -> {
            FaultHandler logging = new LoggingFaultHandler(name, action);
            return (message, cause) -> {
                RuntimeException fault = logging.handleFault(message, cause);
                if (fatal) {
                    running.completeExceptionally(cause == null ? fault : cause);
                }
                return fault;
            };
        };
    }

    /** Hands Kafka the sockets that are bound already, so that no port is lost between choosing and binding. */
    private ServerSocketFactory socketFactory() {
        return (listener, address, backlog, buffer) -> {
            ServerSocketChannel socket = sockets.get(listener);
            socket.configureBlocking(false);
            return socket;
        };
    }

    private void format() throws Exception {
        Files.createDirectories(folder);
        if (Files.exists(folder.resolve("meta.properties"))) {
            return;
        }
        new Formatter()
                .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                .setNodeId(NODE)
                .setClusterId(Uuid.randomUuid().toString())
                .setReleaseVersion(MetadataVersion.LATEST_PRODUCTION)
                .setControllerListenerName(CONTROLLER)
                .setDirectories(List.of(folder.toString()))
                .setMetadataLogDirectory(folder.toString())
                .setIgnoreFormatted(true)
                .run();
    }

    private Map<String, Object> settings() {
        Map<String, Object> settings = new HashMap<>();
        settings.put("process.roles", "broker,controller");
        settings.put("node.id", String.valueOf(NODE));
        settings.put("controller.quorum.voters", NODE + "@127.0.0.1:" + FreePort.of(sockets.get(CONTROLLER)));
        settings.put("controller.listener.names", CONTROLLER);
        settings.put("inter.broker.listener.name", BROKER);
        settings.put(
                "listeners",
                BROKER + "://127.0.0.1:" + FreePort.of(sockets.get(BROKER)) + "," + CONTROLLER + "://127.0.0.1:"
                        + FreePort.of(sockets.get(CONTROLLER)));
        settings.put("advertised.listeners", BROKER + "://localhost:" + FreePort.of(sockets.get(BROKER)));
        settings.put("listener.security.protocol.map", BROKER + ":PLAINTEXT," + CONTROLLER + ":PLAINTEXT");
        settings.put("log.dir", folder.toString());
        settings.put("auto.create.topics.enable", "false");
        // Imported events are years old, and a simulated clock may run ahead.
        settings.put("log.retention.ms", "-1");
        settings.put("log.message.timestamp.before.max.ms", String.valueOf(Long.MAX_VALUE));
        settings.put("log.message.timestamp.after.max.ms", String.valueOf(Long.MAX_VALUE));
        // One node.
        settings.put("offsets.topic.replication.factor", "1");
        settings.put("transaction.state.log.replication.factor", "1");
        settings.put("transaction.state.log.min.isr", "1");
        settings.put("share.coordinator.state.topic.replication.factor", "1");
        settings.put("share.coordinator.state.topic.min.isr", "1");
        // Small and quick.
        settings.put("offsets.topic.num.partitions", "4");
        settings.put("transaction.state.log.num.partitions", "4");
        settings.put("share.coordinator.state.topic.num.partitions", "1");
        settings.put("group.initial.rebalance.delay.ms", "0");
        // After kill -9 the controller waits for the session of the broker's former life to end.
        settings.put("broker.heartbeat.interval.ms", "500");
        settings.put("broker.session.timeout.ms", "3000");
        settings.put("log.cleaner.dedupe.buffer.size", "2097152");
        settings.put("log.index.size.max.bytes", "1048576");
        settings.put("num.network.threads", "2");
        settings.put("num.io.threads", "4");
        return settings;
    }

    String bootstrapServers() {
        return bootstrapServers;
    }

    /** Creates the topic unless it exists, and waits until every partition has a leader. */
    synchronized void createTopic(String name, int partitions, Map<String, String> config) {
        if (admin == null) {
            admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers));
        }
        try {
            create(new NewTopic(name, partitions, (short) 1).configs(config));
            Instant end = Instant.now().plus(TOPIC);
            while (!hasLeaders(name)) {
                if (Instant.now().isAfter(end)) {
                    throw new TimeoutException("no leader");
                }
                TimeUnit.MILLISECONDS.sleep(10);
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException(
                    "The topic " + name + " cannot be created: " + EmbeddedStartException.rootMessage(e), e);
        } catch (TimeoutException e) {
            throw new IllegalStateException(
                    "The topic " + name + " could not be created within " + TOPIC.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while creating the topic " + name, e);
        }
    }

    private void create(NewTopic topic) throws ExecutionException, TimeoutException, InterruptedException {
        try {
            admin.createTopics(List.of(topic)).all().get(TOPIC.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw e;
            }
        }
    }

    private boolean hasLeaders(String topic) throws ExecutionException, TimeoutException, InterruptedException {
        try {
            return admin
                    .describeTopics(List.of(topic))
                    .allTopicNames()
                    .get(TOPIC.toSeconds(), TimeUnit.SECONDS)
                    .get(topic)
                    .partitions()
                    .stream()
                    .allMatch(partition -> partition.leader() != null);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return false; // the broker has not heard of it yet
            }
            throw e;
        }
    }

    @Override
    public synchronized void close() {
        if (admin != null) {
            admin.close(Duration.ofSeconds(2));
            admin = null;
        }
        CompletableFuture<Void> stopped = CompletableFuture.runAsync(
                () -> {
                    if (broker != null) {
                        broker.shutdown(STOP);
                    }
                    if (controller != null) {
                        controller.shutdown();
                    }
                },
                task -> {
                    Thread thread = new Thread(task, "kafka-stopper");
                    thread.setDaemon(true);
                    thread.start();
                });
        try {
            stopped.get(STOP.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("Kafka did not stop in good order: {}", EmbeddedStartException.rootMessage(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        sockets.values().forEach(FreePort::close);
        broker = null;
        controller = null;
    }
}
