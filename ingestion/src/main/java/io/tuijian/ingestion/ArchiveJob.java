package io.tuijian.ingestion;

import io.tuijian.schemas.Content;
import io.tuijian.schemas.DeadLetter;
import io.tuijian.schemas.Engagement;
import io.tuijian.schemas.Fate;
import io.tuijian.schemas.Keys;
import io.tuijian.schemas.Relation;
import io.tuijian.schemas.Served;
import io.tuijian.schemas.Topic;
import io.tuijian.schemas.Topics;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Keeps the raw log: every valid record of five topics in Avro files by day, exactly once. Engagements, pages and
 * fates lie under the day on which they happened (engagements that came more than eight days later under the day on which
 * they came), contents and relations under the day on which they were written to Kafka.
 * Relations that cannot be used become dead letters here, since no other job reads them.
 */
public final class ArchiveJob {
    private static final String NAME = "archive-job";
    private static final Duration LATE = Duration.ofDays(8);

    /** What the job reads: of all but relations valid records alone. */
    public record Sources(
            Source<Engagement, ?, ?> engagements,
            Source<Served, ?, ?> served,
            Source<Fate, ?, ?> fates,
            Source<Content, ?, ?> contents,
            Source<Raw, ?, ?> relations) {}

    /** What the job writes. */
    public record Sinks(
            Sink<Engagement> engagements,
            Sink<Served> served,
            Sink<Fate> fates,
            Sink<Content> contents,
            Sink<Relation> relations,
            Sink<DeadLetter> deadLetters) {}

    private final Sources sources;
    private final Sinks sinks;

    public ArchiveJob(Sources sources, Sinks sinks) {
        this.sources = sources;
        this.sinks = sinks;
    }

    /** On the topics of a Kafka cluster and the folders {@code archive/<topic>} of the archive. */
    public ArchiveJob(Clusters clusters) {
        this(sources(clusters), sinks(clusters));
    }

    static Sources sources(Clusters clusters) {
        KafkaTopics kafka = new KafkaTopics(clusters, NAME);
        return new Sources(
                kafka.records(Topics.ENGAGEMENTS, Encoding.ENGAGEMENT, Validity::of),
                kafka.records(Topics.SERVED, Encoding.SERVED, Validity::of),
                kafka.records(Topics.FATES, Encoding.FATE, Validity::of),
                kafka.records(Topics.CONTENTS, Encoding.CONTENT, Validity::of),
                kafka.source(Topics.RELATIONS));
    }

    static Sinks sinks(Clusters clusters) {
        String folder = clusters.requireArchive().folder();
        return new Sinks(
                files(folder, Topics.ENGAGEMENTS, (it, appended) -> day(it)),
                files(folder, Topics.SERVED, (it, appended) -> it.getAt().toEpochMilli()),
                files(folder, Topics.FATES, (it, appended) -> it.getAt().toEpochMilli()),
                files(folder, Topics.CONTENTS, (it, appended) -> appended),
                files(folder, Topics.RELATIONS, (it, appended) -> appended),
                new KafkaTopics(clusters, NAME).sink(Topics.DEAD_LETTERS, Encoding.DEAD_LETTER, Keys::of));
    }

    /** Where files lie already, beside which a job that starts afresh would write every record once more. */
    public static Optional<String> filesBefore(Clusters clusters) throws IOException {
        return DayFiles.existing(clusters.requireArchive().folder(), "archive");
    }

    /** The time of a client only if it is near that of the server: each day among a checkpoint's records is an open file. */
    static long day(Engagement engagement) {
        Instant happened = engagement.getAt();
        Instant received = engagement.getReceivedAt();
        return (happened.plus(LATE).isBefore(received) ? received : happened).toEpochMilli();
    }

    private static <T extends SpecificRecord> Sink<T> files(String folder, Topic<T> topic, DayFiles.Place<T> place) {
        return DayFiles.sink(folder, "archive/" + topic.name(), topic, record -> record, place);
    }

    /** Adds the job to the environment; executing it is up to the caller. */
    public void build(StreamExecutionEnvironment env) {
        Jobs.configure(env);
        copy(env, Topics.ENGAGEMENTS, Encoding.ENGAGEMENT, sources.engagements, sinks.engagements);
        copy(env, Topics.SERVED, Encoding.SERVED, sources.served, sinks.served);
        copy(env, Topics.FATES, Encoding.FATE, sources.fates, sinks.fates);
        copy(env, Topics.CONTENTS, Encoding.CONTENT, sources.contents, sinks.contents);
        SingleOutputStreamOperator<Relation> relations = Jobs.decoded(
                env,
                Topics.RELATIONS.name(),
                sources.relations,
                new Decode<>(Encoding.RELATION, Validity::of, (relation, raw, out) -> out.collect(relation)),
                Encoding.RELATION);
        write(Topics.RELATIONS, relations, sinks.relations);
        relations
                .getSideOutput(Decode.DEAD)
                .sinkTo(sinks.deadLetters)
                .name("write dead letters")
                .uid("write-dead-letters");
    }

    private static <T> void copy(
            StreamExecutionEnvironment env, Topic<?> topic, Encoding<T> encoding, Source<T, ?, ?> from, Sink<T> to) {
        write(
                topic,
                env.fromSource(from, WatermarkStrategy.noWatermarks(), topic.name(), encoding)
                        .uid(topic.name()),
                to);
    }

    private static <T> void write(Topic<?> topic, DataStream<T> records, Sink<T> to) {
        records.sinkTo(to).name("write " + topic.name()).uid("write-" + topic.name());
    }

    /**
     * Runs the job.
     *
     * @param args {@code --bootstrap-servers HOST:PORT,… --archive FOLDER|URI}
     */
    public static void main(String[] args) throws Exception {
        StreamExecutionEnvironment env = Jobs.environment();
        new ArchiveJob(Clusters.of(args)).build(env);
        env.execute(NAME);
    }
}
