package io.tuijian.launcher.replay;

import io.tuijian.schemas.Content;
import io.tuijian.schemas.Keys;
import io.tuijian.schemas.Relation;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * Picks the newest record of each key of a compacted topic, which keeps whatever is sent last. Holds the key and the
 * version of each record that it met, not the record. Not thread-safe.
 */
public final class Newest<T> {
    private record Known(long version, boolean wanted) {}

    private final Function<T, String> key;
    private final ToLongFunction<T> version;
    private final Map<String, Known> known = new HashMap<>();

    private Newest(Function<T, String> key, ToLongFunction<T> version) {
        this.key = key;
        this.version = version;
    }

    public static Newest<Content> contents() {
        return new Newest<>(Content::getId, Content::getVersion);
    }

    public static Newest<Relation> relations() {
        return new Newest<>(Keys::of, relation -> relation.getAt().toEpochMilli());
    }

    /** The topic has this one, and after it none of those met before. */
    public void held(T record) {
        known.put(key.apply(record), new Known(version.applyAsLong(record), false));
    }

    /** There is this one to send. */
    public void offer(T record) {
        long offered = version.applyAsLong(record);
        known.merge(
                key.apply(record), new Known(offered, true), (met, now) -> now.version() > met.version() ? now : met);
    }

    /** True for one record of each key: the newest that was offered, unless the topic has one that is as new. */
    public boolean take(T record) {
        Known newest = known.get(key.apply(record));
        if (newest == null || !newest.wanted() || newest.version() != version.applyAsLong(record)) {
            return false;
        }
        known.put(key.apply(record), new Known(newest.version(), false));
        return true;
    }
}
