package io.bastion.scheduler;

import static io.bastion.testing.Conditions.await;
import static io.bastion.testing.Conditions.result;
import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.testing.Logs;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Delayed and periodic tasks. */
class TimedTaskContractTest extends SchedulerContract {
    private final Logs silence = Logs.silence(Schedulers.class, NumaScheduler.class);

    @AfterEach
    void endSilence() {
        silence.close();
    }

    @Test
    void delayedTask_isNotEarly() {
        CompletableFuture<Long> ran = new CompletableFuture<>();
        long start = System.nanoTime();
        Disposable task = scheduler.schedule(() -> ran.complete(System.nanoTime()), 20, TimeUnit.MILLISECONDS);
        assertThat(task.isDisposed()).isFalse();
        assertThat(result(ran) - start).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(20));
        await("the task is disposed", task::isDisposed);
    }

    @Test
    void delayedTasksOfAWorker_withTheSameDelay_runInOrder() {
        Scheduler.Worker worker = scheduler.createWorker();
        Queue<Integer> order = new ConcurrentLinkedQueue<>();
        int count = 2_000;
        for (int i = 0; i < count; i++) {
            int number = i;
            worker.schedule(() -> order.add(number), 5, TimeUnit.MILLISECONDS);
        }
        await("all have run", () -> order.size() == count);
        assertThat(order)
                .containsExactlyElementsOf(IntStream.range(0, count).boxed().toList());
    }

    @Test
    void delayedTasksOfAWorker_runInTheOrderOfTheirDueTimes() {
        Scheduler.Worker worker = scheduler.createWorker();
        Queue<Integer> order = new ConcurrentLinkedQueue<>();
        long[] delays = {60, 5, 40, 20, 0};
        // A delay counts from the call, which a busy machine may hold up: all that is known is that it lies between
        // these
        long[] dueAfter = new long[delays.length];
        long[] dueBefore = new long[delays.length];
        for (int i = 0; i < delays.length; i++) {
            int task = i;
            dueAfter[i] = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(delays[i]);
            worker.schedule(() -> order.add(task), delays[i], TimeUnit.MILLISECONDS);
            dueBefore[i] = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(delays[i]);
        }
        await("all have run", () -> order.size() == delays.length);
        List<Integer> ran = List.copyOf(order);
        for (int i = 1; i < ran.size(); i++) {
            int task = ran.get(i);
            for (int earlier : ran.subList(0, i)) {
                assertThat(dueAfter[earlier] - dueBefore[task])
                        .as("%d ms before %d ms", delays[earlier], delays[task])
                        .isLessThan(TimeUnit.MILLISECONDS.toNanos(5)); // what is due in one tick has no order
            }
        }
    }

    @Test
    void delayOfZeroOrLess_isNoDelay() {
        Scheduler.Worker worker = scheduler.createWorker();
        Queue<Integer> order = new ConcurrentLinkedQueue<>();
        worker.schedule(() -> order.add(1), 0, TimeUnit.SECONDS);
        worker.schedule(() -> order.add(2), -5, TimeUnit.SECONDS);
        scheduler.schedule(() -> order.add(3), -1, TimeUnit.HOURS);
        await("all have run", () -> order.size() == 3);
        assertThat(order).containsSubsequence(1, 2);
    }

    @Test
    void periodicTask_keepsItsRate_evenAfterALateRun() {
        AtomicInteger runs = new AtomicInteger();
        long start = System.nanoTime();
        Disposable task = scheduler.schedulePeriodically(
                () -> {
                    if (runs.incrementAndGet() == 1) {
                        spin(Duration.ofMillis(50));
                    }
                },
                10,
                5,
                TimeUnit.MILLISECONDS);
        await("20 runs", () -> runs.get() >= 20);
        task.dispose();
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(10 + 19 * 5));
        assertThat(task.isDisposed()).isTrue();
    }

    @Test
    void periodicTask_goesOnAfterAnError() {
        AtomicInteger runs = new AtomicInteger();
        Queue<Throwable> errors = new ConcurrentLinkedQueue<>();
        Schedulers.onHandleError((thread, error) -> errors.add(error));
        Disposable task = scheduler
                .createWorker()
                .schedulePeriodically(
                        () -> {
                            runs.incrementAndGet();
                            throw new IllegalStateException("expected");
                        },
                        1,
                        1,
                        TimeUnit.MILLISECONDS);
        await("it has run again", () -> runs.get() >= 3 && errors.size() >= 2);
        assertThat(task.isDisposed()).isFalse();
        task.dispose();
        assertThat(errors).allMatch(e -> "expected".equals(e.getMessage()));
    }

    @Test
    void periodicTask_doesNotRunAfterDispose() {
        Scheduler.Worker worker = scheduler.createWorker();
        AtomicInteger runs = new AtomicInteger();
        Disposable task = worker.schedulePeriodically(runs::incrementAndGet, 0, 1, TimeUnit.MILLISECONDS);
        await("a few runs", () -> runs.get() >= 3);
        task.dispose();
        int atDispose = runAfter(worker, Duration.ZERO, runs::get);
        int later = runAfter(worker, Duration.ofMillis(20), runs::get);
        assertThat(later).isEqualTo(atDispose);
    }

    @Test
    void taskWithoutPeriod_runsAgainAndAgain_untilItFails() {
        AtomicInteger runs = new AtomicInteger();
        CountDownLatch failed = new CountDownLatch(1);
        Schedulers.onHandleError((thread, error) -> failed.countDown());
        Scheduler.Worker worker = scheduler.createWorker();
        worker.schedulePeriodically(
                () -> {
                    if (runs.incrementAndGet() == 100) {
                        throw new IllegalStateException("expected");
                    }
                },
                0,
                0,
                TimeUnit.MILLISECONDS);
        await(failed);
        assertThat(runAfter(worker, Duration.ofMillis(5), runs::get)).isEqualTo(100);
    }
}
