package io.bastion.actor;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.supervision.Budget;
import io.bastion.supervision.Restart;
import io.bastion.testing.Conditions;
import io.bastion.testing.Recorder;
import io.bastion.testing.TestSystem;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Many actors, and deep trees of them. */
class ActorScaleTest {
    private static final int MANY = 1_000_000;
    private static final int DEEP = 10_000;
    private static final long MEGABYTE = 1 << 20;

    /** For what takes some seconds on a machine that does nothing else. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @RegisterExtension
    final TestSystem test = new TestSystem();

    private static long used() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    @Test
    void millionChildren_startWorkAndStop_giveTheirMemoryBack() {
        LongAdder handled = new LongAdder();
        ActorSpec<Object> spec = ActorSpec.anonymous(() -> Behavior.receive((context, m) -> handled.increment()));
        long before = used();
        ActorRef<Object> parent = test.spawn(ActorSpec.of(
                "parent",
                () -> Behavior.<Object>receive((context, m) -> {
                    for (int i = 0; i < MANY; i++) {
                        context.spawn(spec).tell(m);
                    }
                })));
        parent.tell("go");
        Conditions.await(() -> "all have worked, not " + handled, PATIENCE, () -> handled.sum() == MANY);
        parent.stop();
        Objects.requireNonNull(parent.whenTerminated().block(PATIENCE), "not ended");
        assertThat(test.rest().handled()).isEqualTo(MANY + 1);
        Conditions.await(() -> "the memory is given back", PATIENCE, () -> used() < before + 16 * MEGABYTE);
    }

    @Test
    void manyActorsFromOutsideStopOneByOne() throws InterruptedException {
        CountDownLatch ended = new CountDownLatch(MANY / 20);
        ActorSpec<Object> spec = ActorSpec.<Object>anonymous(
                () -> Behavior.<Object>receive((context, m) -> context.stop()).onSignal((context, signal) -> {
                    ended.countDown();
                    return true;
                }));
        long before = used();
        for (int i = 0; i < MANY / 20; i++) {
            test.spawn(spec).tell("stop");
        }
        assertThat(ended.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        test.rest();
        Conditions.await(() -> "the memory is given back", PATIENCE, () -> used() < before + 8 * MEGABYTE);
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
        assertThat(test.logged()).isNotEmpty().allMatch(line -> line.length() < 1_000); // however deep it is
    }

    @Test
    void lint_ofADeepChain_namesTheEndOfThePath() {
        ActorSpec<Object> leaf = ActorSpec.of("leaf", () -> Behavior.receive((context, m) -> {}));
        SupervisorSpec spec = SupervisorSpec.named("s" + DEEP)
                .child(leaf.restart(Restart.temporary().tries(1)));
        for (int i = DEEP - 1; i > 0; i--) {
            spec = SupervisorSpec.named("s" + i).child(spec);
        }
        List<String> findings = Lint.of(spec.asActor(), Budget.DEFAULT);
        assertThat(findings).singleElement().asString().startsWith(".../s9970/").contains("/s10000/leaf: temporary");
    }
}
