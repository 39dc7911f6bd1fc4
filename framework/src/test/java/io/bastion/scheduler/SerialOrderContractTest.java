package io.bastion.scheduler;

import static io.bastion.testing.Conditions.await;
import static io.bastion.testing.Conditions.result;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.NonBlocking;
import reactor.core.scheduler.Scheduler;

/** A worker of a scheduler is serial, first in, first out, and runs where it may not block. */
class SerialOrderContractTest extends SchedulerContract {
    @Test
    void tasksOfAWorker_runInTheOrderOfScheduling() {
        Scheduler.Worker worker = scheduler.createWorker();
        List<Integer> order = new ArrayList<>();
        int count = 10_000;
        CountDownLatch done = new CountDownLatch(count);
        for (int i = 0; i < count; i++) {
            int number = i;
            worker.schedule(() -> {
                order.add(number);
                done.countDown();
            });
        }
        await(done);
        assertThat(order).isEqualTo(IntStream.range(0, count).boxed().toList());
    }

    @Test
    void tasksOfAWorker_runOneAtATime() throws InterruptedException {
        Scheduler.Worker worker = scheduler.createWorker();
        int threads = 4;
        int perThread = 5_000;
        int[] unguarded = new int[1];
        AtomicBoolean inside = new AtomicBoolean();
        AtomicInteger overlaps = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(threads * perThread);
        List<Thread> producers = IntStream.range(0, threads)
                .mapToObj(t -> new Thread(() -> {
                    for (int i = 0; i < perThread; i++) {
                        worker.schedule(() -> {
                            if (!inside.compareAndSet(false, true)) {
                                overlaps.incrementAndGet();
                            }
                            unguarded[0]++;
                            inside.set(false);
                            done.countDown();
                        });
                    }
                }))
                .toList();
        producers.forEach(Thread::start);
        for (Thread producer : producers) {
            producer.join();
        }
        await(done);
        assertThat(overlaps).hasValue(0);
        assertThat(unguarded[0]).isEqualTo(threads * perThread);
    }

    @Test
    void tasks_runOnNonBlockingThreadsOfTheSchedulersName() {
        CompletableFuture<Thread> ranOn = new CompletableFuture<>();
        scheduler.schedule(() -> ranOn.complete(Thread.currentThread()));
        Thread thread = result(ranOn);
        assertThat(thread).isInstanceOf(NonBlocking.class);
        assertThat(thread.getName()).startsWith("contract-");
        assertThat(thread.isDaemon()).isTrue();
    }

    @Test
    void blockingInATask_isRefused() {
        CompletableFuture<Throwable> refusal = new CompletableFuture<>();
        scheduler.schedule(() -> {
            try {
                Mono.delay(Duration.ofMillis(1)).block();
            } catch (Throwable e) {
                refusal.complete(e);
            }
        });
        assertThat(result(refusal)).isInstanceOf(IllegalStateException.class).hasMessageContaining("blocking");
    }
}
