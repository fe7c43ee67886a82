package io.tuijian.ingestion;

import io.tuijian.schemas.Engagement;
import io.tuijian.schemas.Indices;
import io.tuijian.schemas.Topics;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Writes what viewers say under contents into the index {@code comments}, and takes away what they take back. It keeps
 * no state: versions settle what comes twice or in another order.
 */
public final class CommentJob {
    private static final String NAME = "comment-job";

    static final FlatMapFunction<Engagement, Document> DOCUMENTS =
            (engagement, out) -> CommentDocument.of(engagement).ifPresent(out::collect);

    /** What the job reads: valid engagements. {@link StateJob} reports the others. */
    public record Sources(Source<Engagement, ?, ?> engagements) {}

    /** What the job writes. */
    public record Sinks(Sink<Document> comments) {}

    private final Sources sources;
    private final Sinks sinks;

    public CommentJob(Sources sources, Sinks sinks) {
        this.sources = sources;
        this.sinks = sinks;
    }

    /** On the topic {@code engagements} of a Kafka cluster and the index {@code comments} of an Elasticsearch cluster. */
    public CommentJob(Clusters clusters) {
        this(
                new Sources(
                        new KafkaTopics(clusters, NAME).records(Topics.ENGAGEMENTS, Encoding.ENGAGEMENT, Validity::of)),
                new Sinks(new ElasticsearchSink<>(clusters, Indices.COMMENTS, document -> document)));
    }

    /** Adds the job to the environment; executing it is up to the caller. */
    public void build(StreamExecutionEnvironment env) {
        Jobs.configure(env);
        env.fromSource(sources.engagements, WatermarkStrategy.noWatermarks(), "engagements", Encoding.ENGAGEMENT)
                .uid("engagements")
                .flatMap(DOCUMENTS, TypeInformation.of(Document.class))
                .name("comment documents")
                .uid("comment-documents")
                .sinkTo(sinks.comments)
                .name("write comments")
                .uid("write-comments");
    }

    /**
     * Runs the job.
     *
     * @param args {@code --bootstrap-servers HOST:PORT,… --elasticsearch URL}
     */
    public static void main(String[] args) throws Exception {
        StreamExecutionEnvironment env = Jobs.environment();
        new CommentJob(Clusters.of(args)).build(env);
        env.execute(NAME);
    }
}
