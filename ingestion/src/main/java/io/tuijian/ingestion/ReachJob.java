package io.tuijian.ingestion;

import io.tuijian.features.reach.ReachDocument;
import io.tuijian.features.reach.ReachEvent;
import io.tuijian.schemas.DeadLetter;
import io.tuijian.schemas.Indices;
import io.tuijian.schemas.Keys;
import io.tuijian.schemas.Served;
import io.tuijian.schemas.Topics;
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
    public record Sinks(Sink<ReachDocument> reach, Sink<DeadLetter> deadLetters) {}

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
                        clusters, Indices.REACH, it -> new Document(it.id(), it.version(), it.toJson())),
                new KafkaTopics(clusters, "reach-job").sink(Topics.DEAD_LETTERS, Encoding.DEAD_LETTER, Keys::of));
    }

    /** Adds the job to the environment; executing it is up to the caller. */
    public void build(StreamExecutionEnvironment env) {
        Jobs.configure(env);
        Decode<Served, Addressed> items =
                new Decode<>(Encoding.SERVED, Validity::of, (served, raw, out) -> served.getItems()
                        .forEach(item -> Addressed.each(
                                ReachEvent.Touch.served(
                                        item.getAuthorId(),
                                        item.getContentId(),
                                        served.getViewerId(),
                                        served.getAt().toEpochMilli(),
                                        new ReachEvent.Trace(served.getSurface(), item.getSource())),
                                out::collect)));
        SingleOutputStreamOperator<Addressed> served =
                Jobs.decoded(env, "served", sources.served, items, Compact.ADDRESSED);

        SingleOutputStreamOperator<Addressed> done = Jobs.engagements(env, sources.engagements, sources.contents)
                .known()
                .keyBy(Known::viewerId, Types.STRING)
                .transform("count once", Compact.ADDRESSED, new CountEngagements<>(ReachJob::touch))
                .uid("count-once")
                .flatMap((Addressed one, org.apache.flink.util.Collector<Addressed> out) ->
                        Addressed.each(one.event(), out::collect))
                .returns(Compact.ADDRESSED)
                .uid("levels");

        served.union(done)
                .keyBy(Addressed::document, Types.STRING)
                .transform(
                        "reach-hours",
                        Encoding.REACH,
                        new Fold<>(
                                Encoding.REACH,
                                Pace.DOCUMENTS,
                                Addressed::empty,
                                HeldReach::new,
                                (one, came) ->
                                        came == Long.MIN_VALUE ? one.event().atMillis() : came))
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

    private static Addressed touch(io.tuijian.features.Outcome outcome, long amountMinor, String currency) {
        ReachEvent.Touch touch = new ReachEvent.Touch(
                outcome.authorId(),
                outcome.contentId(),
                outcome.viewerId(),
                outcome.atMillis(),
                outcome.action(),
                outcome.weight(),
                outcome.action() == io.tuijian.schemas.Action.WATCH ? outcome.watchedMillis() : 0,
                new ReachEvent.Money(amountMinor, 0, currency),
                ReachEvent.Trace.NONE,
                null,
                null);
        return new Addressed(io.tuijian.features.reach.Level.CONTENT_HOUR, touch);
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
