package io.bastion.actor;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.testing.Conditions;
import io.bastion.testing.Recorder;
import io.bastion.testing.TestSystem;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Many actors, and deep trees of them. */
class ActorScaleTest {
    private static final int MANY = 200_000;
    private static final int DEEP = 10_000;
    private static final long MEGABYTE = 1 << 20;

    @RegisterExtension
    final TestSystem test = new TestSystem();

    private static long used() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    @Test
    void manyActorsStartWorkStopAndGiveTheirMemoryBack() {
        LongAdder handled = new LongAdder();
        ActorSpec<Object> spec = ActorSpec.anonymous(() -> Behavior.receive((context, m) -> handled.increment()));
        long before = used();
        for (int round = 0; round < 2; round++) {
            ActorRef<Object> parent = test.spawn(ActorSpec.of(
                    "parent",
                    () -> Behavior.<Object>receive((context, m) -> {
                        for (int i = 0; i < MANY; i++) {
                            context.spawn(spec).tell(m);
                        }
                    })));
            parent.tell("go");
            long expected = (round + 1L) * MANY;
            Conditions.await("all have worked", () -> handled.sum() == expected);
            parent.stop();
            Objects.requireNonNull(parent.whenTerminated().block(Conditions.BOUND.multipliedBy(3)), "not ended");
        }
        assertThat(test.rest().handled()).isEqualTo(2L * MANY + 2);
        Conditions.await("the memory is given back", () -> used() < before + 16 * MEGABYTE);
    }

    @Test
    void manyActorsFromOutsideStopOneByOne() throws InterruptedException {
        CountDownLatch ended = new CountDownLatch(MANY / 4);
        ActorSpec<Object> spec = ActorSpec.<Object>anonymous(
                () -> Behavior.<Object>receive((context, m) -> context.stop()).onSignal((context, signal) -> {
                    ended.countDown();
                    return true;
                }));
        long before = used();
        for (int i = 0; i < MANY / 4; i++) {
            test.spawn(spec).tell("stop");
        }
        assertThat(ended.await(30, TimeUnit.SECONDS)).isTrue();
        test.rest();
        Conditions.await("the memory is given back", () -> used() < before + 8 * MEGABYTE);
    }

    private ActorSpec<Integer> chain(Recorder<ActorRef<Integer>> deepest) {
        return ActorSpec.anonymous(() -> Behavior.receive((context, n) -> {
            if (n < 0) {
                throw new IllegalStateException("wanted");
            }
            if (n == 0) {
                deepest.add(context.self());
            } else {
                context.spawn(chain(deepest)).tell(n - 1);
            }
        }));
    }

    @Test
    void aDeepChainStopsFailsAndIsKilled() throws InterruptedException {
        for (int how = 0; how < 3; how++) {
            Recorder<ActorRef<Integer>> deepest = new Recorder<>();
            ActorRef<Integer> top = test.spawn(chain(deepest));
            top.tell(DEEP);
            ActorRef<Integer> last = deepest.await(1).get(0);
            TerminationReason expected = TerminationReason.STOPPED;
            switch (how) {
                case 0 -> {
                    Thread small = new Thread(null, top::stop, "small stack", 64 * 1024);
                    small.start();
                    small.join();
                }
                case 1 -> {
                    top.kill();
                    expected = TerminationReason.KILLED;
                }
                default -> {
                    last.tell(-1);
                    test.rest();
                    assertThat(last.stats().failed()).isEqualTo(1);
                    top.tell(-1); // all below it end, and it starts again
                }
            }
            assertThat(TestSystem.end(last)).isEqualTo(expected);
            top.stop();
            TestSystem.end(top);
        }
        assertThat(test.logged()).noneMatch(line -> line.contains("StackOverflow"));
    }
}
