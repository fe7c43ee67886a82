package io.tuijian.ingestion;

import io.tuijian.features.Actions;
import io.tuijian.features.Facts;
import io.tuijian.features.reach.Audience;
import io.tuijian.features.reach.Level;
import io.tuijian.features.reach.ReachEvent;
import io.tuijian.features.reach.StableHash;
import io.tuijian.schemas.Action;
import java.io.IOException;
import java.time.Duration;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Brings together, by viewer, the pages served and what was done on them, in whatever order they come, and remembers
 * when the viewer first saw each author, and whom they follow. A page counts once. Nothing waits: what is learned
 * later of a touch that has gone on is sent after it.
 */
final class MeetViewers extends KeyedProcessFunction<String, OfViewer, Addressed> {
    private static final long serialVersionUID = 1;

    /** How long a feed is remembered, as long as its cursor is good. */
    static final Duration MEMORY = Duration.ofDays(8);

    private static final int LONGEST_CITY = 40;
    private static final PrimitiveArrayTypeInfo<byte[]> BYTES = PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO;

    private transient MapState<Long, byte[]> feeds; // by the hash of the feed
    private transient MapState<Long, byte[]> authors; // by the hash of the author, for ever

    /** A day, and how long after its end its audience is still counted. */
    private static final Duration DAY_AND_SETTLING = Duration.ofDays(2);

    @Override
    public void open(OpenContext context) {
        MapStateDescriptor<Long, byte[]> remembered = new MapStateDescriptor<>("feeds", Types.LONG, BYTES);
        remembered.enableTimeToLive(StateTtlConfig.newBuilder(MEMORY)
                .disableCleanupInBackground()
                .cleanupFullSnapshot()
                .cleanupInRocksdbCompactFilter(10_000)
                .build());
        feeds = getRuntimeContext().getMapState(remembered);
        authors = getRuntimeContext().getMapState(new MapStateDescriptor<>("authors", Types.LONG, BYTES));
    }

    @Override
    public void processElement(OfViewer event, Context context, Collector<Addressed> out) throws Exception {
        if (event instanceof OfViewer.Page page) {
            page(page, arrived(context), out);
        } else if (event instanceof OfViewer.Did did) {
            done(did, arrived(context), out);
        } else if (event instanceof OfViewer.Follows follows) {
            follow(follows, out);
        }
    }

    /** When the server got it, whatever time its client gave it. */
    private static long arrived(Context context) {
        return context.timestamp() == null ? Long.MIN_VALUE : context.timestamp();
    }

    /** What comes after a day has settled does not change who its audience was: its groups may have been told. */
    private static boolean isSettled(long atMillis, long arrivedMillis) {
        return arrivedMillis > Level.AUDIENCE_DAY.beginOf(atMillis) + DAY_AND_SETTLING.toMillis();
    }

    private void page(OfViewer.Page page, long arrivedMillis, Collector<Addressed> out) throws Exception {
        long key = StableHash.of(page.feedId());
        KnownFeed feed = KnownFeed.of(feeds.get(key));
        if (!feed.add(page)) {
            return;
        }
        send(new ReachEvent.Page(page.surface(), page.atMillis()), out);
        for (OfViewer.Page.Item item : page.items()) {
            send(
                    ReachEvent.Touch.served(
                            item.authorId(),
                            item.contentId(),
                            page.viewerId(),
                            page.atMillis(),
                            new ReachEvent.Trace(page.surface(), item.source())),
                    out);
        }
        for (KnownFeed.Waiting one : feed.released()) {
            trace(one, feed, page.viewerId(), arrivedMillis, out);
        }
        feeds.put(key, feed.toBytes());
    }

    private void trace(
            KnownFeed.Waiting one, KnownFeed feed, String viewerId, long arrivedMillis, Collector<Addressed> out) {
        String source = feed.source(one.contentId());
        boolean toldSurface = one.needsFeed() && one.needsSurface();
        if (toldSurface || source != null) {
            ReachEvent.Trace trace = new ReachEvent.Trace(toldSurface ? feed.surface : null, source);
            send(
                    new ReachEvent.Traced(
                            one.authorId(),
                            one.contentId(),
                            viewerId,
                            one.atMillis(),
                            one.action(),
                            one.weight(),
                            trace),
                    out);
        }
        if (one.needsFeed() && one.action() == Action.SEEN && !isSettled(one.atMillis(), arrivedMillis)) {
            send(new ReachEvent.Watched(one.authorId(), viewerId, one.atMillis(), city(feed.city), null, null), out);
        }
        if (source == null) {
            feed.await(new KnownFeed.Waiting(
                    one.authorId(), one.contentId(), one.atMillis(), one.action(), one.weight(), false, false));
        }
    }

