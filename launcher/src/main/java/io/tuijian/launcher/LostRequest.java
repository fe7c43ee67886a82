package io.tuijian.launcher;

import java.util.logging.Handler;
import java.util.logging.LogRecord;

/**
 * Ends a kernel that lost Jupyter's first request. The kernel takes messages from its sockets a moment before it knows
 * what to do with them; one that comes in between is logged and dropped, and Jupyter, which does not ask again, would wait
 * until its patience ends. A kernel that died it starts anew.
 */
public final class LostRequest extends Handler {
    private static final String LOST = "Unhandled message: kernel_info_request";

    @Override
    public void publish(LogRecord record) {
        if (isLost(record)) {
            Runtime.getRuntime().halt(1);
        }
    }

    static boolean isLost(LogRecord record) {
        return String.valueOf(record.getMessage()).contains(LOST);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
}
