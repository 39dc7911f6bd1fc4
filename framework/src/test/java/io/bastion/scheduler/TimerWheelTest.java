package io.bastion.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.testing.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TimerWheelTest {
    private final TimerWheel wheel = new TimerWheel();
    private final List<TimerEntry> due = new ArrayList<>();
    private int created;

    @Test
    void entry_isDueAtTheFirstTickThatIsNotBeforeItsDeadline() {
        TestEntry onTick = add(5 * TimerWheel.TICK);
        TestEntry afterTick = add(5 * TimerWheel.TICK + 1);
        assertThat(wheel.nextDue()).isEqualTo(5 * TimerWheel.TICK);

        wheel.advance(5 * TimerWheel.TICK - 1, due);
        assertThat(due).isEmpty();
        wheel.advance(5 * TimerWheel.TICK, due);
        assertThat(due).containsExactly(onTick);
        assertThat(wheel.nextDue()).isEqualTo(6 * TimerWheel.TICK);
        wheel.advance(6 * TimerWheel.TICK, due);
        assertThat(due).containsExactly(onTick, afterTick);
        assertThat(wheel.nextDue()).isEqualTo(TimerWheel.NEVER);
    }

    @Test
    void entryThatIsDueAlready_isNotAdded() {
        wheel.advance(10 * TimerWheel.TICK, due);
        TestEntry entry = new TestEntry(TestHome.NOWHERE, 0);
        entry.deadline = 10 * TimerWheel.TICK;
        assertThat(wheel.add(entry)).isFalse();
        assertThat(wheel.nextDue()).isEqualTo(TimerWheel.NEVER);
    }

    @Test
    void removedEntry_isNotDue_andMayBeRemovedAgain() {
        TestEntry first = add(TimerWheel.TICK);
        TestEntry second = add(TimerWheel.TICK);
        TestEntry third = add(TimerWheel.TICK);
        wheel.remove(second);
        wheel.remove(second);
        wheel.remove(first);
        wheel.advance(TimerWheel.TICK, due);
        assertThat(due).containsExactly(third);
        wheel.remove(third);
        assertThat(wheel.nextDue()).isEqualTo(TimerWheel.NEVER);
    }

    @Test
    void entriesWithTheSameDeadline_keepTheirOrder() {
        long deadline = TimeUnit.SECONDS.toNanos(100);
        List<TimerEntry> added = List.of(add(deadline), add(deadline), add(deadline), add(deadline));
        wheel.advance(TimeUnit.SECONDS.toNanos(200), due);
        assertThat(due).isEqualTo(added);
    }

    @Test
    void cancelledEntry_isDroppedWhenItsBucketIsEmptied() {
        TestEntry entry = add(TimeUnit.HOURS.toNanos(1));
        entry.cancel();
        wheel.advance(TimeUnit.HOURS.toNanos(2), due);
        assertThat(due).isEmpty();
    }

    @Test
    void deadlinesOfYears_areKept() {
        TestEntry century = add(TimeUnit.DAYS.toNanos(36_500));
        TestEntry never = add(Long.MAX_VALUE);
        wheel.advance(TimeUnit.DAYS.toNanos(36_499), due);
        assertThat(due).isEmpty();
        wheel.advance(TimeUnit.DAYS.toNanos(36_501), due);
        assertThat(due).containsExactly(century);
        wheel.remove(never);
        assertThat(wheel.nextDue()).isEqualTo(TimerWheel.NEVER);
    }

    /** Plays at random, and compares with a plain list; the clock moves at random or just to when the wheel says. */
    @Test
    void randomPlay_agreesWithAPlainList() {
        Random random = new Random(Seed.of("TimerWheelTest"));
        for (int game = 0; game < 30; game++) {
            TimerWheel played = new TimerWheel();
            List<TestEntry> model = new ArrayList<>();
            long now = 0;
            for (int step = 0; step < 2_000; step++) {
                switch (random.nextInt(4)) {
                    case 0, 1 -> {
                        TestEntry entry = new TestEntry(TestHome.NOWHERE, created++);
                        // delays of all magnitudes, up to half a year
                        entry.deadline = now + (random.nextLong() >>> 10 + random.nextInt(54));
                        boolean isDue = roundUp(entry.deadline) <= roundDown(now);
                        assertThat(played.add(entry)).isEqualTo(!isDue);
                        if (!isDue) {
                            model.add(entry);
                        }
                    }
                    case 2 -> {
                        if (!model.isEmpty()) {
                            played.remove(model.remove(random.nextInt(model.size())));
                        }
                    }
                    default -> {
                        long next = played.nextDue();
                        if (random.nextBoolean() || next == TimerWheel.NEVER) {
                            now += random.nextLong() >>> 20 + random.nextInt(44);
                        } else {
                            now = next;
                        }
                        long tick = roundDown(now);
                        List<TestEntry> expected = model.stream()
                                .filter(e -> roundUp(e.deadline) <= tick)
                                .toList();
                        model.removeAll(expected);
                        due.clear();
                        played.advance(now, due);
                        assertThat(due).containsExactlyInAnyOrderElementsOf(expected);
                    }
                }
                long earliest =
                        model.stream().mapToLong(e -> roundUp(e.deadline)).min().orElse(TimerWheel.NEVER);
                assertThat(played.nextDue()).isGreaterThan(now).isLessThanOrEqualTo(earliest);
            }
        }
    }

    private static long roundUp(long nanos) {
        return (nanos + TimerWheel.TICK - 1) / TimerWheel.TICK * TimerWheel.TICK;
    }

    private static long roundDown(long nanos) {
        return nanos / TimerWheel.TICK * TimerWheel.TICK;
    }

    private TestEntry add(long deadline) {
        TestEntry entry = new TestEntry(TestHome.NOWHERE, created++);
        entry.deadline = deadline;
        assertThat(wheel.add(entry)).isTrue();
        return entry;
    }
}
