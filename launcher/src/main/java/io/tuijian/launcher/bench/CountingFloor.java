package io.tuijian.launcher.bench;

import io.tuijian.ingestion.Encoding;
import io.tuijian.ingestion.Raw;
import io.tuijian.schemas.Engagement;
import java.io.IOException;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * The least that a job could do: engagements decoded, keyed, one added to a long per key, and the longs written to
 * Kafka at a pace. Only the key travels, and one timer of a key stands for all its changes.
 */
final class CountingFloor {
    /** What an engagement is counted under. */
    interface Key extends Serializable {
        String of(Engagement engagement);
    }

    /** A key and the topic of its counts. */
    record Counted(String topic, Key key) {}

    private final Source<Raw, ?, ?> engagements;
    private final String bootstrapServers;
    private final long paceMillis;

    CountingFloor(Source<Raw, ?, ?> engagements, String bootstrapServers, long paceMillis) {
        this.engagements = engagements;
        this.bootstrapServers = bootstrapServers;
        this.paceMillis = paceMillis;
    }

    void build(StreamExecutionEnvironment env, List<Counted> all) {
        DataStream<Engagement> decoded = env.fromSource(
                        engagements, WatermarkStrategy.noWatermarks(), "engagements", TypeInformation.of(Raw.class))
                .map(raw -> Encoding.ENGAGEMENT.decode(raw.value()), Encoding.ENGAGEMENT);
        for (Counted counted : all) {
            Key key = counted.key;
            decoded.map(key::of, Types.STRING)
                    .keyBy(id -> id, Types.STRING)
                    .process(new Add(paceMillis), Types.TUPLE(Types.STRING, Types.LONG))
                    .sinkTo(sink(counted.topic));
        }
    }

    private KafkaSink<Tuple2<String, Long>> sink(String topic) {
        KafkaRecordSerializationSchema<Tuple2<String, Long>> serialization =
                (count, context, timestamp) -> new ProducerRecord<>(
                        topic,
                        count.f0.getBytes(StandardCharsets.UTF_8),
                        ByteBuffer.allocate(Long.BYTES).putLong(count.f1).array());
        return KafkaSink.<Tuple2<String, Long>>builder()
                .setBootstrapServers(bootstrapServers)
                .setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE)
                .setProperty(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4")
                .setProperty(ProducerConfig.BATCH_SIZE_CONFIG, String.valueOf(128 * 1024))
                .setRecordSerializer(serialization)
                .build();
    }

    private static final class Add extends KeyedProcessFunction<String, String, Tuple2<String, Long>> {
        private static final long serialVersionUID = 1;
        private final long paceMillis;
        private transient ValueState<Long> counts;

        Add(long paceMillis) {
            this.paceMillis = paceMillis;
        }

        @Override
        public void open(OpenContext context) {
            counts = getRuntimeContext().getState(new ValueStateDescriptor<>("count", Types.LONG));
        }

        @Override
        public void processElement(String key, Context context, Collector<Tuple2<String, Long>> out)
                throws IOException {
            Long before = counts.value();
            counts.update(before == null ? 1 : before + 1);
            long now = context.timerService().currentProcessingTime();
            context.timerService().registerProcessingTimeTimer(now - now % paceMillis + paceMillis);
        }

        @Override
        public void onTimer(long timestamp, OnTimerContext context, Collector<Tuple2<String, Long>> out)
                throws IOException {
            out.collect(Tuple2.of(context.getCurrentKey(), counts.value()));
        }
    }
}
