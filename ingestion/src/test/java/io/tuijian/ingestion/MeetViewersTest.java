package io.tuijian.ingestion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.tuijian.features.reach.Audience;
import io.tuijian.features.reach.Cell;
import io.tuijian.features.reach.GrowingReach;
import io.tuijian.features.reach.Level;
import io.tuijian.features.reach.Reach;
import io.tuijian.features.reach.ReachDocument;
import io.tuijian.features.reach.ReachEvent;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Relation;
import io.tuijian.schemas.RelationKind;
import io.tuijian.schemas.Surface;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From what is learned of viewers to the documents of reach. */
class MeetViewersTest {
    private static final long NOON = Instant.parse("2026-11-16T12:00:00Z").toEpochMilli();
    private static final long HOUR = Duration.ofHours(1).toMillis();
    private static final long DAY = 24 * HOUR;

    private static OfViewer page(String viewer, String feed, int first, long at, String... contents) {
        List<OfViewer.Page.Item> items = new ArrayList<>();
        for (String content : contents) {
            items.add(new OfViewer.Page.Item(content, "a1", first + items.size(), "similar"));
        }
        return new OfViewer.Page(viewer, feed, at, Surface.SHOP, "Berlin", items);
    }

    private static OfViewer did(String viewer, String content, Action action, int weight, String feed, long at) {
        ReachEvent.Touch touch = new ReachEvent.Touch(
                "a1",
                content,
                viewer,
                at,
                action,
                weight,
                0,
                ReachEvent.Money.NONE,
                ReachEvent.Trace.NONE,
                "card",
                "b1");
        return new OfViewer.Did(touch, feed);
    }

    private static OfViewer follows(String viewer, boolean active, long at) {
        return OfViewer.Follows.of(
                new Relation(viewer, RelationKind.FOLLOW, "a1", active, Instant.ofEpochMilli(at), null, null, null));
    }

    private static KeyedOneInputStreamOperatorTestHarness<String, OfViewer, Addressed> harness() throws Exception {
        return new KeyedOneInputStreamOperatorTestHarness<>(
                new KeyedProcessOperator<>(new MeetViewers()), OfViewer::viewerId, Types.STRING);
    }

    /** The documents after these events, by id. */
    private static Map<String, ReachDocument> documents(List<OfViewer> events) throws Exception {
        try (var harness = harness()) {
            harness.open();
            for (OfViewer event : events) {
                harness.processElement(event, 0);
            }
            return documents(harness);
        }
    }

    private static Map<String, ReachDocument> documents(
            KeyedOneInputStreamOperatorTestHarness<String, OfViewer, Addressed> harness) {
        Map<String, GrowingReach> growing = new TreeMap<>();
        for (Addressed one : harness.extractOutputValues()) {
            growing.computeIfAbsent(one.document(), id -> new GrowingReach(one.empty()))
                    .add(one.event());
        }
        Map<String, ReachDocument> documents = new TreeMap<>();
        growing.forEach((id, reach) -> documents.put(id, reach.document(0)));
        return documents;
    }

    private static ReachDocument day(Map<String, ReachDocument> documents, long at) {
        return documents.get("a1||" + Level.AUTHOR_DAY.beginOf(at) + "|AUTHOR_DAY");
    }

    @Test
    void what_is_done_has_the_source_of_its_page_whichever_comes_first() throws Exception {
        OfViewer page = page("v1", "f1", 0, NOON, "c1", "c2");
        OfViewer seen = did("v1", "c1", Action.SEEN, 1, "f1", NOON + 1);
        OfViewer liked = did("v1", "c1", Action.LIKE, 1, "f1", NOON + 2);
        OfViewer unliked = did("v1", "c1", Action.LIKE, -1, "f1", NOON + 2);
        OfViewer elsewhere = did("v1", "c9", Action.SEEN, 1, null, NOON + 3);
        List<OfViewer> events = new ArrayList<>(List.of(page, seen, liked, unliked, elsewhere, page));
        for (int i = 0; i < 20; i++) {
            Map<String, ReachDocument> documents = documents(events);
            Reach reach = day(documents, NOON).reach();
            assertThat(reach.served()).isEqualTo(2);
            assertThat(reach.sources()).isEqualTo(Map.of("similar", new Cell(2, 1, 0, 0)));
            assertThat(reach.surfaces()).isEqualTo(Map.of(Surface.SHOP, new Cell(2, 1, 0, 0)));
            assertThat(reach.touchpoints()).isEqualTo(Map.of("card", new Cell(0, 2, 0, 0)));
            Audience audience = documents
                    .get("a1||" + Level.AUDIENCE_DAY.beginOf(NOON) + "|AUDIENCE_DAY")
                    .audience();
            assertThat(audience.cities().keySet()).isEqualTo(Set.of("Berlin", Audience.UNKNOWN));
            assertThat(audience.cities().get("Berlin").seen()).isEqualTo(1);
            assertThat(audience.relations().get(Audience.OTHER).seen()).isEqualTo(2);
            assertThat(documents.get("||" + NOON + "|PLATFORM_HOUR").pages().count(Surface.SHOP, 0, 1))
                    .isEqualTo(1);
            assertThat(documents.get("a1|c1|" + NOON).brandId()).isEqualTo("b1");
            Collections.shuffle(events, new Random(i));
        }
    }

