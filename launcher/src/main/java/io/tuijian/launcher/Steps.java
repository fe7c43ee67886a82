package io.tuijian.launcher;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Tells the user how far a start is: a bar and the time of each step on a terminal, plain lines elsewhere. */
final class Steps {
    private static final int WIDTH = 44;

    private final PrintWriter out;
    private final boolean terminal = System.console() != null;

    Steps(PrintWriter out) {
        this.out = out;
    }

    /** A step that may fail; tells of its progress through {@link Step#at}. */
    @FunctionalInterface
    interface Work<T> {
        T run(Step step) throws Exception;
    }

    /** Hears how far a step is. */
    @FunctionalInterface
    interface Step {
        /** @param share done, in [0, 1] */
        void at(double share);
    }

    /** Runs the work and prints its name, progress and time. */
    <T> T run(String name, Work<T> work) {
        long began = System.nanoTime();
        T result = terminal ? withBar(name, work) : quietly(work, share -> {});
        out.printf(Locale.ROOT, "  %-" + WIDTH + "s %6.1f s%n", name, seconds(began));
        out.flush();
        return result;
    }

    private <T> T withBar(String name, Work<T> work) {
        try (ProgressBar bar = new ProgressBarBuilder()
                .setTaskName("  " + name)
                .setInitialMax(1000)
                .setStyle(ProgressBarStyle.UNICODE_BLOCK)
                .setUpdateIntervalMillis(100)
                .hideEta()
                .clearDisplayOnFinish()
                .build()) {
            return quietly(work, share -> bar.stepTo(Math.round(1000 * Math.min(1, share))));
        }
    }

    private static <T> T quietly(Work<T> work, Step step) {
        try {
            return work.run(step);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    void say(String line) {
        out.println(line);
        out.flush();
    }

    static double seconds(long beganNanos) {
        return Duration.ofNanos(System.nanoTime() - beganNanos).toMillis() / 1e3;
    }
}
