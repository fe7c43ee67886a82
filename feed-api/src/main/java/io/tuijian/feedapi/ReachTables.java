package io.tuijian.feedapi;

import io.tuijian.features.reach.Reach;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Content;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** Reach as tables for spreadsheets; what is not known is an empty cell. */
final class ReachTables {
    private static final List<String> NUMBERS = List.of(
            "served",
            "seen",
            "engaged",
            "uniqueViewers",
            "newViewers",
            "watchedMillis",
            "watch.p50Millis",
            "watch.p90Millis",
            "followersGained",
            "followersLost");
    private static final List<Action> ACTIONS = Arrays.stream(Action.values())
            .filter(action -> action != Action.SEEN && action != Action.UNKNOWN)
            .toList();

    /** A group of a step that begins at a moment. */
    record Row(long at, ReachAnswer.Group group) {}

    private ReachTables() {}

    static Csv series(List<ReachAnswer.Step> series) {
        Set<String> currencies =
                currencies(series.stream().map(ReachAnswer.Step::figures).toList());
        Csv csv = new Csv(header(List.of("at"), currencies));
        series.forEach(step -> csv.row(cells(List.of(step.at()), step.figures(), currencies)));
        return csv;
    }

    /** @param contents null for what is not known any more */
    static Csv contents(Map<Long, Map<String, Reach>> steps, Function<String, Content> contents) {
        List<List<Object>> keys = new ArrayList<>();
        List<ReachFigures> figures = new ArrayList<>();
        steps.forEach((at, step) -> step.forEach((id, reach) -> {
            Content content = contents.apply(id);
            keys.add(Arrays.asList(
                    Instant.ofEpochMilli(at),
                    id,
                    content == null ? null : content.getKind(),
                    content == null ? null : content.getText()));
            figures.add(ReachFigures.of(reach, null, false));
        }));
        Set<String> currencies = currencies(figures);
        Csv csv = new Csv(header(List.of("at", "contentId", "kind", "text"), currencies));
        for (int i = 0; i < keys.size(); i++) {
            csv.row(cells(keys.get(i), figures.get(i), currencies));
        }
        return csv;
    }

    static Csv groups(ReachQuestion.By by, List<Row> rows) {
        Csv csv = new Csv(
                by.isPersonal()
                        ? List.of("at", by.word(), "seen")
                        : List.of("at", by.word(), "served", "seen", "engaged", "bought"));
        for (Row row : rows) {
            ReachAnswer.Group group = row.group();
            Instant at = Instant.ofEpochMilli(row.at());
            csv.row(
                    by.isPersonal()
                            ? List.of(at, group.key(), group.seen())
                            : List.of(at, group.key(), group.served(), group.seen(), group.engaged(), group.bought()));
        }
        return csv;
    }

    private static Set<String> currencies(Collection<ReachFigures> all) {
        Set<String> currencies = new TreeSet<>();
        for (ReachFigures figures : all) {
            currencies.addAll(figures.salesMinor().keySet());
            currencies.addAll(figures.refundsMinor().keySet());
            currencies.addAll(figures.commissionMinor().keySet());
        }
        return currencies;
    }

    private static List<String> header(List<String> keys, Set<String> currencies) {
        List<String> header = new ArrayList<>(keys);
        header.addAll(NUMBERS);
        ACTIONS.forEach(action -> header.add(action.name()));
        for (String currency : currencies) {
            header.addAll(List.of("salesMinor." + currency, "refundsMinor." + currency, "commissionMinor." + currency));
        }
        return header;
    }

    private static List<Object> cells(List<?> keys, ReachFigures figures, Set<String> currencies) {
        ReachFigures.Watch watch = figures.watch();
        List<Object> cells = new ArrayList<>(keys);
        cells.addAll(Arrays.asList(
                figures.served(),
                figures.seen(),
                figures.engaged(),
                figures.uniqueViewers(),
                figures.newViewers(),
                figures.watchedMillis(),
                watch == null ? null : watch.p50Millis(),
                watch == null ? null : watch.p90Millis(),
                figures.followersGained(),
                figures.followersLost()));
        ACTIONS.forEach(action -> cells.add(figures.actions().getOrDefault(action.name(), 0L)));
        for (String currency : currencies) {
            cells.add(figures.salesMinor().getOrDefault(currency, 0L));
            cells.add(figures.refundsMinor().getOrDefault(currency, 0L));
            cells.add(figures.commissionMinor().getOrDefault(currency, 0L));
        }
        return cells;
    }
}
