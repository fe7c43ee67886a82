package io.tuijian.launcher.bench;

import io.tuijian.features.FeatureReplay;
import io.tuijian.features.FeatureSet;
import io.tuijian.launcher.Failure;
import io.tuijian.launcher.population.Audience;
import io.tuijian.launcher.population.Audience.Coming;
import io.tuijian.launcher.population.Event;
import io.tuijian.launcher.population.Policy;
import io.tuijian.launcher.population.Population;
import io.tuijian.launcher.population.PopulationSize;
import io.tuijian.launcher.population.Viewer;
import io.tuijian.launcher.population.Visit;
import io.tuijian.launcher.population.Work;
import io.tuijian.models.EngagementModel;
import io.tuijian.models.Progress;
import io.tuijian.models.Settings;
import io.tuijian.models.TrainingSet;
import io.tuijian.models.dl4j.Trainer;
import io.tuijian.models.dl4j.TwoTowerTrainer;
import io.tuijian.models.retrieval.EngagementLog;
import io.tuijian.models.retrieval.Retrieval;
import io.tuijian.models.retrieval.RetrievalSettings;
import io.tuijian.models.scoring.FastScorer;
import io.tuijian.ranking.Share;
import io.tuijian.ranking.Tuning;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Engagement;
import io.tuijian.schemas.Served;
import io.tuijian.schemas.VectorField;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * One seed of {@code bench quality}: a population, days of a log under popularity with chance, the models trained on it,
 * and then days of the same sessions under each order, each in a world of its own.
 */
final class QualityTrial {
    static final Instant UNTIL = Instant.parse("2026-01-01T00:00:00Z");
    private static final double CHANCE = 0.3;
    private static final Duration HALF_LIFE = Duration.ofDays(1);
    private static final RetrievalSettings RETRIEVAL =
            new RetrievalSettings(17, 32, 50, 512, 1_024, .003, .2, .2, 0, .1, false, 3);
    private static final Settings SETTINGS = Settings.USUAL;
    private static final int PAGES_BEFORE = 5;
    private static final int PAGES_AFTER = 15;
    private static final int BEFORE_NUMBERS = 1_000_000;
    private static final int AFTER_NUMBERS = 2_000_000;

    private final Size size;
    private final long seed;
    final Population population;
    final Audience audience;
    final Instant from;
    private final Map<String, Integer> numbers = new HashMap<>();
    private final List<Event> known = new ArrayList<>();
    private final List<Event> log = new ArrayList<>();

    /**
     * How large a trial is.
     *
     * @param viewers who are shown every order
     * @param logViewers who are in the log, those among them
     * @param logged sessions per viewer of the log, on which the models are trained
     * @param sessions per viewer under each order
     * @param turned how many viewers change their taste in the end
     */
    record Size(
            int viewers, int contents, int days, int sessions, int turned, int logViewers, int logDays, int logged) {}

    QualityTrial(Size size, long seed) {
        this.size = size;
        this.seed = seed;
        int authors = Math.max(10, size.contents / 20);
        population = Population.of(
                seed, new PopulationSize(size.logViewers, authors, size.contents, size.logDays + size.days));
        audience = new Audience(population, UNTIL);
        from = UNTIL.minus(Duration.ofDays(size.days));
        population.contents().forEach(work -> numbers.put(work.id(), work.index()));
    }

    /** All figures by name. */
    Map<String, Double> figures(Tuning tuning) {
        writeLog();
        Set<String> small = smallAuthors();
        Map<String, Double> figures = new LinkedHashMap<>();
        List<Coming> sessions = audience.sessions(from, UNTIL, size.logViewers * size.sessions).stream()
                .filter(coming -> isMeasured(coming.viewer()))
                .toList();
        RankedFeed feed = feed(ranker(), retrieval(), tuning);
        figures.putAll(received("feed", sessions, feed, feed, reception(small)));
        figures.put("feed.kept_new_content", feed.kept(Share.NEW_CONTENT));
        figures.put("feed.kept_small_author", feed.kept(Share.SMALL_AUTHOR));
        orders().forEach((name, order) -> {
            warm(order);
            figures.putAll(received(name, sessions, order, order, reception(small)));
        });
        figures.putAll(turn(feed));
        return figures;
    }

    /** Viewers differ by chance alone, so the first are as good as any. */
    private boolean isMeasured(Viewer viewer) {
        return viewer.index() < size.viewers;
    }

    Reception reception(Set<String> smallAuthors) {
        BitSet small = new BitSet();
        long[] publishedAt = new long[population.contents().size()];
        for (Work work : population.contents()) {
            small.set(work.index(), smallAuthors.contains(work.authorId()));
            publishedAt[work.index()] = UNTIL.toEpochMilli() - work.ageMillis();
        }
        return new Reception(numbers, publishedAt, small);
    }

    void warm(PlainOrder order) {
        known.forEach(order);
        log.forEach(order);
    }

