package io.tuijian.ranking;

import io.tuijian.ranking.Recipes.Recipe;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.Visibility;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which sources would propose an item to a viewer who is not quite the one of this request. Not thread-safe. */
final class Proposals {
    private final Viewing viewing;
    private final Recipe recipe;
    private final Map<Viewing, List<Optional<ContentQuery>>> queries = new IdentityHashMap<>();

    Proposals(Viewing viewing, Recipe recipe) {
        this.viewing = viewing;
        this.recipe = recipe;
    }

    /**
     * False only if it is certain that nothing would propose it. A source that asks the same again answers the same; one
     * that asks otherwise may answer with whatever matches.
     *
     * @param plenty true if so much else was found that no source would have to reach further
     */
    boolean mayCome(Hydrated it, Viewing without, boolean plenty) {
        List<Optional<ContentQuery>> before = queries(viewing);
        List<Optional<ContentQuery>> now = queries(without);
        for (int i = 0; i < now.size(); i++) {
            Optional<ContentQuery> query = now.get(i);
            if (query.isEmpty() || !matches(query.get(), it.content())) {
                continue;
            }
            boolean proposed =
                    it.candidate().sources().contains(recipe.sources().get(i).name());
            if (proposed || !plenty || !same(before.get(i), query.get())) {
                return true;
            }
        }
        return false;
    }

    private List<Optional<ContentQuery>> queries(Viewing of) {
        List<Optional<ContentQuery>> known = queries.get(of);
        if (known == null) {
            known = new ArrayList<>(recipe.sources().size());
            for (Source source : recipe.sources()) {
                known.add(query(source, of));
            }
            queries.put(of, known);
        }
        return known;
    }

    /** A source that fails proposes nothing, here as in the pipeline. */
    private Optional<ContentQuery> query(Source source, Viewing of) {
        try {
            return source.query(of).flatMap(query -> recipe.narrowed(query, of));
        } catch (RuntimeException e) {
            return Optional.empty();
        }
    }

    private static boolean same(Optional<ContentQuery> before, ContentQuery now) {
        return before.isPresent() && sameQuestion(before.get(), now);
    }

    private static boolean sameQuestion(ContentQuery one, ContentQuery other) {
        boolean near = one.near() == null
                ? other.near() == null
                : other.near() != null
                        && one.near().version().equals(other.near().version())
                        && Arrays.equals(one.near().vector(), other.near().vector());
        return near && withoutNear(one).equals(withoutNear(other));
    }

    private static ContentQuery withoutNear(ContentQuery it) {
        return new ContentQuery(
                it.topics(),
                it.authors(),
                it.kinds(),
                it.cities(),
                it.groups(),
                it.since(),
                it.mostSights(),
                it.onePerTopic(),
                it.order(),
                it.limit(),
                it.from(),
                null);
    }

    /** Whether an answer may hold it; what only the index can tell is taken to be so. */
    private static boolean matches(ContentQuery query, Content content) {
        return (query.topics().isEmpty() || content.getTopics().stream().anyMatch(query.topics()::contains))
                && (query.authors().isEmpty()
                        ? content.getVisibility() == Visibility.PUBLIC
                        : query.authors().contains(content.getAuthorId()))
                && allows(query.kinds(), content.getKind())
                && allows(query.cities(), content.getCity())
                && allows(query.groups(), content.getGroupId())
                && (query.since() == null || !content.getCreatedAt().isBefore(query.since()));
    }

    private static boolean allows(Set<?> any, Object value) {
        return any.isEmpty() || value != null && any.contains(value);
    }
}
