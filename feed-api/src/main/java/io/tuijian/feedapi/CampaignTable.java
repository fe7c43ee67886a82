package io.tuijian.feedapi;

import io.tuijian.schemas.Action;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The report of a campaign as a table. Amounts stand in a column for each currency, so that every row has the same columns. */
final class CampaignTable {
    private static final List<String> REACH = List.of("served", "seen", "engaged", "unique_viewers", "watched_millis");

    private CampaignTable() {}

    /** What a row is. */
    enum By {
        CONTENT,
        AUTHOR,
        DAY;

        static By named(String word) {
            return word == null
                    ? CONTENT
                    : Arrays.stream(values())
                            .filter(by -> by.word().equals(word))
                            .findFirst()
                            .orElseThrow(() -> Problem.malformed("by must be one of "
                                    + Arrays.stream(values()).map(By::word).collect(Collectors.joining(", ")) + "."));
        }

        private String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static String of(CampaignReport report, By by) {
        Set<String> currencies = new TreeSet<>(report.total().salesMinor().keySet());
        currencies.addAll(report.total().refundsMinor().keySet());
        currencies.addAll(report.total().commissionMinor().keySet());
        return switch (by) {
            case CONTENT -> contents(report, currencies);
            case AUTHOR -> authors(report, currencies);
            case DAY -> days(report, currencies);
        };
    }

    private static String contents(CampaignReport report, Set<String> currencies) {
        Csv table = new Csv(header(
                List.of("content", "author", "author_name", "kind", "text"),
                REACH,
                List.of("opened", "cart", "bought", "refunded", "follows", "also_saw_next", "also_saw_next_error"),
                money(currencies)));
        for (CampaignReport.One one : report.perContent()) {
            CampaignReport.Continued continued = one.continued();
            List<Object> row = new ArrayList<>(
                    Arrays.asList(one.contentId(), one.authorId(), one.authorName(), one.kind(), one.text()));
            row.addAll(reach(one.figures()));
            row.addAll(actions(one.figures(), Action.OPEN, Action.CART, Action.PURCHASE, Action.REFUND, Action.FOLLOW));
            row.add(continued == null ? null : continued.viewers());
            row.add(continued == null ? null : continued.error());
            row.addAll(money(
                    one.figures().salesMinor(),
                    one.figures().refundsMinor(),
                    one.figures().commissionMinor(),
                    currencies));
            table.row(row);
        }
        return table.toString();
    }

    private static String authors(CampaignReport report, Set<String> currencies) {
        Csv table = new Csv(header(
                List.of("author", "author_name", "contents", "seen", "unique_viewers", "bought", "refunded"),
                money(currencies)));
        for (CampaignReport.AuthorSales one : report.salesByAuthor()) {
            CampaignReport.Sales sales = one.sales();
            List<Object> row = new ArrayList<>(Arrays.asList(
                    sales.authorId(),
                    sales.authorName(),
                    one.contents(),
                    one.seen(),
                    one.uniqueViewers(),
                    sales.orders(),
                    sales.refunds()));
            row.addAll(money(sales.salesMinor(), sales.refundsMinor(), sales.commissionMinor(), currencies));
            table.row(row);
        }
        return table.toString();
    }

    private static String days(CampaignReport report, Set<String> currencies) {
        Map<String, CampaignReport.Followers> followers =
                report.followersByDay().stream().collect(Collectors.toMap(CampaignReport.Followers::at, day -> day));
        Map<String, ReachFigures> days =
                report.series().stream().collect(Collectors.toMap(CampaignReport.Day::at, CampaignReport.Day::figures));
        Csv table = new Csv(header(
                List.of("day"),
                REACH,
                List.of("opened", "cart", "bought", "refunded"),
                List.of("followers_gained", "followers_lost", "follows"),
                money(currencies)));
        for (String day : new TreeSet<>(Stream.concat(days.keySet().stream(), followers.keySet().stream())
                .toList())) {
            ReachFigures figures = days.getOrDefault(day, ReachFigures.NONE);
            CampaignReport.Followers growth = followers.getOrDefault(day, new CampaignReport.Followers(day, 0, 0, 0));
            List<Object> row = new ArrayList<>(List.of(day));
            row.addAll(reach(figures));
            row.addAll(actions(figures, Action.OPEN, Action.CART, Action.PURCHASE, Action.REFUND));
            row.addAll(List.of(growth.gained(), growth.lost(), growth.fromContents()));
            row.addAll(money(figures.salesMinor(), figures.refundsMinor(), figures.commissionMinor(), currencies));
            table.row(row);
        }
        return table.toString();
    }

    @SafeVarargs
    private static List<String> header(List<String>... parts) {
        return Stream.of(parts).flatMap(List::stream).toList();
    }

    private static List<Object> reach(ReachFigures figures) {
        return List.of(
                figures.served(), figures.seen(), figures.engaged(), figures.uniqueViewers(), figures.watchedMillis());
    }

    private static List<Object> actions(ReachFigures figures, Action... actions) {
        return Arrays.stream(actions)
                .map(action -> (Object) figures.actions().getOrDefault(action.name(), 0L))
                .toList();
    }

    private static List<String> money(Set<String> currencies) {
        return columns(
                currencies, currency -> List.of("sales_" + currency, "refunds_" + currency, "commission_" + currency));
    }

    private static List<Long> money(
            Map<String, Long> sales, Map<String, Long> refunds, Map<String, Long> commission, Set<String> currencies) {
        return columns(currencies, currency -> Stream.of(sales, refunds, commission)
                .map(amounts -> amounts.getOrDefault(currency, 0L))
                .toList());
    }

    private static <T> List<T> columns(Set<String> currencies, Function<String, List<T>> each) {
        return currencies.stream().map(each).flatMap(List::stream).toList();
    }
}
