package io.tuijian.launcher.population;

import static org.assertj.core.api.Assertions.assertThat;

import io.tuijian.features.FeatureReplay;
import io.tuijian.features.FeatureSet;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.ContentKind;
import io.tuijian.schemas.Engagement;
import io.tuijian.schemas.Keys;
import io.tuijian.schemas.Provenance;
import io.tuijian.schemas.Relation;
import io.tuijian.schemas.RelationKind;
import io.tuijian.schemas.Served;
import io.tuijian.schemas.ServedItem;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PopulationLogTest {
    private static final Instant UNTIL = Instant.parse("2026-11-01T00:00:00Z");
    private static final int PAGES = 12_000;
    private static final Population POPULATION = Population.of(5, PopulationSize.SMALL);
    private static final double SIGMAS = 4.5;

    private static final List<Event> EVENTS = new ArrayList<>();
    private static final Map<String, Served> PAGE = new HashMap<>();
    private static final List<Engagement> ENGAGEMENTS = new ArrayList<>();

    @BeforeAll
    static void write() {
        for (Event event : POPULATION.log(Policy.popularity(0.1), PAGES, UNTIL)) {
            EVENTS.add(event);
            if (event instanceof Event.Shown shown) {
                PAGE.put(shown.served().getFeedId(), shown.served());
            } else if (event instanceof Event.Did did) {
                ENGAGEMENTS.add(did.engagement());
            }
        }
    }

    @Test
    void it_has_exactly_the_pages_asked_for_in_the_order_of_time_and_ends_in_time() {
        assertThat(PAGE).hasSize(PAGES);
        Instant from = POPULATION.log(Policy.random(), 1, UNTIL).from();
        Instant last = Instant.EPOCH;
        for (Event event : EVENTS) {
            assertThat(event.at()).isAfterOrEqualTo(last).isBefore(UNTIL);
            last = event.at();
            if (event instanceof Event.Shown || event instanceof Event.Did) {
                assertThat(event.at()).isAfterOrEqualTo(from);
            }
        }
    }

    @Test
    void the_same_seed_gives_the_same_log_and_another_seed_another() {
        Population again = Population.of(5, PopulationSize.SMALL);
        Population other = Population.of(6, PopulationSize.SMALL);
        assertThat(hash(again)).isEqualTo(hash(POPULATION)).isNotEqualTo(hash(other));
    }

    private static long hash(Population population) {
        long hash = 0;
        for (Event event : population.log(Policy.popularity(0.1), 500, UNTIL)) {
            hash = hash * 31 + event.toString().hashCode();
        }
        return hash;
    }

    @Test
    void ids_carry_their_kind_and_no_engagement_comes_twice() {
        Set<String> ids = new HashSet<>();
        for (Engagement engagement : ENGAGEMENTS) {
            assertThat(engagement.getViewerId()).matches("v[0-9A-Za-z]+");
            assertThat(engagement.getContentId()).matches("c[0-9A-Za-z]+");
            assertThat(ids.add(engagement.getViewerId() + "|" + engagement.getId()))
                    .isTrue();
        }
        for (Event event : EVENTS) {
            if (event instanceof Event.Published published) {
                assertThat(published.content().getId()).matches("c[0-9A-Za-z]+");
                assertThat(published.content().getAuthorId()).matches("a[0-9A-Za-z]+");
                assertThat(published.content().getProvenance()).isEqualTo(Provenance.GENERATED);
            }
        }
    }

    @Test
    void every_engagement_refers_to_a_content_on_a_page_of_its_viewer_that_was_published_before() {
        Map<String, Content> contents = new HashMap<>();
        Map<String, Set<String>> served = new HashMap<>();
        for (Event event : EVENTS) {
            if (event instanceof Event.Published published) {
                contents.put(published.content().getId(), published.content());
                assertThat(published.content().getCreatedAt()).isBeforeOrEqualTo(published.at());
            } else if (event instanceof Event.Shown shown) {
                Set<String> places = new HashSet<>();
                Set<String> different = new HashSet<>();
                for (ServedItem item : shown.served().getItems()) {
                    assertThat(contents).containsKey(item.getContentId());
                    assertThat(contents.get(item.getContentId()).getAuthorId()).isEqualTo(item.getAuthorId());
                    places.add(item.getContentId() + " " + item.getPosition());
                    different.add(item.getContentId());
                }
                assertThat(different).hasSameSizeAs(shown.served().getItems());
                served.put(shown.served().getFeedId(), places);
            } else if (event instanceof Event.Did did) {
                Engagement engagement = did.engagement();
                assertThat(served.get(engagement.getFeedId()))
                        .contains(engagement.getContentId() + " " + engagement.getPosition());
                Served page = PAGE.get(engagement.getFeedId());
                assertThat(page.getViewerId()).isEqualTo(engagement.getViewerId());
                assertThat(page.getSessionId()).isEqualTo(engagement.getSessionId());
                assertThat(engagement.getAt())
                        .isAfterOrEqualTo(page.getAt())
                        .isBeforeOrEqualTo(engagement.getReceivedAt());
            }
        }
    }

    @Test
    void only_items_are_bought_at_their_price_and_only_what_was_bought_is_given_back() {
        Map<String, Engagement> orders = new HashMap<>();
        int refunds = 0;
        for (Engagement engagement : ENGAGEMENTS) {
            if (engagement.getAction() == Action.PURCHASE) {
                Work work = POPULATION.content(engagement.getContentId());
                assertThat(work.kind()).isEqualTo(ContentKind.SHOP_ITEM);
                assertThat(engagement.getAmountMinor()).isEqualTo(work.priceMinor());
                assertThat(engagement.getCurrency()).isEqualTo("CNY");
                assertThat(orders.put(engagement.getOrderId(), engagement)).isNull();
            } else if (engagement.getAction() == Action.REFUND) {
                Engagement order = orders.get(engagement.getOrderId());
                assertThat(order.getContentId()).isEqualTo(engagement.getContentId());
                assertThat(order.getAmountMinor()).isEqualTo(engagement.getAmountMinor());
                refunds++;
            } else {
                assertThat(engagement.getAmountMinor()).isNull();
            }
        }
        assertThat(orders.size()).isGreaterThan(50);
        assertThat(refunds).isPositive().isLessThan(orders.size() / 5);
    }

    @Test
    void a_sold_out_item_is_published_again_with_a_later_version() {
        Map<String, Long> versions = new HashMap<>();
        for (Event event : EVENTS) {
            if (event instanceof Event.Published published) {
                long version = published.content().getVersion();
                assertThat(version)
                        .isEqualTo(versions.getOrDefault(published.content().getId(), 0L) + 1);
                versions.put(published.content().getId(), version);
            }
        }
        assertThat(versions).hasSize(POPULATION.contents().size());
    }

    @Test
    void views_follow_from_what_was_watched_as_the_server_derives_them() {
        Map<String, Set<Action>> byPlace = new HashMap<>();
        ENGAGEMENTS.forEach(it -> byPlace.computeIfAbsent(it.getFeedId() + it.getContentId(), any -> new HashSet<>())
                .add(it.getAction()));
        for (Engagement engagement : ENGAGEMENTS) {
            if (engagement.getAction() == Action.WATCH) {
                long duration = POPULATION.content(engagement.getContentId()).durationMillis();
                long watched = engagement.getWatchedMillis();
                Set<Action> did = byPlace.get(engagement.getFeedId() + engagement.getContentId());
                assertThat(did.contains(Action.LONG_VIEW))
                        .isEqualTo(watched >= (duration == 0 ? 18_000 : Math.min(18_000, duration)));
                assertThat(did.contains(Action.FINISH)).isEqualTo(duration > 0 && watched >= duration);
                assertThat(did).contains(Action.SEEN);
            }
        }
    }

    @Test
    void relations_come_once_and_friends_are_friends_both_ways() {
        Map<String, Relation> relations = new HashMap<>();
        for (Event event : EVENTS) {
            if (event instanceof Event.Related related) {
                assertThat(relations.put(Keys.of(related.relation()), related.relation()))
                        .as(Keys.of(related.relation()))
                        .isNull();
            }
        }
        int friends = 0;
        for (Relation relation : relations.values()) {
            assertThat(relation.getProvenance()).isEqualTo(Provenance.GENERATED);
            if (relation.getKind() == RelationKind.FRIEND) {
                assertThat(relation.getFrom()).isNotEqualTo(relation.getTo());
                assertThat(relations).containsKey(relation.getTo() + "|FRIEND|" + relation.getFrom());
                friends++;
            }
        }
        assertThat(friends).isGreaterThan(POPULATION.viewers().size());
        long followed = ENGAGEMENTS.stream()
                .filter(engagement -> engagement.getAction() == Action.FOLLOW)
                .peek(engagement -> assertThat(relations)
                        .containsKey(engagement.getViewerId() + "|FOLLOW|"
                                + POPULATION.content(engagement.getContentId()).authorId()))
                .count();
        assertThat(followed).isPositive();
    }

    @Test
    void a_like_taken_back_names_a_like_that_came_before() {
        Set<String> likes = new HashSet<>();
        int takenBack = 0;
        for (Engagement engagement : ENGAGEMENTS) {
            if (engagement.getUndoes() != null) {
                assertThat(likes).contains(engagement.getUndoes());
                takenBack++;
            } else if (engagement.getAction() == Action.LIKE) {
                likes.add(engagement.getId());
            }
        }
        assertThat(takenBack).isPositive();
    }

    /** An independent reading of the pages: where each viewer stood, what was likely, and what came of it. */
    @Test
    void what_happened_is_what_was_likely_within_the_error_of_sampling() {
        Map<String, double[]> sums = new HashMap<>();
        Map<String, Set<Action>> did = new HashMap<>();
        for (Engagement engagement : ENGAGEMENTS) {
            if (engagement.getUndoes() == null) {
                did.computeIfAbsent(engagement.getFeedId() + engagement.getContentId(), any -> new HashSet<>())
                        .add(engagement.getAction());
            }
        }
        Map<String, List<Work>> sessions = new HashMap<>();
        Map<String, Set<String>> follows = new HashMap<>();
        for (Event event : EVENTS) {
            if (event instanceof Event.Related related
                    && related.relation().getKind() == RelationKind.FOLLOW
                    && related.at()
                            .isBefore(POPULATION.log(Policy.random(), 1, UNTIL).from())) {
                follows.computeIfAbsent(related.relation().getFrom(), any -> new HashSet<>())
                        .add(related.relation().getTo());
            } else if (event instanceof Event.Shown shown) {
                Served page = shown.served();
                List<Work> before = sessions.computeIfAbsent(page.getSessionId(), any -> new ArrayList<>());
                Set<String> followed = follows.computeIfAbsent(page.getViewerId(), any -> new HashSet<>());
                for (ServedItem item : page.getItems()) {
                    Work work = POPULATION.content(item.getContentId());
                    Situation situation = new Situation(
                            item.getPosition(),
                            before.size(),
                            (int) before.stream()
                                    .filter(it -> it.author() == work.author())
                                    .count(),
                            (int) before.subList(Math.max(0, before.size() - 10), before.size()).stream()
                                    .filter(it -> it.topic() == work.topic())
                                    .count());
                    before.add(work);
                    Set<Action> done = did.getOrDefault(page.getFeedId() + work.id(), Set.of());
                    for (Action action : Action.values()) {
                        if (action == Action.REFUND || action == Action.FOLLOW && followed.contains(work.authorId())) {
                            continue; // a refund may come after the end; nobody follows twice
                        }
                        double likely =
                                POPULATION.truth().probability(page.getViewerId(), work.id(), action, situation);
                        int happened = done.contains(action) ? 1 : 0;
                        add(sums, action + "", likely, happened);
                        add(sums, action + " of " + work.kind(), likely, happened);
                        add(sums, action + " at " + Math.min(3, item.getPosition() / 5), likely, happened);
                    }
                    if (done.contains(Action.FOLLOW)) {
                        followed.add(work.authorId());
                    }
                }
            }
        }
        assertThat(sums.get("SEEN")[1]).isGreaterThan(10_000);
        sums.forEach((what, sum) -> assertThat(Math.abs(sum[1] - sum[0]))
                .as("%s: expected %.1f, happened %.0f", what, sum[0], sum[1])
                .isLessThanOrEqualTo(SIGMAS * Math.sqrt(sum[2]) + 1));
    }

    private static void add(Map<String, double[]> sums, String what, double likely, int happened) {
        double[] sum = sums.computeIfAbsent(what, any -> new double[3]);
        sum[0] += likely;
        sum[1] += happened;
        sum[2] += likely * (1 - likely);
    }

    @Test
    void contents_are_seen_by_a_zipf_law_and_a_few_viewers_come_often() {
        Map<String, Integer> contents = new HashMap<>();
        Map<String, Integer> viewers = new HashMap<>();
        PAGE.values().forEach(page -> {
            viewers.merge(page.getViewerId(), 1, Integer::sum);
            page.getItems().forEach(item -> contents.merge(item.getContentId(), 1, Integer::sum));
        });
        assertThat(zipf(contents)).isBetween(-0.8, -0.5);
        List<Integer> pages =
                viewers.values().stream().sorted(Comparator.reverseOrder()).toList();
        double ofTheKeenest = pages.stream().limit(30).mapToInt(it -> it).sum() / (double) PAGES;
        assertThat(ofTheKeenest).as("share of the keenest tenth").isBetween(0.25, 0.6);
    }

    /** The slope of log count over log rank, from the tenth to the five hundredth. */
    private static double zipf(Map<String, Integer> counts) {
        List<Integer> sorted =
                counts.values().stream().sorted(Comparator.reverseOrder()).toList();
        double n = 0;
        double x = 0;
        double y = 0;
        double xx = 0;
        double xy = 0;
        for (int rank = 10; rank <= Math.min(500, sorted.size()); rank++) {
            double logRank = Math.log(rank);
            double logCount = Math.log(sorted.get(rank - 1));
            n++;
            x += logRank;
            y += logCount;
            xx += logRank * logRank;
            xy += logRank * logCount;
        }
        return (xy - x * y / n) / (xx - x * x / n);
    }

    @Test
    void a_city_sleeps_at_four_in_the_morning() {
        int night = 0;
        int evening = 0;
        for (Served page : PAGE.values()) {
            int hour = page.getAt().atZone(java.time.ZoneId.of(page.getZone())).getHour();
            night += hour == 4 ? 1 : 0;
            evening += hour == 21 ? 1 : 0;
        }
        assertThat(night).isLessThan(evening / 2);
    }

    @Test
    void only_what_goes_on_is_kept_in_memory() {
        PopulationLog.Writer writer = (PopulationLog.Writer)
                POPULATION.log(Policy.popularity(0.1), PAGES, UNTIL).iterator();
        long events = 0;
        while (writer.hasNext()) {
            writer.next();
            events++;
        }
        assertThat(events).isGreaterThan(100_000);
        assertThat(writer.mostPending()).isLessThan(2_000);
    }

    @Test
    void it_can_be_replayed() {
        List<Content> contents = new ArrayList<>();
        EVENTS.forEach(event -> {
            if (event instanceof Event.Published published) {
                contents.add(published.content());
            }
        });
        FeatureReplay replay = new FeatureReplay(FeatureSet.ALL, contents);
        int[] rows = new int[1];
        int pages = 0;
        for (Event event : EVENTS) {
            if (event instanceof Event.Shown shown) {
                replay.page(shown.served(), List.of(), pages++ < 500 ? row -> rows[0]++ : null);
            } else if (event instanceof Event.Did did) {
                replay.engagement(did.engagement());
            } else if (event instanceof Event.Related related) {
                replay.store().accept(related.relation());
            }
        }
        replay.finish();
        assertThat(rows[0]).isGreaterThan(4_000);
        Map<Action, Long> counts = new EnumMap<>(Action.class);
        String viewer = busiest();
        ENGAGEMENTS.stream()
                .filter(engagement -> engagement.getViewerId().equals(viewer))
                .forEach(engagement -> counts.merge(engagement.getAction(), 1L, Long::sum));
        for (Action action : List.of(Action.SEEN, Action.WATCH, Action.LONG_VIEW)) {
            assertThat(replay.store().viewer(viewer).counts().always(action))
                    .isEqualTo(counts.get(action).doubleValue());
        }
    }

    private static String busiest() {
        Map<String, Integer> pages = new HashMap<>();
        PAGE.values().forEach(page -> pages.merge(page.getViewerId(), 1, Integer::sum));
        return pages.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .orElseThrow()
                .getKey();
    }

    @Test
    void who_knows_the_truth_ranks_clearly_better_than_chance_and_popularity_lies_between() {
        double random = pleasure(Policy.random());
        double popular = pleasure(Policy.popularity(0.1));
        double oracle = pleasure(Policy.oracle());
        assertThat(popular).isGreaterThan(random + 0.05);
        assertThat(oracle).isGreaterThan(popular + 0.8);
    }

    /** The mean utility of what is shown. */
    private static double pleasure(Policy policy) {
        double sum = 0;
        int items = 0;
        for (Event event : POPULATION.log(policy, 1_500, UNTIL)) {
            if (event instanceof Event.Shown shown) {
                for (ServedItem item : shown.served().getItems()) {
                    sum += POPULATION.truth().utility(shown.served().getViewerId(), item.getContentId());
                    items++;
                }
            }
        }
        return sum / items;
    }

    /** Not the truth but counts per viewer and topic, from one half of a log, order the other half better than chance. */
    @Test
    void what_was_watched_tells_what_will_be_liked() {
        Map<String, double[]> watched = new HashMap<>();
        Map<String, Served> pages = new HashMap<>();
        double after = 0;
        int afters = 0;
        double all = 0;
        int alls = 0;
        Instant half = POPULATION.log(Policy.random(), 1, UNTIL).from().plusSeconds(86_400L * 3 / 2);
        for (Event event : POPULATION.log(Policy.random(), 10_000, UNTIL)) {
            if (event instanceof Event.Shown shown) {
                pages.put(shown.served().getFeedId(), shown.served());
            } else if (event instanceof Event.Did did
                    && did.engagement().getAction() == Action.LONG_VIEW
                    && event.at().isBefore(half)) {
                Work work = POPULATION.content(did.engagement().getContentId());
                watched.computeIfAbsent(did.engagement().getViewerId() + work.topic(), any -> new double[1])[0]++;
            }
        }
        for (Served page : pages.values()) {
            if (page.getAt().isAfter(half)) {
                for (ServedItem item : page.getItems()) {
                    double utility = POPULATION.truth().utility(page.getViewerId(), item.getContentId());
                    Work work = POPULATION.content(item.getContentId());
                    double[] seen = watched.get(page.getViewerId() + work.topic());
                    all += utility;
                    alls++;
                    if (seen != null && seen[0] >= 3) {
                        after += utility;
                        afters++;
                    }
                }
            }
        }
        assertThat(afters).isGreaterThan(500);
        assertThat(after / afters).isGreaterThan(all / alls + 0.3);
    }
}
