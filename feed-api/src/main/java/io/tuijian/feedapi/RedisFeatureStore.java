package io.tuijian.feedapi;

import io.tuijian.features.AuthorState;
import io.tuijian.features.ContentState;
import io.tuijian.features.Context;
import io.tuijian.features.FeatureInput;
import io.tuijian.features.FeatureStore;
import io.tuijian.features.InMemoryFeatureStore;
import io.tuijian.features.Relations;
import io.tuijian.features.StateRecords;
import io.tuijian.features.ViewerState;
import io.tuijian.schemas.AuthorStateRecord;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.ContentStateRecord;
import io.tuijian.schemas.StoredState;
import io.tuijian.schemas.Topic;
import io.tuijian.schemas.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.UnifiedJedis;

/**
 * A feature store that reads the states of some topics from Redis, all of a load in one trip, and the rest from memory:
 * contents, relations, and the states of the other topics. While Redis does not answer in time a load goes without
 * those states and names them. Safe from many threads.
 */
public final class RedisFeatureStore implements FeatureStore, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RedisFeatureStore.class);

    private final Redis redis;
    private final InMemoryFeatureStore known;
    private final Supplier<Duration> behind;
    private final boolean viewers;
    private final boolean contents;
    private final boolean authors;
    private final Set<String> names;
    private final AtomicLong undecodable = new AtomicLong();

    /**
     * Where Redis is and what is read there.
     *
     * @param addresses {@code host:port}, of a Redis Cluster some of its nodes: {@code host:port,host:port}
     * @param topics whose states are there: of viewers, contents, authors
     * @param deadline how long one trip may take
     */
    public record Settings(String addresses, Set<Topic<?>> topics, Duration deadline) {
        public Settings {
            topics = Set.copyOf(topics);
        }

        /** Viewers in Redis, within a tenth of a second. */
        public static Settings viewersAt(String addresses) {
            return new Settings(addresses, Set.of(Topics.VIEWER_STATES), Duration.ofMillis(100));
        }
    }

    /**
     * @param known contents, relations, and the states that are not in Redis
     * @param behind for how long {@code known} may have missed changes
     * @throws IllegalArgumentException with one line for the user if the addresses cannot be understood
     */
    public RedisFeatureStore(Settings settings, InMemoryFeatureStore known, Supplier<Duration> behind) {
        this(settings, known, behind, System::nanoTime);
    }

    RedisFeatureStore(Settings settings, InMemoryFeatureStore known, Supplier<Duration> behind, LongSupplier nanoTime) {
        this.redis = new Redis(settings.addresses, settings.deadline, nanoTime);
        this.known = known;
        this.behind = behind;
        this.viewers = settings.topics.contains(Topics.VIEWER_STATES);
        this.contents = settings.topics.contains(Topics.CONTENT_STATES);
        this.authors = settings.topics.contains(Topics.AUTHOR_STATES);
        this.names = settings.topics.stream().map(Topic::name).collect(Collectors.toUnmodifiableSet());
    }

    /** False after Redis did not answer, until it does again. */
    public boolean reachable() {
        return redis.reachable();
    }

    /** The topics whose states cannot be read at the moment. */
    public Set<String> missing() {
        return redis.reachable() ? Set.of() : names;
    }

    /** The Redis that it reads, for what else is there. */
    Redis redis() {
        return redis;
    }

    /** Values that could not be decoded, since start. */
    public long undecodable() {
        return undecodable.get();
    }

    @Override
    public Loaded load(String viewerId, List<String> contentIds, Context context) {
        List<Content> published = new ArrayList<>(contentIds.size());
        Set<String> unknown = new LinkedHashSet<>();
        for (String id : contentIds) {
            Content content = known.content(id);
            if (content == null) {
                unknown.add(id);
            } else {
                published.add(content);
            }
        }
        Answers answers = ask(viewerId, published);
        ViewerState viewer = viewers ? answers.viewer(viewerId) : known.viewer(viewerId);
        List<FeatureInput> inputs = new ArrayList<>(published.size());
        for (int i = 0; i < published.size(); i++) {
            Content content = published.get(i);
            inputs.add(new FeatureInput(
                    viewer,
                    known.relations(),
                    content,
                    contents ? answers.content(i, content.getId()) : known.contentState(content.getId()),
                    authors ? answers.author(content.getAuthorId()) : known.author(content.getAuthorId()),
                    context));
        }
        return new Loaded(
                inputs,
                unknown,
                FeatureStore.age(viewer.updatedAtMillis(), context.now()),
                answers.complete ? Set.of() : names,
                behind.get());
    }

    @Override
    public ViewerState viewer(String viewerId) {
        return viewers ? ask(viewerId, List.of()).viewer(viewerId) : known.viewer(viewerId);
    }

    @Override
    public Content content(String contentId) {
        return known.content(contentId);
    }

    @Override
    public Relations relations() {
        return known.relations();
    }

    /** What came back of one trip; empty states where nothing did. */
    private final class Answers {
        private final boolean complete;
        private final Response<byte[]> viewer;
        private final List<Response<byte[]>> contentStates;
        private final Map<String, Response<byte[]>> authorStates;
        private final Map<String, AuthorState> decodedAuthors = new HashMap<>();

        Answers(
                boolean complete,
                Response<byte[]> viewer,
                List<Response<byte[]>> contentStates,
                Map<String, Response<byte[]>> authorStates) {
            this.complete = complete;
            this.viewer = viewer;
            this.contentStates = contentStates;
            this.authorStates = authorStates;
        }

        ViewerState viewer(String id) {
            ViewerState state = complete ? decoded(viewer, Topics.VIEWER_STATES, StateRecords::of) : null;
            return state == null ? ViewerState.empty(id) : state;
        }

        ContentState content(int index, String id) {
            Function<ContentStateRecord, ContentState> of = StateRecords::of;
            ContentState state = complete ? decoded(contentStates.get(index), Topics.CONTENT_STATES, of) : null;
            return state == null ? ContentState.empty(id) : state;
        }

        AuthorState author(String id) {
            return decodedAuthors.computeIfAbsent(id, any -> {
                Function<AuthorStateRecord, AuthorState> of = StateRecords::of;
                AuthorState state = complete ? decoded(authorStates.get(id), Topics.AUTHOR_STATES, of) : null;
                return state == null ? AuthorState.empty(id) : state;
            });
        }

        private <R extends org.apache.avro.specific.SpecificRecord, S> S decoded(
                Response<byte[]> response, Topic<R> topic, Function<R, S> of) {
            byte[] value = response == null ? null : response.get();
            if (value == null) {
                return null;
            }
            try {
                return of.apply(topic.decode(StoredState.bytes(value)));
            } catch (Topic.Undecodable e) {
                if (undecodable.getAndIncrement() == 0) {
                    LOG.warn("feature store: a state in Redis is {}", e.getMessage());
                }
                return null;
            }
        }
    }

    private Answers ask(String viewerId, List<Content> published) {
        try {
            return redis.ask(asked -> ask(asked, viewerId, published));
        } catch (Redis.Unavailable e) {
            return new Answers(false, null, List.of(), Map.of());
        }
    }

    private Answers ask(UnifiedJedis asked, String viewerId, List<Content> published) {
        Response<byte[]> viewer = null;
        List<Response<byte[]>> contentStates = new ArrayList<>(contents ? published.size() : 0);
        Map<String, Response<byte[]>> authorStates = new HashMap<>();
        try (AbstractPipeline pipeline = asked.pipelined()) {
            if (viewers) {
                viewer = pipeline.get(StoredState.rawKey(Topics.VIEWER_STATES, viewerId));
            }
            for (Content content : published) {
                if (contents) {
                    contentStates.add(pipeline.get(StoredState.rawKey(Topics.CONTENT_STATES, content.getId())));
                }
                if (authors) {
                    authorStates.computeIfAbsent(
                            content.getAuthorId(), id -> pipeline.get(StoredState.rawKey(Topics.AUTHOR_STATES, id)));
                }
            }
            pipeline.sync();
        }
        readable(viewer, contentStates, authorStates);
        return new Answers(true, viewer, contentStates, authorStates);
    }

    /** A server that is loading its data, for instance, answers each question with an error. */
    private static void readable(
            Response<byte[]> viewer, List<Response<byte[]>> contentStates, Map<String, Response<byte[]>> authorStates) {
        if (viewer != null) {
            viewer.get();
        }
        contentStates.forEach(Response::get);
        authorStates.values().forEach(Response::get);
    }

    @Override
    public void close() {
        redis.close();
    }
}
