package io.bastion.scheduler;

import static io.bastion.testing.Conditions.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.testing.Logs;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.Exceptions;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Reactor's hooks, and what becomes of errors. */
class HooksContractTest extends SchedulerContract {
    private final Logs silence = Logs.silence(Schedulers.class, NumaScheduler.class, Task.class);

    @AfterEach
    void endSilence() {
        silence.close();
    }

    @Test
    void onScheduleHook_decoratesEveryTaskOnce() {
        AtomicInteger decorated = new AtomicInteger();
        AtomicInteger ranDecorated = new AtomicInteger();
        Schedulers.onScheduleHook("test", task -> {
            decorated.incrementAndGet();
            return () -> {
                ranDecorated.incrementAndGet();
                task.run();
            };
        });
        AtomicInteger ran = new AtomicInteger();
        Scheduler.Worker worker = scheduler.createWorker();
        scheduler.schedule(ran::incrementAndGet);
        scheduler.schedule(ran::incrementAndGet, 1, TimeUnit.MILLISECONDS);
        worker.schedule(ran::incrementAndGet);
        worker.schedule(ran::incrementAndGet, 1, TimeUnit.MILLISECONDS);
        await("the four have run", () -> ran.get() == 4);
        assertThat(decorated).hasValue(4);
        assertThat(ranDecorated).hasValue(4);

        Disposable periodic = scheduler.schedulePeriodically(ran::incrementAndGet, 0, 1, TimeUnit.MILLISECONDS);
        await("it has run", () -> ran.get() >= 7);
        periodic.dispose();
        assertThat(decorated).hasValue(5);
    }

    @Test
    void errorOfATask_reachesTheHandlersWithItsThread() {
        Queue<Throwable> errors = new ConcurrentLinkedQueue<>();
        Queue<Thread> threads = new ConcurrentLinkedQueue<>();
        Schedulers.onHandleError((thread, error) -> {
            threads.add(thread);
            errors.add(error);
        });
        Queue<Thread> ranOn = new ConcurrentLinkedQueue<>();
        Exception checked = new Exception("expected");
        List<Throwable> thrown = List.of(
                new IllegalStateException("expected"), checked, new StackOverflowError(), new NoClassDefFoundError());
        for (Throwable t : thrown) {
            scheduler.schedule(() -> {
                ranOn.add(Thread.currentThread());
                throw t == checked ? Exceptions.propagate(t) : SchedulerContract.<RuntimeException>sneak(t);
            });
        }
        await("all errors are handled", () -> errors.size() == thrown.size());
        assertThat(errors).containsExactlyInAnyOrderElementsOf(thrown);
        assertThat(threads).containsExactlyInAnyOrderElementsOf(ranOn);
        assertThat(runAfter(scheduler.createWorker(), Duration.ZERO, () -> true))
                .isTrue();
    }

    @Test
    void errorOfATask_leavesTheWorkersOtherTasksAlone() {
        Scheduler.Worker worker = scheduler.createWorker();
        AtomicInteger ran = new AtomicInteger();
        for (int i = 0; i < 10; i++) {
            worker.schedule(() -> {
                throw new IllegalStateException("expected");
            });
            worker.schedule(ran::incrementAndGet);
        }
        await("the others have run", () -> ran.get() == 10);
    }

    @Test
    void failingErrorHandler_leavesTheSchedulerAlive() {
        Schedulers.onHandleError((thread, error) -> {
            throw new IllegalStateException("expected, too");
        });
        Scheduler.Worker worker = scheduler.createWorker();
        for (int i = 0; i < 10; i++) {
            worker.schedule(() -> {
                throw new IllegalStateException("expected");
            });
            scheduler.schedule(() -> {
                throw new IllegalStateException("expected");
            });
        }
        assertThat(runAfter(worker, Duration.ZERO, () -> true)).isTrue();
    }
}
