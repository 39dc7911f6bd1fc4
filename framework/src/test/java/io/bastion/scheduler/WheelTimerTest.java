package io.bastion.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The timer without its thread: the test plays the thread, and the clock. */
class WheelTimerTest {
    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final AtomicLong now = new AtomicLong(-123);
    private final Queue<Runnable> whenTheClockIsRead = new ArrayDeque<>();
    private final WheelTimer timer = new WheelTimer("test", this::readClock);
    private final TestHome home = new TestHome();

    @Test
    void clock_beginsAtZero() {
        assertThat(timer.nanoTime()).isZero();
        now.addAndGet(5);
        assertThat(timer.nanoTime()).isEqualTo(5);
    }

    @Test
    void entry_firesAfterItsDelay_notEarlier() {
        TestEntry entry = start(20 * MILLI);
        turnAt(20 * MILLI - 1);
        assertThat(home.received).isEmpty();
        turnAt(20 * MILLI + TimerWheel.TICK);
        assertThat(home.received).containsExactly(entry);
    }

    @Test
    void entryWithoutDelay_firesAtOnce() {
        TestEntry first = start(0);
        TestEntry second = start(-5);
        assertThat(home.received).containsExactly(first, second);
    }

    @Test
    void entries_fireInTheOrderOfTheirDeadlines_andOfTheirStartsWhereThoseAreEqual() {
        TestEntry d = start(4 * MILLI + 2);
        TestEntry a = start(4 * MILLI);
        TestEntry b = start(4 * MILLI);
        TestEntry c = start(4 * MILLI + 1);
        TestEntry e = start(90 * MILLI);
        turnAt(500 * MILLI);
        assertThat(home.received).containsExactly(a, b, c, d, e);
    }

    @Test
    void longDelay_countsFromTheTakeover_soThatALateThreadDoesNotMakeItEarly() {
        now.addAndGet(3 * SECOND);
        TestEntry entry = start(5 * SECOND);
        now.addAndGet(60 * SECOND);
        timer.turn();
        assertThat(home.received).isEmpty();
        assertThat(entry.deadline()).isEqualTo(68 * SECOND);
        turnAt(68 * SECOND - 1);
        assertThat(home.received).isEmpty();
        turnAt(68 * SECOND + TimerWheel.TICK);
        assertThat(home.received).containsExactly(entry);
    }

    @Test
    void hugeDelay_doesNotOverflow() {
        now.addAndGet(SECOND);
        start(Long.MAX_VALUE);
        timer.turn();
        turnAt(TimeUnit.DAYS.toNanos(10_000));
        assertThat(home.received).isEmpty();
    }

    @Test
    void cancelledEntry_doesNotFire() {
        TestEntry before = start(5 * MILLI);
        assertThat(before.stopTimer()).isTrue();
        TestEntry after = start(5 * MILLI);
        timer.turn();
        assertThat(after.stopTimer()).isTrue();
        assertThat(after.stopTimer()).isFalse();
        assertThat(List.of(before, after)).allMatch(TimerEntry::isCancelled);
        turnAt(SECOND);
        assertThat(home.received).isEmpty();
    }

    @Test
    void cancelledEntries_leaveNothingBehind() {
        start(10 * SECOND).cancel();
        TestEntry transferred = start(10 * SECOND);
        timer.turn();
        transferred.cancel();
        assertThat(turnUntilQuiet()).isEqualTo(TimerWheel.NEVER);
        assertThat(transferred.next).isNull();
        assertThat(transferred.previous).isNull();
        assertThat(transferred.nextCancelled).isNull();
    }

    @Test
    void firedEntry_cannotBeCancelled_andCanBeStartedAgain() {
        TestEntry entry = start(MILLI);
        turnAt(10 * MILLI);
        assertThat(entry.stopTimer()).isFalse();
        timer.start(entry, MILLI);
        turnAt(20 * MILLI);
        assertThat(home.received).containsExactly(entry, entry);
        timer.start(entry, 2 * SECOND);
        timer.turn();
        assertThat(entry.stopTimer()).isTrue();
    }