    Map<String, Double> received(
            String name, List<Coming> sessions, Policy order, Consumer<Event> told, Reception reception) {
        audience.watch(sessions, from, order, told.andThen(reception));
        Map<String, Double> figures = new LinkedHashMap<>();
        reception.figures().forEach((figure, value) -> figures.put(name + "." + figure, value));
        return figures;
    }

    Map<String, PlainOrder> orders() {
        int contents = population.contents().size();
        Map<String, PlainOrder.Scores> scores = new LinkedHashMap<>();
        scores.put("popularity", PlainOrder.popular(contents, HALF_LIFE, from.toEpochMilli()));
        scores.put("rewarding", PlainOrder.rewarding(contents));
        scores.put("chronological", PlainOrder.newest(contents));
        scores.put("random", PlainOrder.shuffled(contents));
        scores.put("informed", PlainOrder.informed(contents));
        scores.put("oracle", PlainOrder.oracle(contents));
        Map<String, PlainOrder> orders = new LinkedHashMap<>();
        scores.forEach((name, score) -> orders.put(name, new PlainOrder(name, population.contents(), numbers, score)));
        return orders;
    }

    void writeLog() {
        Instant began = from.minus(Duration.ofDays(size.logDays));
        audience.before(began, known::add);
        List<Coming> sessions = audience.sessions(began, from, size.logViewers * size.logged);
        List<Coming> inTime = sessions.stream()
                .filter(coming ->
                        coming.atMillis() < from.minus(Duration.ofHours(3)).toEpochMilli())
                .toList();
        audience.watch(inTime, began, Policy.popularity(CHANCE), log::add);
        for (int i = audience.publishedBefore(began) + published(log); i < audience.publishedBefore(from); i++) {
            log.add(audience.publication(i));
        }
    }

    private static int published(List<Event> events) {
        return (int) events.stream().filter(Event.Published.class::isInstance).count();
    }

    /** Half of the authors with contents: those whose contents were looked at least in the log. */
    Set<String> smallAuthors() {
        Map<String, Integer> sights = new HashMap<>();
        population.contents().forEach(work -> sights.put(work.authorId(), 0));
        for (Event event : log) {
            if (event instanceof Event.Did did && did.engagement().getAction() == Action.SEEN) {
                Work work =
                        population.contents().get(numbers.get(did.engagement().getContentId()));
                sights.merge(work.authorId(), 1, Integer::sum);
            }
        }
        List<String> fewest = new ArrayList<>(sights.keySet());
        fewest.sort(Comparator.<String>comparingInt(sights::get).thenComparing(Comparator.naturalOrder()));
        return new HashSet<>(fewest.subList(0, fewest.size() / 2));
    }

    /** The ranker, trained on all that was looked at in the log, as it was known when it was served. */
    FastScorer ranker() {
        FeatureReplay replay = new FeatureReplay(FeatureSet.ALL, List.of());
        TrainingSet.Collector collector = new TrainingSet.Collector(replay.store(), Instant.MAX, Integer.MAX_VALUE);
        replay(replay, row -> {
            if (row.labels().containsKey(Action.SEEN)) {
                collector.accept(row); // what nobody saw is no negative
            }
        });
        TrainingSet rows = collector.set();
        try {
            return new FastScorer(
                    "quality-" + seed,
                    Trainer.train(rows, SETTINGS.withSeed(seed), Progress.UNHEARD)
                            .weights());
        } catch (IllegalArgumentException e) {
            throw new Failure("A log of " + rows.size() + " impressions is too small; give more --viewers.", e);
        }
    }

    private void replay(FeatureReplay replay, Consumer<FeatureReplay.Row> rows) {
        Map<String, List<Engagement>> byItem = new HashMap<>();
        for (Event event : log) {
            if (event instanceof Event.Did did) {
                byItem.computeIfAbsent(
                                item(
                                        did.engagement().getFeedId(),
                                        did.engagement().getPosition()),
                                any -> new ArrayList<>())
                        .add(did.engagement());
            }
        }
        Consumer<Event> each = event -> {
            if (event instanceof Event.Published published) {
                replay.store().accept(published.content());
            } else if (event instanceof Event.Related related) {
                replay.store().accept(related.relation());
            } else if (event instanceof Event.Shown shown) {
                Served page = shown.served();
                List<Engagement> own = page.getItems().stream()
                        .flatMap(item ->
                                byItem.getOrDefault(item(page.getFeedId(), item.getPosition()), List.of()).stream())
                        .toList();
                replay.page(page, own, rows);
            }
        };
        known.forEach(each);
        log.forEach(each);
    }

    private static String item(String feedId, int position) {
        return feedId + " " + position;
    }

    Retrieval retrieval() {
        EngagementLog telling = new EngagementLog(Integer.MAX_VALUE);
        for (List<Event> events : List.of(known, log)) {
            for (Event event : events) {
                if (event instanceof Event.Published published) {
                    telling.content(published.content());
                } else if (event instanceof Event.Did did) {
                    telling.engagement(did.engagement());
                }
            }
        }
        TwoTowerTrainer trainer = new TwoTowerTrainer(telling.cut().known(), RETRIEVAL.withSeed(seed));
        for (int round = 0; round < RETRIEVAL.rounds(); round++) {
            trainer.round(percent -> {});
        }
        return new Retrieval(trainer.model("quality-" + seed), VectorField.A);
    }

