package io.tuijian.features;

import static io.tuijian.features.Story.NOON;
import static io.tuijian.features.Story.content;
import static io.tuijian.features.Story.context;
import static io.tuijian.features.Story.outcome;
import static io.tuijian.features.Story.relation;
import static org.assertj.core.api.Assertions.assertThat;

import io.tuijian.schemas.Action;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.Relation;
import io.tuijian.schemas.RelationKind;
import io.tuijian.schemas.Surface;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What every feature store promises. What is put may become visible later, but things of the same id in the order in
 * which they were put. One store may serve all tests: each uses ids of its own.
 */
public abstract class FeatureStoreContract {
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    /** Enough neighbours that, whatever the store is split into, something newer came by everywhere. */
    private static final int NEIGHBOURS = 64;

    private static final AtomicInteger TESTS = new AtomicInteger();

    private final String here = "-" + TESTS.incrementAndGet();
    private final String alice = "v-alice" + here;
    private final String bob = "a-bob" + here;

    /** The store under test, ready to be read. */
    protected abstract FeatureStore store();

    protected abstract void put(ViewerState state);

    protected abstract void put(ContentState state);

    protected abstract void put(AuthorState state);

    protected abstract void put(Content content);

    protected abstract void put(Relation relation);

    @Test
    void what_was_put_is_loaded() {
        Content cat = content("c-cat" + here).by(bob).told();
        Outcome like = outcome("e1", alice, Action.LIKE, cat, NOON.minusSeconds(90));
        ViewerState viewer = ViewerState.empty(alice).after(like);
        ContentState contentState = ContentState.empty(cat.getId()).after(like);
        AuthorState author = AuthorState.empty(bob).after(like);
        put(cat);
        put(viewer);
        put(contentState);
        put(author);
        eventually("everything is there", () -> {
            FeatureStore.Loaded loaded = load(cat.getId());
            return loaded.inputs().size() == 1
                    && loaded.inputs().get(0).viewer().equals(viewer)
                    && loaded.inputs().get(0).contentState().equals(contentState)
                    && loaded.inputs().get(0).author().equals(author);
        });
        FeatureStore.Loaded loaded = load(cat.getId());
        FeatureInput input = loaded.inputs().get(0);
        assertThat(input.content()).isEqualTo(cat);
        assertThat(input.context()).isEqualTo(context(Surface.FOR_YOU, NOON));
        assertThat(loaded.unknown()).isEmpty();
        assertThat(store().viewer(alice)).isEqualTo(viewer);
        assertThat(store().content(cat.getId())).isEqualTo(cat);
    }

    @Test
    void inputs_come_in_the_order_asked_and_unknown_contents_are_named_apart() {
        List<String> ids = List.of("c-z" + here, "c-a" + here, "c-m" + here);
        ids.forEach(id -> put(content(id).by(bob).told()));
        eventually(
                "all contents are there",
                () -> load(ids.toArray(String[]::new)).unknown().isEmpty());
        FeatureStore.Loaded loaded = load(ids.get(0), "c-nobody" + here, ids.get(1), "c-nothing" + here, ids.get(2));
        assertThat(loaded.inputs()).extracting(input -> input.content().getId()).containsExactlyElementsOf(ids);
        assertThat(loaded.unknown()).containsExactlyInAnyOrder("c-nobody" + here, "c-nothing" + here);
        assertThat(store().content("c-nobody" + here)).isNull();
    }

