package io.tuijian.feedapi;

import io.tuijian.features.reach.Cell;
import io.tuijian.features.reach.Estimate;
import io.tuijian.features.reach.Level;
import io.tuijian.features.reach.Reach;
import io.tuijian.features.reach.ReachDocument;
import io.tuijian.features.reach.Stage;
import io.tuijian.features.reach.Viewers;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.ContentKind;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Adds up what was reached: whole days from their documents, hours only at the edges of a range, so that 90 days of an author
 * are some hundred documents however many contents there are. Safe from many threads.
 */
final class ReachReports {
    /** How many contents are told of one by one. */
    static final int MOST_CONTENTS = 100;

    /** For so long after its end a day may still change much, and its viewers are not told of. */
    static final Duration SETTLES = Duration.ofHours(24);

    /** The rules of which feeds tell what they changed. */
    static final List<String> RULES = List.of("author-spread", "small-authors", "negative-feedback", "safety-labels");

    private final ReachIndex index;
    private final EligiblePages eligible;
    private final UniqueViewers unique = new UniqueViewers();
    private final AuthorContents contentsOf;
    private final Function<String, Content> contents;
    private final Words words;

    /** @param contents null for what is not known */
    ReachReports(ReachIndex index, AuthorContents contentsOf, Function<String, Content> contents, Words words) {
        this.index = index;
        this.eligible = new EligiblePages(index);
        this.contentsOf = contentsOf;
        this.contents = contents;
        this.words = words;
    }

    /** What an author reached. */
    ReachAnswer ofAuthor(String authorId, ReachQuestion question, Locale language) {
        return reading(() -> {
            Read read = read(ReachIndex.Whose.author(authorId), question);
            ReachIndex.Whose most =
                    question.by() == ReachQuestion.By.CONTENT ? mostSeen(authorId, whole(question)) : null;
            AudienceGroups.Told told = question.by().isPersonal() ? told(authorId, question, read.documents) : null;
            ReachCover days = settled(question);
            return new ReachAnswer(
                    authorId,
                    null,
                    question.from().toString(),
                    question.to().toString(),
                    question.granularity().word(),
                    read.total(),
                    read.previous,
                    read.series(),
                    most == null ? null : contents(most, whole(question)),
                    told != null ? told.groups() : groups(authorId, question, read),
                    told == null
                            ? null
                            : new ReachAnswer.Hidden(
                                    told.hiddenGroups(),
                                    told.hiddenSeen(),
                                    Instant.ofEpochMilli(days.from()).toString(),
                                    Instant.ofEpochMilli(days.to()).toString()),
                    read.funnel(contentsOf.of(authorId)),
                    split(read.sum, language));
        });
    }

    /** What one content reached. */
    ReachAnswer ofContent(Content content, ReachQuestion question, Locale language) {
        return reading(() -> {
            Read read = read(new ReachIndex.Whose(content.getAuthorId(), List.of(content.getId())), question);
            return new ReachAnswer(
                    content.getAuthorId(),
                    content.getId(),
                    question.from().toString(),
                    question.to().toString(),
                    question.granularity().word(),
                    read.total(),
                    read.previous,
                    read.series(),
                    null,
                    groups(content.getAuthorId(), question, read),
                    null,
                    read.funnel(List.of(content)),
                    split(read.sum, language));
        });
    }

    /** What authors reached on the day (UTC) of this moment, as it was written last. */
    Map<String, ReachFigures> today(Collection<String> authors, Instant now) throws IOException {
        Map<String, ReachFigures> figures = new HashMap<>();
        index.day(authors, Level.AUTHOR_DAY.beginOf(now.toEpochMilli()))
                .forEach((author, reach) -> figures.put(author, ReachFigures.of(reach, null, true)));
        return figures;
    }

