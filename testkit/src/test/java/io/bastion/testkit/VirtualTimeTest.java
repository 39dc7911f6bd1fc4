package io.bastion.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bastion.scheduler.Home;
import io.bastion.scheduler.TimerEntry;
import io.bastion.scheduler.WorkFrame;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What fires, when, and in which order. */
class VirtualTimeTest {
    private final VirtualTime time = new VirtualTime();
    private final Home home = new InlineHome();

    /** Names of the entries that have fired, each with the time in seconds. */
    private final List<String> fired = new ArrayList<>();

    private class Entry extends TimerEntry {
        private final String name;
        private final Runnable then;

        Entry(String name, Runnable then) {
            super(home);
            this.name = name;
            this.then = then;
        }

        @Override
        protected void run(WorkFrame frame) {
            fired.add(name + "@" + time.now().toSeconds());
            then.run();
        }
    }

    private Entry start(String name, int seconds) {
        return start(name, seconds, () -> {});
    }

    private Entry start(String name, int seconds, Runnable then) {
        Entry entry = new Entry(name, then);
        start(entry, seconds);
        return entry;
    }

    private void start(Entry entry, int seconds) {
        time.start(entry, TimeUnit.SECONDS.toNanos(seconds));
    }

    private void advance(int seconds) {
        time.advanceBy(Duration.ofSeconds(seconds));
    }

    @Test
    void entries_fireInTheOrderOfTheirDueTimes_atTheirDueTimes() {
        start("c", 3);
        start("a", 1);
        start("b", 2);
        advance(5);
        assertThat(fired).containsExactly("a@1", "b@2", "c@3");
        assertThat(time.now()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void entriesOfTheSameTime_fireInTheOrderOfTheirStart() {
        for (String name : List.of("d", "a", "c", "b")) {
            start(name, 1);
        }
        advance(1);
        assertThat(fired).containsExactly("d@1", "a@1", "c@1", "b@1");
    }

    @Test
    void entries_fireNeitherEarlyNorLate() {
        start("a", 1);
        time.advanceBy(Duration.ofSeconds(1).minusNanos(1));
        assertThat(fired).isEmpty();
        time.advanceBy(Duration.ofNanos(1));
        assertThat(fired).containsExactly("a@1");
    }

    @Test
    void entryWithoutDelay_firesAtOnce() {
        start("a", 0);
        assertThat(fired).containsExactly("a@0");
        assertThat(time.pending()).isZero();
    }

    @Test
    void cancelledEntry_doesNotFire_andIsForgotten() {
        Entry a = start("a", 1);
        start("b", 1);
        assertThat(time.pending()).isEqualTo(2);
        assertThat(a.stopTimer()).isTrue();
        assertThat(time.pending()).isEqualTo(1);
        advance(2);
        assertThat(fired).containsExactly("b@1");
    }

    @Test
    void entryThatIsCancelledByAnotherOfTheSameTime_doesNotFire() {
        Entry[] victim = new Entry[1];
        start("a", 1, () -> victim[0].cancel());
        victim[0] = start("b", 1);
        advance(1);
        assertThat(fired).containsExactly("a@1");
        assertThat(time.pending()).isZero();
    }

    @Test
    void entriesThatAreStartedWhileTheTimeMoves_takePart() {
        start("a", 1, () -> {
            start("a+1", 1);
            start("a+0", 0);
            start("a+9", 9);
        });
        start("b", 3);
        advance(5);
        assertThat(fired).containsExactly("a@1", "a+0@1", "a+1@2", "b@3");
        assertThat(time.pending()).isEqualTo(1);
        assertThat(time.nextDue()).contains(Duration.ofSeconds(10));
        advance(5);
        assertThat(fired).endsWith("a+9@10");
    }

    @Test
    void entryThatStartsItselfAgain_firesOnceAPeriod() {
        List<Entry> self = new ArrayList<>();
        self.add(start("tick", 2, () -> start(self.get(0), 2)));
        advance(7);
        assertThat(fired).containsExactly("tick@2", "tick@4", "tick@6");
        self.get(0).cancel();
        advance(7);
        assertThat(fired).hasSize(3);
    }

    @Test
    void advanceTo_goesToATimeSinceTheBeginning() {
        start("a", 4);
        advance(3);
        time.advanceTo(Duration.ofSeconds(4));
        assertThat(fired).containsExactly("a@4");
        assertThatThrownBy(() -> time.advanceTo(Duration.ofSeconds(3)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("time: PT3S (expected: >= PT4S)");
    }

    @Test
    void time_doesNotGoBack() {
        assertThatThrownBy(() -> time.advanceBy(Duration.ofSeconds(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("duration: PT-1S (expected: >= 0)");
    }

    @Test
    void time_isNotMovedWhileItMoves() {
        List<Throwable> refused = new ArrayList<>();
        start("a", 1, () -> {
            try {
                advance(1);
            } catch (IllegalStateException e) {
                refused.add(e);
            }
        });
        advance(1);
        assertThat(refused)
                .singleElement()
                .extracting(Throwable::getMessage)
                .isEqualTo("time: moved while it is moving (expected: one move after another)");
    }

    @Test
    void endlessDelay_isNotAnOverflow() {
        advance(1);
        time.start(new Entry("never", () -> {}), Long.MAX_VALUE);
        advance(1_000_000);
        assertThat(fired).isEmpty();
        assertThat(time.pending()).isEqualTo(1);
    }

    @Test
    void pendingEntries_areDescribed() {
        start("a", 2);
        assertThat(time.describePending()).containsExactly(Entry.class.getName() + ", due at PT2S");
        assertThat(time).hasToString("virtual time PT0S with 1 pending");
    }
}