    /** The product's feed, to which the log is all that ever happened. */
    RankedFeed feed(EngagementModel ranker, Retrieval retrieval, Tuning tuning) {
        FeatureReplay replay = new FeatureReplay(FeatureSet.ALL, List.of());
        replay(replay, null);
        PublishedContents contents = new PublishedContents(replay.store(), retrieval);
        RankedFeed feed = new RankedFeed(replay, contents, ranker, Optional.of(retrieval), tuning);
        for (List<Event> events : List.of(known, log)) {
            events.stream().filter(Event.Published.class::isInstance).forEach(feed);
        }
        return feed;
    }

    /** Viewers with a long history turn to other topics: how soon does the feed follow? */
    Map<String, Double> turn(RankedFeed feed) {
        List<Viewer> regulars = population.viewers().stream()
                .filter(this::isMeasured)
                .sorted(Comparator.comparingInt((Viewer viewer) -> -feed.engagements(viewer.id()))
                        .thenComparing(Viewer::index))
                .limit(size.turned)
                .toList();
        Map<Integer, double[]> before = new HashMap<>();
        Map<Integer, double[]> after = new HashMap<>();
        Map<Integer, double[]> chance = new HashMap<>();
        List<Coming> comings = new ArrayList<>();
        long begins = UNTIL.plus(Duration.ofHours(3)).toEpochMilli();
        long turns = UNTIL.plus(Duration.ofHours(9)).toEpochMilli();
        Map<Integer, Viewer> turned = new HashMap<>();
        for (Viewer viewer : regulars) {
            turned.put(viewer.index(), audience.turned(viewer));
            comings.add(new Coming(viewer, BEFORE_NUMBERS, begins, PAGES_BEFORE));
            comings.add(new Coming(turned.get(viewer.index()), AFTER_NUMBERS, turns, PAGES_AFTER));
        }
        Policy told = new Policy() {
            @Override
            public int[] page(Visit visit, int count) {
                int[] chosen = feed.page(visit, count);
                Viewer old = population.viewers().get(visit.viewer());
                Viewer now = turned.get(visit.viewer());
                int page = visit.depth() / Audience.PAGE;
                if (visit.atMillis() < turns) {
                    put(before, visit.viewer(), PAGES_BEFORE, page, favourites(old, chosen));
                    put(chance, visit.viewer(), PAGES_BEFORE, page, favourites(now, chosen));
                } else {
                    put(after, visit.viewer(), PAGES_AFTER, page, favourites(now, chosen));
                }
                return chosen;
            }

            @Override
            public String source() {
                return feed.source();
            }
        };
        audience.watch(comings, UNTIL, told, feed);
        Map<String, Double> figures = new LinkedHashMap<>();
        List<Double> pages = new ArrayList<>();
        regulars.forEach(
                viewer -> pages.add(followed(after.get(viewer.index()), mean(before.get(viewer.index())) / 2)));
        figures.put("flip_pages", median(pages));
        figures.put("flip_within_3", pages.stream().filter(page -> page <= 3).count() / (double) pages.size());
        figures.put(
                "flip_never", pages.stream().filter(page -> page > PAGES_AFTER).count() / (double) pages.size());
        figures.put("flip_viewers", (double) pages.size());
        figures.put(
                "flip_share_before",
                mean(chance.values().stream().flatMapToDouble(Arrays::stream).toArray()));
        figures.put(
                "flip_share_converged",
                mean(before.values().stream().flatMapToDouble(Arrays::stream).toArray()));
        for (int page : new int[] {1, 2, 3, 5, 10, 15}) {
            figures.put(
                    "flip_share_page_" + page,
                    mean(after.values().stream()
                            .mapToDouble(shares -> shares[page - 1])
                            .toArray()));
        }
        return figures;
    }

    private static void put(Map<Integer, double[]> shares, int viewer, int pages, int page, double share) {
        shares.computeIfAbsent(viewer, any -> new double[pages])[page] = share;
    }

    /** The share of a page that is of topics this viewer likes. */
    private double favourites(Viewer viewer, int[] page) {
        int liked = 0;
        for (int content : page) {
            Work work = population.contents().get(content);
            boolean likes = false;
            for (int i = 0; i < viewer.topics().length; i++) {
                boolean about = viewer.topics()[i] == work.topic() || viewer.topics()[i] == work.otherTopic();
                likes |= about && viewer.opinions()[i] > 0;
            }
            liked += likes ? 1 : 0;
        }
        return page.length == 0 ? 0 : (double) liked / page.length;
    }

    /** The first page, from 1, with a greater share; one more than there are if none has. */
    private static double followed(double[] shares, double above) {
        for (int page = 0; page < shares.length; page++) {
            if (shares[page] > above) {
                return page + 1;
            }
        }
        return shares.length + 1;
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElse(Double.NaN);
    }

    private static double median(List<Double> values) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length == 0
                ? Double.NaN
                : sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
