package io.tuijian.ingestion;

import io.tuijian.schemas.Content;
import io.tuijian.schemas.ContentStateRecord;
import io.tuijian.schemas.DeadLetter;
import io.tuijian.schemas.Indices;
import io.tuijian.schemas.Keys;
import io.tuijian.schemas.Topics;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Keeps the index of contents: each content with its statistics, as a whole document, at most once a second, except
 * that a new content, a take-down or a change of visibility is written at once.
 */
public final class IndexJob {
    /** What the job reads. */
    public record Sources(Source<Raw, ?, ?> contents, Source<Raw, ?, ?> contentStates) {}

    /** What the job writes. */
    public record Sinks(Sink<Document> contents, Sink<DeadLetter> deadLetters) {}

    private final Sources sources;
    private final Sinks sinks;

    public IndexJob(Sources sources, Sinks sinks) {
        this.sources = sources;
        this.sinks = sinks;
    }

    /** On the topics of a Kafka cluster and the index {@code contents} of an Elasticsearch cluster. */
    public IndexJob(Clusters clusters) {
        this(sources(clusters), sinks(clusters));
    }

    private static Sources sources(Clusters clusters) {
        KafkaTopics kafka = new KafkaTopics(clusters, "index-job");
        return new Sources(kafka.source(Topics.CONTENTS), kafka.source(Topics.CONTENT_STATES));
    }

    private static Sinks sinks(Clusters clusters) {
        return new Sinks(
                new ElasticsearchSink<>(clusters, Indices.CONTENTS, document -> document),
                new KafkaTopics(clusters, "index-job").sink(Topics.DEAD_LETTERS, Encoding.DEAD_LETTER, Keys::of));
    }

    /** Adds the job to the environment; executing it is up to the caller. */
    public void build(StreamExecutionEnvironment env) {
        Jobs.configure(env);
        SingleOutputStreamOperator<Content> contents = Jobs.contents(env, sources.contents);
        Decode<ContentStateRecord, ContentStateRecord> decode =
                new Decode<>(Encoding.CONTENT_STATISTICS, Validity::of, (state, raw, out) -> out.collect(state));
        SingleOutputStreamOperator<ContentStateRecord> states =
                Jobs.decoded(env, "content-states", sources.contentStates, decode, Encoding.CONTENT_STATISTICS);
        contents.keyBy(Content::getId, Types.STRING)
                .connect(states.keyBy(ContentStateRecord::getContentId, Types.STRING))
                .process(new JoinStatistics(Pace.DOCUMENTS), TypeInformation.of(Document.class))
                .name("join statistics")
                .uid("join-statistics")
                .sinkTo(sinks.contents)
                .name("write contents")
                .uid("write-contents");
        // Those of contents are StateJob's to report, so that each is reported once.
        states.getSideOutput(Decode.DEAD)
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
        new IndexJob(Clusters.of(args)).build(env);
        env.execute("index-job");
    }
}
