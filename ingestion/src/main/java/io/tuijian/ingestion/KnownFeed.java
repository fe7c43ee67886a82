package io.tuijian.ingestion;

import io.tuijian.features.reach.StableHash;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Surface;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/**
 * What is remembered of a feed: of its pages the surface, the city and the source of each content, and what was done
 * before its page was known. Not thread-safe.
 */
final class KnownFeed {
    /** How many wait for their page; the source of further ones stays unknown. */
    static final int MOST_WAITING = 1_000;

    private static final int FORMAT = 1;
    private static final Surface[] SURFACES = Surface.values();
    private static final Action[] ACTIONS = Action.values();

    Surface surface; // null before the first page
    String city;
    private final List<Integer> pages = new ArrayList<>(); // each by its first position
    private final List<String> sources = new ArrayList<>();
    private final Map<Long, Integer> items = new HashMap<>(); // hash of the content: place among the sources
    private final List<Waiting> waiting = new ArrayList<>();

    /**
     * What was done, for which something is not yet known.
     *
     * @param needsFeed whether nothing at all was known of its feed
     * @param needsSurface whether the engagement did not tell it
     */
    record Waiting(
            String authorId,
            String contentId,
            long atMillis,
            Action action,
            int weight,
            boolean needsFeed,
            boolean needsSurface) {}

    /** What was written; null is a feed of which nothing is known. */
    static KnownFeed of(byte[] bytes) throws IOException {
        KnownFeed feed = new KnownFeed();
        if (bytes == null) {
            return feed;
        }
        DataInputDeserializer in = new DataInputDeserializer(bytes);
        if (in.readByte() != FORMAT) {
            throw new IOException("a feed in a format that this release does not know");
        }
        int surface = in.readByte();
        feed.surface = surface < 0 ? null : SURFACES[surface];
        feed.city = in.readBoolean() ? in.readUTF() : null;
        for (int i = in.readInt(); i > 0; i--) {
            feed.pages.add(in.readInt());
        }
        for (int i = in.readShort(); i > 0; i--) {
            feed.sources.add(in.readUTF());
        }
        for (int i = in.readInt(); i > 0; i--) {
            feed.items.put(in.readLong(), (int) in.readShort());
        }
        for (int i = in.readInt(); i > 0; i--) {
            feed.waiting.add(new Waiting(
                    in.readUTF(),
                    in.readUTF(),
                    in.readLong(),
                    ACTIONS[in.readByte()],
                    in.readByte(),
                    in.readBoolean(),
                    in.readBoolean()));
        }
        return feed;
    }

    byte[] toBytes() throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(64 + 10 * items.size());
        out.writeByte(FORMAT);
        out.writeByte(surface == null ? -1 : surface.ordinal());
        out.writeBoolean(city != null);
        if (city != null) {
            out.writeUTF(city);
        }
        out.writeInt(pages.size());
        for (int page : pages) {
            out.writeInt(page);
        }
        out.writeShort(sources.size());
        for (String source : sources) {
            out.writeUTF(source);
        }
        out.writeInt(items.size());
        for (Map.Entry<Long, Integer> item : items.entrySet()) {
            out.writeLong(item.getKey());
            out.writeShort(item.getValue());
        }
        out.writeInt(waiting.size());
        for (Waiting one : waiting) {
            out.writeUTF(one.authorId);
            out.writeUTF(one.contentId);
            out.writeLong(one.atMillis);
            out.writeByte(one.action.ordinal());
            out.writeByte(one.weight);
            out.writeBoolean(one.needsFeed);
            out.writeBoolean(one.needsSurface);
        }
        return out.getCopyOfBuffer();
    }

    boolean isKnown() {
        return surface != null;
    }

    /** Takes a page in; whether it was not yet. */
    boolean add(OfViewer.Page page) {
        int first = page.items().isEmpty() ? -1 : page.items().get(0).position();
        if (pages.contains(first)) {
            return false;
        }
        pages.add(first);
        if (surface == null) {
            surface = page.surface();
            city = page.city();
        }
        for (OfViewer.Page.Item item : page.items()) {
            int place = sources.indexOf(item.source());
            if (place < 0) {
                place = sources.size();
                sources.add(item.source());
            }
            items.put(StableHash.of(item.contentId()), place);
        }
        return true;
    }

    /** The source that proposed this content, null if it is on no page that is known. */
    String source(String contentId) {
        Integer place = items.get(StableHash.of(contentId));
        return place == null ? null : sources.get(place);
    }

    void await(Waiting one) {
        if (waiting.size() < MOST_WAITING) {
            waiting.add(one);
        }
    }

    /** All that wait; they no longer do. */
    List<Waiting> released() {
        List<Waiting> all = List.copyOf(waiting);
        waiting.clear();
        return all;
    }
}
