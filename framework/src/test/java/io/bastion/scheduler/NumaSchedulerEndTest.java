package io.bastion.scheduler;

import static io.bastion.testing.Conditions.await;
import static io.bastion.testing.Conditions.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.bastion.testing.Conditions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;

/** What becomes of activities when the scheduler ends. */
class NumaSchedulerEndTest extends NumaSchedulerTesting {
    @Test
    void activity_afterDispose_isRejected() {
        NumaScheduler numa = create(1);
        Home home = numa.nextHome();
        numa.dispose();
        numa.disposeGracefully().block(Conditions.BOUND);
        assertThatThrownBy(() -> new Probe(home, f -> {}).start()).isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(() -> numa.timer().start(new ProbeEntry(home), 1))
                .isInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void activity_sentByARunningOneAfterDispose_isRejected() {
        NumaScheduler numa = create(1);
        Home home = numa.nextHome();
        CompletableFuture<Throwable> refusal = new CompletableFuture<>();
        CountDownLatch running = new CountDownLatch(1);
        new Probe(home, f -> {
                    running.countDown();
                    while (!numa.isDisposed()) {
                        Thread.onSpinWait();
                    }
                    refusal.complete(catchThrowable(() -> new Probe(home, g -> {}).start()));
                })
                .start();
        awaitQuietly(running);
        numa.dispose();
        assertThat(result(refusal)).isInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void activities_thatWaitAtAGracefulEnd_areRun_withWhatTheyCause() {
        NumaScheduler numa = create(2, 1);
        CountDownLatch gate = new CountDownLatch(1);
        AtomicInteger ran = new AtomicInteger();
        for (int i = 0; i < 3; i++) {
            new Probe(numa.nextHome(), f -> awaitQuietly(gate)).start();
        }
        for (int i = 0; i < 300; i++) {
            Home home = numa.nextHome(i % 2);
            new Probe(home, f -> {
                        ran.incrementAndGet();
                        new Probe(numa.nextHome(), g -> ran.incrementAndGet()).start();
                    })
                    .start();
        }
        AtomicBoolean ended = new AtomicBoolean();
        numa.disposeGracefully().subscribe(v -> {}, e -> {}, () -> ended.set(true));
        assertThat(ended).isFalse();
        gate.countDown();
        await("the scheduler has ended", ended::get);
        assertThat(ran).hasValue(600);
    }

    @Test
    void threads_endWithTheScheduler() {
        NumaScheduler numa = create(2, 2);
        List<Thread> threads = new ArrayList<>();
        for (NodeGroup group : numa.pool.groups) {
            for (NumaWorker worker : group.workers) {
                threads.add(worker.thread);
            }
        }
        assertThat(threads).hasSize(4).allMatch(Thread::isAlive);
        numa.dispose();
        await("the threads have ended", () -> threads.stream().noneMatch(Thread::isAlive));
    }

    @Test
    void gracefulEnd_doesNotWaitForADelayedTaskThatIsDisposed() {
        NumaScheduler numa = create(1);
        Disposable task = numa.schedule(() -> {}, 1, TimeUnit.HOURS);
        AtomicBoolean ended = new AtomicBoolean();
        numa.disposeGracefully().subscribe(v -> {}, e -> {}, () -> ended.set(true));
        awaitAllAsleep(numa);
        assertThat(ended).isFalse();
        task.dispose();
        await("the scheduler has ended", ended::get);
    }
}
