package io.tuijian.feedapi;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tuijian.features.StateRecords;
import io.tuijian.features.Table;
import io.tuijian.features.ViewerState;
import io.tuijian.schemas.Topic;
import io.tuijian.schemas.Topics;
import io.tuijian.schemas.ViewerStateRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The states of viewers as the bytes of their topic, within a bound: a page reads one of them, so they are decoded when
 * read, and the last few that were read are kept as objects. Safe from many threads.
 */
final class ViewerStates {
    private static final Logger LOG = LoggerFactory.getLogger(ViewerStates.class);
    private static final int LATELY_READ = 256;

    /** What an entry takes besides its bytes: key, table, array header. */
    private static final int OVERHEAD = 160;

    private final Table<byte[]> table;
    private final Cache<String, Decoded> lately = Caffeine.newBuilder()
            .maximumSize(LATELY_READ)
            .executor(Runnable::run)
            .build();

    private record Decoded(byte[] from, ViewerState state) {}

    /** @param mostBytes what all of them take at most */
    ViewerStates(long mostBytes) {
        this.table = new Table<>(mostBytes, bytes -> bytes.length + OVERHEAD);
    }

    /** @throws Topic.Undecodable if the bytes are no state of a viewer */
    void accept(byte[] bytes, long writtenAtMillis) throws Topic.Undecodable {
        ViewerStateRecord record = Topics.VIEWER_STATES.decode(bytes);
        accept(record.getViewerId(), bytes, record.getEvents(), writtenAtMillis);
    }

    void accept(String viewerId, byte[] bytes, long events, long writtenAtMillis) {
        table.accept(viewerId, bytes, events, writtenAtMillis);
    }

    /** {@link ViewerState#empty} if never heard of. */
    ViewerState get(String viewerId) {
        byte[] bytes = table.get(viewerId);
        if (bytes == null) {
            return ViewerState.empty(viewerId);
        }
        Decoded decoded = lately.getIfPresent(viewerId);
        if (decoded == null || decoded.from != bytes) {
            try {
                decoded = new Decoded(bytes, StateRecords.of(Topics.VIEWER_STATES.decode(bytes)));
            } catch (Topic.Undecodable e) {
                LOG.warn("feature store: the state of {} cannot be read: {}", viewerId, e.getMessage());
                return ViewerState.empty(viewerId);
            }
            lately.put(viewerId, decoded);
        }
        return decoded.state;
    }

    Table<byte[]> table() {
        return table;
    }
}
