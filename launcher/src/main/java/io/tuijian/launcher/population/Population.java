package io.tuijian.launcher.population;

import io.tuijian.schemas.ContentKind;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Seeded viewers with known tastes and habits, friends and cities, and authors with a niche, who publish. The same
 * seed and size give the same population in every process. Immutable; safe from many threads. What it is and what it
 * is not stands in POPULATION.md.
 */
public final class Population {
    static final long DAY = Duration.ofDays(1).toMillis();

    /** Contents from before a log begins are at most this much older. */
    static final int DAYS_BEFORE = 30;

    private static final double PUBLISHED_BEFORE = 0.6;
    private static final int TOPICS = 46;
    private static final double POPULARITY_EXPONENT = 0.7;
    private static final double FOLLOWERS_EXPONENT = 0.8;
    private static final double TOPIC_EXPONENT = 0.7;
    private static final double KOL_SHARE = 0.03;

    private final long seed;
    private final PopulationSize size;
    private final List<String> topics;
    private final List<Viewer> viewers;
    private final List<Author> authors;
    private final List<Work> contents;
    private final Ties ties;
    private final Urn popular;
    private final Urn active;

    private Population(long seed, PopulationSize size, List<String> topics) {
        this.seed = seed;
        this.size = size;
        this.topics = List.copyOf(topics);
        Urn topicUrn = new Urn(topics.size(), topic -> Math.pow(topic + 1, -TOPIC_EXPONENT));
        Author[] people = authors(topicUrn);
        Viewer[] crowd = viewers(topicUrn);
        Work[] works = works(people);
        this.authors = List.of(people);
        this.viewers = List.of(crowd);
        this.contents = List.of(works);
        this.ties = new Ties(seed, viewers, authors, topics.size());
        double[] weights = popularity(works, people);
        this.popular = new Urn(works.length, work -> weights[work]);
        this.active = new Urn(crowd.length, viewer -> crowd[viewer].activity());
    }

    /** A population with topics of its own, {@code t1} to {@code t46}. */
    public static Population of(long seed, PopulationSize size) {
        return of(
                seed,
                size,
                IntStream.rangeClosed(1, TOPICS).mapToObj(topic -> "t" + topic).toList());
    }

    /** A population with tastes over the topics of another world, the most popular first. */
    public static Population of(long seed, PopulationSize size, List<String> topics) {
        return new Population(seed, size, topics);
    }

    public List<Viewer> viewers() {
        return viewers;
    }

    /** The most followed first. */
    public List<Author> authors() {
        return authors;
    }

    /** In the order of publishing. */
    public List<Work> contents() {
        return contents;
    }

    /** Topic ids; viewers, authors and contents name topics by their index here. */
    public List<String> topics() {
        return topics;
    }

    public PopulationSize size() {
        return size;
    }

    /** What the product can only learn. */
    public Truth truth() {
        return new Truth(this);
    }

    /**
     * A log of exactly so many pages, of {@link PopulationSize#days} days up to a moment. Iterating twice gives the
     * same events.
     */
    public PopulationLog log(Policy policy, long pages, Instant until) {
        return new PopulationLog(this, policy, pages, until);
    }

    long seed() {
        return seed;
    }

    Ties ties() {
        return ties;
    }

    /** Contents by a Zipf law. */
    Urn popular() {
        return popular;
    }

    /** Viewers by activity. */
    Urn active() {
        return active;
    }

    Viewer viewer(String id) {
        return known(viewers, Viewer.indexOf(id), id);
    }

    Work content(String id) {
        return known(contents, Work.indexOf(id), id);
    }

    private static <T> T known(List<T> all, int index, String id) {
        if (index < 0 || index >= all.size()) {
            throw new IllegalArgumentException(id + " is not of this population");
        }
        return all.get(index);
    }

    private Author[] authors(Urn topicUrn) {
        SplittableRandom random = Seeds.random(seed, "authors");
        Author[] all = new Author[size.authors()];
        int kols = Math.max(1, (int) Math.round(KOL_SHARE * all.length));
        for (int i = 0; i < all.length; i++) {
            boolean kol = i < kols;
            boolean shop = kol || random.nextDouble() < 0.25;
            all[i] = new Author(
                    i,
                    Seeds.mix(Seeds.key("a") + i + seed),
                    city(random),
                    kol,
                    niche(random, topicUrn),
                    0.35 * Seeds.normal(random) + (kol ? 0.3 : 0),
                    Math.exp(0.9 * Seeds.normal(random)) * (kol ? 4 : 1),
                    shop ? 0.15 + 0.35 * random.nextDouble() : 0);
        }
        return all;
    }

    private static short[] niche(SplittableRandom random, Urn topicUrn) {
        short main = (short) topicUrn.draw(random);
        short second = (short) topicUrn.draw(random);
        return main == second ? new short[] {main} : new short[] {main, second};
    }