    @Test
    void five_hundred_contents_come_with_their_own_states() {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            Content content = content("c-" + i + here).by("a-" + i % 50 + here).told();
            ids.add(content.getId());
            put(content);
            ContentState state = ContentState.empty(content.getId());
            for (int seen = 0; seen < i % 7; seen++) {
                state = state.after(outcome("e" + seen, alice, Action.SEEN, content, NOON.minusSeconds(i)));
            }
            if (i % 7 > 0) {
                put(state);
            }
            put(AuthorState.empty(content.getAuthorId())
                    .after(outcome("e", alice, Action.SEEN, content, NOON.minusSeconds(i))));
        }
        eventually("all are there with their states", () -> {
            List<FeatureInput> inputs = load(ids.toArray(String[]::new)).inputs();
            return inputs.size() == 500
                    && IntStream.range(0, 500)
                            .allMatch(i -> inputs.get(i).contentState().events() == i % 7
                                    && inputs.get(i).author().events() == 1
                                    && inputs.get(i).author().authorId().equals("a-" + i % 50 + here));
        });
        assertThat(load(ids.toArray(String[]::new)).missing()).isEmpty();
    }

    @Test
    void every_value_tells_its_age() {
        Content cat = content("c-cat" + here).by(bob).told();
        Content dog = content("c-dog" + here).by("a-nobody" + here).told();
        put(cat);
        put(dog);
        put(ContentState.empty(cat.getId()).after(outcome("e1", alice, Action.SEEN, cat, NOON.minusSeconds(60))));
        put(AuthorState.empty(bob).after(outcome("e2", alice, Action.SEEN, cat, NOON.minusSeconds(30))));
        eventually("the states are there", () -> {
            List<FeatureInput> inputs = load(cat.getId(), dog.getId()).inputs();
            return inputs.size() == 2
                    && inputs.get(0).contentState().events() == 1
                    && inputs.get(0).author().events() == 1;
        });
        FeatureStore.Loaded loaded = load(cat.getId(), dog.getId());
        assertThat(loaded.inputs().get(0).contentAge()).isEqualTo(Duration.ofSeconds(60));
        assertThat(loaded.inputs().get(0).authorAge()).isEqualTo(Duration.ofSeconds(30));
        assertThat(loaded.inputs().get(1).contentAge()).isZero();
        assertThat(loaded.inputs().get(1).authorAge()).isZero();
        assertThat(loaded.behind()).isLessThan(DEADLINE);
    }

    @Test
    void nothing_asked_is_nothing_loaded() {
        assertThat(load().inputs()).isEmpty();
        assertThat(load().unknown()).isEmpty();
    }

    @Test
    void a_new_viewer_is_empty_and_of_no_age() {
        assertThat(store().viewer(alice)).isEqualTo(ViewerState.empty(alice));
        assertThat(load().viewerAge()).isZero();
    }

    @Test
    void a_content_nobody_touched_has_empty_states() {
        Content cat = content("c-cat" + here).by(bob).told();
        put(cat);
        eventually("the content is there", () -> store().content(cat.getId()) != null);
        FeatureInput input = load(cat.getId()).inputs().get(0);
        assertThat(input.contentState()).isEqualTo(ContentState.empty(cat.getId()));
        assertThat(input.author()).isEqualTo(AuthorState.empty(bob));
    }

    @Test
    void the_age_of_a_viewer_is_the_time_since_they_last_did_something() {
        Content cat = content("c-cat" + here).told();
        put(ViewerState.empty(alice).after(outcome("e1", alice, Action.LIKE, cat, NOON.minusSeconds(90))));
        eventually("the viewer is there", () -> store().viewer(alice).events() == 1);
        assertThat(load().viewerAge()).isEqualTo(Duration.ofSeconds(90));
    }

    @Test
    void states_never_step_back_to_fewer_events() {
        Content cat = content("c-cat" + here).by(bob).told();
        ViewerState viewer = ViewerState.empty(alice);
        ContentState contentState = ContentState.empty(cat.getId());
        AuthorState author = AuthorState.empty(bob);
        for (int i = 0; i < 5; i++) {
            Outcome outcome = outcome("e" + i, alice, Action.COMMENT, cat, NOON.minusSeconds(i));
            put(viewer = viewer.after(outcome));
            put(contentState = contentState.after(outcome));
            put(author = author.after(outcome));
        }
        Outcome first = outcome("e0", alice, Action.COMMENT, cat, NOON);
        put(cat);
        put(ViewerState.empty(alice).after(first));
        put(ContentState.empty(cat.getId()).after(first));
        put(AuthorState.empty(bob).after(first));
        neighboursArrive(cat);
        assertThat(store().viewer(alice)).isEqualTo(viewer);
        FeatureInput input = load(cat.getId()).inputs().get(0);
        assertThat(input.contentState()).isEqualTo(contentState);
        assertThat(input.author()).isEqualTo(author);
    }

    @Test
    void a_content_never_steps_back_to_an_older_version() {
        Content taken = content("c-cat" + here).version(7).takenDown().told();
        put(taken);
        put(content("c-cat" + here).version(6).told());
        neighboursArrive(taken);
        assertThat(store().content(taken.getId())).isEqualTo(taken);
    }

    @Test
    void relations_are_visible_and_end_when_they_end() {
        put(relation(alice, RelationKind.FOLLOW, bob));
        eventually("the follow is there", () -> store().relations().active(alice, RelationKind.FOLLOW, bob, NOON));
        put(relation(alice, RelationKind.FOLLOW, bob, false, NOON.minusSeconds(1)));
        eventually("the follow has ended", () -> !store().relations().active(alice, RelationKind.FOLLOW, bob, NOON));
        Content cat = content("c-cat" + here).by(bob).told();
        put(cat);
        put(relation(alice, RelationKind.MUTE_AUTHOR, bob));
        eventually("inputs carry the relations", () -> load(cat.getId()).inputs().stream()
                .anyMatch(input -> input.relations().active(alice, RelationKind.MUTE_AUTHOR, bob, NOON)));
    }

    private FeatureStore.Loaded load(String... contentIds) {
        return store().load(alice, List.of(contentIds), context(Surface.FOR_YOU, NOON));
    }

    /** Once these are here, so is all that was put before them. */
    private void neighboursArrive(Content like) {
        for (int i = 0; i < NEIGHBOURS; i++) {
            Content neighbour = Content.newBuilder(like)
                    .setId("c-neighbour" + i + here)
                    .setAuthorId("a-neighbour" + i + here)
                    .build();
            Outcome outcome = outcome("e", "v-neighbour" + i + here, Action.COMMENT, neighbour, NOON);
            put(neighbour);
            put(ViewerState.empty(outcome.viewerId()).after(outcome));
            put(ContentState.empty(outcome.contentId()).after(outcome));
            put(AuthorState.empty(outcome.authorId()).after(outcome));
        }
        for (int i = 0; i < NEIGHBOURS; i++) {
            String content = "c-neighbour" + i + here;
            String viewer = "v-neighbour" + i + here;
            eventually("neighbour " + i + " is there", () -> {
                List<FeatureInput> inputs = store().load(viewer, List.of(content), context(Surface.FOR_YOU, NOON))
                        .inputs();
                return inputs.size() == 1
                        && inputs.get(0).viewer().events() == 1
                        && inputs.get(0).contentState().events() == 1
                        && inputs.get(0).author().events() == 1;
            });
        }
    }

    private static void eventually(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + DEADLINE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("%s in time", what).isLessThan(deadline);
            LockSupport.parkNanos(Duration.ofMillis(2).toNanos());
        }
    }
}
