package io.tuijian.launcher.faults;

import io.tuijian.schemas.Action;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.ContentKind;
import io.tuijian.schemas.ContentState;
import io.tuijian.schemas.Engagement;
import io.tuijian.schemas.ItemDetail;
import io.tuijian.schemas.Origin;
import io.tuijian.schemas.Provenance;
import io.tuijian.schemas.Served;
import io.tuijian.schemas.ServedItem;
import io.tuijian.schemas.Surface;
import io.tuijian.schemas.Topic;
import io.tuijian.schemas.Topics;
import io.tuijian.schemas.VideoDetail;
import io.tuijian.schemas.Visibility;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.utils.Utils;

/**
 * A seeded log in which everything goes wrong that can: engagements twice, at once and much later, out of order, days
 * late, taken back before and after they come, before their content is published, and poison of every kind. Viewers
 * and contents follow Zipf's law.
 */
final class FaultyLog {
    static final int VIEWERS = 4_000;
    static final int CONTENTS = 3_000;
    static final int AUTHORS = 250;
    static final int ITEMS = 4;

    private static final int LATE_CONTENTS = 20; // one in so many is published after its first engagements
    private static final int POISON_EVERY = 400;
    private static final int FAR = 40_000;
    private static final int NEAR = 300;
    private static final int AT_ONCE = 60;
    private static final Duration SPAN = Duration.ofDays(12);

    /**
     * A record on its way to Kafka.
     *
     * @param poison the reason with which it must become a dead letter, null if it must not
     */
    record Entry(Topic<?> topic, String key, byte[] value, String poison) {}

    private final Random random;
    private final int size;
    private final Instant from;
    private final double[] viewers = zipf(VIEWERS, 0.8);
    private final double[] contents = zipf(CONTENTS, 1);
    private final boolean[] published = new boolean[CONTENTS];
    private final List<Entry> entries = new ArrayList<>();
    private final List<Engagement> engagements = new ArrayList<>();
    private final List<Instant> frontiers = new ArrayList<>();
    private final List<Served> pages = new ArrayList<>();
    private final Map<String, Content> newest = new LinkedHashMap<>();
    private final TreeMap<Integer, List<Engagement>> delayed = new TreeMap<>(); // by how many have come before
    private int written;
    private int poisonings;

    /**
     * @param size how many engagements, poison not counted
     * @param from the time of the first page; the last comes {@code SPAN} later
     */
    FaultyLog(long seed, int size, Instant from) {
        this.random = new Random(seed);
        this.size = size;
        this.from = from;
        generate();
    }

    /** Everything in the order of writing. */
    List<Entry> entries() {
        return entries;
    }

    /** The valid engagements in the order of writing, duplicates included. */
    List<Engagement> engagements() {
        return engagements;
    }

    /** How far the log had come when each of {@link #engagements} was written: the newest time in it, more or less. */
    List<Instant> frontiers() {
        return frontiers;
    }

    /** True if this content was only published after pages that show it. */
    static boolean comesLate(String contentId) {
        return Integer.parseInt(contentId.substring(1)) % LATE_CONTENTS == LATE_CONTENTS - 1;
    }

    /** The valid pages in the order of writing, each once. */
    List<Served> pages() {
        return pages;
    }

    /** Every content as last published. */
    Iterable<Content> contents() {
        return newest.values();
    }

    /**
     * One more, empty page and engagement per partition: their time ends every window of the log before.
     *
     * @param partitions of the topics of pages and engagements
     */
    List<Entry> closing(Instant now, int partitions) {
        int already = entries.size();
        for (int partition = 0; partition < partitions; partition++) {
            int i = 0;
            while (partition("vlast" + i, partitions) != partition) {
                i++;
            }
            String viewer = "vlast" + i;
            add(Topics.SERVED, viewer, served("flast" + i, viewer, List.of(), now), null);
            append(Engagement.newBuilder()
                    .setId("last-" + i)
                    .setViewerId(viewer)
                    .setContentId("c0")
                    .setAction(Action.SEEN)
                    .setAt(now)
                    .setReceivedAt(now)
                    .build());
        }
        return List.copyOf(entries.subList(already, entries.size()));
    }

    private static int partition(String key, int partitions) {
        return Utils.toPositive(Utils.murmur2(key.getBytes(StandardCharsets.UTF_8))) % partitions;
    }

