package io.tuijian.ranking;

import static io.tuijian.features.Story.ALICE;
import static io.tuijian.features.Story.NOON;
import static io.tuijian.features.Story.content;
import static io.tuijian.features.Story.context;
import static io.tuijian.features.Story.relation;
import static org.assertj.core.api.Assertions.assertThat;

import io.tuijian.features.Context;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.RelationKind;
import io.tuijian.schemas.Surface;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AbsencesTest {
    @Test
    void what_is_promised_stays_whatever_is_taken_away() {
        Tuning.Promised promised = new Tuning.Promised(7, 2, 30);
        Platform platform = new Platform()
                .holds(content("c1").by("a1").about("t-cats").in("Hangzhou"))
                .holds(relation(ALICE, RelationKind.FOLLOW, "a1"))
                .did(ALICE, Action.LIKE, "c1", NOON.minusSeconds(9));
        Context context = context(Surface.FOR_YOU, NOON);
        Viewing viewing = new Viewing(
                new FeedRequest("f1", ALICE, 20, context, List.of(), Set.of()),
                platform.store.viewer(ALICE),
                platform.store.relations(),
                Optional.empty(),
                promised);
        Hydrated it = new Hydrated(
                new Candidate("c1", List.of("trending")),
                platform.store.load(ALICE, List.of("c1"), context).inputs().get(0));
        assertThat(new Absences(viewing, platform.store::content).of(it))
                .extracting(absence -> absence.reason().code())
                .contains("followed-author", "liked-topic", "nearby");
        assertThat(new Absences(viewing, platform.store::content).of(it))
                .allMatch(absence -> absence.viewing().promised().equals(promised));
    }
}
