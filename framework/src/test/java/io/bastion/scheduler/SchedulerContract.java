package io.bastion.scheduler;

import io.bastion.testing.Conditions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** What users of Reactor expect of a scheduler: the same tests for Reactor's parallel scheduler and for ours. */
@ParameterizedClass(name = "{0}")
@EnumSource
@SuppressWarnings("NullAway.Init") // the fields are set before each test
abstract class SchedulerContract {
    static final int WORKERS = 2;

    enum Implementation {
        PARALLEL {
            @Override
            Scheduler create() {
                return Schedulers.newParallel("contract", WORKERS, true);
            }
        },
        NUMA {
            @Override
            Scheduler create() {
                return NumaScheduler.builder()
                        .name("contract")
                        .topology(NumaTopology.of(WORKERS))
                        .build();
            }
        },
        NUMA_TWO_NODES {
            @Override
            Scheduler create() {
                return NumaScheduler.builder()
                        .name("contract")
                        .topology(NumaTopology.of(1, 1))
                        .pinned(false)
                        .build();
            }
        };

        abstract Scheduler create();
    }

    @Parameter
    Implementation implementation;

    Scheduler scheduler;

    @BeforeEach
    void create() {
        scheduler = implementation.create();
    }

    @AfterEach
    void dispose() {
        scheduler.dispose();
        scheduler.disposeGracefully().block(Conditions.BOUND); // what still runs may call the hooks
        Schedulers.resetOnHandleError();
        Schedulers.resetOnScheduleHooks();
    }

    /** What a supplier says on a worker after a delay. */
    static <T> T runAfter(Scheduler.Worker worker, Duration delay, Supplier<T> supplier) {
        CompletableFuture<T> result = new CompletableFuture<>();
        worker.schedule(() -> result.complete(supplier.get()), delay.toMillis(), TimeUnit.MILLISECONDS);
        return Conditions.result(result);
    }

    /** Blocks the calling thread until it is interrupted. */
    static void awaitInterrupt(CountDownLatch waits, CountDownLatch interrupted) {
        waits.countDown();
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            interrupted.countDown();
        }
    }

    /** Blocks the calling thread until a latch is open, or it is interrupted. */
    static void awaitOrInterrupt(CountDownLatch latch) {
        try {
            latch.await(Conditions.BOUND.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static void spin(Duration duration) {
        long end = System.nanoTime() + duration.toNanos();
        while (System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    static <E extends Throwable> E sneak(Throwable error) throws E {
        throw (E) error;
    }
}
