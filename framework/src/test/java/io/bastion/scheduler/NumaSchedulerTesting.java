package io.bastion.scheduler;

import static io.bastion.testing.Conditions.await;

import io.bastion.testing.Conditions;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import reactor.core.scheduler.Schedulers;

/** A scheduler for a test, and activities that do what a test says. */
abstract class NumaSchedulerTesting {
    @Nullable NumaScheduler scheduler;

    @AfterEach
    void dispose() {
        Schedulers.resetOnHandleError();
        if (scheduler != null) {
            scheduler.dispose();
            scheduler.disposeGracefully().block(Conditions.BOUND);
        }
    }

    NumaScheduler create(int... cpusPerNode) {
        NumaScheduler created = NumaScheduler.builder()
                .name("test")
                .topology(NumaTopology.of(cpusPerNode))
                .pinned(false)
                .build();
        scheduler = created;
        return created;
    }

    static void awaitAllAsleep(NumaScheduler scheduler) {
        await("all workers sleep", scheduler.pool::allIdle);
    }

    static void awaitDeepSleep(NumaScheduler scheduler) {
        awaitAllAsleep(scheduler);
        await("nobody wakes up for 50 ms", () -> {
            long before = parks(scheduler);
            sleep(Duration.ofMillis(50));
            return parks(scheduler) == before;
        });
    }

    static long parks(NumaScheduler scheduler) {
        return scheduler.stats().nodes().stream()
                .mapToLong(SchedulerStats.NodeStats::parks)
                .sum();
    }

    static void sleep(Duration duration) {
        try {
            Thread.sleep(duration.toMillis());
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Blocks the calling thread, be it a worker; returns whether the latch was opened. */
    static boolean awaitQuietly(CountDownLatch latch) {
        try {
            return latch.await(Conditions.BOUND.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            return false;
        }
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    static <E extends Throwable> void sneak(Throwable error) throws E {
        throw (E) error;
    }

    static class Probe extends Activity {
        private final @Nullable Consumer<WorkFrame> action;

        Probe(Home home, @Nullable Consumer<WorkFrame> action) {
            super(home);
            this.action = action;
        }

        void start() {
            schedule();
        }

        @Override
        protected void run(WorkFrame frame) {
            if (action != null) {
                action.accept(frame);
            }
        }
    }

    static final class ProbeEntry extends TimerEntry {
        ProbeEntry(Home home) {
            super(home);
        }

        @Override
        protected void run(WorkFrame frame) {}
    }
}
