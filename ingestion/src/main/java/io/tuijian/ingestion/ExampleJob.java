package io.tuijian.ingestion;

import io.tuijian.schemas.Content;
import io.tuijian.schemas.Engagement;
import io.tuijian.schemas.Example;
import io.tuijian.schemas.Served;
import io.tuijian.schemas.Topics;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.streaming.api.datastream.KeyedStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Turns every served item into an example: features as logged, labels as counted. The topic gets a first row two
 * minutes after serving and corrections after it, at least once; the files get the last row, exactly once, 24 hours
 * after serving, 7 days for what can be bought.
 */
public final class ExampleJob {
    private static final String NAME = "example-job";
    private static final DateTimeFormatter GENERATION =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    /** What the job reads: valid records alone. */
    public record Sources(
            Source<Served, ?, ?> served, Source<Engagement, ?, ?> engagements, Source<Content, ?, ?> contents) {}

    /** What the job writes. */
    public record Sinks(Sink<Example> examples, Sink<Filed> files) {}

    private final Sources sources;
    private final Sinks sinks;
    private final String generation;
    private final double keepNegatives;

    /**
     * @param generation the folder of the final rows, unless a checkpoint names another
     * @param keepNegatives probability with which a row without a label beyond {@code SEEN} is kept
     */
    public ExampleJob(Sources sources, Sinks sinks, String generation, double keepNegatives) {
        this.sources = sources;
        this.sinks = sinks;
        this.generation = generation;
        this.keepNegatives = keepNegatives;
    }

    /** On the topics of a Kafka cluster and the folder {@code examples} of the archive. */
    public ExampleJob(Clusters clusters) {
        this(
                sources(clusters),
                sinks(clusters),
                clusters.requireArchive().generation() == null
                        ? GENERATION.format(Instant.now())
                        : clusters.archive().generation(),
                clusters.archive().keepNegatives());
    }

    static Sources sources(Clusters clusters) {
        KafkaTopics kafka = new KafkaTopics(clusters, NAME);
        return new Sources(
                kafka.records(Topics.SERVED, Encoding.SERVED, Validity::of),
                kafka.records(Topics.ENGAGEMENTS, Encoding.ENGAGEMENT, Validity::of),
                kafka.records(Topics.CONTENTS, Encoding.CONTENT, Validity::of));
    }

    static Sinks sinks(Clusters clusters) {
        DayFiles.Place<Filed> place = new DayFiles.Place<>() {
            private static final long serialVersionUID = 1;

            @Override
            public long millis(Filed filed, long appendedMillis) {
                return filed.servedAtMillis();
            }

            @Override
            public String folder(Filed filed) {
                return filed.generation();
            }
        };
        return new Sinks(
                new KafkaTopics(clusters, NAME).sink(Topics.EXAMPLES, Encoding.EXAMPLE, Example::getId),
                DayFiles.sink(clusters.requireArchive().folder(), "examples", Topics.EXAMPLES, Filed::example, place));
    }

    /** Where files lie already, beside which a job that starts afresh would write every row once more. */
    public static Optional<String> filesBefore(Clusters clusters) throws IOException {
        Clusters.Archive archive = clusters.requireArchive();
        return archive.generation() == null
                ? Optional.empty()
                : DayFiles.existing(archive.folder(), "examples/" + archive.generation());
    }

    /** Adds the job to the environment; executing it is up to the caller. */
    public void build(StreamExecutionEnvironment env) {
        Jobs.configure(env);
        SingleOutputStreamOperator<Shown> shown = env.fromSource(
                        sources.served,
                        LiveWatermarks.strategy(NAME, served -> served.getAt().toEpochMilli()),
                        "served",
                        Encoding.SERVED)
                .uid("served")
                .transform("served time", Encoding.SERVED, new KeptWatermark<>())
                .uid("served-time")
                .keyBy(Served::getViewerId, Types.STRING)
                .process(new PagesOnce(), TypeInformation.of(Shown.class))
                .name("pages once")
                .uid("pages-once")
                .keyBy(Shown::contentId, Types.STRING)
                .connect(contents(env))
                .process(new AwaitKind(), TypeInformation.of(Shown.class))
                .name("await kind")
                .uid("await-kind");
        SingleOutputStreamOperator<Label> labels = env.fromSource(
                        sources.engagements,
                        LiveWatermarks.strategy(
                                NAME, engagement -> engagement.getAt().toEpochMilli()),
                        "engagements",
                        Encoding.ENGAGEMENT)
                .uid("engagements")
                .transform("engagement time", Encoding.ENGAGEMENT, new KeptWatermark<>())
                .uid("engagement-time")
                .keyBy(Engagement::getViewerId, Types.STRING)
                .process(new LabelsOnce(), TypeInformation.of(Label.class))
                .name("labels once")
                .uid("labels-once");
        // The viewer is part of the key, so that nobody labels the feed of another.
        SingleOutputStreamOperator<Example> examples = shown.keyBy(
                        item -> item.viewerId() + ' ' + item.id(), Types.STRING)
                .connect(labels.keyBy(label -> label.viewerId() + ' ' + label.id(), Types.STRING))
                .process(new JoinExamples(keepNegatives), Encoding.EXAMPLE)
                .name("join examples")
                .uid("join-examples");
        examples.sinkTo(sinks.examples).name("write examples").uid("write-examples");
        examples.getSideOutput(JoinExamples.FINAL)
                .map(new InGeneration(generation), TypeInformation.of(Filed.class))
                .name("in generation")
                .uid("in-generation")
                .sinkTo(sinks.files)
                .name("write example files")
                .uid("write-example-files");
    }

    private KeyedStream<Content, String> contents(StreamExecutionEnvironment env) {
        return env.fromSource(sources.contents, WatermarkStrategy.noWatermarks(), "contents", Encoding.CONTENT)
                .uid("contents")
                .assignTimestampsAndWatermarks(Jobs.neverHoldsBack())
                .uid("content-times")
                .keyBy(Content::getId, Types.STRING);
    }

    /**
     * Runs the job.
     *
     * @param args {@code --bootstrap-servers HOST:PORT,… --archive FOLDER|URI [--generation NAME]
     *     [--keep-negatives P]}
     */
    public static void main(String[] args) throws Exception {
        StreamExecutionEnvironment env = Jobs.environment();
        new ExampleJob(Clusters.of(args)).build(env);
        env.execute(NAME);
    }
}
