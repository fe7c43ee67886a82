package io.tuijian.feedapi;

import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisClusterClient;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;

/** A Redis, or a cluster, that answers within its deadline or is gone without for a while. Safe from many threads. */
final class Redis implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Redis.class);
    private static final int CONNECTIONS = 64;

    /** After a failure nobody asks for this long, so that an absent Redis costs one wait and not one per request. */
    static final Duration REST = Duration.ofMillis(500);

    private final Set<HostAndPort> addresses;
    private final Duration deadline;
    private final LongSupplier nanoTime;
    private final AtomicLong restUntilNanos;
    private final ReentrantLock connecting = new ReentrantLock();
    private final AtomicReference<UnifiedJedis> client = new AtomicReference<>();
    private volatile boolean reachable = true;

    /** It did not answer in time, or not at all. */
    static final class Unavailable extends Exception {
        private static final long serialVersionUID = 1;

        Unavailable(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /**
     * @param addresses {@code host:port}, of a Redis Cluster some of its nodes: {@code host:port,host:port}
     * @param deadline how long one trip may take
     * @throws IllegalArgumentException with one line for the user if the addresses cannot be understood
     */
    Redis(String addresses, Duration deadline, LongSupplier nanoTime) {
        this.addresses = addresses(addresses);
        this.deadline = deadline;
        this.nanoTime = nanoTime;
        this.restUntilNanos = new AtomicLong(nanoTime.getAsLong());
    }

    private static Set<HostAndPort> addresses(String text) {
        try {
            return Arrays.stream(text.split(",")).map(HostAndPort::from).collect(Collectors.toUnmodifiableSet());
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(
                    "Redis is at HOST:PORT, a cluster at HOST:PORT,HOST:PORT, not at " + text, e);
        }
    }

    /** False after Redis did not answer, until it does again. */
    boolean reachable() {
        return reachable;
    }

    /**
     * One trip. It may be made twice, so it must do no harm to what it has done before.
     *
     * @param trip reads all answers that it waits for, so that an error is known here
     */
    <T> T ask(Function<UnifiedJedis, T> trip) throws Unavailable {
        if (!reachable && !mayProbe()) {
            throw new Unavailable("Redis did not answer a moment ago", null);
        }
        try {
            T answer = answered(trip);
            if (!reachable) {
                LOG.info("Redis answers again");
            }
            reachable = true;
            return answer;
        } catch (JedisException | IllegalStateException e) {
            restUntilNanos.set(nanoTime.getAsLong() + REST.toNanos());
            if (reachable) {
                LOG.warn("Redis does not answer, going without: {}", e.getMessage());
            }
            reachable = false;
            throw new Unavailable("Redis does not answer: " + e.getMessage(), e);
        }
    }

    /** One request tries again; the others go without meanwhile. */
    private boolean mayProbe() {
        long until = restUntilNanos.get();
        long now = nanoTime.getAsLong();
        return now - until >= 0 && restUntilNanos.compareAndSet(until, now + REST.toNanos());
    }

    /** A connection that Redis has closed since its last use is found out only by using it: one more try, on a new one. */
    private <T> T answered(Function<UnifiedJedis, T> trip) {
        UnifiedJedis first = client();
        try {
            return trip.apply(first);
        } catch (JedisConnectionException | IllegalStateException e) {
            drop(first);
            if (!reachable) {
                throw e;
            }
        }
        UnifiedJedis second = client();
        try {
            return trip.apply(second);
        } catch (JedisConnectionException | IllegalStateException e) {
            drop(second);
            throw e;
        }
    }

    /** Made when first needed, by one request; the others wait for it no longer than for an answer. */
    private UnifiedJedis client() {
        UnifiedJedis made = client.get();
        if (made != null) {
            return made;
        }
        try {
            if (!connecting.tryLock(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new JedisConnectionException("not connected within " + deadline.toMillis() + " ms");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new JedisConnectionException("interrupted", e);
        }
        try {
            made = client.get();
            if (made == null) {
                made = connected();
                client.set(made);
            }
            return made;
        } finally {
            connecting.unlock();
        }
    }

    /** The client of a cluster wants to reach it at once. */
    private UnifiedJedis connected() {
        int millis = (int) deadline.toMillis();
        JedisClientConfig config = DefaultJedisClientConfig.builder()
                .timeoutMillis(millis)
                .clientName("tuijian-feed-api")
                .build();
        ConnectionPoolConfig pool = new ConnectionPoolConfig();
        pool.setMaxTotal(CONNECTIONS);
        pool.setMaxIdle(CONNECTIONS);
        pool.setMaxWait(deadline);
        return addresses.size() == 1
                ? RedisClient.builder()
                        .hostAndPort(addresses.iterator().next())
                        .clientConfig(config)
                        .poolConfig(pool)
                        .build()
                : RedisClusterClient.builder()
                        .nodes(addresses)
                        .clientConfig(config)
                        .poolConfig(pool)
                        .build();
    }

    /** After a fault all its connections are as good as broken. */
    private void drop(UnifiedJedis failed) {
        if (client.compareAndSet(failed, null)) {
            failed.close();
        }
    }

    @Override
    public void close() {
        UnifiedJedis last = client.getAndSet(null);
        if (last != null) {
            last.close();
        }
    }
}