    @Test
    void a_content_of_a_later_page_waits_for_that_one() throws Exception {
        Map<String, ReachDocument> documents = documents(List.of(
                page("v1", "f1", 0, NOON, "c1"),
                did("v1", "c2", Action.SEEN, 1, "f1", NOON),
                page("v1", "f1", 1, NOON, "c2")));
        assertThat(day(documents, NOON).reach().sources()).isEqualTo(Map.of("similar", new Cell(2, 1, 0, 0)));
        assertThat(day(documents, NOON).reach().surfaces()).isEqualTo(Map.of(Surface.SHOP, new Cell(2, 1, 0, 0)));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void a_viewer_is_new_where_they_first_saw_the_author_in_whatever_order_it_comes(long seed) throws Exception {
        Random random = new Random(seed);
        List<OfViewer> events = new ArrayList<>();
        Map<String, OfViewer.Did> first = new TreeMap<>();
        Map<Long, Set<String>> seenOn = new TreeMap<>();
        for (int i = 0; i < 300; i++) {
            long at = NOON + random.nextInt(5) * DAY + random.nextInt(3) * HOUR + random.nextInt(3);
            OfViewer.Did did =
                    (OfViewer.Did) did("v" + random.nextInt(40), "c" + random.nextInt(4), Action.SEEN, 1, null, at);
            events.add(did);
            first.merge(did.viewerId(), did, MeetViewersTest::earlier);
            seenOn.computeIfAbsent(Level.AUTHOR_DAY.beginOf(at), day -> new HashSet<>())
                    .add(did.viewerId());
        }
        Map<String, ReachDocument> documents = documents(events);
        Map<String, Long> wanted = new TreeMap<>();
        for (OfViewer.Did did : first.values()) {
            for (Level level : Level.OF_REACH) {
                wanted.merge(ReachDocument.idOf(level, did.touch()), 1L, Long::sum);
            }
        }
        documents.forEach((id, document) -> assertThat(document.reach().newViewers())
                .as("%s, seed %s", id, seed)
                .isEqualTo(wanted.getOrDefault(id, 0L)));
        seenOn.forEach((day, viewers) ->
                assertThat(day(documents, day).reach().viewers().count()).isEqualTo(viewers.size()));
        Reach.Sum sum = new Reach.Sum();
        documents.values().stream()
                .filter(document -> document.level() == Level.CONTENT_HOUR)
                .forEach(document -> sum.add(document.reach()));
        assertThat(sum.reach().newViewers())
                .isEqualTo(sum.reach().viewers().count())
                .isEqualTo(first.size());
    }

    private static OfViewer.Did earlier(OfViewer.Did one, OfViewer.Did other) {
        int order = Long.compare(one.touch().atMillis(), other.touch().atMillis());
        int then = order != 0
                ? order
                : one.touch().contentId().compareTo(other.touch().contentId());
        return then <= 0 ? one : other;
    }

    @Test
    void followers_are_gained_and_lost_when_the_relation_turns_and_an_older_one_is_ignored() throws Exception {
        Map<String, ReachDocument> documents = documents(List.of(
                follows("v1", true, NOON),
                follows("v1", true, NOON + 1),
                follows("v1", false, NOON + DAY),
                follows("v1", true, NOON + HOUR),
                follows("v2", false, NOON),
                follows("v3", true, NOON),
                follows("v3", true, NOON)));
        assertThat(List.of(
                        day(documents, NOON).reach(),
                        day(documents, NOON + DAY).reach(),
                        documents.get("a1||" + NOON + "|AUTHOR_HOUR").reach()))
                .extracting(Reach::followersGained, Reach::followersLost)
                .containsExactly(tuple(2L, 0L), tuple(0L, 1L), tuple(2L, 0L));
        assertThat(documents.keySet()).allMatch(id -> id.contains("AUTHOR"));
    }

    @Test
    void only_relations_to_authors_are_followers() {
        Relation topic =
                new Relation("v1", RelationKind.FOLLOW, "t1", true, Instant.ofEpochMilli(NOON), null, null, null);
        assertThat(OfViewer.Follows.of(topic)).isNull();
        assertThat(OfViewer.Follows.of(Relation.newBuilder(topic)
                        .setTo("a1")
                        .setKind(RelationKind.BLOCK)
                        .build()))
                .isNull();
        assertThat(OfViewer.Follows.of(Relation.newBuilder(topic).setTo("a1|x").build()))
                .isNull();
    }

    @Test
    void a_sight_is_of_a_follower_if_they_followed_by_then() throws Exception {
        Map<String, ReachDocument> documents = documents(List.of(
                follows("v1", true, NOON),
                did("v1", "c1", Action.SEEN, 1, null, NOON - 1),
                did("v1", "c1", Action.SEEN, 1, null, NOON),
                follows("v1", false, NOON + HOUR),
                did("v1", "c1", Action.SEEN, 1, null, NOON + 1),
                did("v1", "c1", Action.SEEN, 1, null, NOON + HOUR)));
        Audience audience = documents
                .get("a1||" + Level.AUDIENCE_DAY.beginOf(NOON) + "|AUDIENCE_DAY")
                .audience();
        assertThat(audience.relations().get(Audience.FOLLOWER).seen()).isEqualTo(2);
        assertThat(audience.relations().get(Audience.OTHER).seen()).isEqualTo(2);
        assertThat(audience.viewers().get(Audience.NEW).viewers().count()).isEqualTo(1);
    }

    @Test
    void all_is_remembered_across_a_restart() throws Exception {
        OperatorSubtaskState snapshot;
        try (var harness = harness()) {
            harness.open();
            harness.processElement(page("v1", "f1", 0, NOON, "c1"), 0);
            harness.processElement(did("v1", "c1", Action.SEEN, 1, "f1", NOON), 0);
            harness.processElement(did("v1", "c2", Action.SEEN, 1, "f2", NOON), 0);
            harness.processElement(follows("v1", true, NOON), 0);
            snapshot = harness.snapshot(1, 0);
        }
        try (var harness = harness()) {
            harness.initializeState(snapshot);
            harness.open();
            harness.processElement(page("v1", "f1", 0, NOON, "c1"), 0);
            harness.processElement(follows("v1", true, NOON + 1), 0);
            assertThat(harness.extractOutputValues()).isEmpty();
            harness.processElement(page("v1", "f2", 0, NOON, "c2"), 0);
            harness.processElement(did("v1", "c1", Action.SEEN, 1, "f3", NOON - DAY), 0);
            harness.processElement(follows("v1", false, NOON + 2), 0);
            Reach today = day(documents(harness), NOON).reach();
            assertThat(today.sources()).isEqualTo(Map.of("similar", new Cell(1, 1, 0, 0)));
            assertThat(today.newViewers()).isEqualTo(-1);
            assertThat(today.followersLost()).isEqualTo(1);
        }
    }

    @Test
    void events_travel_as_they_are() throws Exception {
        List<OfViewer> events = List.of(
                page("v1", "f1", 0, NOON, "c1"),
                did("v1", "c1", Action.LIKE, -1, null, NOON),
                follows("v1", false, NOON));
        for (OfViewer event : events) {
            assertThat(travelled(event, new OfViewerSerializer())).isEqualTo(event);
        }
        try (var harness = harness()) {
            harness.open();
            for (OfViewer event : events) {
                harness.processElement(event, 0);
            }
            harness.processElement(did("v1", "c1", Action.SEEN, 1, "f1", NOON), 0);
            harness.processElement(did("v1", "c2", Action.SEEN, 1, "f2", NOON), 0);
            harness.processElement(page("v1", "f2", 0, NOON, "c2"), 0);
            for (Addressed one : harness.extractOutputValues()) {
                assertThat(travelled(one, new AddressedSerializer())).isEqualTo(one);
            }
            assertThat(harness.extractOutputValues())
                    .extracting(one -> one.event().getClass().getSimpleName())
                    .contains("Touch", "Traced", "Met", "Watched", "Page");
        }
    }

    static <T> T travelled(T value, org.apache.flink.api.common.typeutils.TypeSerializer<T> serializer)
            throws Exception {
        var out = new org.apache.flink.core.memory.DataOutputSerializer(64);
        serializer.serialize(value, out);
        return serializer.deserialize(new org.apache.flink.core.memory.DataInputDeserializer(out.getCopyOfBuffer()));
    }
}