    private void generate() {
        for (int i = 0; i < CONTENTS; i++) {
            if (!comesLate("c" + i)) {
                publish(i);
            }
        }
        for (int page = 0; written < size; page++) {
            page(page);
        }
        delayed.values().forEach(due -> due.forEach(this::append));
        for (int i = 0; i < CONTENTS; i++) {
            if (!published[i]) {
                publish(i);
            }
        }
    }

    private void publish(int i) {
        published[i] = true;
        write(content(i));
    }

    private void write(Content content) {
        newest.put(content.getId(), content);
        add(Topics.CONTENTS, content.getId(), content, null);
    }

    private void page(int number) {
        String viewer = "v" + pick(viewers);
        Instant at = frontier();
        List<Integer> items = new ArrayList<>();
        while (items.size() < ITEMS) {
            int content = pick(contents);
            if (!items.contains(content)) {
                items.add(content);
            }
        }
        String feed = "f" + number;
        Served served = served(feed, viewer, items, at);
        pages.add(served);
        add(Topics.SERVED, viewer, served, null);
        if (random.nextInt(100) == 0) {
            add(Topics.SERVED, viewer, served, null);
        }
        for (int position = 0; position < ITEMS; position++) {
            int content = items.get(position);
            for (Engagement engagement : reactions(feed, viewer, content, position, at)) {
                happen(engagement);
            }
            if (!published[content] && random.nextInt(30) == 0) {
                publish(content);
            } else if (published[content] && random.nextInt(400) == 0) {
                change(content);
            }
        }
    }

    private List<Engagement> reactions(String feed, String viewer, int content, int position, Instant at) {
        List<Engagement> all = new ArrayList<>();
        Instant when = at.plusSeconds(random.nextInt(60));
        if (random.nextDouble() < 0.15) {
            when = when.plus(Duration.ofMinutes(random.nextInt(600))); // looked at it again much later
        }
        react(all, Action.SEEN, 0.75, feed, viewer, content, position, when);
        react(all, Action.WATCH, 0.6, feed, viewer, content, position, when);
        react(all, Action.LONG_VIEW, 0.2, feed, viewer, content, position, when);
        react(all, Action.OPEN, 0.15, feed, viewer, content, position, when);
        react(all, Action.LIKE, 0.12, feed, viewer, content, position, when);
        react(all, Action.COMMENT, 0.03, feed, viewer, content, position, when);
        react(all, Action.SHARE, 0.02, feed, viewer, content, position, when);
        react(all, Action.FOLLOW, 0.02, feed, viewer, content, position, when);
        react(all, Action.PURCHASE, 0.02, feed, viewer, content, position, when.plus(Duration.ofHours(6)));
        react(all, Action.HIDE, 0.01, feed, viewer, content, position, when);
        return all;
    }

    private void react(
            List<Engagement> all,
            Action action,
            double probability,
            String feed,
            String viewer,
            int content,
            int position,
            Instant at) {
        if (random.nextDouble() >= probability) {
            return;
        }
        boolean bought = action == Action.PURCHASE;
        boolean attributed = random.nextInt(20) != 0;
        all.add(Engagement.newBuilder()
                .setId(feed + "-" + position + "-" + action)
                .setViewerId(viewer)
                .setContentId("c" + content)
                .setAction(action)
                .setAt(at)
                .setReceivedAt(at.plusMillis(random.nextInt(2_000)))
                .setWatchedMillis(action == Action.WATCH ? (long) random.nextInt(40_000) : null)
                .setAmountMinor(bought ? 100L * (1 + random.nextInt(500)) : null)
                .setCurrency(bought ? "CNY" : null)
                .setFeedId(attributed ? feed : null)
                .setPosition(attributed ? position : null)
                .setSurface(attributed ? Surface.FOR_YOU : null)
                .setOrigin(Origin.LIVE)
                .build());
    }

    /** Writes it now or later, once or twice, and perhaps takes it back. */
    private void happen(Engagement engagement) {
        switch (random.nextInt(40)) {
            case 0, 1 -> {
                write(engagement);
                write(engagement);
            }
            case 2 -> {
                write(engagement);
                later(engagement, FAR);
            }
            case 3, 4 -> later(engagement, NEAR);
            case 5 -> later(engagement, FAR);
            case 6 -> {
                write(engagement);
                write(undo(engagement));
            }
            case 7 -> {
                write(undo(engagement));
                write(engagement);
            }
            case 8 -> {
                write(engagement);
                later(undo(engagement), FAR);
                later(engagement, FAR); // a duplicate that may come after it was taken back
            }
            default -> write(engagement);
        }
    }

