package io.bastion.scheduler;

import static io.bastion.testing.Conditions.await;
import static io.bastion.testing.Conditions.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;

/** Disposing tasks and workers. */
class TaskDisposalContractTest extends SchedulerContract {
    @Test
    void disposedTask_doesNotRun() {
        Scheduler.Worker worker = scheduler.createWorker();
        AtomicBoolean ran = new AtomicBoolean();
        CountDownLatch held = new CountDownLatch(WORKERS);
        CountDownLatch gate = new CountDownLatch(1);
        for (int i = 0; i < WORKERS; i++) {
            scheduler.createWorker().schedule(() -> {
                held.countDown();
                await(gate);
            });
        }
        await(held); // what is due before it is disposed does not run either
        Disposable waiting = worker.schedule(() -> ran.set(true));
        Disposable delayed = worker.schedule(() -> ran.set(true), 10, TimeUnit.MILLISECONDS);
        Disposable direct = scheduler.schedule(() -> ran.set(true), 10, TimeUnit.MILLISECONDS);
        assertThat(waiting.isDisposed()).isFalse();
        waiting.dispose();
        delayed.dispose();
        direct.dispose();
        assertThat(List.of(waiting, delayed, direct)).allMatch(Disposable::isDisposed);
        gate.countDown();
        assertThat(runAfter(worker, Duration.ofMillis(30), ran::get)).isFalse();
    }

    @Test
    void task_isDisposedWhenItHasRun_andNotBefore() {
        CompletableFuture<Disposable> self = new CompletableFuture<>();
        CompletableFuture<Boolean> whileRunning = new CompletableFuture<>();
        Disposable task =
                scheduler.schedule(() -> whileRunning.complete(self.join().isDisposed()));
        self.complete(task);
        assertThat(result(whileRunning)).isFalse();
        await("the task is disposed", task::isDisposed);
    }

    @Test
    void disposingARunningTask_interruptsIt_andNoOther() {
        Scheduler.Worker worker = scheduler.createWorker();
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        CompletableFuture<Boolean> nextInterrupted = new CompletableFuture<>();
        Disposable task = worker.schedule(() -> awaitInterrupt(running, interrupted));
        worker.schedule(() -> nextInterrupted.complete(Thread.currentThread().isInterrupted()));
        await(running);
        task.dispose();
        await(interrupted);
        assertThat(result(nextInterrupted)).isFalse();
        assertThat(task.isDisposed()).isTrue();
    }

    @Test
    void interruptOfADisposedTask_doesNotReachTheNext_evenIfTheTaskIgnoresIt() {
        Scheduler.Worker worker = scheduler.createWorker();
        CountDownLatch running = new CountDownLatch(1);
        CompletableFuture<Boolean> nextInterrupted = new CompletableFuture<>();
        Disposable task = worker.schedule(() -> {
            running.countDown();
            while (!Thread.currentThread().isInterrupted()) {
                Thread.onSpinWait();
            }
        });
        worker.schedule(() -> nextInterrupted.complete(Thread.currentThread().isInterrupted()));
        await(running);
        task.dispose();
        assertThat(result(nextInterrupted)).isFalse();
    }

    @Test
    void taskThatDisposesItself_isNotInterrupted() {
        CompletableFuture<Disposable> self = new CompletableFuture<>();
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        self.complete(scheduler.createWorker().schedule(() -> {
            self.join().dispose();
            interrupted.complete(Thread.currentThread().isInterrupted());
        }));
        assertThat(result(interrupted)).isFalse();
    }

    @Test
    void disposedWorker_dropsItsTasks_andRefusesNewOnes() {
        Scheduler.Worker worker = scheduler.createWorker();
        Scheduler.Worker other = scheduler.createWorker();
        AtomicInteger ran = new AtomicInteger();
        CountDownLatch gate = new CountDownLatch(1);
        CountDownLatch running = new CountDownLatch(1);
        worker.schedule(() -> {
            running.countDown();
            awaitOrInterrupt(gate);
        });
        await(running);
        Disposable waiting = worker.schedule(ran::incrementAndGet);
        Disposable delayed = worker.schedule(ran::incrementAndGet, 10, TimeUnit.MILLISECONDS);
        Disposable periodic = worker.schedulePeriodically(ran::incrementAndGet, 10, 1, TimeUnit.MILLISECONDS);

        worker.dispose();

        assertThat(worker.isDisposed()).isTrue();
        assertThat(List.of(waiting, delayed, periodic)).allMatch(Disposable::isDisposed);
        assertThatThrownBy(() -> worker.schedule(() -> {})).isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(() -> worker.schedule(() -> {}, 1, TimeUnit.SECONDS))
                .isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(() -> worker.schedulePeriodically(() -> {}, 1, 1, TimeUnit.SECONDS))
                .isInstanceOf(RejectedExecutionException.class);
        gate.countDown();
        assertThat(runAfter(other, Duration.ofMillis(30), ran::get)).isZero();
        assertThat(scheduler.isDisposed()).isFalse();
    }

    @Test
    void disposingAWorker_interruptsItsRunningTask() {
        Scheduler.Worker worker = scheduler.createWorker();
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        worker.schedule(() -> awaitInterrupt(running, interrupted));
        await(running);
        worker.dispose();
        await(interrupted);
    }
}
