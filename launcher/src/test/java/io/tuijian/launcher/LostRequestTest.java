package io.tuijian.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

class LostRequestTest {
    @Test
    void what_the_kernel_says_of_a_request_that_it_dropped_is_told_from_all_else() {
        assertThat(LostRequest.isLost(
                        new LogRecord(Level.SEVERE, "[ShellChannel]: Unhandled message: kernel_info_request")))
                .isTrue();
        assertThat(LostRequest.isLost(new LogRecord(Level.SEVERE, "[ShellChannel]: Unhandled message: comm_open")))
                .isFalse();
        assertThat(LostRequest.isLost(new LogRecord(Level.INFO, null))).isFalse();
    }
}
