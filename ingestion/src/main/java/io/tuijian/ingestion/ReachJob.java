package io.tuijian.ingestion;

import io.tuijian.features.reach.ReachHour;
import io.tuijian.features.reach.Touch;
import io.tuijian.schemas.DeadLetter;
import io.tuijian.schemas.Indices;
import io.tuijian.schemas.Keys;
import io.tuijian.schemas.Served;
import io.tuijian.schemas.Topics;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Counts what every content reached, by the hour of the event: a changed hour is written whole, at most once a second,
 * and an event corrects its hour however late it is.
 */
public final class ReachJob {
    /** What the job reads. */
    public record Sources(Source<Raw, ?, ?> served, Source<Raw, ?, ?> engagements, Source<Raw, ?, ?> contents) {}

    /** What the job writes. */
    public record Sinks(Sink<ReachHour> reach, Sink<DeadLetter> deadLetters) {}

    private final Sources sources;
    private final Sinks sinks;

    public ReachJob(Sources sources, Sinks sinks) {
        this.sources = sources;
        this.sinks = sinks;
    }

    /** On the topics of a Kafka cluster and the index {@code reach} of an Elasticsearch cluster. */
    public ReachJob(Clusters clusters) {
        this(sources(clusters), sinks(clusters));
    }

    private static Sources sources(Clusters clusters) {
        KafkaTopics kafka = new KafkaTopics(clusters, "reach-job");
        return new Sources(
                kafka.source(Topics.SERVED), kafka.source(Topics.ENGAGEMENTS), kafka.source(Topics.CONTENTS));
    }

    private static Sinks sinks(Clusters clusters) {
        return new Sinks(
                new ElasticsearchSink<>(
                        clusters, Indices.REACH, hour -> new Document(hour.id(), hour.version(), hour.toJson())),
                new KafkaTopics(clusters, "reach-job").sink(Topics.DEAD_LETTERS, Encoding.DEAD_LETTER, Keys::of));
    }

    /** Adds the job to the environment; executing it is up to the caller. */
    public void build(StreamExecutionEnvironment env) {
        Jobs.configure(env);
        TypeInformation<Touch> touch = TypeInformation.of(Touch.class);
        Decode<Served, Touch> items =
                new Decode<>(Encoding.SERVED, Validity::of, (served, raw, out) -> served.getItems()
                        .forEach(item -> out.collect(Touch.served(
                                item.getAuthorId(),
                                item.getContentId(),
                                served.getViewerId(),
                                served.getAt().toEpochMilli()))));
        SingleOutputStreamOperator<Touch> served = Jobs.decoded(env, "served", sources.served, items, touch);

        SingleOutputStreamOperator<Touch> done = Jobs.engagements(env, sources.engagements, sources.contents)
                .known()
                .keyBy(Known::viewerId, Types.STRING)
                .transform("count once", touch, new CountEngagements<>(Touch::of))
                .uid("count-once");

        served.union(done)
                .keyBy(ReachHour::idOf, Types.STRING)
                .transform(
                        "reach-hours",
                        Encoding.REACH_HOUR,
                        new Fold<>(
                                Encoding.REACH_HOUR,
                                Pace.DOCUMENTS,
                                ReachHour::emptyOf,
                                Fold.replaced(ReachHour::after, Fold.MOST_HELD),
                                (event, came) -> event.action() == null ? event.atMillis() : came))
                .uid("reach-hours")
                .sinkTo(sinks.reach)
                .name("write reach")
                .uid("write-reach");
        // Those of engagements and contents are StateJob's to report, so that each is reported once.
        served.getSideOutput(Decode.DEAD)
                .sinkTo(sinks.deadLetters)
                .name("write dead letters")
                .uid("write-dead-letters");
    }

    /**
     * Runs the job.
     *
     * @param args {@code --bootstrap-servers HOST:PORT,… --elasticsearch URL}
     */
    public static void main(String[] args) throws Exception {
        StreamExecutionEnvironment env = Jobs.environment();
        new ReachJob(Clusters.of(args)).build(env);
        env.execute("reach-job");
    }
}
