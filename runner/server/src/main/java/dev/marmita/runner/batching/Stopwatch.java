package dev.marmita.runner.batching;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/**
 * Tells what a run costs. Where a run has but the calling thread, that is this thread's processor time,
 * which does not count what others do on the machine meanwhile; else the time on the wall.
 */
@FunctionalInterface
interface Stopwatch {

    long nanos();

    /** To be made late: it loads what a start can do without. */
    static Stopwatch of(int threads) {
        ThreadMXBean beans = ManagementFactory.getThreadMXBean();
        return threads == 1
                        && beans.isCurrentThreadCpuTimeSupported()
                        && beans.isThreadCpuTimeEnabled()
                ? beans::getCurrentThreadCpuTime
                : System::nanoTime;
    }
}
