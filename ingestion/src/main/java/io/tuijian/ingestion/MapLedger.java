package io.tuijian.ingestion;

import io.tuijian.features.CountOnce;
import io.tuijian.features.reach.StableHash;
import java.time.Duration;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.util.FlinkRuntimeException;

/** The ledger of the current key as entries of its state, their keys hashed; an entry is forgotten after 30 days. */
final class MapLedger implements CountOnce.Ledger {
    static final Duration MEMORY = Duration.ofDays(30);

    private final MapState<Long, String> entries;

    MapLedger(RuntimeContext context) {
        MapStateDescriptor<Long, String> descriptor = new MapStateDescriptor<>("ledger", Types.LONG, Types.STRING);
        // No clean-up on access: on the heap it would scan a whole ledger each time.
        descriptor.enableTimeToLive(StateTtlConfig.newBuilder(MEMORY)
                .disableCleanupInBackground()
                .cleanupFullSnapshot()
                .cleanupInRocksdbCompactFilter(10_000)
                .build());
        this.entries = context.getMapState(descriptor);
    }

    @Override
    public String get(String key) {
        try {
            return entries.get(StableHash.of(key));
        } catch (Exception e) {
            throw new FlinkRuntimeException(e);
        }
    }

    @Override
    public void put(String key, String value) {
        try {
            entries.put(StableHash.of(key), value);
        } catch (Exception e) {
            throw new FlinkRuntimeException(e);
        }
    }

    @Override
    public void remove(String key) {
        try {
            entries.remove(StableHash.of(key));
        } catch (Exception e) {
            throw new FlinkRuntimeException(e);
        }
    }
}
