package io.tuijian.ranking;

import static io.tuijian.features.Story.ALICE;
import static io.tuijian.features.Story.NOON;
import static io.tuijian.features.Story.content;
import static io.tuijian.features.Story.context;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.tuijian.features.Context;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Surface;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RulesTest {
    private final Context context = context(Surface.FOR_YOU, NOON);
    private final Platform platform = new Platform();

    private List<Hydrated> hydrated(String... ids) {
        return platform.store.load(ALICE, List.of(ids), context).inputs().stream()
                .map(input -> new Hydrated(new Candidate(input.content().getId(), List.of("trending")), input))
                .toList();
    }

    @Test
    void they_remember_what_they_removed_also_of_what_filled_the_page() {
        platform.holds(
                content("c1").by("a1"),
                content("c2").by("a2").takenDown(),
                content("c3").by("a3"),
                content("c4").by("a4"));
        platform.did(ALICE, Action.HIDE, "c4", NOON);
        Viewing viewing = new Viewing(
                new FeedRequest("f1", ALICE, 20, context, List.of(), Set.of()),
                platform.store.viewer(ALICE),
                platform.store.relations(),
                Optional.empty(),
                Tuning.Promised.DEFAULT);
        Rules rules = new Rules(viewing, platform.store);
        assertThat(rules.filter(hydrated("c1", "c2")))
                .extracting(it -> it.content().getId())
                .containsExactly("c1");
        assertThat(rules.filter(hydrated("c3", "c4")))
                .extracting(it -> it.content().getId())
                .containsExactly("c3");
        assertThat(rules.removed())
                .extracting(Removed::contentId, Removed::rule)
                .containsExactly(tuple("c2", "taken-down"), tuple("c4", "hidden"));
    }
}
