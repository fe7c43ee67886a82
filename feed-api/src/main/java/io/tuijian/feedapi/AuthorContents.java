package io.tuijian.feedapi;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tuijian.schemas.Content;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.StreamSupport;

/**
 * The contents of an author, as they were at most {@link #KEPT} ago: the store has no list of them, and looking through all
 * its contents takes a few milliseconds per hundred thousand. Safe from many threads.
 */
final class AuthorContents {
    static final Duration KEPT = Duration.ofSeconds(30);

    private final Supplier<Iterable<Content>> all;
    private final Cache<String, List<Content>> byAuthor = Caffeine.newBuilder()
            .expireAfterWrite(KEPT)
            .maximumWeight(1_000_000)
            .weigher((String author, List<Content> contents) -> 1 + contents.size())
            .build();

    AuthorContents(Supplier<Iterable<Content>> all) {
        this.all = all;
    }

    List<Content> of(String authorId) {
        return byAuthor.get(authorId, author -> StreamSupport.stream(all.get().spliterator(), false)
                .filter(content -> content.getAuthorId().equals(author))
                .toList());
    }
}
