package io.tuijian.launcher.world;

import io.tuijian.schemas.Content;
import io.tuijian.schemas.ContentKind;
import io.tuijian.schemas.Relation;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * The world around the log that a demo needs and the log does not have: titles, names, cities, relations, posts and
 * shop items. The same log, seed and time give the same world. No evaluation reads it.
 */
public final class World {
    /** A topic and its names by language: en, zh and fr. */
    public record Topic(String id, Map<String, String> names) {}

    /** A showcase creator: a real author id with a generated person; topics are those of the author's real videos. */
    public record Kol(String authorId, String name, String bio, String city, List<String> topics) {}

    /** A viewer of the log whose taste is worth a look; the line says what the log says. */
    public record ShowcaseViewer(String id, String name, String line) {}

    /** What a KOL is about to publish; a price in fen only of a shop item, a duration only of a short video. */
    public record Draft(
            ContentKind kind, String topic, String language, String text, long priceMinor, long durationMillis) {}

    private final long seed;
    private final Words words;
    private final List<Content> contents;
    private final List<Relation> relations;
    private final List<Kol> kols;
    private final List<ShowcaseViewer> viewers;

    private World(
            long seed,
            Words words,
            List<Content> contents,
            List<Relation> relations,
            List<Kol> kols,
            List<ShowcaseViewer> viewers) {
        this.seed = seed;
        this.words = words;
        this.contents = contents;
        this.relations = relations;
        this.kols = kols;
        this.viewers = viewers;
    }

    /** The world beside this log, shifted as the log is, as it stands at {@code now}. */
    public static World generate(KuaiRand log, long seed, Instant now) {
        Words words = Words.read();
        Tastes tastes = Tastes.of(log);
        List<Content> videos = log.contents();
        Authors authors = Authors.of(videos, tastes.mostSeenAuthors(), words, seed);
        List<ShowcaseViewer> viewers = new ShowcaseViewers(tastes, words).choose();
        return new World(
                seed,
                words,
                new Publishing(words, authors, seed, now).contents(videos),
                new Ties(log.shift(), tastes, authors, viewers, seed, now).relations(),
                authors.kols(),
                viewers);
    }

    /** Every topic of the log. */
    public List<Topic> topics() {
        return words.topics();
    }

    /** The real videos with generated text, author name and city, then the generated posts and shop items. */
    public List<Content> contents() {
        return contents;
    }

    /** The real follows of the log, then the generated follows and friends; each key once. */
    public List<Relation> relations() {
        return relations;
    }

    /** The showcase KOLs, most seen first. */
    public List<Kol> kols() {
        return kols;
    }

    /** The showcase viewers. */
    public List<ShowcaseViewer> viewers() {
        return viewers;
    }

    /** Words for a new content of a showcase KOL; the same number gives the same words. */
    public Draft draft(Kol kol, long number) {
        String language = contents.stream()
                .filter(content -> content.getAuthorId().equals(kol.authorId()))
                .map(Content::getLanguage)
                .findFirst()
                .orElse("zh");
        return Publishing.draft(words, kol, language, new Chance(seed, kol.authorId() + " publishes " + number));
    }

    /** The generated city of a viewer, also of one who is not in the log. */
    public String cityOf(String viewerId) {
        return new Chance(seed, "city of " + viewerId).one(words.cities());
    }
}
