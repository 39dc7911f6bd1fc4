package io.bastion.scheduler;

import static io.bastion.testing.Conditions.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bastion.testing.Conditions;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.Exceptions;
import reactor.core.Scannable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Operators that use a scheduler, and scanning. */
class OperatorsContractTest extends SchedulerContract {
    @Test
    void operators_workOnIt() {
        int count = 100_000;
        assertThat(Flux.range(0, count)
                        .publishOn(scheduler)
                        .map(i -> i + 1)
                        .collectList()
                        .block(Conditions.BOUND))
                .isEqualTo(IntStream.rangeClosed(1, count).boxed().toList());
        assertThat(Flux.range(0, count).hide().publishOn(scheduler, 1).count().block(Conditions.BOUND))
                .isEqualTo(count);
        assertThat(Mono.fromCallable(() -> Thread.currentThread().getName())
                        .subscribeOn(scheduler)
                        .block(Conditions.BOUND))
                .startsWith("contract-");
        assertThat(Flux.range(0, count)
                        .parallel(4)
                        .runOn(scheduler)
                        .map(i -> i % 7)
                        .sequential()
                        .reduce(0, Integer::sum)
                        .block(Conditions.BOUND))
                .isEqualTo(IntStream.range(0, count).map(i -> i % 7).sum());
        assertThat(Flux.range(0, 100)
                        .flatMap(
                                i -> Mono.delay(Duration.ofMillis(1), scheduler).thenReturn(i))
                        .count()
                        .block(Conditions.BOUND))
                .isEqualTo(100);
    }

    @Test
    void timedOperators_workOnIt() {
        long start = System.nanoTime();
        Mono.delay(Duration.ofMillis(20), scheduler).block(Conditions.BOUND);
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(20));
        assertThatThrownBy(() ->
                        Mono.never().timeout(Duration.ofMillis(10), scheduler).block(Conditions.BOUND))
                .satisfies(e -> assertThat(Exceptions.unwrap(e)).isInstanceOf(TimeoutException.class));
        assertThat(Flux.interval(Duration.ofMillis(2), scheduler)
                        .take(10)
                        .collectList()
                        .block(Conditions.BOUND))
                .containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
        long before = System.currentTimeMillis();
        long now = scheduler.now(TimeUnit.MILLISECONDS);
        assertThat(now).isBetween(before - 1000, System.currentTimeMillis() + 1000);
    }

    @Test
    void scan_tellsSizeNameAndState() {
        Scannable scannable = Scannable.from(scheduler);
        assertThat(scannable.isScanAvailable()).isTrue();
        assertThat(scannable.scan(Scannable.Attr.CAPACITY)).isEqualTo(WORKERS);
        assertThat(scannable.scan(Scannable.Attr.BUFFERED)).isEqualTo(WORKERS);
        assertThat(scannable.scan(Scannable.Attr.NAME)).contains("contract").contains("" + WORKERS);
        assertThat(scannable.scan(Scannable.Attr.TERMINATED)).isFalse();
        assertThat(scannable.inners()).hasSize(WORKERS).noneMatch(w -> w.scanOrDefault(Scannable.Attr.CANCELLED, true));
        scheduler.dispose();
        assertThat(scannable.scan(Scannable.Attr.TERMINATED)).isTrue();
        assertThat(scannable.scan(Scannable.Attr.CANCELLED)).isTrue();
    }

    @Test
    void scanOfAWorker_tellsItsLoadAndState() {
        Scheduler.Worker worker = scheduler.createWorker();
        Scannable scannable = Scannable.from(worker);
        CountDownLatch gate = new CountDownLatch(1);
        CountDownLatch running = new CountDownLatch(1);
        worker.schedule(() -> {
            running.countDown();
            awaitOrInterrupt(gate);
        });
        await(running);
        worker.schedule(() -> {}, 1, TimeUnit.HOURS);
        assertThat(scannable.scan(Scannable.Attr.BUFFERED)).isBetween(1, 2);
        assertThat(scannable.scan(Scannable.Attr.CAPACITY)).isEqualTo(1);
        assertThat(scannable.scan(Scannable.Attr.NAME)).isNotBlank();
        assertThat(scannable.scan(Scannable.Attr.TERMINATED)).isFalse();
        worker.dispose();
        gate.countDown();
        assertThat(scannable.scan(Scannable.Attr.TERMINATED)).isTrue();
    }
}
