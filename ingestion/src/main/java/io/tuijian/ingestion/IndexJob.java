package io.tuijian.ingestion;

import io.tuijian.schemas.Content;
import io.tuijian.schemas.ContentEmbedding;
import io.tuijian.schemas.ContentStateRecord;
import io.tuijian.schemas.DeadLetter;
import io.tuijian.schemas.Indices;
import io.tuijian.schemas.Keys;
import io.tuijian.schemas.Topic;
import io.tuijian.schemas.Topics;
import io.tuijian.schemas.VectorField;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.Collector;

/**
 * Keeps the index of contents: each content with its statistics and the vectors of both fields, as a whole document, at
 * most once a second, except that a new content, a take-down or a change of visibility is written at once.
 */
public final class IndexJob {
    /** What the job reads. */
    public record Sources(
            Source<Raw, ?, ?> contents, Source<Raw, ?, ?> contentStates, Source<Raw, ?, ?> contentEmbeddings) {}

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
        return new Sources(
                kafka.source(Topics.CONTENTS),
                kafka.source(Topics.CONTENT_STATES),
                kafka.source(Topics.CONTENT_EMBEDDINGS));
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
        SingleOutputStreamOperator<ContentUpdate> states = Jobs.decoded(
                env,
                "content-states",
                sources.contentStates,
                new Decode<>(
                        Encoding.CONTENT_STATISTICS,
                        Validity::of,
                        (ContentStateRecord state, Raw raw, Collector<ContentUpdate> out) ->
                                out.collect(ContentUpdate.of(state))),
                Encoding.CONTENT_UPDATE);
        SingleOutputStreamOperator<ContentUpdate> vectors = Jobs.decoded(
                env,
                "content-embeddings",
                sources.contentEmbeddings,
                new Decode<>(
                        IndexJob::embedding,
                        Validity::of,
                        (ContentEmbedding vector, Raw raw, Collector<ContentUpdate> out) ->
                                out.collect(ContentUpdate.of(vector))),
                Encoding.CONTENT_UPDATE);
        contents.keyBy(Content::getId, Types.STRING)
                .connect(states.union(vectors).keyBy(ContentUpdate::contentId, Types.STRING))
                .process(new JoinStatistics(Pace.DOCUMENTS), TypeInformation.of(Document.class))
                .name("join statistics")
                .uid("join-statistics")
                .sinkTo(sinks.contents)
                .name("write contents")
                .uid("write-contents");
        // Those of contents are StateJob's to report, so that each is reported once.
        states.getSideOutput(Decode.DEAD)
                .union(vectors.getSideOutput(Decode.DEAD))
                .sinkTo(sinks.deadLetters)
                .name("write dead letters")
                .uid("write-dead-letters");
    }

    /** What is gone from the compacted topic takes away the vectors of that content and version. */
    static ContentEmbedding embedding(Raw raw) throws Topic.Undecodable {
        if (raw.value() != null || raw.key() == null) {
            return Encoding.CONTENT_EMBEDDING.decode(raw.value());
        }
        String[] key = new String(raw.key(), StandardCharsets.UTF_8).split("\\|", 2);
        return new ContentEmbedding(key[0], key.length < 2 ? "" : key[1], List.of(), VectorField.UNKNOWN, 0L);
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