    @Test
    void entryCancelledAfterItWasDue_doesNotDisturbTheWheel() {
        TestEntry entry = start(5 * MILLI);
        TestEntry other = start(SECOND / 2);
        timer.turn();
        now.set(-123 + 50 * MILLI);
        entry.cancel(); // the bucket is emptied in the same turn in which the cancellation is seen
        timer.turn();
        turnAt(SECOND);
        assertThat(home.received).containsExactly(other);
    }

    @Test
    void underTraffic_itLooksEveryPeriod_orWhenAnEntryIsDue() {
        start(SECOND);
        assertThat(timer.turn()).isEqualTo(WheelTimer.PERIOD);
        start(3 * MILLI);
        assertThat(timer.turn()).isBetween(3 * MILLI, 3 * MILLI + TimerWheel.TICK);
    }

    @Test
    void whenItIsQuiet_itSleepsUntilTheNextEntryIsDue() {
        assertThat(turnUntilQuiet()).isEqualTo(TimerWheel.NEVER);
        start(700 * MILLI);
        long wake = turnUntilQuiet();
        assertThat(wake).isLessThanOrEqualTo(700 * MILLI + TimerWheel.TICK);
        int turns = 0;
        while (home.received.isEmpty()) {
            turnAt(wake);
            wake = timer.turn();
            turns++;
        }
        assertThat(turns).isLessThanOrEqualTo(3); // one for each level of the wheel
    }

    @Test
    void entryWhoseHomeHasEnded_doesNotKeepOthersFromFiring() {
        Home ended = new Home() {
            @Override
            protected void execute(Activity activity) {
                throw new RejectedExecutionException("expected");
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
        timer.start(new TestEntry(ended, 1), MILLI);
        TestEntry entry = start(2 * MILLI);
        turnAt(SECOND);
        assertThat(home.received).containsExactly(entry);
    }

    @Test
    void entryThatComesWhileTheThreadDecidesHowLongToSleep_isSeen() {
        start(10 * SECOND);
        TestEntry[] entry = new TestEntry[1];
        whenTheClockIsRead.add(() -> {}); // when it takes the first one over
        whenTheClockIsRead.add(() -> {}); // when it looks what is due
        whenTheClockIsRead.add(() -> entry[0] = start(2 * MILLI));
        assertThat(timer.turn()).isLessThanOrEqualTo(2 * MILLI + TimerWheel.TICK);
        assertThat(entry[0]).isNotNull();
    }

    @Test
    void entryThatComesWhileTheThreadDecidesToSleepForLong_isSeen() {
        assertThat(turnUntilQuiet()).isEqualTo(TimerWheel.NEVER);
        whenTheClockIsRead.add(() -> start(2 * MILLI));
        assertThat(timer.turn()).isZero();
    }

    @Test
    void cancellationThatComesWhileTheThreadDecidesToSleepForLong_isSeen() {
        TestEntry entry = start(SECOND);
        turnUntilQuiet();
        whenTheClockIsRead.add(entry::cancel);
        assertThat(timer.turn()).isZero();
        assertThat(turnUntilQuiet()).isEqualTo(TimerWheel.NEVER);
    }

    private long readClock() {
        Runnable disturbance = whenTheClockIsRead.poll();
        if (disturbance != null) {
            disturbance.run();
        }
        return now.get();
    }

    private TestEntry start(long delay) {
        TestEntry entry = new TestEntry(home, 0);
        timer.start(entry, delay);
        return entry;
    }

    private void turnAt(long time) {
        now.set(-123 + time);
        timer.turn();
    }

    private long turnUntilQuiet() {
        long wake = 0;
        for (int i = 0; i < 20; i++) {
            wake = timer.turn();
        }
        return wake;
    }
}