    /** What an author reached as a table: a row a step, or a step and key. */
    Csv table(String authorId, ReachQuestion question) {
        return reading(() -> {
            Read read = read(ReachIndex.Whose.author(authorId), question);
            return switch (question.by()) {
                case NOTHING -> ReachTables.series(read.series());
                case CONTENT -> ReachTables.contents(byContent(mostSeen(authorId, read.cover), read), contents);
                case CITY, RELATION, VIEWERS ->
                    ReachTables.groups(
                            question.by(),
                            told(authorId, question, read.documents).shown().stream()
                                    .map(part -> new ReachTables.Row(
                                            part.at(), ReachAnswer.Group.seen(part.key(), part.seen())))
                                    .toList());
                case KIND -> {
                    List<ReachTables.Row> rows = new ArrayList<>();
                    byKind(authorId, read)
                            .forEach((step, kinds) -> kinds.forEach((kind, cell) ->
                                    rows.add(new ReachTables.Row(step, ReachAnswer.Group.of(kind, cell)))));
                    yield ReachTables.groups(question.by(), rows);
                }
                case SURFACE, SOURCE, TOUCHPOINT -> {
                    List<ReachTables.Row> rows = new ArrayList<>();
                    read.steps.forEach((step, reach) -> cells(reach, question.by())
                            .forEach((key, cell) ->
                                    rows.add(new ReachTables.Row(step, ReachAnswer.Group.of(key, cell)))));
                    yield ReachTables.groups(question.by(), rows);
                }
            };
        });
    }

    private interface Reading<T> {
        T read() throws IOException;
    }

    private static <T> T reading(Reading<T> reading) {
        try {
            return reading.read();
        } catch (IOException e) {
            throw Problem.unavailable("Reach cannot be read right now.");
        }
    }

    /** What was read to answer a question. */
    private record Read(
            ReachIndex.Whose whose,
            ReachQuestion question,
            ReachCover cover,
            List<ReachDocument> documents,
            Map<Long, Reach> steps,
            Reach sum,
            ReachFigures total,
            List<ReachAnswer.Step> series,
            ReachFigures previous,
            EligiblePages.Range pages) {

        List<ReachAnswer.Stage> funnel(Collection<Content> contents) {
            OptionalLong might = pages.of(contents);
            List<ReachAnswer.Stage> funnel = new ArrayList<>();
            funnel.add(new ReachAnswer.Stage(
                    "eligible", might.isPresent() ? (double) might.getAsLong() : null, 0, Map.of()));
            funnel.add(estimated("retrieved", Stage.RETRIEVED, Stage.RETRIEVED));
            funnel.add(estimated("removed", Stage.REMOVED, Stage.REMOVED));
            funnel.add(estimated("ranked", Stage.RANKED, Stage.OUTRANKED));
            Map<String, ReachAnswer.Part> served = new TreeMap<>();
            sum.sources().forEach((source, cell) -> served.put(source, new ReachAnswer.Part(cell.served(), 0)));
            funnel.add(new ReachAnswer.Stage("served", (double) sum.served(), 0, served));
            funnel.add(counted("seen", sum.seen()));
            funnel.add(counted("engaged", sum.engaged()));
            funnel.add(counted("followed", sum.count(Action.FOLLOW)));
            funnel.add(counted("bought", sum.count(Action.PURCHASE)));
            return funnel;
        }

        private ReachAnswer.Stage estimated(String name, Stage stage, Stage parts) {
            Map<String, ReachAnswer.Part> by = new TreeMap<>();
            sum.estimatesBy(parts)
                    .forEach((key, part) -> by.put(key, new ReachAnswer.Part(part.value(), part.error95())));
            Estimate all = sum.estimate(stage);
            return new ReachAnswer.Stage(name, all.value(), all.error95(), by);
        }

        private static ReachAnswer.Stage counted(String name, long count) {
            return new ReachAnswer.Stage(name, (double) count, 0, Map.of());
        }
    }

    private Read read(ReachIndex.Whose whose, ReachQuestion question) throws IOException {
        ReachCover cover = question.cover();
        List<ReachDocument> documents = index.reach(whose, cover);
        Map<Long, List<ReachDocument>> steps = new TreeMap<>();
        for (ReachDocument document : documents) {
            steps.computeIfAbsent(question.granularity().of(document.hour()), any -> new ArrayList<>())
                    .add(document);
        }
        Map<Long, Reach> reached = new TreeMap<>();
        steps.forEach((at, step) -> reached.put(at, sum(step)));
        Reach sum = sum(documents);
        return new Read(
                whose,
                question,
                cover,
                documents,
                reached,
                sum,
                figures(sum, whose, question, cover, documents),
                series(whose, question, cover, reached, steps),
                question.previous() ? previous(whose, question) : null,
                eligible.range(cover.from(), cover.to(), question.now()));
    }

