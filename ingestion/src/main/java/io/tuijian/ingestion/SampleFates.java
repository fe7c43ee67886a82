package io.tuijian.ingestion;

import io.tuijian.features.reach.Estimate;
import io.tuijian.features.reach.Level;
import io.tuijian.features.reach.Reach;
import io.tuijian.features.reach.ReachEvent;
import io.tuijian.features.reach.StableHash;
import io.tuijian.features.reach.Stage;
import io.tuijian.schemas.Fate;
import io.tuijian.schemas.FateOfCandidate;
import io.tuijian.schemas.FateStage;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Estimates, by sampled feed, what became of the candidates of all feeds. A page counts once. What a feed had before is
 * remembered, because all its pages were sampled together: the error is that of feeds, not of pages.
 */
final class SampleFates extends KeyedProcessFunction<String, Fate, Addressed> {
    private static final long serialVersionUID = 1;

    /** How long a feed is remembered after a page of it; one that goes on later counts as another. */
    static final Duration MEMORY = Duration.ofDays(1);

    private static final int FORMAT = 1;

    private transient ValueState<byte[]> counts;

    @Override
    public void open(OpenContext context) {
        ValueStateDescriptor<byte[]> descriptor =
                new ValueStateDescriptor<>("counts", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);
        descriptor.enableTimeToLive(StateTtlConfig.newBuilder(MEMORY)
                .disableCleanupInBackground()
                .cleanupFullSnapshot()
                .cleanupInRocksdbCompactFilter(1_000)
                .build());
        counts = getRuntimeContext().getState(descriptor);
    }

    /** Of whom or what a count is; the content is null for the author as a whole. */
    private record Of(String authorId, String contentId) {}

    private record Key(Stage stage, String key) {}

    @Override
    public void processElement(Fate fate, Context context, Collector<Addressed> out) throws Exception {
        Counts before = Counts.of(counts.value());
        long at = fate.getAt().toEpochMilli();
        if (!before.pages.add(at)) {
            return;
        }
        Map<Of, Map<Key, Integer>> page = new LinkedHashMap<>();
        for (FateOfCandidate candidate : fate.getCandidates()) {
            count(page.computeIfAbsent(new Of(candidate.getAuthorId(), null), of -> new HashMap<>()), candidate);
            count(
                    page.computeIfAbsent(
                            new Of(candidate.getAuthorId(), candidate.getContentId()), of -> new HashMap<>()),
                    candidate);
        }
        page.forEach((of, changes) -> {
            List<ReachEvent.Sampled.Part> parts = new ArrayList<>(changes.size());
            changes.forEach((key, more) -> {
                long was = before.add(of, key, more);
                parts.add(
                        new ReachEvent.Sampled.Part(key.stage, key.key, Estimate.of(fate.getRate(), was, was + more)));
            });
            send(of, at, parts, out);
        });
        counts.update(before.toBytes());
    }

    private static void send(Of of, long at, List<ReachEvent.Sampled.Part> parts, Collector<Addressed> out) {
        List<Level> levels = of.contentId == null
                ? List.of(Level.AUTHOR_HOUR, Level.AUTHOR_DAY)
                : List.of(Level.CONTENT_HOUR, Level.CONTENT_DAY);
        for (Level level : levels) {
            out.collect(new Addressed(level, new ReachEvent.Sampled(level, of.authorId, of.contentId, at, parts)));
        }
    }

    private static void count(Map<Key, Integer> counts, FateOfCandidate candidate) {
        add(counts, Stage.RETRIEVED, Reach.ALL, 1);
        candidate.getSources().stream().distinct().forEach(source -> add(counts, Stage.RETRIEVED, source, 1));
        FateStage stage = candidate.getStage();
        if (stage == FateStage.FILTERED) {
            add(counts, Stage.REMOVED, Reach.ALL, 1);
            add(counts, Stage.REMOVED, rule(candidate), 1);
        } else if (stage == FateStage.RANKED || stage == FateStage.SERVED) {
            add(counts, Stage.RANKED, Reach.ALL, 1);
        }
        if (stage == FateStage.RANKED) {
            add(counts, Stage.OUTRANKED, Reach.ALL, 1);
            add(counts, Stage.OUTRANKED, rule(candidate), 1);
        }
        int shown = stage == FateStage.SERVED ? 1 : 0;
        candidate.getWithout().forEach((rule, without) -> {
            int more = shown - (int) Math.round(without);
            if (more != 0) {
                add(counts, Stage.SPLIT, rule, more);
            }
        });
    }

    private static String rule(FateOfCandidate candidate) {
        return candidate.getRule() == null ? "unknown" : candidate.getRule();
    }

    private static void add(Map<Key, Integer> counts, Stage stage, String key, int more) {
        counts.merge(new Key(stage, key), more, Integer::sum);
    }

    /** The counts of a feed so far, by hash. */
    private static final class Counts {
        final Set<Long> pages = new LinkedHashSet<>(); // by their time
        private final Map<Long, Integer> counts = new HashMap<>();

        static Counts of(byte[] bytes) throws IOException {
            Counts all = new Counts();
            if (bytes == null) {
                return all;
            }
            DataInputDeserializer in = new DataInputDeserializer(bytes);
            if (in.readByte() != FORMAT) {
                throw new IOException("counts of a feed in a format that this release does not know");
            }
            for (int i = in.readInt(); i > 0; i--) {
                all.pages.add(in.readLong());
            }
            for (int i = in.readInt(); i > 0; i--) {
                all.counts.put(in.readLong(), (int) in.readShort());
            }
            return all;
        }

        byte[] toBytes() throws IOException {
            DataOutputSerializer out = new DataOutputSerializer(16 + 10 * counts.size());
            out.writeByte(FORMAT);
            out.writeInt(pages.size());
            for (long page : pages) {
                out.writeLong(page);
            }
            out.writeInt(counts.size());
            for (Map.Entry<Long, Integer> count : counts.entrySet()) {
                out.writeLong(count.getKey());
                out.writeShort(count.getValue());
            }
            return out.getCopyOfBuffer();
        }

        /** What it was before. */
        long add(Of of, Key key, int more) {
            long hash = StableHash.of(
                    of.authorId + '|' + (of.contentId == null ? "" : of.contentId) + '|' + key.stage + '|' + key.key);
            int was = counts.getOrDefault(hash, 0);
            counts.put(hash, was + more);
            return was;
        }
    }
}
