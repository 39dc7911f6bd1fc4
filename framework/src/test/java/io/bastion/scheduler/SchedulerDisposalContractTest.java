package io.bastion.scheduler;

import static io.bastion.testing.Conditions.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bastion.testing.Conditions;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** The end of a scheduler. */
class SchedulerDisposalContractTest extends SchedulerContract {
    @Test
    void disposedScheduler_refusesEverything() {
        Scheduler.Worker worker = scheduler.createWorker();
        scheduler.dispose();
        scheduler.dispose();
        assertThat(scheduler.isDisposed()).isTrue();
        assertThatThrownBy(() -> scheduler.schedule(() -> {})).isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(() -> scheduler.schedule(() -> {}, 1, TimeUnit.SECONDS))
                .isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(() -> scheduler.schedulePeriodically(() -> {}, 1, 1, TimeUnit.SECONDS))
                .isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(() -> worker.schedule(() -> {})).isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(() -> scheduler.createWorker().schedule(() -> {}))
                .isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(scheduler::init).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void dispose_interruptsRunningTasks_andDropsWaitingOnes() {
        Scheduler.Worker worker = scheduler.createWorker();
        AtomicInteger ran = new AtomicInteger();
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        worker.schedule(() -> awaitInterrupt(running, interrupted));
        await(running);
        worker.schedule(ran::incrementAndGet);
        worker.schedule(ran::incrementAndGet, 5, TimeUnit.MILLISECONDS);
        scheduler.dispose();
        await(interrupted);
        scheduler.disposeGracefully().block(Conditions.BOUND);
        assertThat(ran).hasValue(0);
    }

    @Test
    void gracefulDispose_beginsWithTheSubscription() {
        Mono<Void> disposal = scheduler.disposeGracefully();
        assertThat(scheduler.isDisposed()).isFalse();
        disposal.block(Conditions.BOUND);
        assertThat(scheduler.isDisposed()).isTrue();
    }

    @Test
    void gracefulDispose_letsWaitingAndDelayedTasksRun_andEndsPeriodicOnes() {
        Scheduler.Worker worker = scheduler.createWorker();
        CountDownLatch gate = new CountDownLatch(1);
        CountDownLatch running = new CountDownLatch(1);
        Queue<String> ran = new ConcurrentLinkedQueue<>();
        worker.schedulePeriodically(() -> ran.add("periodic"), 1, 1, TimeUnit.HOURS);
        worker.schedule(() -> {
            running.countDown();
            await(gate);
            ran.add("running");
        });
        await(running);
        worker.schedule(() -> ran.add("waiting"));
        worker.schedule(() -> ran.add("delayed"), 300, TimeUnit.MILLISECONDS);
        scheduler.schedule(() -> ran.add("direct"), 400, TimeUnit.MILLISECONDS);

        AtomicBoolean ended = new AtomicBoolean();
        scheduler.disposeGracefully().subscribe(v -> {}, e -> {}, () -> ended.set(true));

        assertThat(scheduler.isDisposed()).isTrue();
        assertThatThrownBy(() -> worker.schedule(() -> {})).isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(() -> scheduler.schedule(() -> {}, 1, TimeUnit.MILLISECONDS))
                .isInstanceOf(RejectedExecutionException.class);
        assertThat(ended).isFalse();
        gate.countDown();
        await("the scheduler has ended", ended::get);
        assertThat(ran)
                .containsExactlyInAnyOrder("running", "waiting", "delayed", "direct")
                .containsSubsequence("running", "waiting", "delayed"); // of one worker
    }

    @Test
    void gracefulDispose_isNotHeldUpByAPeriodicTask() {
        AtomicInteger runs = new AtomicInteger();
        scheduler.schedulePeriodically(runs::incrementAndGet, 0, 1, TimeUnit.MILLISECONDS);
        await("it has run a few times", () -> runs.get() >= 3);
        scheduler.disposeGracefully().block(Conditions.BOUND);
        assertThat(scheduler.isDisposed()).isTrue();
    }

    @Test
    void gracefulDispose_canTimeOut_andBeForcedThen() {
        CountDownLatch interrupted = new CountDownLatch(1);
        CountDownLatch running = new CountDownLatch(1);
        scheduler.schedule(() -> awaitInterrupt(running, interrupted));
        await(running);
        assertThatThrownBy(() -> scheduler
                        .disposeGracefully()
                        .timeout(Duration.ofMillis(50), Schedulers.single())
                        .block())
                .satisfies(e -> assertThat(Exceptions.unwrap(e)).isInstanceOf(TimeoutException.class));
        scheduler.dispose();
        await(interrupted);
        scheduler.disposeGracefully().block(Conditions.BOUND);
    }

    @Test
    void init_ofARunningScheduler_changesNothing() {
        scheduler.init();
        assertThat(runAfter(scheduler.createWorker(), Duration.ZERO, () -> true))
                .isTrue();
    }
}
