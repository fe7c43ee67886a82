package io.tuijian.feedapi;

import static io.tuijian.features.Story.NOON;
import static io.tuijian.features.Story.content;
import static io.tuijian.features.Story.outcome;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tuijian.features.StateRecords;
import io.tuijian.features.ViewerState;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Topic;
import io.tuijian.schemas.Topics;
import org.junit.jupiter.api.Test;

class ViewerStatesTest {
    private final ViewerStates states = new ViewerStates(100_000);

    private static ViewerState viewer(String id, int events) {
        ViewerState state = ViewerState.empty(id);
        for (int i = 0; i < events; i++) {
            state = state.after(
                    outcome("e" + i, id, Action.COMMENT, content("c" + i).told(), NOON.plusSeconds(i)));
        }
        return state;
    }

    private void put(ViewerState state, long writtenAt) throws Topic.Undecodable {
        states.accept(Topics.VIEWER_STATES.encode(StateRecords.of(state)), writtenAt);
    }

    @Test
    void a_newer_state_is_read_though_the_older_one_was_read_before() throws Exception {
        put(viewer("v1", 1), 1);
        assertThat(states.get("v1")).isEqualTo(viewer("v1", 1));
        put(viewer("v1", 3), 2);
        assertThat(states.get("v1")).isEqualTo(viewer("v1", 3));
        put(viewer("v1", 2), 3);
        assertThat(states.get("v1")).isEqualTo(viewer("v1", 3));
    }

    @Test
    void they_never_take_more_than_they_may() throws Exception {
        for (int i = 0; i < 1_000; i++) {
            put(viewer("v" + i, 3), i);
        }
        long[] bytes = {0};
        states.table().visit((id, value, order, at) -> bytes[0] += value.length);
        assertThat(bytes[0]).isLessThanOrEqualTo(100_000);
        assertThat(states.get("v999").events()).isEqualTo(3);
        assertThat(states.get("v0")).isEqualTo(ViewerState.empty("v0"));
        assertThat(states.table().evicted()).isPositive();
    }

    @Test
    void bytes_that_are_no_state_are_refused() {
        assertThatThrownBy(() -> states.accept(new byte[] {1, 2, 3}, 0)).isInstanceOf(Topic.Undecodable.class);
    }
}
