package io.bastion.scheduler;

import static io.bastion.testing.Conditions.await;
import static io.bastion.testing.Conditions.result;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Schedulers;

/** Errors, dying threads and interrupts. */
class WorkerFailureTest extends NumaSchedulerTesting {
    @Test
    void errorOfAnActivity_isReported_andTheWorkerGoesOn() {
        Queue<Throwable> handled = new ConcurrentLinkedQueue<>();
        Queue<Throwable> hooked = new ConcurrentLinkedQueue<>();
        scheduler = NumaScheduler.builder()
                .name("test")
                .topology(NumaTopology.of(1))
                .uncaughtExceptionHandler((thread, error) -> handled.add(error))
                .build();
        Schedulers.onHandleError((thread, error) -> hooked.add(error));
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        List<Throwable> errors = List.of(
                new IllegalStateException("expected"),
                new OutOfMemoryError("pretended"),
                new StackOverflowError(),
                new NoClassDefFoundError("pretended"),
                new InternalError());
        for (Throwable error : errors) {
            new Probe(scheduler.nextHome(), f -> {
                        threads.add(Thread.currentThread());
                        NumaSchedulerTesting.<RuntimeException>sneak(error);
                    })
                    .start();
        }
        await("all are reported", () -> hooked.size() == errors.size());
        assertThat(handled).containsExactlyElementsOf(errors);
        assertThat(hooked).containsExactlyElementsOf(errors);
        assertThat(threads).hasSize(1);
    }

    @Test
    void threadThatDies_isReplaced_andNothingThatWaitsIsLost() {
        AtomicInteger deaths = new AtomicInteger();
        scheduler = NumaScheduler.builder()
                .name("test")
                .topology(NumaTopology.of(1))
                .uncaughtExceptionHandler((thread, error) -> {
                    deaths.incrementAndGet();
                    throw new IllegalStateException("a broken handler");
                })
                .build();
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        AtomicInteger ran = new AtomicInteger();
        Home home = scheduler.nextHome();
        new Probe(home, f -> {
                    for (int i = 0; i < 100; i++) {
                        int number = i;
                        new Probe(home, g -> {
                                    threads.add(Thread.currentThread());
                                    ran.incrementAndGet();
                                    if (number % 10 == 0) {
                                        throw new IllegalStateException("expected");
                                    }
                                })
                                .start();
                    }
                })
                .start();
        await("all have run", () -> ran.get() == 100);
        await("ten have died", () -> deaths.get() >= 10); // the last of those that ran may be one of them
        assertThat(threads).hasSizeBetween(10, 11).extracting(Thread::getName).containsOnly("test-0-0");
    }

    @Test
    void interrupt_doesNotOutliveItsActivity() {
        NumaScheduler numa = create(1);
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Probe next = new Probe(
                numa.nextHome(),
                f -> interrupted.complete(Thread.currentThread().isInterrupted()));
        Probe first = new Probe(numa.nextHome(), f -> {
            next.start();
            Thread.currentThread().interrupt();
        });
        first.start();
        assertThat(result(interrupted)).isFalse();
    }

    @Test
    void interruptedIdleWorker_stillSleeps() {
        NumaScheduler numa = create(1);
        CompletableFuture<Thread> ranOn = new CompletableFuture<>();
        new Probe(numa.nextHome(), f -> ranOn.complete(Thread.currentThread())).start();
        Thread thread = result(ranOn);
        awaitAllAsleep(numa);
        long before = parks(numa);
        thread.interrupt();
        await("it has noticed", () -> parks(numa) > before && !thread.isInterrupted());
        assertThat(parks(numa)).isLessThan(before + 5);
    }
}
