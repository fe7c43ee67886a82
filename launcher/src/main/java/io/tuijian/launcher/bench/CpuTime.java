package io.tuijian.launcher.bench;

import io.tuijian.launcher.Failure;
import java.time.Duration;
import java.util.List;

/** Processor time of other processes, user and system, as the operating system counts it; Linux in hundredths of a second. */
record CpuTime(List<ProcessHandle> processes) {
    /**
     * Since these processes began.
     *
     * @throws Failure where the system does not tell, or one of them has ended
     */
    Duration now() {
        Duration sum = Duration.ZERO;
        for (ProcessHandle process : processes) {
            sum = sum.plus(process.info()
                    .totalCpuDuration()
                    .orElseThrow(() -> new Failure("This system does not tell the processor time of process "
                            + process.pid() + "; Linux and macOS do, while it runs.")));
        }
        return sum;
    }

    /** Milliseconds a piece since an earlier moment, to a thousandth. */
    double millisEach(Duration earlier, long pieces) {
        return Math.round(now().minus(earlier).toNanos() / 1e3 / pieces) / 1e3;
    }
}
