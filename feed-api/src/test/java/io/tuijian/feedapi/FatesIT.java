package io.tuijian.feedapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tuijian.feedapi.FeedClient.Answer;
import io.tuijian.feedapi.FeedClient.Page;
import io.tuijian.ranking.SplitRule;
import io.tuijian.ranking.Tuning;
import io.tuijian.schemas.Fate;
import io.tuijian.schemas.FateOfCandidate;
import io.tuijian.schemas.FateStage;
import io.tuijian.schemas.Served;
import io.tuijian.schemas.ServedItem;
import io.tuijian.schemas.Surface;
import io.tuijian.schemas.Topic;
import io.tuijian.schemas.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Why this, and why not that: to the viewer about any content, and to Kafka about every candidate of a sample. */
class FatesIT {
    private static final String VIEWER = "v-curious";

    private static FeedApi api;

    @BeforeAll
    static void start() {
        FeedClient.publish(IntStream.range(0, 240)
                .mapToObj(i -> FeedClient.video("fate" + i, "a-fate" + i % 40, "t-fate" + i % 8))
                .toList());
        api = FeedClient.server();
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    private static Answer fate(String viewer, String feedId, String contentId) {
        return FeedClient.call(api, "GET", "/v1/feeds/" + feedId + "/contents/" + contentId, Role.VIEWER, viewer, null);
    }

    @Test
    void every_content_has_a_fate() {
        Page before = FeedClient.page(api, VIEWER, 10, null);
        Page first = FeedClient.page(api, VIEWER, 10, null);
        Page second = FeedClient.page(api, VIEWER, 10, first.nextCursor());
        List<String> held = new ArrayList<>(first.ids());
        held.addAll(second.ids());
        for (int position = 0; position < 20; position++) {
            Answer served = fate(VIEWER, first.feedId(), held.get(position));
            assertThat(served.status()).isEqualTo(200);
            assertThat(served.body().path("stage").asText()).isEqualTo("SERVED");
            assertThat(served.body().path("position").asInt()).isEqualTo(position);
            assertThat(served.body().path("source").asText()).isNotBlank();
        }
        List<String> stages = new ArrayList<>();
        for (String id : before.ids()) {
            Answer removed = fate(VIEWER, first.feedId(), id);
            String stage = removed.body().path("stage").asText();
            stages.add(stage);
            assertThat(removed.body().path("rule").asText().equals("served-lately"))
                    .isEqualTo(stage.equals("FILTERED"));
        }
        assertThat(stages).contains("FILTERED").isSubsetOf("FILTERED", "NOT_RETRIEVED");
        for (int i = 0; i < 240; i++) {
            Answer any = fate(VIEWER, first.feedId(), "fate" + i);
            assertThat(any.body().path("stage").asText()).isIn("SERVED", "FILTERED", "RANKED", "NOT_RETRIEVED");
            assertThat(any.body().has("rule"))
                    .isEqualTo(!any.body().path("stage").asText().equals("SERVED"));
        }
    }

    @Test
    void the_fate_of_what_may_not_be_seen_and_of_what_is_not_ones_own_is_unknown() {
        Page page = FeedClient.page(api, "v-private", 10, null);
        String content = page.ids().get(0);
        assertThat(fate("v-other", page.feedId(), content).status()).isEqualTo(404);
        assertThat(fate("v-private", page.feedId(), "nothing").status()).isEqualTo(404);
        assertThat(fate("v-private", "f20261121abcdefghijklmnopqrstuvw", content)
                        .status())
                .isEqualTo(404);
        FeedClient.call(
                api, "PUT", "/v1/viewers/me/muted-authors/" + page.authors().get(0), Role.VIEWER, "v-private", null);
        Answer muted = fate("v-private", page.feedId(), content);
        Answer unknown = fate("v-private", page.feedId(), "x".repeat(content.length()));
        assertThat(muted.status()).isEqualTo(404);
        assertThat(muted.text().replace(content, "x".repeat(content.length()))).isEqualTo(unknown.text());
    }

    @Test
    void of_a_sampled_feed_every_candidate_is_logged() {
        Page page = FeedClient.page(api, "v-sampled0", 10, null);
        for (int i = 1; !Fates.sampled(page.feedId(), Tuning.DEFAULT.fateRate()); i++) {
            assertThat(i).isLessThan(2_000);
            page = FeedClient.page(api, "v-sampled" + i, 10, null);
        }
        String feedId = page.feedId();
        Page next = FeedClient.page(api, viewerOf(feedId), 10, page.nextCursor());
        List<Fate> fates = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(Topics.FATES)) {
            await().atMost(Duration.ofSeconds(30)).until(() -> {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                    Fate fate = Topics.FATES.decode(record.value());
                    assertThat(Fates.sampled(fate.getFeedId(), fate.getRate())).isTrue();
                    if (fate.getFeedId().equals(feedId)) {
                        fates.add(fate);
                    }
                }
                return fates.size() == 2;
            });
        }
        List<String> served = new ArrayList<>();
        for (Fate fate : fates) {
            fate.getCandidates().stream()
                    .filter(one -> one.getStage() == FateStage.SERVED)
                    .map(FateOfCandidate::getContentId)
                    .forEach(served::add);
            assertThat(SplitRule.values()).allSatisfy(rule -> assertThat(shown(fate, rule, 1))
                    .as("the page is as full without %s", rule)
                    .isEqualTo(shown(fate, rule, 0)));
            assertThat(fate.getCandidates()).allSatisfy(one -> {
                assertThat(one.getSources()).isNotEmpty();
                assertThat(one.getRule() == null).isEqualTo(one.getStage() == FateStage.SERVED);
                assertThat(one.getPosition() == null).isEqualTo(one.getStage() != FateStage.SERVED);
                assertThat(one.getWeight()).isEqualTo(1);
                assertThat(one.getProbabilities().isEmpty()).isEqualTo(one.getStage() == FateStage.FILTERED);
            });
        }
        List<String> shown = new ArrayList<>(page.ids());
        shown.addAll(next.ids());
        assertThat(served).isEqualTo(shown);
    }

    @Test
    void a_fate_that_no_message_holds_is_counted_as_lost() {
        FateOfCandidate one = FateOfCandidate.newBuilder()
                .setContentId("c".repeat(1 << 20))
                .setAuthorId("a1")
                .setStage(FateStage.RANKED)
                .build();
        Fate fate = new Fate("f1", "v1", Instant.now(), Surface.FOR_YOU, 1.0, List.of(one));
        try (EventLog log = new EventLog(RealServers.shared().bootstrapServers())) {
            await().pollDelay(Duration.ofSeconds(1)).until(() -> true); // as a store takes to be read
            log.fate(Fate.newBuilder(fate).setCandidates(List.of()).build());
            assertThat(log.lost().get(Topics.FATES)).as("the first").hasValue(0);
            log.fate(fate);
            assertThat(log.lost().get(Topics.FATES)).hasValue(1);
            assertThat(log.losing()).isFalse();
        }
    }

    @Test
    void what_was_served_is_logged_as_it_was_scored_and_drawn() {
        Page page = FeedClient.page(api, VIEWER, 10, null);
        List<Served> found = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(Topics.SERVED)) {
            await().atMost(Duration.ofSeconds(30)).until(() -> {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                    Served served = Topics.SERVED.decode(record.value());
                    if (served.getFeedId().equals(page.feedId())) {
                        found.add(served);
                    }
                }
                return !found.isEmpty();
            });
        }
        Served served = found.get(0);
        assertThat(served.getWeightsVersion()).isEqualTo(Tuning.DEFAULT.version());
        assertThat(served.getModelVersion()).isNotBlank();
        assertThat(served.getTemperature()).isPositive();
        assertThat(served.getItems()).hasSize(10).allSatisfy(item -> {
            assertThat(item.getPropensity()).isPositive().isLessThanOrEqualTo(1);
            assertThat(item.getFeatures()).hasSameSizeAs(served.getFeatureNames());
            assertThat(item.getScore()).isPositive();
        });
        for (ServedItem item : served.getItems()) {
            Answer fate = fate(VIEWER, page.feedId(), item.getContentId());
            assertThat(fate.body().path("turn").textValue()).isEqualTo(item.getTurn());
            assertThat(fate.body().path("position").asInt()).isEqualTo(item.getPosition());
        }
    }

    private static long shown(Fate fate, SplitRule without, double would) {
        return fate.getCandidates().stream()
                .filter(one -> one.getWithout().getOrDefault(without.code(), -1.0) == would)
                .count();
    }

    private static String viewerOf(String feedId) {
        FeedIds ids = new FeedIds(new Signer(FeedClient.KEY));
        return IntStream.range(0, 2_000)
                .mapToObj(i -> "v-sampled" + i)
                .filter(viewer -> ids.isOf(viewer, feedId))
                .findFirst()
                .orElseThrow();
    }

    private static KafkaConsumer<byte[], byte[]> consumer(Topic<?> topic) {
        KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", RealServers.shared().bootstrapServers()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        List<TopicPartition> partitions = IntStream.range(0, RealServers.PARTITIONS)
                .mapToObj(partition -> new TopicPartition(topic.name(), partition))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        return consumer;
    }
}
