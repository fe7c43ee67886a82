package io.tuijian.feedapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.tuijian.features.reach.Cell;
import io.tuijian.features.reach.Level;
import io.tuijian.features.reach.Reach;
import io.tuijian.features.reach.ReachDocument;
import io.tuijian.features.reach.Viewers;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Content;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CampaignReportTest {
    private static final long MONDAY = Instant.parse("2026-11-16T00:00:00Z").toEpochMilli();
    private static final long TUESDAY = MONDAY + Level.CONTENT_DAY.millis();
    private static final Map<Long, CampaignReport.Growth> NO_GROWTH = Map.of();

    private static final Content PART_1 = content("c1", "a-mei", "Mei");
    private static final Content PART_2 = content("c2", "a-mei", "Mei");
    private static final Content BY_BOB = content("c3", "a-bob", "Bob");

    private static Content content(String id, String authorId, String name) {
        return Content.newBuilder(FeedClient.video(id, authorId, "t1"))
                .setAuthorName(name)
                .build();
    }

    private static Campaign campaign(boolean ordered) {
        return new Campaign(
                "tea",
                "Tea",
                List.of("c1", "c2", "c3"),
                ordered,
                "2026-11-16T00:00:00Z",
                "2026-11-18T00:00:00Z",
                "2026-11-15T00:00:00Z");
    }

    /** Seen by viewers of these numbers, each once. */
    private static Reach seen(int from, int to) {
        return with(from, to, Map.of(), Map.of(), Map.of());
    }

    private static Reach did(Map<Action, Long> actions, Map<String, Long> sales) {
        return with(0, 0, actions, sales, Map.of());
    }

    private static Reach with(
            int from, int to, Map<Action, Long> actions, Map<String, Long> sales, Map<String, Cell> sources) {
        Viewers viewers =
                IntStream.range(from, to).mapToObj(i -> "v" + i).reduce(Viewers.NONE, Viewers::plus, Viewers::plus);
        Reach none = Reach.NONE;
        return new Reach(
                to - from,
                to - from,
                actions,
                0,
                none.watches(),
                sales,
                Map.of(),
                Map.of(),
                viewers,
                0,
                0,
                0,
                Map.of(),
                sources,
                Map.of(),
                Map.of());
    }

    private static CampaignReport report(boolean ordered, Map<String, Reach> reach) {
        return CampaignReport.of(
                "a-mei",
                campaign(ordered),
                List.of(),
                new CampaignReport.Sums(List.of(PART_1, PART_2, BY_BOB), reach, Map.of(), NO_GROWTH, 0, Reach.NONE));
    }

    @Test
    void a_viewer_of_two_contents_is_one_viewer_who_saw_two() {
        CampaignReport report = report(false, Map.of("c1", seen(0, 40), "c2", seen(20, 60)));
        assertThat(report.total().seen()).isEqualTo(80);
        assertThat(report.total().uniqueViewers()).isEqualTo(60);
        assertThat(report.frequency()).isEqualTo(80.0 / 60);
        assertThat(report.perContent())
                .extracting(CampaignReport.One::contentId, one -> one.figures().uniqueViewers())
                .containsExactly(tuple("c1", 40L), tuple("c2", 40L), tuple("c3", 0L));
        assertThat(report(false, Map.of()).frequency()).isNull();
    }

    @Test
    void of_a_series_it_is_told_how_many_went_on_to_the_next_part() {
        Map<String, Reach> reach = Map.of("c1", seen(0, 60), "c2", seen(20, 100), "c3", seen(90, 120));
        assertThat(report(true, reach).perContent())
                .extracting(CampaignReport.One::continued)
                .containsExactly(new CampaignReport.Continued(40, 0, 40.0 / 60), null, null);
        assertThat(report(false, reach).perContent())
                .extracting(CampaignReport.One::continued)
                .containsOnlyNulls();
    }

    @Test
    void where_those_who_went_on_or_those_who_did_not_are_few_it_is_not_told() {
        for (int both = 0; both <= 60; both++) {
            CampaignReport.Continued told = CampaignReport.Continued.of(seen(0, 60), seen(60 - both, 120 - both));
            if (both < 20 || 60 - both < 20) {
                assertThat(told).as("%d of 60", both).isNull();
            } else {
                assertThat(told).isEqualTo(new CampaignReport.Continued(both, 0, both / 60.0));
            }
        }
    }

    @Test
    void each_step_is_compared_with_the_one_before() {
        Map<Action, Long> actions = Map.of(Action.OPEN, 20L, Action.PURCHASE, 3L);
        CampaignReport report = report(false, Map.of("c1", seen(0, 80), "c2", did(actions, Map.of())));
        assertThat(report.conversion())
                .containsExactly(
                        new CampaignReport.Step("seen", 80, null),
                        new CampaignReport.Step("opened", 20, .25),
                        new CampaignReport.Step("cart", 0, 0.0),
                        new CampaignReport.Step("bought", 3, null));
    }

    @Test
    void what_sold_stands_by_content_and_by_author_in_each_currency() {
        CampaignReport report = report(
                false,
                Map.of(
                        "c1",
                        did(Map.of(Action.PURCHASE, 1L), Map.of("CNY", 500L)),
                        "c2",
                        did(Map.of(Action.PURCHASE, 1L, Action.REFUND, 1L), Map.of("EUR", 70L)),
                        "c3",
                        did(Map.of(Action.PURCHASE, 5L), Map.of("CNY", 900L))));
        assertThat(report.salesByContent())
                .extracting(CampaignReport.ContentSales::contentId)
                .containsExactly("c3", "c1", "c2");
        assertThat(report.salesByAuthor())
                .extracting(
                        one -> one.sales().authorName(),
                        CampaignReport.AuthorSales::contents,
                        one -> one.sales().orders(),
                        one -> one.sales().refunds(),
                        one -> one.sales().salesMinor())
                .containsExactly(
                        tuple("Bob", 1, 5L, 0L, Map.of("CNY", 900L)),
                        tuple("Mei", 2, 2L, 1L, Map.of("CNY", 500L, "EUR", 70L)));
        assertThat(report(false, Map.of()).salesByContent()).isEmpty();
    }

    @Test
    void owned_shared_and_found_reach_are_told_apart() {
        Map<String, Cell> sources = Map.of(
                "followed-authors", new Cell(0, 10, 4, 0),
                "friends", new Cell(0, 5, 1, 0),
                "trending", new Cell(0, 30, 2, 0));
        Reach named = with(0, 50, Map.of(Action.LIKE, 7L), Map.of(), sources);
        CampaignReport report = CampaignReport.of(
                "a-mei",
                campaign(false),
                List.of("c9"),
                new CampaignReport.Sums(List.of(PART_1), Map.of("c1", named), Map.of(), NO_GROWTH, 2, seen(40, 70)));
        assertThat(report.withdrawn()).containsExactly("c9");
        assertThat(report.ownedReach()).isEqualTo(new CampaignReport.Part(15, 5));
        assertThat(report.foundReach()).isEqualTo(new CampaignReport.Part(35, 2));
        assertThat(report.sharedReach().reposts())
                .isEqualTo(new CampaignReport.Carried(2, new CampaignReport.Part(30, 0), 30));
        assertThat(report.total().seen()).as("without reposts").isEqualTo(50);
        assertThat(report.allViewers()).isEqualTo(70);
    }

    @Test
    void days_and_followers_stand_in_order_of_time() {
        CampaignSums sums = new CampaignSums();
        sums.add(document("c1", MONDAY, seen(0, 10)));
        sums.add(document("c2", MONDAY, did(Map.of(Action.FOLLOW, 2L), Map.of())));
        sums.add(document("c1", TUESDAY, seen(5, 15)));
        CampaignReport report = CampaignReport.of(
                "a-mei",
                campaign(false),
                List.of(),
                new CampaignReport.Sums(
                        List.of(PART_1, PART_2),
                        sums.contents(),
                        sums.days(),
                        Map.of(TUESDAY, new CampaignReport.Growth(3, 1)),
                        0,
                        Reach.NONE));
        assertThat(report.series())
                .extracting(CampaignReport.Day::at, day -> day.figures().uniqueViewers())
                .containsExactly(tuple("2026-11-16T00:00:00Z", 10L), tuple("2026-11-17T00:00:00Z", 10L));
        assertThat(report.total().uniqueViewers()).isEqualTo(15);
        assertThat(report.followersByDay())
                .containsExactly(
                        new CampaignReport.Followers("2026-11-16T00:00:00Z", 0, 0, 2),
                        new CampaignReport.Followers("2026-11-17T00:00:00Z", 3, 1, 0));
        assertThat(CampaignTable.of(report, CampaignTable.By.DAY))
                .isEqualTo("day,served,seen,engaged,unique_viewers,watched_millis,opened,cart,bought,refunded,"
                        + "followers_gained,followers_lost,follows\r\n"
                        + "2026-11-16T00:00:00Z,10,10,2,10,0,0,0,0,0,0,0,2\r\n"
                        + "2026-11-17T00:00:00Z,10,10,0,10,0,0,0,0,0,3,1,0\r\n");
    }

    private static ReachDocument document(String contentId, long at, Reach reach) {
        return CampaignsIT.document(Level.CONTENT_DAY, "a-mei", contentId, at, reach);
    }

    @Test
    void tables_have_a_column_for_each_currency_and_no_formula() {
        Content tricky =
                Content.newBuilder(PART_1).setText("=1+1, she \"said\"").build();
        CampaignReport report = CampaignReport.of(
                "a-mei",
                campaign(true),
                List.of(),
                new CampaignReport.Sums(
                        List.of(tricky, BY_BOB),
                        Map.of(
                                "c1",
                                seen(0, 60),
                                "c3",
                                with(30, 70, Map.of(Action.PURCHASE, 1L), Map.of("EUR", 7L), Map.of())),
                        Map.of(),
                        NO_GROWTH,
                        0,
                        Reach.NONE));
        assertThat(CampaignTable.of(report, CampaignTable.By.CONTENT).lines())
                .containsExactly(
                        "content,author,author_name,kind,text,served,seen,engaged,unique_viewers,watched_millis,"
                                + "opened,cart,bought,refunded,follows,also_saw_next,also_saw_next_error,"
                                + "sales_EUR,refunds_EUR,commission_EUR",
                        "c1,a-mei,Mei,SHORT_VIDEO,\"'=1+1, she \"\"said\"\"\",60,60,0,60,0,0,0,0,0,0,30,0,0,0,0",
                        "c3,a-bob,Bob,SHORT_VIDEO,what a-bob filmed: c3,40,40,1,40,0,0,0,1,0,0,,,7,0,0");
        assertThat(CampaignTable.of(report, CampaignTable.By.AUTHOR).lines())
                .containsExactly(
                        "author,author_name,contents,seen,unique_viewers,bought,refunded,"
                                + "sales_EUR,refunds_EUR,commission_EUR",
                        "a-bob,Bob,1,40,40,1,0,7,0,0",
                        "a-mei,Mei,1,60,60,0,0,0,0,0");
    }
}
