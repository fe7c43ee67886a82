package io.tuijian.ingestion;

import io.tuijian.schemas.Content;
import io.tuijian.schemas.DeadLetter;
import io.tuijian.schemas.Engagement;
import java.time.Duration;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.KeyedStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** What the jobs have in common: settings, and the stages that every engagement passes. */
final class Jobs {
    private static final Duration LATENESS = Duration.ofMinutes(1);
    private static final Duration IDLE = Duration.ofSeconds(10);
    private static final Duration CHECKPOINTS = Duration.ofSeconds(30);

    private Jobs() {}

    /** Settings on which the jobs rely, whatever the cluster says. */
    static void configure(StreamExecutionEnvironment env) {
        Configuration settings = new Configuration();
        settings.set(PipelineOptions.GENERIC_TYPES, false);
        settings.set(PipelineOptions.OBJECT_REUSE, true); // whatever flows here is immutable
        settings.set(ExecutionOptions.BUFFER_TIMEOUT, Duration.ofMillis(10));
        env.configure(settings);
    }

    /** For a {@code main}: the cluster's configuration, with checkpoints if that has none. */
    static StreamExecutionEnvironment environment() {
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        if (env.getConfiguration()
                .getOptional(CheckpointingOptions.CHECKPOINTING_INTERVAL)
                .isEmpty()) {
            env.enableCheckpointing(CHECKPOINTS.toMillis());
        }
        return env;
    }

    /** The records of a source, decoded and checked; what cannot be used is in the side output. */
    static <T, O> SingleOutputStreamOperator<O> decoded(
            StreamExecutionEnvironment env,
            String name,
            Source<Raw, ?, ?> source,
            Decode<T, O> decode,
            TypeInformation<O> type) {
        return env.fromSource(source, WatermarkStrategy.noWatermarks(), name, TypeInformation.of(Raw.class))
                .uid(name)
                .process(decode, type)
                .name("decode " + name)
                .uid("decode-" + name);
    }

    static SingleOutputStreamOperator<Content> contents(StreamExecutionEnvironment env, Source<Raw, ?, ?> source) {
        Decode<Content, Content> decode =
                new Decode<>(Encoding.CONTENT, Validity::of, (content, raw, out) -> out.collect(content));
        return decoded(env, "contents", source, decode, Encoding.CONTENT);
    }

    /**
     * The watermarks of a table that is joined with a stream: idle from the start, so that only the stream says how
     * late it is. The greatest watermark would do as well, until the stream is idle, too, and time jumps to its end.
     */
    private static final class NeverHoldsBack<T> implements WatermarkGenerator<T> {
        @Override
        public void onEvent(T event, long timestamp, WatermarkOutput output) {}

        @Override
        public void onPeriodicEmit(WatermarkOutput output) {
            output.markIdle();
        }
    }

    /** Watermarks of a table that is joined with a stream. */
    static <T> WatermarkStrategy<T> neverHoldsBack() {
        return WatermarkStrategy.forGenerator(context -> new NeverHoldsBack<>());
    }

    /** Valid engagements, each with the facts of its content, and the dead letters of both inputs. */
    static Engagements engagements(
            StreamExecutionEnvironment env, Source<Raw, ?, ?> engagements, Source<Raw, ?, ?> contents) {
        Decode<Engagement, Arrived> decode = new Decode<>(
                Encoding.ENGAGEMENT, Validity::of, (engagement, raw, out) -> out.collect(Arrived.of(engagement, raw)));
        SingleOutputStreamOperator<Arrived> arrived = decoded(env, "engagements", engagements, decode, Compact.ARRIVED);
        SingleOutputStreamOperator<Content> published = contents(env, contents);
        KeyedStream<Content, String> table = published
                .assignTimestampsAndWatermarks(neverHoldsBack())
                .uid("content-times")
                .keyBy(Content::getId, Types.STRING);
        SingleOutputStreamOperator<Known> known = arrived.assignTimestampsAndWatermarks(
                        WatermarkStrategy.<Arrived>forBoundedOutOfOrderness(LATENESS)
                                .withTimestampAssigner((event, previous) -> event.atMillis())
                                .withIdleness(IDLE))
                .uid("engagement-times")
                .keyBy(Arrived::contentId, Types.STRING)
                .connect(table)
                .process(new AwaitContent(), Compact.KNOWN)
                .name("await content")
                .uid("await-content");
        return new Engagements(
                known,
                arrived.getSideOutput(Decode.DEAD)
                        .union(published.getSideOutput(Decode.DEAD), known.getSideOutput(Decode.DEAD)));
    }

    /** Both outputs of the stages above. */
    record Engagements(SingleOutputStreamOperator<Known> known, DataStream<DeadLetter> dead) {}
}