    private Viewer[] viewers(Urn topicUrn) {
        SplittableRandom random = Seeds.random(seed, "viewers");
        Viewer[] all = new Viewer[size.viewers()];
        for (int i = 0; i < all.length; i++) {
            int city = city(random);
            short[] topics = new short[Math.min(this.topics.size(), 5 + random.nextInt(4))];
            float[] opinions = new float[topics.length];
            for (int t = 0; t < topics.length; t++) {
                topics[t] = unlike(topics, t, random, topicUrn, city);
                boolean dislikes = t >= topics.length - 2;
                opinions[t] = (float) (dislikes ? -0.8 - 0.6 * random.nextDouble() : 0.6 + 1.4 * random.nextDouble());
            }
            all[i] = new Viewer(
                    i,
                    Seeds.mix(Seeds.key("v") + i + seed),
                    city,
                    Math.exp(0.9 * Seeds.normal(random) - 0.405),
                    topics,
                    opinions,
                    new float[] {
                        (float) (0.4 * Seeds.normal(random)),
                        (float) (0.4 * Seeds.normal(random)),
                        (float) (0.4 * Seeds.normal(random) - 0.2)
                    },
                    Math.round(100 * Math.exp(Math.log(90) + 0.8 * Seeds.normal(random))),
                    0.15 + 0.3 * random.nextDouble(),
                    Math.exp(0.4 * Seeds.normal(random)),
                    2.5 * Seeds.normal(random));
        }
        return all;
    }

    /** A topic that is not there yet; a third of the tastes are those of the city. */
    private short unlike(short[] chosen, int size, SplittableRandom random, Urn topicUrn, int city) {
        while (true) {
            short topic = (short)
                    (random.nextInt(3) == 0
                            ? Math.floorMod(Seeds.mix(seed + 31 * city + random.nextInt(3)), topics.size())
                            : topicUrn.draw(random));
            boolean there = false;
            for (int i = 0; i < size; i++) {
                there |= chosen[i] == topic;
            }
            if (!there) {
                return topic;
            }
        }
    }

    /** The first cities are the largest. */
    private static int city(SplittableRandom random) {
        int cities = City.ALL.size();
        return Math.min(random.nextInt(cities), random.nextInt(cities));
    }

    private Work[] works(Author[] people) {
        SplittableRandom random = Seeds.random(seed, "contents");
        Urn publishing = new Urn(people.length, author -> people[author].publishing());
        long[] ages = new long[size.contents()];
        for (int i = 0; i < ages.length; i++) {
            ages[i] = 1
                    + (long) (DAY
                            * (random.nextDouble() < PUBLISHED_BEFORE
                                    ? size.days() + DAYS_BEFORE * random.nextDouble()
                                    : size.days() * random.nextDouble()));
        }
        Arrays.sort(ages);
        Work[] all = new Work[ages.length];
        for (int i = 0; i < all.length; i++) {
            all[i] = work(i, ages[ages.length - 1 - i], people[publishing.draw(random)], random);
        }
        return all;
    }

    private Work work(int index, long age, Author author, SplittableRandom random) {
        ContentKind kind = random.nextDouble() < author.shopShare()
                ? ContentKind.SHOP_ITEM
                : random.nextDouble() < 0.25 ? ContentKind.POST : ContentKind.SHORT_VIDEO;
        short[] niche = author.niche();
        boolean aside = niche.length > 1 && random.nextDouble() < 0.35;
        boolean both = niche.length > 1 && random.nextDouble() < 0.2;
        return new Work(
                index,
                author.index(),
                Seeds.mix(Seeds.key("c") + index + seed),
                author.key(),
                author.city(),
                kind,
                niche[aside ? 1 : 0],
                both ? niche[aside ? 0 : 1] : -1,
                (float) (author.quality() + 0.35 * Seeds.normal(random)),
                age,
                kind == ContentKind.SHORT_VIDEO
                        ? (int) Math.max(
                                5_000, Math.min(300_000, 1000 * Math.exp(Math.log(40) + 0.9 * Seeds.normal(random))))
                        : 0,
                kind == ContentKind.SHOP_ITEM
                        ? 100 * (int) Math.max(5, Math.min(5_000, Math.exp(Math.log(90) + 0.9 * Seeds.normal(random))))
                                - 10
                        : 0,
                kind == ContentKind.SHOP_ITEM ? 20 + random.nextInt(480) : 0);
    }

    /** Quality and the author's fame, with much chance, make the rank; the rank makes the weight. */
    private double[] popularity(Work[] works, Author[] people) {
        SplittableRandom random = Seeds.random(seed, "popularity");
        double[] appeal = new double[works.length];
        double[] sorted = new double[works.length];
        for (int i = 0; i < works.length; i++) {
            appeal[i] = works[i].quality() - 0.2 * Math.log(1 + works[i].author()) + Seeds.normal(random);
            sorted[i] = appeal[i];
        }
        Arrays.sort(sorted);
        double[] weights = new double[works.length];
        for (int i = 0; i < works.length; i++) {
            int rank = works.length - 1 - Arrays.binarySearch(sorted, appeal[i]);
            weights[i] = Math.pow(rank + 1, -POPULARITY_EXPONENT);
        }
        return weights;
    }

    /** The probability that an author is followed falls with their index by this law. */
    static double fame(int author) {
        return Math.pow(author + 1, -FOLLOWERS_EXPONENT);
    }
}
