package io.bastion.scheduler;

import static io.bastion.testing.Conditions.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bastion.testing.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** The timer with its thread and the machine's clock. */
class WheelTimerThreadTest {
    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final TestHome home = new TestHome();

    @Test
    void sleepingTimer_wakesForAnEntry() {
        try (WheelTimer timer = WheelTimer.create("test")) {
            for (long delay : new long[] {MILLI, 30 * MILLI, 1_001 * MILLI}) {
                await("the thread sleeps", () -> thread("test").getState() == Thread.State.WAITING);
                TestEntry entry = new TestEntry(home, 0);
                long start = System.nanoTime();
                timer.start(entry, delay);
                await("it has fired", () -> home.received.contains(entry));
                assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(delay);
            }
        }
    }

    @Test
    void shortDelay_isNotDelayedByALongOne() {
        try (WheelTimer timer = WheelTimer.create("test")) {
            timer.start(new TestEntry(home, 0), 100 * SECOND);
            await("the thread sleeps for long", () -> thread("test").getState() == Thread.State.TIMED_WAITING);
            TestEntry entry = new TestEntry(home, 1);
            timer.start(entry, 5 * MILLI);
            await("it has fired", () -> home.received.contains(entry));
        }
    }

    @Test
    void closedTimer_endsItsThread_andRefusesEntries() {
        WheelTimer timer = WheelTimer.create("test");
        TestEntry entry = new TestEntry(home, 0);
        timer.start(entry, 20 * SECOND);
        Thread thread = thread("test");
        timer.close();
        await("the thread has ended", () -> !thread.isAlive());
        assertThatThrownBy(() -> timer.start(new TestEntry(home, 0), 1)).isInstanceOf(RejectedExecutionException.class);
        assertThat(entry.stopTimer()).isTrue();
        assertThat(home.received).isEmpty();
    }

    @Test
    void manyThreads_startAndCancel_andEveryEntryFiresOrIsCancelled() throws InterruptedException {
        Random seeds = new Random(Seed.of("WheelTimerTest"));
        AtomicInteger early = new AtomicInteger();
        AtomicInteger fired = new AtomicInteger();
        AtomicInteger cancelled = new AtomicInteger();
        int perThread = 40_000;
        int threads = 3;
        try (WheelTimer timer = WheelTimer.create("test")) {
            Home counting = new Home() {
                @Override
                protected void execute(Activity activity) {
                    if (timer.nanoTime() < ((TestEntry) activity).expected) {
                        early.incrementAndGet();
                    }
                    fired.incrementAndGet();
                }

                @Override
                protected void yield(Activity activity) {
                    throw new AssertionError();
                }

                @Override
                public int node() {
                    return 0;
                }

                @Override
                public ActivityScheduler scheduler() {
                    throw new AssertionError();
                }
            };
            List<Thread> starters = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                SplittableRandom random = new SplittableRandom(seeds.nextLong());
                Thread starter = new Thread(() -> {
                    TestEntry[] window = new TestEntry[200];
                    for (int i = 0; i < perThread; i++) {
                        int slot = random.nextInt(window.length);
                        TestEntry old = window[slot];
                        if (old != null && old.stopTimer()) {
                            cancelled.incrementAndGet();
                        }
                        TestEntry entry = new TestEntry(counting, i);
                        long delay = random.nextInt(10) == 0 ? SECOND : random.nextLong(80 * MILLI);
                        entry.expected = timer.nanoTime() + delay;
                        timer.start(entry, delay);
                        window[slot] = entry;
                        if (random.nextInt(300) == 0) {
                            LockSupport.parkNanos(random.nextLong(20 * MILLI));
                        }
                    }
                });
                starters.add(starter);
                starter.start();
            }
            for (Thread starter : starters) {
                starter.join();
            }
            await("every entry has fired or was cancelled", () -> fired.get() + cancelled.get() == threads * perThread);
            assertThat(early).hasValue(0);
            assertThat(fired.get()).isPositive();
            assertThat(cancelled.get()).isPositive();
        }
    }

    private static Thread thread(String name) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(t -> t.getName().equals(name) && t.isAlive())
                .findFirst()
                .orElseThrow();
    }
}
