package io.tuijian.feedapi;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tuijian.features.reach.Reach;
import io.tuijian.features.reach.ReachDocument;
import io.tuijian.features.reach.Viewers;
import java.time.Duration;
import java.util.List;

/**
 * How many different viewers documents tell of, by themselves and together, remembered by the documents' versions: to
 * unpack and merge sketches is most of what an answer costs. Safe from many threads.
 */
final class UniqueViewers {
    /** The newest documents change while they are asked about. */
    private static final int NEWEST = 2;

    private static final int FEW = 4;

    private final Cache<Version, Long> counts =
            Caffeine.newBuilder().maximumSize(100_000).build();
    private final Cache<List<Version>, Viewers> unions = Caffeine.newBuilder()
            .maximumWeight(100_000)
            .weigher((List<Version> key, Viewers any) -> 100 + key.size())
            .expireAfterAccess(Duration.ofHours(1))
            .build();

    private record Version(String id, long version) {
        static Version of(ReachDocument document) {
            return new Version(document.id(), document.version());
        }
    }

    /** Of one document. */
    long count(ReachDocument document) {
        return counts.get(
                Version.of(document), any -> document.reach().viewers().count());
    }

    /** Of all of these, which are in order of time. */
    Viewers union(List<ReachDocument> documents) {
        if (documents.size() <= FEW) {
            return merged(Viewers.NONE, documents);
        }
        int settled = documents.size() - NEWEST;
        List<ReachDocument> older = documents.subList(0, settled);
        Viewers known = unions.get(older.stream().map(Version::of).toList(), any -> all(older));
        return merged(known, documents.subList(settled, documents.size()));
    }

    private static Viewers all(List<ReachDocument> documents) {
        Reach.Sum sum = new Reach.Sum(); // merges many at the price of one
        documents.forEach(document -> sum.add(document.reach()));
        return sum.reach().viewers();
    }

    private static Viewers merged(Viewers some, List<ReachDocument> more) {
        Viewers all = some;
        for (ReachDocument document : more) {
            all = all.plus(document.reach().viewers());
        }
        return all;
    }
}