    private static Engagement undo(Engagement engagement) {
        return Engagement.newBuilder(engagement)
                .setId(engagement.getId() + "-undo")
                .setUndoes(engagement.getId())
                .build();
    }

    /** Some while after it happened. */
    private void later(Engagement engagement, int within) {
        int earliest = Math.max(written, position(engagement.getAt()));
        at(earliest + 1 + random.nextInt(within), engagement);
    }

    private void at(int position, Engagement engagement) {
        delayed.computeIfAbsent(position, when -> new ArrayList<>()).add(engagement);
    }

    /** When it happens: now, as a rule. */
    private void write(Engagement engagement) {
        int position = position(engagement.getAt());
        if (position > written + AT_ONCE) {
            at(position, engagement);
        } else {
            append(engagement);
        }
        while (!delayed.isEmpty() && delayed.firstKey() <= written) {
            delayed.pollFirstEntry().getValue().forEach(this::append);
        }
    }

    /** How many engagements have been written by this moment. */
    private int position(Instant at) {
        return (int) (size * (Duration.between(from, at).toMillis() / (double) SPAN.toMillis()));
    }

    private Instant frontier() {
        return from.plusMillis((long) (SPAN.toMillis() * (double) written / size));
    }

    private void append(Engagement engagement) {
        Instant frontier = frontier();
        engagements.add(engagement);
        frontiers.add(engagement.getAt().isAfter(frontier) ? engagement.getAt() : frontier);
        add(Topics.ENGAGEMENTS, engagement.getViewerId(), engagement, null);
        written++;
        if (written % POISON_EVERY == 0) {
            poison(poisonings++);
        }
    }

    private void change(int i) {
        Content old = newest.get("c" + i);
        Content.Builder next = Content.newBuilder(old).setVersion(old.getVersion() + 1);
        switch (random.nextInt(4)) {
            case 0 -> next.setState(ContentState.TAKEN_DOWN);
            case 1 -> next.setVisibility(Visibility.FOLLOWERS);
            default -> next.setText("Changed for the " + old.getVersion() + ". time");
        }
        if (old.getState() == ContentState.LIVE) {
            write(next.build());
        }
    }

    private void poison(int n) {
        Instant now = from.plus(Duration.ofDays(1));
        Engagement good = Engagement.newBuilder()
                .setId("poison-" + n)
                .setViewerId("v" + n % VIEWERS)
                .setContentId("c0")
                .setAction(Action.COMMENT)
                .setAt(now)
                .setReceivedAt(now)
                .build();
        String header = "not a Engagement: no single-object header";
        switch (n % 23) {
            case 0 -> poison(Topics.ENGAGEMENTS, ("poison " + n).getBytes(StandardCharsets.UTF_8), header);
            case 1 -> poison(Topics.ENGAGEMENTS, new byte[0], header);
            case 2 -> poison(Topics.ENGAGEMENTS, null, "no bytes");
            case 3 -> {
                byte[] bytes = Topics.ENGAGEMENTS.encode(good);
                bytes[5] ^= 0x55;
                poison(Topics.ENGAGEMENTS, bytes, "not a Engagement: written with an unknown schema");
            }
            case 4 -> {
                byte[] bytes = Topics.ENGAGEMENTS.encode(good);
                poison(Topics.ENGAGEMENTS, Arrays.copyOf(bytes, bytes.length - 8), "not a Engagement: ");
            }
            case 5 -> poison(Engagement.newBuilder(good).setId(" ").build(), "missing id");
            case 6 -> poison(Engagement.newBuilder(good).setViewerId("").build(), "missing id");
            case 7 -> poison(Engagement.newBuilder(good).setContentId("").build(), "missing id");
            case 8 -> poison(Engagement.newBuilder(good).setContentId("c|0").build(), "strange id");
            case 9 ->
                poison(Engagement.newBuilder(good).setAction(Action.UNKNOWN).build(), "unknown action");
            case 10 ->
                poison(Engagement.newBuilder(good).setAt(now.plusSeconds(1)).build(), "happened after it was received");
            case 11 -> poison(at(good, Instant.parse("1999-12-31T23:59:59.999Z")), "before 2000");
            case 12 -> poison(at(good, Instant.parse("2199-01-01T00:00:00Z")), "in the future");
            case 13 -> poison(Engagement.newBuilder(good).setWatchedMillis(-1L).build(), "negative watch time");
            case 14 ->
                poison(
                        Engagement.newBuilder(good)
                                .setAmountMinor(-1L)
                                .setCurrency("CNY")
                                .build(),
                        "negative amount");
            case 15 -> poison(Engagement.newBuilder(good).setAmountMinor(100L).build(), "amount without currency");
            case 16 ->
                poison(
                        Engagement.newBuilder(good).setText("长".repeat(10_001)).build(),
                        "text longer than 10000 code points");
            case 17 ->
                poison(
                        Topics.CONTENTS,
                        ("poison " + n).getBytes(StandardCharsets.UTF_8),
                        "not a Content: no single-object header");
            case 18 ->
                poison(
                        Topics.CONTENTS,
                        Topics.CONTENTS.encode(
                                Content.newBuilder(content(0)).setAuthorId("").build()),
                        "missing id");
            case 19 ->
                poison(
                        Topics.CONTENTS,
                        Topics.CONTENTS.encode(Content.newBuilder(content(0))
                                .setText("长".repeat(10_001))
                                .build()),
                        "text longer than 10000 code points");
            case 20 ->
                poison(
                        Topics.SERVED,
                        ("poison " + n).getBytes(StandardCharsets.UTF_8),
                        "not a Served: no single-object header");
            case 21 ->
                poison(
                        Engagement.newBuilder(good).setId("长".repeat(25_000)).build(),
                        "id or name longer than 200 code points");
            default -> {
                Served page = served("f-poison-" + n, good.getViewerId(), List.of(0), Instant.EPOCH);
                add(Topics.SERVED, page.getViewerId(), page, "before 2000");
            }
        }
    }

