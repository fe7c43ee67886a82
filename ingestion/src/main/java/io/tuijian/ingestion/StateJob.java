package io.tuijian.ingestion;

import io.tuijian.features.AuthorState;
import io.tuijian.features.ContentState;
import io.tuijian.features.Outcome;
import io.tuijian.features.ViewerState;
import io.tuijian.schemas.DeadLetter;
import io.tuijian.schemas.Keys;
import io.tuijian.schemas.Topics;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.DataStreamUtils;
import org.apache.flink.streaming.api.datastream.KeyedStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Counts every engagement once and keeps the states of viewers, contents and authors: a changed state is emitted
 * whole, at most every 100 ms per key, at least once.
 */
public final class StateJob {
    /** How many states of contents, and of authors, are held in memory, of each subtask: they are small. */
    private static final int MOST_COUNTS_HELD = 50_000;

    /** What the job reads. */
    public record Sources(Source<Raw, ?, ?> engagements, Source<Raw, ?, ?> contents) {}

    /**
     * What the job writes.
     *
     * @param viewersInRedis the same states of viewers once more, null for none
     */
    public record Sinks(
            Sink<ViewerState> viewers,
            Sink<ContentState> contents,
            Sink<AuthorState> authors,
            Sink<DeadLetter> deadLetters,
            Sink<ViewerState> viewersInRedis) {
        /** Without Redis. */
        public Sinks(
                Sink<ViewerState> viewers,
                Sink<ContentState> contents,
                Sink<AuthorState> authors,
                Sink<DeadLetter> deadLetters) {
            this(viewers, contents, authors, deadLetters, null);
        }
    }

    private final Sources sources;
    private final Sinks sinks;

    public StateJob(Sources sources, Sinks sinks) {
        this.sources = sources;
        this.sinks = sinks;
    }

    /** On the topics of a Kafka cluster. */
    public StateJob(Clusters clusters) {
        this(sources(clusters), sinks(clusters));
    }

    private static Sources sources(Clusters clusters) {
        KafkaTopics kafka = new KafkaTopics(clusters, "state-job");
        return new Sources(kafka.source(Topics.ENGAGEMENTS), kafka.source(Topics.CONTENTS));
    }

    private static Sinks sinks(Clusters clusters) {
        KafkaTopics kafka = new KafkaTopics(clusters, "state-job");
        return new Sinks(
                kafka.sink(Topics.VIEWER_STATES, Encoding.VIEWER_STATE, ViewerState::viewerId),
                kafka.sink(Topics.CONTENT_STATES, Encoding.CONTENT_STATE, ContentState::contentId),
                kafka.sink(Topics.AUTHOR_STATES, Encoding.AUTHOR_STATE, AuthorState::authorId),
                kafka.sink(Topics.DEAD_LETTERS, Encoding.DEAD_LETTER, Keys::of),
                clusters.redis() == null
                        ? null
                        : new RedisStates<>(
                                clusters.redis(),
                                Topics.VIEWER_STATES,
                                Encoding.VIEWER_STATE,
                                ViewerState::viewerId,
                                ViewerState::events,
                                RedisStates.VIEWERS_LAST));
    }

    /** Adds the job to the environment; executing it is up to the caller. */
    public void build(StreamExecutionEnvironment env) {
        Jobs.configure(env);
        Jobs.Engagements engagements = Jobs.engagements(env, sources.engagements, sources.contents);
        SingleOutputStreamOperator<Outcome> outcomes = engagements
                .known()
                .keyBy(Known::viewerId, Types.STRING)
                .transform(
                        "count once",
                        TypeInformation.of(Outcome.class),
                        new CountEngagements<>((outcome, facts, circumstances) -> outcome))
                .uid("count-once");

        // Already partitioned by viewer: no second trip over the network.
        KeyedStream<Outcome, String> byViewer =
                DataStreamUtils.reinterpretAsKeyedStream(outcomes, Outcome::viewerId, Types.STRING);
        SingleOutputStreamOperator<ViewerState> viewers = folded(
                byViewer,
                "viewer-states",
                Encoding.VIEWER_STATE,
                outcome -> ViewerState.empty(outcome.viewerId()),
                HeldViewer::of);
        viewers.sinkTo(sinks.viewers).name("write viewer states").uid("write-viewer-states");
        if (sinks.viewersInRedis != null) {
            viewers.sinkTo(sinks.viewersInRedis)
                    .name("write viewer states to Redis")
                    .uid("write-viewer-states-to-redis");
        }
        combined(
                        outcomes,
                        "content-states",
                        Encoding.CONTENT_STATE,
                        Outcome::contentId,
                        outcome -> ContentState.empty(outcome.contentId()),
                        ContentState::after,
                        ContentState::contentId,
                        state -> ContentState.empty(state.contentId()),
                        ContentState::plus)
                .sinkTo(sinks.contents)
                .name("write content states")
                .uid("write-content-states");
        combined(
                        outcomes,
                        "author-states",
                        Encoding.AUTHOR_STATE,
                        Outcome::authorId,
                        outcome -> AuthorState.empty(outcome.authorId()),
                        AuthorState::after,
                        AuthorState::authorId,
                        state -> AuthorState.empty(state.authorId()),
                        AuthorState::plus)
                .sinkTo(sinks.authors)
                .name("write author states")
                .uid("write-author-states");
        engagements.dead().sinkTo(sinks.deadLetters).name("write dead letters").uid("write-dead-letters");
    }

    /** Combined where they arise, then by key. */
    private static <S> SingleOutputStreamOperator<S> combined(
            DataStream<Outcome> outcomes,
            String name,
            Encoding<S> encoding,
            Combine.Key<Outcome> key,
            Fold.Start<Outcome, S> start,
            Fold.Step<Outcome, S> step,
            KeySelector<S, String> id,
            Fold.Start<S, S> empty,
            Fold.Step<S, S> plus) {
        KeyedStream<S, String> partial = outcomes.transform(
                        "combine " + name,
                        encoding,
                        new Combine<>(Pace.STATES, key, start, step, (outcome, came) -> came))
                .uid("combine-" + name)
                .keyBy(id, Types.STRING);
        return folded(partial, name, encoding, empty, Fold.replaced(plus, MOST_COUNTS_HELD));
    }

    private static <E, S> SingleOutputStreamOperator<S> folded(
            KeyedStream<E, String> events,
            String name,
            Encoding<S> encoding,
            Fold.Start<E, S> start,
            Fold.Hold<E, S> hold) {
        return events.transform(name, encoding, new Fold<>(encoding, Pace.STATES, start, hold, (event, came) -> came))
                .uid(name);
    }

    /**
     * Runs the job.
     *
     * @param args {@code --bootstrap-servers HOST:PORT,… [--redis HOST:PORT,…]}
     */
    public static void main(String[] args) throws Exception {
        StreamExecutionEnvironment env = Jobs.environment();
        new StateJob(Clusters.of(args)).build(env);
        env.execute("state-job");
    }
}
