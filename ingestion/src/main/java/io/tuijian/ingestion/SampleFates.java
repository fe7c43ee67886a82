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

    /**
     * How many candidates of a page, of which some may stand for others.
     *
     * @param variance by which their number may be off for that
     */
    private record Many(double count, double variance) {
        static Many of(double weight) {
            return new Many(weight, weight * (weight - 1));
        }

        Many plus(Many other) {
            return new Many(count + other.count, variance + other.variance);
        }
    }

    @Override
    public void processElement(Fate fate, Context context, Collector<Addressed> out) throws Exception {
        Counts before = Counts.of(counts.value());
        long at = fate.getAt().toEpochMilli();
        if (!before.pages.add(at)) {
            return;
        }
        Map<Of, Map<Key, Many>> page = new LinkedHashMap<>();
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
                double was = before.add(of, key, more.count);
                Estimate estimate =
                        Estimate.of(fate.getRate(), was, was + more.count).within(more.variance / fate.getRate());
                parts.add(new ReachEvent.Sampled.Part(key.stage, key.key, estimate));
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

    private static void count(Map<Key, Many> counts, FateOfCandidate candidate) {
        Many many = Many.of(candidate.getWeight());
        add(counts, Stage.RETRIEVED, Reach.ALL, many);
        candidate.getSources().stream().distinct().forEach(source -> add(counts, Stage.RETRIEVED, source, many));
        FateStage stage = candidate.getStage();
        if (stage == FateStage.FILTERED) {
            add(counts, Stage.REMOVED, Reach.ALL, many);
            add(counts, Stage.REMOVED, rule(candidate), many);
        } else if (stage == FateStage.RANKED || stage == FateStage.SERVED) {
            add(counts, Stage.RANKED, Reach.ALL, many);
        }
        if (stage == FateStage.RANKED) {
            add(counts, Stage.OUTRANKED, Reach.ALL, many);
            add(counts, Stage.OUTRANKED, rule(candidate), many);
        }
        int shown = stage == FateStage.SERVED ? 1 : 0;
        candidate.getWithout().forEach((rule, without) -> {
            if (shown != without) {
                add(counts, Stage.SPLIT, rule, new Many(shown - without, 0));
            }
        });
    }

    private static String rule(FateOfCandidate candidate) {
        return candidate.getRule() == null ? "unknown" : candidate.getRule();
    }

    private static void add(Map<Key, Many> counts, Stage stage, String key, Many more) {
        counts.merge(new Key(stage, key), more, Many::plus);
    }

    /** The counts of a feed so far, by hash. */
    private static final class Counts {
        final Set<Long> pages = new LinkedHashSet<>(); // by their time
        private final Map<Long, Float> counts = new HashMap<>();

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
                all.counts.put(in.readLong(), in.readFloat());
            }
            return all;
        }

        byte[] toBytes() throws IOException {
            DataOutputSerializer out = new DataOutputSerializer(16 + 12 * counts.size());
            out.writeByte(FORMAT);
            out.writeInt(pages.size());
            for (long page : pages) {
                out.writeLong(page);
            }
            out.writeInt(counts.size());
            for (Map.Entry<Long, Float> count : counts.entrySet()) {
                out.writeLong(count.getKey());
                out.writeFloat(count.getValue());
            }
            return out.getCopyOfBuffer();
        }

        /** What it was before. */
        double add(Of of, Key key, double more) {
            long hash = StableHash.of(
                    of.authorId + '|' + (of.contentId == null ? "" : of.contentId) + '|' + key.stage + '|' + key.key);
            float was = counts.getOrDefault(hash, 0f);
            counts.put(hash, (float) (was + more));
            return was;
        }
    }
}