    private void done(OfViewer.Did did, long arrivedMillis, Collector<Addressed> out) throws Exception {
        ReachEvent.Touch touch = did.touch();
        String city = Audience.UNKNOWN;
        ReachEvent.Trace trace = touch.trace();
        if (did.feedId() != null && isTraced(touch.action())) {
            long key = StableHash.of(did.feedId());
            KnownFeed feed = KnownFeed.of(feeds.get(key));
            boolean needsSurface = trace.surface() == null;
            trace = new ReachEvent.Trace(needsSurface ? feed.surface : trace.surface(), feed.source(touch.contentId()));
            city = feed.isKnown() ? city(feed.city) : null;
            if (trace.source() == null && !Facts.isAuthor(touch.contentId())) {
                feed.await(new KnownFeed.Waiting(
                        touch.authorId(),
                        touch.contentId(),
                        touch.atMillis(),
                        touch.action(),
                        touch.weight(),
                        !feed.isKnown(),
                        needsSurface));
                feeds.put(key, feed.toBytes());
            }
        }
        send(touch.with(trace), out);
        if (touch.action() == Action.SEEN) {
            see(touch, city, arrivedMillis, out);
        }
    }

    /** Whether it appears among surfaces and sources. */
    private static boolean isTraced(Action action) {
        return action == Action.SEEN || Actions.POSITIVE.contains(action);
    }

    private void see(ReachEvent.Touch sight, String city, long arrivedMillis, Collector<Addressed> out)
            throws Exception {
        long key = StableHash.of(sight.authorId());
        Acquaintance known = Acquaintance.of(authors.get(key));
        if (known.isLaterThan(sight)) {
            if (known.contentId != null) {
                send(new ReachEvent.Met(sight.authorId(), known.contentId, known.seenMillis, -1), out);
            }
            known.contentId = sight.contentId();
            known.seenMillis = sight.atMillis();
            send(new ReachEvent.Met(sight.authorId(), known.contentId, known.seenMillis, 1), out);
            authors.put(key, known.toBytes());
        }
        if (isSettled(sight.atMillis(), arrivedMillis)) {
            return;
        }
        boolean isNew = Level.AUDIENCE_DAY.beginOf(known.seenMillis) == Level.AUDIENCE_DAY.beginOf(sight.atMillis());
        send(
                new ReachEvent.Watched(
                        sight.authorId(),
                        sight.viewerId(),
                        sight.atMillis(),
                        city,
                        known.followed(sight.atMillis()) ? Audience.FOLLOWER : Audience.OTHER,
                        isNew ? Audience.NEW : Audience.RETURNING),
                out);
    }

    private void follow(OfViewer.Follows follows, Collector<Addressed> out) throws Exception {
        long key = StableHash.of(follows.authorId());
        Acquaintance known = Acquaintance.of(authors.get(key));
        if (follows.atMillis() < known.followMillis) {
            return;
        }
        if (known.follows != follows.active()) {
            known.follows = follows.active();
            known.turned = true;
            send(new ReachEvent.Followed(follows.authorId(), follows.atMillis(), follows.active()), out);
        }
        known.followMillis = follows.atMillis();
        authors.put(key, known.toBytes());
    }

    private static String city(String city) {
        if (city == null || city.isBlank()) {
            return Audience.UNKNOWN;
        }
        return city.length() > LONGEST_CITY ? city.substring(0, LONGEST_CITY) : city;
    }

    private static void send(ReachEvent event, Collector<Addressed> out) {
        Addressed.each(event, out::collect);
    }

    /** What is known of a viewer and one author. */
    private static final class Acquaintance {
        private static final int FORMAT = 1;
        long seenMillis;
        String contentId; // first seen, null if nothing was
        long followMillis = Long.MIN_VALUE; // when the newest relation began
        boolean follows;
        boolean turned; // whether it was otherwise before

        static Acquaintance of(byte[] bytes) throws IOException {
            Acquaintance known = new Acquaintance();
            if (bytes == null) {
                return known;
            }
            DataInputDeserializer in = new DataInputDeserializer(bytes);
            if (in.readByte() != FORMAT) {
                throw new IOException("an acquaintance in a format that this release does not know");
            }
            known.seenMillis = in.readLong();
            known.contentId = in.readBoolean() ? in.readUTF() : null;
            known.followMillis = in.readLong();
            known.follows = in.readBoolean();
            known.turned = in.readBoolean();
            return known;
        }

        byte[] toBytes() throws IOException {
            DataOutputSerializer out = new DataOutputSerializer(48);
            out.writeByte(FORMAT);
            out.writeLong(seenMillis);
            out.writeBoolean(contentId != null);
            if (contentId != null) {
                out.writeUTF(contentId);
            }
            out.writeLong(followMillis);
            out.writeBoolean(follows);
            out.writeBoolean(turned);
            return out.getCopyOfBuffer();
        }

        /** Whether this sight comes before the first one known; of two at once the content decides. */
        boolean isLaterThan(ReachEvent.Touch sight) {
            return contentId == null
                    || sight.atMillis() < seenMillis
                    || sight.atMillis() == seenMillis && sight.contentId().compareTo(contentId) < 0;
        }

        /** Whether the viewer followed the author then, as far as the newest change tells. */
        boolean followed(long atMillis) {
            return atMillis >= followMillis ? follows : turned && !follows;
        }
    }
}
