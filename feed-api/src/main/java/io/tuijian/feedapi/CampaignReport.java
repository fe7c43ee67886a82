package io.tuijian.feedapi;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.tuijian.features.reach.Cell;
import io.tuijian.features.reach.Overlap;
import io.tuijian.features.reach.Reach;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Content;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a campaign brought, as clients see it; what is not known is left out. All of it follows from sums over the
 * documents of reach.
 *
 * @param withdrawn contents that are no longer the owner's, and not counted
 * @param frequency how often a viewer saw something of it, on average
 * @param ownedReach of {@code total}, what came through those who follow the authors, and at the authors' own places
 * @param sharedReach through others: of {@code total}, what came by a shared link, and beyond it, what reposts reached
 * @param foundReach of {@code total}, the rest
 * @param allViewers different viewers of contents and reposts
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record CampaignReport(
        @JsonUnwrapped Campaign campaign,
        String ownerId,
        List<String> withdrawn,
        ReachFigures total,
        Double frequency,
        List<Day> series,
        Part ownedReach,
        Shared sharedReach,
        Part foundReach,
        long allViewers,
        List<Followers> followersByDay,
        List<Step> conversion,
        List<ContentSales> salesByContent,
        List<AuthorSales> salesByAuthor,
        List<One> perContent) {
    /** Where a content comes to a viewer because of who its author is to them. */
    static final Set<String> OWN_SOURCES = Set.of("followed-authors", "friends", "subscriptions");

    /** Where a viewer comes to the author. */
    static final Set<String> OWN_TOUCHPOINTS = Set.of("profile", "shop");

    /** Where a viewer comes because somebody sent them. */
    static final Set<String> SHARED_TOUCHPOINTS = Set.of("share");

    /** Of fewer viewers it is not said what they saw. */
    static final int FEWEST = 20;

    private static final List<Action> STEPS = List.of(Action.SEEN, Action.OPEN, Action.CART, Action.PURCHASE);
    private static final List<String> STEP_WORDS = List.of("seen", "opened", "cart", "bought");

    record Day(String at, @JsonUnwrapped ReachFigures figures) {}

    record Part(long seen, long engaged) {
        Part plus(Part other) {
            return new Part(seen + other.seen, engaged + other.engaged);
        }

        Part minus(Part other) {
            return new Part(Math.max(0, seen - other.seen), Math.max(0, engaged - other.engaged));
        }
    }

    /** Links and reposts together, and each. */
    record Shared(@JsonUnwrapped Part all, Part links, Carried reposts) {}

    /** @param contents how many reposts and quotes */
    record Carried(int contents, @JsonUnwrapped Part part, long uniqueViewers) {}

    /** @param fromContents follows made at contents of the campaign, less those taken back */
    record Followers(String at, long gained, long lost, long fromContents) {}

    /** @param ofPrevious null at the first, and after a count of 0 */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Step(String step, long count, Double ofPrevious) {}

    /** @param orders purchases */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Sales(
            String authorId,
            String authorName,
            long orders,
            long refunds,
            Map<String, Long> salesMinor,
            Map<String, Long> refundsMinor,
            Map<String, Long> commissionMinor) {
        static Sales of(Content content, Reach reach) {
            return new Sales(
                    content.getAuthorId(),
                    content.getAuthorName(),
                    reach.count(Action.PURCHASE),
                    reach.count(Action.REFUND),
                    reach.salesMinor(),
                    reach.refundsMinor(),
                    reach.commissionMinor());
        }
    }

    record ContentSales(String contentId, @JsonUnwrapped Sales sales) {}

    record AuthorSales(
            int contents,
            long seen,
            long uniqueViewers,
            @JsonUnwrapped Sales sales) {}

    /** One content; {@code continued} is null unless it is told. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record One(
            String contentId,
            String authorId,
            String authorName,
            String text,
            String kind,
            Continued continued,
            @JsonUnwrapped ReachFigures figures) {}

    /** How many viewers of a part also saw the next one. */
    record Continued(long viewers, long error, double share) {
        /** Null where those who did or did not are few, or too little is known. */
        static Continued of(Reach part, Reach next) {
            Overlap both = Overlap.of(part.viewers(), next.viewers());
            long all = part.viewers().count();
            if (both.viewers() < FEWEST || all - both.viewers() < FEWEST || both.error() >= both.viewers()) {
                return null;
            }
            return new Continued(both.viewers(), both.error(), (double) both.viewers() / all);
        }
    }

    /** What a report is made of.
     *
     * @param contents those that are counted, in order
     * @param reach of each, by content id
     * @param days of all together, by the epoch milliseconds at which they begin
     * @param growth followers of the authors together, by the same
     * @param reposts of all contents together
     */
    record Sums(
            List<Content> contents,
            Map<String, Reach> reach,
            Map<Long, Reach> days,
            Map<Long, Growth> growth,
            int repostCount,
            Reach reposts) {
        Reach of(Content content) {
            return reach.getOrDefault(content.getId(), Reach.NONE);
        }

        Reach total() {
            return sum(contents.stream().map(this::of));
        }
    }

    /** Followers won and lost. */
    record Growth(long gained, long lost) {
        Growth plus(Growth other) {
            return new Growth(gained + other.gained, lost + other.lost);
        }
    }

    static CampaignReport of(String ownerId, Campaign campaign, List<String> withdrawn, Sums sums) {
        Reach total = sums.total();
        ReachFigures figures = figures(total);
        ReachFigures reposted = figures(sums.reposts);
        Part carried = new Part(reposted.seen(), reposted.engaged());
        Part owned = at(total.sources(), OWN_SOURCES).plus(at(total.touchpoints(), OWN_TOUCHPOINTS));
        Part links = at(total.touchpoints(), SHARED_TOUCHPOINTS);
        return new CampaignReport(
                campaign,
                ownerId,
                withdrawn,
                figures,
                figures.uniqueViewers() == 0 ? null : (double) figures.seen() / figures.uniqueViewers(),
                series(sums),
                owned,
                new Shared(
                        links.plus(carried), links, new Carried(sums.repostCount, carried, reposted.uniqueViewers())),
                new Part(total.seen(), total.engaged()).minus(owned).minus(links),
                Math.min(
                        total.seen() + sums.reposts.seen(),
                        total.viewers().plus(sums.reposts.viewers()).count()),
                followers(sums),
                conversion(total),
                salesByContent(sums),
                salesByAuthor(sums),
                perContent(campaign, sums));
    }

    private static Part at(Map<String, Cell> cells, Set<String> keys) {
        return keys.stream()
                .map(key -> cells.getOrDefault(key, Cell.NONE))
                .map(cell -> new Part(cell.seen(), cell.engaged()))
                .reduce(new Part(0, 0), Part::plus);
    }

    private static ReachFigures figures(Reach reach) {
        return ReachFigures.of(reach, null, false);
    }

    private static Reach sum(Stream<Reach> all) {
        Reach.Sum sum = new Reach.Sum();
        all.forEach(sum::add);
        return sum.reach();
    }

    private static String begin(long millis) {
        return Instant.ofEpochMilli(millis).toString();
    }

    private static List<Day> series(Sums sums) {
        return sums.days.entrySet().stream()
                .map(day -> new Day(begin(day.getKey()), figures(day.getValue())))
                .toList();
    }

    private static List<Followers> followers(Sums sums) {
        return Stream.concat(sums.days.keySet().stream(), sums.growth.keySet().stream())
                .distinct()
                .sorted()
                .map(day -> {
                    Growth growth = sums.growth.getOrDefault(day, new Growth(0, 0));
                    long fromContents = sums.days.getOrDefault(day, Reach.NONE).count(Action.FOLLOW);
                    return new Followers(begin(day), growth.gained, growth.lost, fromContents);
                })
                .filter(day -> day.gained != 0 || day.lost != 0 || day.fromContents != 0)
                .toList();
    }

    private static List<Step> conversion(Reach total) {
        List<Step> steps = new ArrayList<>();
        long previous = 0;
        for (int i = 0; i < STEPS.size(); i++) {
            long count = total.count(STEPS.get(i));
            steps.add(new Step(STEP_WORDS.get(i), count, previous == 0 ? null : (double) count / previous));
            previous = count;
        }
        return steps;
    }

    private static List<ContentSales> salesByContent(Sums sums) {
        return sums.contents.stream()
                .map(content -> new ContentSales(content.getId(), Sales.of(content, sums.of(content))))
                .filter(one -> one.sales.orders != 0 || one.sales.refunds != 0)
                .sorted(Comparator.comparingLong((ContentSales one) -> -one.sales.orders))
                .toList();
    }

    private static List<AuthorSales> salesByAuthor(Sums sums) {
        Map<String, List<Content>> authors = new LinkedHashMap<>();
        sums.contents.forEach(content -> authors.computeIfAbsent(content.getAuthorId(), id -> new ArrayList<>())
                .add(content));
        return authors.values().stream()
                .map(contents -> {
                    Reach reach = sum(contents.stream().map(sums::of));
                    return new AuthorSales(
                            contents.size(),
                            reach.seen(),
                            figures(reach).uniqueViewers(),
                            Sales.of(contents.get(0), reach));
                })
                .sorted(Comparator.comparingLong((AuthorSales one) -> -one.sales.orders)
                        .thenComparingLong(one -> -one.seen))
                .toList();
    }

    private static List<One> perContent(Campaign campaign, Sums sums) {
        List<One> all = new ArrayList<>();
        for (int i = 0; i < sums.contents.size(); i++) {
            Content content = sums.contents.get(i);
            Reach reach = sums.of(content);
            boolean hasNext = campaign.ordered() && i + 1 < sums.contents.size();
            all.add(new One(
                    content.getId(),
                    content.getAuthorId(),
                    content.getAuthorName(),
                    content.getText(),
                    content.getKind().name(),
                    hasNext ? Continued.of(reach, sums.of(sums.contents.get(i + 1))) : null,
                    figures(reach)));
        }
        return all;
    }
}