    private List<ReachAnswer.Step> series(
            ReachIndex.Whose whose,
            ReachQuestion question,
            ReachCover cover,
            Map<Long, Reach> reached,
            Map<Long, List<ReachDocument>> documents) {
        List<ReachAnswer.Step> series = new ArrayList<>();
        reached.forEach((at, reach) -> {
            boolean isDay = question.granularity() == ReachQuestion.Granularity.DAY
                    && at >= cover.firstDay()
                    && at < cover.lastDay();
            ReachCover step = isDay
                    ? new ReachCover(at, at, at + ReachCover.DAY, at + ReachCover.DAY)
                    : new ReachCover(at, at, at, at + ReachCover.HOUR);
            series.add(new ReachAnswer.Step(
                    Instant.ofEpochMilli(at).toString(), figures(reach, whose, question, step, documents.get(at))));
        });
        return series;
    }

    private ReachFigures previous(ReachIndex.Whose whose, ReachQuestion question) throws IOException {
        ReachCover before = question.coverBefore();
        List<ReachDocument> documents = index.reach(whose, before);
        Reach sum = sum(documents);
        return figures(sum, whose, question, before, documents);
    }

    private Reach sum(List<ReachDocument> documents) {
        if (documents.size() == 1) {
            return documents.get(0).reach(); // its sketches need not be unpacked
        }
        Reach.Sum sum = new Reach.Sum();
        documents.forEach(document -> sum.add(withViewers(document.reach(), Viewers.NONE)));
        return withViewers(sum.reach(), unique.union(documents));
    }

    private static Reach withViewers(Reach reach, Viewers viewers) {
        return new Reach(
                reach.served(),
                reach.seen(),
                reach.actions(),
                reach.watchedMillis(),
                reach.watches(),
                reach.salesMinor(),
                reach.refundsMinor(),
                reach.commissionMinor(),
                viewers,
                reach.newViewers(),
                reach.followersGained(),
                reach.followersLost(),
                reach.surfaces(),
                reach.sources(),
                reach.touchpoints(),
                reach.estimates());
    }

    private ReachFigures figures(
            Reach sum,
            ReachIndex.Whose whose,
            ReachQuestion question,
            ReachCover cover,
            List<ReachDocument> documents) {
        boolean told = whose.isAuthor()
                && cover.isWithin(settled(question, cover))
                && documents.stream().allMatch(this::tellsNewViewers);
        long viewers = documents.size() == 1
                ? unique.count(documents.get(0))
                : sum.viewers().count();
        return ReachFigures.of(sum, viewers, told ? roundedNewViewers(documents) : null, whose.isAuthor());
    }

    /**
     * Each day's in whole smallest groups, so that neither a sum of days nor what is left of the unique viewers of a
     * range, which are exact while small, tells of fewer.
     */
    private static long roundedNewViewers(List<ReachDocument> days) {
        return days.stream()
                .mapToLong(day -> day.reach().newViewers() / AudienceTable.LEAST * AudienceTable.LEAST)
                .sum();
    }

    /** True if a day's viewers who are new are either none, all, or enough, and so are the others. */
    private boolean tellsNewViewers(ReachDocument day) {
        long some = day.reach().newViewers();
        long returning = unique.count(day) - some;
        return (some == 0 || some >= AudienceTable.LEAST) && (returning == 0 || returning >= AudienceTable.LEAST);
    }

    private static ReachCover settled(ReachQuestion question) {
        return ReachCover.settled(question.from(), question.to(), question.now(), SETTLES);
    }

    private static ReachCover settled(ReachQuestion question, ReachCover cover) {
        return ReachCover.settled(
                Instant.ofEpochMilli(cover.from()), Instant.ofEpochMilli(cover.to()), question.now(), SETTLES);
    }

    /** By days wherever they lie in the range, whatever the steps: totals of many contents need no hours. */
    private static ReachCover whole(ReachQuestion question) {
        return ReachCover.of(question.from(), question.to(), question.now());
    }

    private ReachIndex.Whose mostSeen(String authorId, ReachCover cover) throws IOException {
        return new ReachIndex.Whose(authorId, index.mostSeen(authorId, cover, MOST_CONTENTS));
    }

    private List<ReachAnswer.OfContent> contents(ReachIndex.Whose most, ReachCover cover) throws IOException {
        if (most.contentIds().isEmpty()) {
            return List.of();
        }
        Map<String, Reach.Sum> sums = new HashMap<>();
        index.reach(most, cover).forEach(document -> sums.computeIfAbsent(document.contentId(), any -> new Reach.Sum())
                .add(document.reach()));
        return sums.entrySet().stream()
                .map(one -> {
                    Content content = contents.apply(one.getKey());
                    return new ReachAnswer.OfContent(
                            one.getKey(),
                            content == null ? null : content.getText(),
                            content == null ? null : content.getKind().name(),
                            ReachFigures.of(one.getValue().reach(), null, false));
                })
                .sorted(Comparator.comparingLong(
                                (ReachAnswer.OfContent one) -> -one.figures().seen())
                        .thenComparing(ReachAnswer.OfContent::contentId))
                .toList();
    }