    private static Engagement at(Engagement good, Instant moment) {
        return Engagement.newBuilder(good).setAt(moment).setReceivedAt(moment).build();
    }

    private void poison(Engagement engagement, String reason) {
        add(Topics.ENGAGEMENTS, engagement.getViewerId(), engagement, reason);
    }

    private void poison(Topic<?> topic, byte[] bytes, String reason) {
        entries.add(new Entry(topic, "poison", bytes, reason));
    }

    private <T extends SpecificRecord> void add(Topic<T> topic, String key, T record, String poison) {
        entries.add(new Entry(topic, key, topic.encode(record), poison));
    }

    static String author(int content) {
        return "a" + content % AUTHORS;
    }

    private Content content(int i) {
        boolean shop = i % 8 == 0;
        return Content.newBuilder()
                .setId("c" + i)
                .setAuthorId(author(i))
                .setKind(shop ? ContentKind.SHOP_ITEM : i % 3 == 0 ? ContentKind.POST : ContentKind.SHORT_VIDEO)
                .setCreatedAt(from.minus(Duration.ofHours(i)))
                .setText("Content " + i)
                .setTopics(List.of("t" + i % 90, "t" + (90 + i % 11)))
                .setVisibility(Visibility.PUBLIC)
                .setState(ContentState.LIVE)
                .setVideo(shop || i % 3 == 0 ? null : new VideoDetail(5_000L + i % 50 * 1_000))
                .setItem(shop ? new ItemDetail(100L * (1 + i % 500), "CNY", null, "s1", null) : null)
                .setVersion(1)
                .setProvenance(Provenance.GENERATED)
                .build();
    }

    private Served served(String feed, String viewer, List<Integer> contents, Instant at) {
        List<ServedItem> items = new ArrayList<>();
        for (int position = 0; position < contents.size(); position++) {
            int content = contents.get(position);
            items.add(ServedItem.newBuilder()
                    .setContentId("c" + content)
                    .setAuthorId(author(content))
                    .setPosition(position)
                    .setSource("trending")
                    .setScore(1.0 / (1 + position))
                    .setFeatures(List.of((float) position, (float) content))
                    .build());
        }
        return Served.newBuilder()
                .setFeedId(feed)
                .setViewerId(viewer)
                .setAt(at)
                .setSurface(Surface.FOR_YOU)
                .setFeatureNames(List.of("position", "content"))
                .setItems(items)
                .setOrigin(Origin.LIVE)
                .build();
    }

    /** Cumulated weights: the i-th is chosen in proportion to 1 / (i + 1)^exponent. */
    private static double[] zipf(int n, double exponent) {
        double[] cumulated = new double[n];
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += Math.pow(i + 1, -exponent);
            cumulated[i] = sum;
        }
        return cumulated;
    }

    private int pick(double[] cumulated) {
        int found = Arrays.binarySearch(cumulated, random.nextDouble() * cumulated[cumulated.length - 1]);
        return Math.min(cumulated.length - 1, found < 0 ? -found - 1 : found);
    }
}
