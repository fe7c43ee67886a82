package io.tuijian.ingestion;

import io.tuijian.features.Facts;
import io.tuijian.features.Outcome;
import io.tuijian.features.reach.ReachDocument;
import io.tuijian.features.reach.ReachEvent;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.DeadLetter;
import io.tuijian.schemas.Fate;
import io.tuijian.schemas.FateOfCandidate;
import io.tuijian.schemas.Indices;
import io.tuijian.schemas.Keys;
import io.tuijian.schemas.Relation;
import io.tuijian.schemas.Served;
import io.tuijian.schemas.Topics;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.Collector;

/**
 * Counts what every content and author reached, by the hour and the day of the event: a changed document is written
 * whole, at most once a second, and an event corrects its documents however late it is.
 */
public final class ReachJob {
    /** What the job reads. */
    public record Sources(
            Source<Raw, ?, ?> served,
            Source<Raw, ?, ?> engagements,
            Source<Raw, ?, ?> contents,
            Source<Raw, ?, ?> relations,
            Source<Raw, ?, ?> fates) {}

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
                kafka.source(Topics.SERVED),
                kafka.source(Topics.ENGAGEMENTS),
                kafka.source(Topics.CONTENTS),
                kafka.source(Topics.RELATIONS),
                kafka.source(Topics.FATES));
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
        SingleOutputStreamOperator<OfViewer> served = Jobs.decoded(
                env,
                "served",
                sources.served,
                new Decode<Served, OfViewer>(
                        Encoding.SERVED, Validity::of, (page, raw, out) -> out.collect(OfViewer.Page.of(page))),
                Compact.OF_VIEWER);
        SingleOutputStreamOperator<OfViewer> done = Jobs.engagements(env, sources.engagements, sources.contents)
                .known()
                .keyBy(Known::viewerId, Types.STRING)
                .transform("count once", Compact.OF_VIEWER, new CountEngagements<>(ReachJob::did, true))
                .uid("count-once");
        SingleOutputStreamOperator<OfViewer> follows = Jobs.decoded(
                env,
                "relations",
                sources.relations,
                new Decode<Relation, OfViewer>(Encoding.RELATION, Validity::of, ReachJob::follow),
                Compact.OF_VIEWER);
        SingleOutputStreamOperator<Addressed> met = served.union(done, follows)
                .keyBy(OfViewer::viewerId, Types.STRING)
                .process(new MeetViewers(), Compact.ADDRESSED)
                .name("meet viewers")
                .uid("meet-viewers");
        SingleOutputStreamOperator<Fate> fates = Jobs.decoded(
                env,
                "fates",
                sources.fates,
                new Decode<Fate, Fate>(
                        Encoding.FATE, Validity::of, (fate, raw, out) -> out.collect(withoutNumbers(fate))),
                Encoding.FATE);
        SingleOutputStreamOperator<Addressed> sampled = fates.keyBy(Fate::getFeedId, Types.STRING)
                .process(new SampleFates(), Compact.ADDRESSED)
                .name("sample fates")
                .uid("sample-fates");

        met.union(sampled)
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
        // Those of engagements and contents are StateJob's to report, those of relations ArchiveJob's: each once.
        served.getSideOutput(Decode.DEAD)
                .union(fates.getSideOutput(Decode.DEAD))
                .sinkTo(sinks.deadLetters)
                .name("write dead letters")
                .uid("write-dead-letters");
    }

    static OfViewer did(Outcome outcome, Facts facts, Circumstances circumstances) {
        ReachEvent.Touch touch = new ReachEvent.Touch(
                outcome.authorId(),
                outcome.contentId(),
                outcome.viewerId(),
                outcome.atMillis(),
                outcome.action(),
                outcome.weight(),
                outcome.action() == Action.WATCH ? outcome.watchedMillis() : 0,
                circumstances.money(),
                new ReachEvent.Trace(circumstances.surface(), null),
                circumstances.touchpoint(),
                facts.brandId());
        return new OfViewer.Did(touch, circumstances.feedId());
    }

    private static void follow(Relation relation, Raw raw, Collector<OfViewer> out) {
        OfViewer.Follows follows = OfViewer.Follows.of(relation);
        if (follows != null) {
            out.collect(follows);
        }
    }

    /** The same without what is not counted and is most of its bytes. */
    private static Fate withoutNumbers(Fate fate) {
        return Fate.newBuilder(fate)
                .setCandidates(fate.getCandidates().stream()
                        .map(candidate -> FateOfCandidate.newBuilder(candidate)
                                .setProbabilities(Map.of())
                                .setFactors(Map.of())
                                .build())
                        .toList())
                .build();
    }

    /** When it came, for the pace; of what the server itself served, when it did. */
    private static long cameAt(Addressed one, long timestamp) {
        boolean bySomeone = one.event() instanceof ReachEvent.Touch touch && touch.action() != null
                || one.event() instanceof ReachEvent.Watched;
        return bySomeone ? timestamp : one.event().atMillis();
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