    private Map<Long, Map<String, Reach>> byContent(ReachIndex.Whose most, Read read) throws IOException {
        Map<Long, Map<String, Reach.Sum>> sums = new TreeMap<>();
        if (!most.contentIds().isEmpty()) {
            index.reach(most, read.cover).forEach(document -> sums.computeIfAbsent(
                            read.question.granularity().of(document.hour()), any -> new TreeMap<>())
                    .computeIfAbsent(document.contentId(), any -> new Reach.Sum())
                    .add(document.reach()));
        }
        Map<Long, Map<String, Reach>> steps = new TreeMap<>();
        sums.forEach((at, contents) -> {
            Map<String, Reach> step = new TreeMap<>();
            contents.forEach((id, sum) -> step.put(id, sum.reach()));
            steps.put(at, step);
        });
        return steps;
    }

    private AudienceGroups.Told told(String authorId, ReachQuestion question, List<ReachDocument> documents)
            throws IOException {
        ReachCover days = settled(question);
        if (!days.hasDays()) {
            return AudienceGroups.told(List.of(), question.by());
        }
        Map<Long, Long> seen = new HashMap<>();
        documents.forEach(document -> seen.merge(
                Level.AUTHOR_DAY.beginOf(document.hour()), document.reach().seen(), Long::sum));
        return AudienceGroups.told(
                index.audience(authorId, days).stream()
                        .map(document -> new AudienceGroups.Day(
                                document.hour(), seen.getOrDefault(document.hour(), 0L), document.audience()))
                        .toList(),
                question.by());
    }

    private List<ReachAnswer.Group> groups(String authorId, ReachQuestion question, Read read) throws IOException {
        Map<String, Cell> cells =
                switch (question.by()) {
                    case SURFACE, SOURCE, TOUCHPOINT -> cells(read.sum, question.by());
                    case KIND -> {
                        Map<String, Cell> kinds = new TreeMap<>();
                        byKind(authorId, read)
                                .values()
                                .forEach(step -> step.forEach((kind, cell) -> kinds.merge(kind, cell, Cell::plus)));
                        yield kinds;
                    }
                    case NOTHING, CONTENT, CITY, RELATION, VIEWERS -> null;
                };
        return cells == null
                ? null
                : cells.entrySet().stream()
                        .map(one -> ReachAnswer.Group.of(one.getKey(), one.getValue()))
                        .sorted(ReachAnswer.Group.MOST_SEEN_FIRST)
                        .toList();
    }

    private static Map<String, Cell> cells(Reach reach, ReachQuestion.By by) {
        return switch (by) {
            case SURFACE ->
                reach.surfaces().entrySet().stream()
                        .collect(Collectors.toMap(one -> Surfaces.word(one.getKey()), Map.Entry::getValue));
            case SOURCE -> reach.sources();
            case TOUCHPOINT -> reach.touchpoints();
            case NOTHING, CONTENT, KIND, CITY, RELATION, VIEWERS -> throw new IllegalArgumentException(by.word());
        };
    }

    private Map<Long, Map<String, Cell>> byKind(String authorId, Read read) throws IOException {
        Map<String, List<String>> kinds = contentsOf.of(authorId).stream()
                .collect(Collectors.groupingBy(
                        content -> content.getKind().name(), Collectors.mapping(Content::getId, Collectors.toList())));
        Map<Long, Map<String, Cell>> steps = new TreeMap<>();
        for (ReachIndex.Part part : index.byGroup(authorId, read.cover, kinds, ContentKind.UNKNOWN.name())) {
            steps.computeIfAbsent(read.question.granularity().of(part.at()), any -> new TreeMap<>())
                    .merge(
                            part.group(),
                            new Cell(part.served(), part.seen(), part.engaged(), part.bought()),
                            Cell::plus);
        }
        return steps;
    }

    private List<ReachAnswer.Split> split(Reach sum, Locale language) {
        Map<String, Estimate> rules = sum.estimatesBy(Stage.SPLIT);
        return RULES.stream()
                .map(rule -> {
                    Estimate estimate = rules.getOrDefault(rule, Estimate.NONE);
                    return new ReachAnswer.Split(
                            rule,
                            estimate.value(),
                            estimate.error95(),
                            words.split(rule, estimate.value(), estimate.error95(), language));
                })
                .toList();
    }
}
