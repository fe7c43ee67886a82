package io.tuijian.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StoredStateTest {
    @Test
    void the_layout_that_other_processes_rely_on_does_not_change() {
        assertThat(StoredState.key(Topics.VIEWER_STATES, "v712")).isEqualTo("v:v712");
        assertThat(StoredState.key(Topics.CONTENT_STATES, "c7136")).isEqualTo("c:c7136");
        assertThat(StoredState.key(Topics.AUTHOR_STATES, "a7349781")).isEqualTo("a:a7349781");
        assertThat(StoredState.value(258, new byte[] {7, 8})).containsExactly(0, 0, 0, 0, 0, 0, 1, 2, 7, 8);
    }

    @Test
    void the_bytes_come_back_as_they_were() {
        byte[] bytes = {5, 4, 3};
        assertThat(StoredState.bytes(StoredState.value(9, bytes))).isEqualTo(bytes);
        assertThat(StoredState.bytes(new byte[] {1})).isEmpty();
    }
}
