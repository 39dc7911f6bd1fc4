package io.bastion.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.testing.Conditions;
import io.bastion.testing.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RunQueueTest {
    private final RunQueue queue = new RunQueue();

    @Test
    void activities_leaveInTheOrderInWhichTheyCame() {
        List<Activity> pushed = push(10);
        assertThat(popAll(queue)).isEqualTo(pushed);
    }

    @Test
    void fullQueue_refuses_andTakesAgainAfterAPop() {
        push(RunQueue.CAPACITY);
        assertThat(queue.push(new Numbered(0))).isFalse();
        assertThat(queue.size()).isEqualTo(RunQueue.CAPACITY);
        queue.pop();
        assertThat(queue.push(new Numbered(0))).isTrue();
        assertThat(queue.push(new Numbered(0))).isFalse();
    }

    @Test
    void chain_isPushedAsFarAsItFits() {
        List<Activity> first = push(RunQueue.CAPACITY - 3);
        List<Activity> chain = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            chain.add(new Numbered(i));
            if (i > 0) {
                chain.get(i - 1).nextInQueue = chain.get(i);
            }
        }
        assertThat(queue.pushChain(chain.get(0))).isSameAs(chain.get(3));
        assertThat(chain.get(3).nextInQueue).isSameAs(chain.get(4));
        first.addAll(chain.subList(0, 3));
        assertThat(popAll(queue)).isEqualTo(first).allMatch(a -> a.nextInQueue == null);
    }

    @Test
    void thief_takesTheOlderHalf() {
        List<Activity> pushed = push(7);
        RunQueue thief = new RunQueue();
        List<Activity> stolen = new ArrayList<>();
        stolen.add(queue.stealInto(thief));
        stolen.addAll(popAll(thief));
        assertThat(stolen).isEqualTo(pushed.subList(0, 4));
        assertThat(popAll(queue)).isEqualTo(pushed.subList(4, 7));
    }

    @Test
    void thief_takesTheLastOne_andNothingFromAnEmptyQueue() {
        List<Activity> pushed = push(1);
        RunQueue thief = new RunQueue();
        assertThat(queue.stealInto(thief)).isSameAs(pushed.get(0));
        assertThat(queue.stealInto(thief)).isNull();
        assertThat(thief.isEmpty()).isTrue();
    }

    @Test
    void thief_takesHalfOfAFullQueue() {
        push(RunQueue.CAPACITY);
        RunQueue thief = new RunQueue();
        assertThat(queue.stealInto(thief)).isNotNull();
        assertThat(thief.size()).isEqualTo(RunQueue.CAPACITY / 2 - 1);
        assertThat(queue.size()).isEqualTo(RunQueue.CAPACITY / 2);
    }

    @Test
    void ownerAndThieves_getEveryActivityOnce() throws InterruptedException {
        Random random = new Random(Seed.of("RunQueueTest"));
        int count = 300_000;
        AtomicIntegerArray seen = new AtomicIntegerArray(count);
        AtomicInteger total = new AtomicInteger();
        AtomicBoolean stop = new AtomicBoolean();
        List<Thread> thieves = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            Thread thief = new Thread(() -> {
                RunQueue own = new RunQueue();
                while (!stop.get()) {
                    note(queue.stealInto(own), seen, total);
                    popAll(own).forEach(a -> note(a, seen, total));
                }
            });
            thieves.add(thief);
            thief.start();
        }
        int next = 0;
        while (next < count) {
            int burst = random.nextInt(100);
            for (int i = 0; i < burst && next < count && queue.push(new Numbered(next)); i++) {
                next++;
            }
            for (int i = random.nextInt(60); i > 0; i--) {
                note(queue.pop(), seen, total);
            }
            if (queue.isEmpty()) {
                queue.forgetStolen();
            }
        }
        popAll(queue).forEach(a -> note(a, seen, total));
        Conditions.await("all have been taken", () -> total.get() >= count);
        stop.set(true);
        for (Thread thief : thieves) {
            thief.join();
        }
        assertThat(total).hasValue(count);
        for (int i = 0; i < count; i++) {
            assertThat(seen.get(i)).as("times that %s was taken", i).isEqualTo(1);
        }
    }

    private static void note(@Nullable Activity activity, AtomicIntegerArray seen, AtomicInteger total) {
        if (activity != null) {
            seen.incrementAndGet(((Numbered) activity).number);
            total.incrementAndGet();
        }
    }

    private List<Activity> push(int count) {
        List<Activity> pushed = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Activity a = new Numbered(i);
            assertThat(queue.push(a)).isTrue();
            pushed.add(a);
        }
        return pushed;
    }

    private static List<Activity> popAll(RunQueue queue) {
        List<Activity> popped = new ArrayList<>();
        for (Activity a = queue.pop(); a != null; a = queue.pop()) {
            popped.add(a);
        }
        return popped;
    }

    private static final class Numbered extends Activity {
        final int number;

        Numbered(int number) {
            super(TestHome.NOWHERE);
            this.number = number;
        }

        @Override
        protected void run(WorkFrame frame) {}
    }
}
