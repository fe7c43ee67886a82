package io.tuijian.launcher.population;

import static org.assertj.core.api.Assertions.assertThat;

import io.tuijian.launcher.population.Audience.Coming;
import io.tuijian.schemas.Action;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AudienceTest {
    private static final Instant UNTIL = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant FROM = UNTIL.minus(Duration.ofDays(1));
    private static final Population POPULATION = Population.of(5, PopulationSize.SMALL);
    private static final Audience AUDIENCE = new Audience(POPULATION, UNTIL);

    @Test
    void the_same_people_come_at_the_same_moments_and_no_one_twice_in_two_hours() {
        List<Coming> sessions = AUDIENCE.sessions(FROM, UNTIL, 500);
        assertThat(sessions).hasSize(500).isEqualTo(AUDIENCE.sessions(FROM, UNTIL, 500));
        Map<Integer, Long> last = new HashMap<>();
        for (Coming coming : sessions) {
            assertThat(coming.atMillis()).isBetween(FROM.toEpochMilli(), UNTIL.toEpochMilli() - 1);
            Long before = last.put(coming.viewer().index(), coming.atMillis());
            assertThat(before == null
                            || coming.atMillis() - before >= Duration.ofHours(2).toMillis())
                    .isTrue();
        }
    }

    @Test
    void the_same_order_has_the_same_reception_and_a_better_one_a_better() {
        List<Event> once = watched(Policy.random());
        assertThat(once.toString()).isEqualTo(watched(Policy.random()).toString());
        assertThat(longViews(watched(Policy.oracle()))).isGreaterThan(1.3 * longViews(once));
    }

    @Test
    void events_come_in_the_order_of_time_and_a_page_is_asked_for_when_all_before_it_was_told() {
        List<Event> told = new ArrayList<>();
        Policy asking = new Policy() {
            @Override
            public int[] page(Visit visit, int count) {
                Instant now = Instant.ofEpochMilli(visit.atMillis());
                assertThat(told).allMatch(event -> !event.at().isAfter(now));
                return visit.draw(count, 1);
            }
        };
        AUDIENCE.watch(AUDIENCE.sessions(FROM, UNTIL, 40), FROM, asking, told::add);
        assertThat(told).isSortedAccordingTo((one, other) -> one.at().compareTo(other.at()));
        assertThat(told).anyMatch(Event.Published.class::isInstance).anyMatch(Event.Did.class::isInstance);
    }

    @Test
    void who_turns_likes_as_many_other_topics_as_much_and_is_the_same_in_all_else() {
        for (Viewer viewer : POPULATION.viewers().subList(0, 50)) {
            Viewer turned = AUDIENCE.turned(viewer);
            assertThat(turned.opinions()).isEqualTo(viewer.opinions());
            assertThat(turned.key()).isEqualTo(viewer.key());
            for (int i = 0; i < viewer.topics().length; i++) {
                if (viewer.opinions()[i] > 0) {
                    assertThat(viewer.topics()).doesNotContain(turned.topics()[i]);
                } else {
                    assertThat(turned.topics()[i]).isEqualTo(viewer.topics()[i]);
                }
            }
        }
    }

    private static List<Event> watched(Policy policy) {
        List<Event> events = new ArrayList<>();
        AUDIENCE.watch(AUDIENCE.sessions(FROM, UNTIL, 200), FROM, policy, events::add);
        return events;
    }

    /** Per content that was looked at. */
    private static double longViews(List<Event> events) {
        return count(events, Action.LONG_VIEW) / (double) count(events, Action.SEEN);
    }

    private static long count(List<Event> events, Action action) {
        return events.stream()
                .filter(event ->
                        event instanceof Event.Did did && did.engagement().getAction() == action)
                .count();
    }
}
