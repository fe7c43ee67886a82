package io.tuijian.launcher.world;

import io.tuijian.schemas.Content;
import io.tuijian.schemas.ContentKind;
import io.tuijian.schemas.ItemDetail;
import io.tuijian.schemas.Provenance;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Writes the titles of the real videos, and the posts and shop items of their authors. */
final class Publishing {
    private static final int FIRST_GENERATED_ID = 9_000_001;
    private static final int POSTS_OF_KOL = 10;
    private static final int ITEMS_OF_KOL = 6;
    private static final int POSTS_OF_OTHERS = 600;
    private static final int ITEMS_OF_OTHERS = 300;
    private static final int WINDOW_MINUTES = (int) Duration.ofDays(14).toMinutes();
    private static final int TRIES = 30;

    private final Words words;
    private final Authors authors;
    private final long seed;
    private final Instant now;
    private final Map<String, List<Words.Ware>> wares;
    private final Set<String> written = new HashSet<>();
    private final List<Content> contents = new ArrayList<>();
    private int nextId = FIRST_GENERATED_ID;

    Publishing(Words words, Authors authors, long seed, Instant now) {
        this.words = words;
        this.authors = authors;
        this.seed = seed;
        this.now = now;
        this.wares = words.waresByTopic();
    }

    /** The videos with their words, then the generated contents. */
    List<Content> contents(List<Content> videos) {
        videos.forEach(this::entitle);
        for (World.Kol kol : authors.kols()) {
            publish(authors.get(kol.authorId()), POSTS_OF_KOL, ITEMS_OF_KOL);
        }
        Chance chance = new Chance(seed, "who else publishes");
        List<Author> everyone = List.copyOf(authors.byId().values());
        for (int i = 0; i < POSTS_OF_OTHERS; i++) {
            publish(chance.one(everyone), 1, 0);
        }
        for (int i = 0; i < ITEMS_OF_OTHERS; i++) {
            publish(chance.one(everyone), 0, 1);
        }
        return List.copyOf(contents);
    }

    /** A post, a short video or a shop item, like those above. */
    static World.Draft draft(Words words, World.Kol kol, String language, Chance chance) {
        String topic = kol.topics().isEmpty() ? Authors.NO_TOPIC : chance.one(kol.topics());
        ContentKind kind = chance.percent(50)
                ? ContentKind.POST
                : chance.percent(60) ? ContentKind.SHORT_VIDEO : ContentKind.SHOP_ITEM;
        Words.Ware ware = chance.one(words.waresByTopic().get(topic));
        String pattern = kind == ContentKind.POST ? "post" : kind == ContentKind.SHOP_ITEM ? "itemTitle" : "title";
        Map<String, String> given = Map.of(
                "item", ware.names().get(language),
                "author", kol.name(),
                "city", kol.city(),
                "topic", hashtag(words.topicName(topic, language), pattern));
        return new World.Draft(
                kind,
                topic,
                language,
                capitalised(words.phrases().get(language).one(chance, topic, pattern, given)),
                kind == ContentKind.SHOP_ITEM ? priceInFen(chance, ware) : 0,
                kind == ContentKind.SHORT_VIDEO ? 1_000L * (8 + chance.below(90)) : 0);
    }

    private void entitle(Content video) {
        Author author = authors.get(video.getAuthorId());
        Chance chance = new Chance(seed, video.getId());
        String topic = video.getTopics().isEmpty() ? Authors.NO_TOPIC : chance.one(video.getTopics());
        contents.add(Content.newBuilder(video)
                .setText(write(chance, author, topic, "title", Map.of()))
                .setAuthorName(author.name())
                .setCity(author.city())
                .setLanguage(author.language())
                .setVersion(1)
                .build());
    }

    private void publish(Author author, int posts, int items) {
        for (int i = 0; i < posts; i++) {
            post(author);
        }
        for (int i = 0; i < items; i++) {
            item(author);
        }
    }

    private void post(Author author) {
        Chance chance = new Chance(seed, "c" + nextId);
        String topic = topic(chance, author);
        contents.add(generated(chance, author, topic)
                .setKind(ContentKind.POST)
                .setText(write(chance, author, topic, "post", Map.of()))
                .build());
    }

    private void item(Author author) {
        Chance chance = new Chance(seed, "c" + nextId);
        String topic = topic(chance, author);
        Words.Ware ware = chance.one(wares.get(topic));
        Map<String, String> given = Map.of("item", ware.names().get(author.language()));
        contents.add(generated(chance, author, topic)
                .setKind(ContentKind.SHOP_ITEM)
                .setText(write(chance, author, topic, "itemTitle", given))
                .setBrandId(chance.percent(40) ? "b" + topic.substring(1) + "0" + chance.below(4) : null)
                .setItem(ItemDetail.newBuilder()
                        .setPriceMinor(priceInFen(chance, ware))
                        .setCurrency("CNY")
                        .setStock(1 + chance.below(500))
                        .setShopId("s" + author.id().substring(1))
                        .setCommissionRate((5 + chance.below(26)) / 100.0)
                        .build())
                .build());
    }

    /** Just below a whole yuan. */
    private static long priceInFen(Chance chance, Words.Ware ware) {
        return 100L * (ware.minYuan() + chance.below(ware.maxYuan() - ware.minYuan() + 1)) - 10;
    }

    private Content.Builder generated(Chance chance, Author author, String topic) {
        return Content.newBuilder()
                .setId("c" + nextId++)
                .setAuthorId(author.id())
                .setAuthorName(author.name())
                .setCreatedAt(now.minus(Duration.ofMinutes(1 + chance.below(WINDOW_MINUTES - 1))))
                .setTopics(List.of(topic))
                .setCity(author.city())
                .setLanguage(author.language())
                .setProvenance(Provenance.GENERATED)
                .setVersion(1);
    }

    private static String topic(Chance chance, Author author) {
        return author.topics().isEmpty() ? Authors.NO_TOPIC : chance.one(author.topics());
    }

    /** A text that is not there yet, as long as the words allow it. */
    private String write(Chance chance, Author author, String topic, String pattern, Map<String, String> more) {
        Map<String, String> given = new HashMap<>(more);
        given.put("author", author.name());
        given.put("city", author.city());
        given.put("topic", hashtag(words.topicName(topic, author.language()), pattern));
        Phrases phrases = words.phrases().get(author.language());
        String text = capitalised(phrases.one(chance, topic, pattern, given));
        for (int tries = 0; !written.add(text) && tries < TRIES; tries++) {
            text = capitalised(phrases.one(chance, topic, pattern, given));
        }
        return text;
    }

    private static String hashtag(String topic, String pattern) {
        return pattern.equals("title") ? topic.replace(" ", "") : topic;
    }

    private static String capitalised(String text) {
        int first = text.offsetByCodePoints(0, 1);
        return text.substring(0, first).toUpperCase(Locale.ROOT) + text.substring(first);
    }
}
