package io.tuijian.feedapi;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * A served memory in Redis, for servers that share their viewers: per viewer a sorted set {@code served-lately:VIEWER}
 * of content ids by the milliseconds of serving, which expires with the newest of them.
 */
final class RedisServedMemory implements ServedMemory {
    private final Redis redis;

    RedisServedMemory(Redis redis) {
        this.redis = redis;
    }

    private static String key(String viewerId) {
        return "served-lately:" + viewerId;
    }

    @Override
    public Lately lately(String viewerId, Instant now) {
        try {
            List<String> lately = redis.ask(asked ->
                    asked.zrangeByScore(key(viewerId), now.minus(LASTS).toEpochMilli() + 1d, Double.POSITIVE_INFINITY));
            return new Lately(Set.copyOf(lately), true);
        } catch (Redis.Unavailable e) {
            return new Lately(Set.of(), false);
        }
    }

    @Override
    public boolean remember(String viewerId, Collection<String> contentIds, Instant now) {
        if (contentIds.isEmpty()) {
            return true;
        }
        Map<String, Double> page =
                contentIds.stream().distinct().collect(Collectors.toMap(id -> id, id -> (double) now.toEpochMilli()));
        try {
            return redis.ask(asked -> written(asked, key(viewerId), page, now));
        } catch (Redis.Unavailable e) {
            return false;
        }
    }

    /** One trip. A Redis that is full refuses to write but can still be read. */
    private static boolean written(UnifiedJedis asked, String key, Map<String, Double> page, Instant now) {
        Response<Long> added;
        try (AbstractPipeline pipeline = asked.pipelined()) {
            added = pipeline.zadd(key, page);
            pipeline.zremrangeByScore(key, 0, now.minus(LASTS).toEpochMilli());
            pipeline.zremrangeByRank(key, 0, -1L - MOST_ITEMS);
            pipeline.pexpire(key, LASTS.toMillis());
            pipeline.sync();
        }
        try {
            added.get();
            return true;
        } catch (JedisDataException full) {
            return false;
        }
    }
}
