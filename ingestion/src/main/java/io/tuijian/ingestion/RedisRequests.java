package io.tuijian.ingestion;

import io.tuijian.schemas.StoredState;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.flink.connector.base.sink.writer.ResultHandler;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisClusterClient;
import redis.clients.jedis.Response;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisNoScriptException;

/**
 * Sends batches of states to Redis, each batch in one trip. The server compares the numbers of events and writes in one
 * step, so that nobody ever reads an older state after a newer one. What could not be written now goes back to its
 * batch after a while, longer each time it fails in a row.
 */
final class RedisRequests implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RedisRequests.class);
    private static final int TIMEOUT_MILLIS = 5_000;
    private static final long FIRST_PAUSE_MILLIS = 50;
    private static final int MOST_DOUBLINGS = 6;

    private static final byte[] SCRIPT = StoredState.WRITE_UNLESS_NEWER.getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SCRIPT_HASH = hash(SCRIPT);

    private final Set<HostAndPort> addresses;
    private final byte[] expiryMillis;
    private final Counter written;
    private final Counter superseded;
    private final Counter rejected;
    private final ScheduledExecutorService sender;
    private volatile UnifiedJedis client;
    private volatile boolean closed;
    private int failures;

    RedisRequests(String addresses, Duration expiry, MetricGroup metrics) {
        this.addresses = addresses(addresses);
        this.expiryMillis = String.valueOf(expiry.toMillis()).getBytes(StandardCharsets.US_ASCII);
        this.written = metrics.counter("statesWritten");
        this.superseded = metrics.counter("statesSuperseded");
        this.rejected = metrics.counter("statesRejected");
        this.sender = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "redis-states");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** @throws IllegalArgumentException with one line for the user */
    static Set<HostAndPort> addresses(String text) {
        try {
            return Arrays.stream(text.split(",")).map(HostAndPort::from).collect(Collectors.toUnmodifiableSet());
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(
                    "--redis wants HOST:PORT, of a cluster HOST:PORT,HOST:PORT, not " + text, e);
        }
    }

    private static byte[] hash(byte[] script) {
        try {
            byte[] digest = java.security.MessageDigest.getInstance("SHA-1").digest(script);
            return HexFormat.of().formatHex(digest).getBytes(StandardCharsets.US_ASCII);
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }

    /** Completes the result when each state is written, superseded or refused for good, or asks for a retry. */
    void send(List<Document> states, ResultHandler<Document> result) {
        later(() -> write(states, result), 0);
    }

    private void write(List<Document> states, ResultHandler<Document> result) {
        List<Document> again = new ArrayList<>();
        try {
            List<Document> unread = pipelined(states, false, again);
            if (!unread.isEmpty()) { // this server has not seen the script yet
                pipelined(unread, true, again);
            }
        } catch (RuntimeException e) {
            disconnect();
            retry(states.size() + " states could not be written", e, states, result);
            return;
        }
        if (again.isEmpty()) {
            failures = 0;
            result.complete();
        } else {
            retry(again.size() + " states could not be written", null, again, result);
        }
    }

    /** One trip; returns those for which the server wants the whole script. */
    private List<Document> pipelined(List<Document> states, boolean whole, List<Document> again) {
        List<Response<Object>> answers = new ArrayList<>(states.size());
        try (AbstractPipeline pipeline = client().pipelined()) {
            for (Document state : states) {
                List<byte[]> keys = List.of(state.id().getBytes(StandardCharsets.UTF_8));
                List<byte[]> values = List.of(state.source(), expiryMillis);
                answers.add(whole ? pipeline.eval(SCRIPT, keys, values) : pipeline.evalsha(SCRIPT_HASH, keys, values));
            }
            pipeline.sync();
        }
        List<Document> unread = new ArrayList<>();
        for (int i = 0; i < states.size(); i++) {
            try {
                boolean done = Long.valueOf(1).equals(answers.get(i).get());
                (done ? written : superseded).inc();
            } catch (JedisNoScriptException e) {
                unread.add(states.get(i));
            } catch (JedisDataException e) {
                refused(states.get(i), e, again);
            }
        }
        return unread;
    }

    private void refused(Document state, JedisDataException problem, List<Document> again) {
        if (String.valueOf(problem.getMessage()).contains("WRONGTYPE")) {
            rejected.inc();
            LOG.error("Redis holds something that is no state under {}: {}", state.id(), problem.getMessage());
            return;
        }
        if (again.isEmpty()) {
            LOG.warn("Redis does not take {} now: {}", state.id(), problem.getMessage());
        }
        again.add(state);
    }

    private UnifiedJedis client() {
        if (closed) {
            throw new IllegalStateException("closed");
        }
        if (client == null) {
            JedisClientConfig config = DefaultJedisClientConfig.builder()
                    .timeoutMillis(TIMEOUT_MILLIS)
                    .clientName("tuijian-states")
                    .build();
            client = addresses.size() == 1
                    ? RedisClient.builder()
                            .hostAndPort(addresses.iterator().next())
                            .clientConfig(config)
                            .build()
                    : RedisClusterClient.builder()
                            .nodes(addresses)
                            .clientConfig(config)
                            .build();
        }
        return client;
    }

    private void disconnect() {
        UnifiedJedis old = client;
        client = null;
        if (old != null) {
            try {
                old.close();
            } catch (RuntimeException e) {
                LOG.debug("The client was not closed in good order", e);
            }
        }
    }

    private void retry(String what, Exception problem, List<Document> states, ResultHandler<Document> result) {
        long pause = FIRST_PAUSE_MILLIS << Math.min(failures++, MOST_DOUBLINGS);
        LOG.warn("Redis: {}, again in {} ms{}", what, pause, problem == null ? "" : ": " + problem.getMessage());
        later(() -> result.retryForEntries(states), pause);
    }

    private void later(Runnable task, long millis) {
        try {
            sender.schedule(task, millis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("Closed: what was under way is written again after the next start", e);
        }
    }

    @Override
    public void close() {
        sender.shutdown();
        try {
            if (!sender.awaitTermination(1, TimeUnit.SECONDS)) {
                sender.shutdownNow();
            }
        } catch (InterruptedException e) {
            sender.shutdownNow();
            Thread.currentThread().interrupt();
        }
        closed = true;
        disconnect(); // only now: whoever still writes would open another one
    }
}
