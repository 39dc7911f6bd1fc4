package io.bastion.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.actor.ActorContext;
import io.bastion.mailbox.Mailbox;
import io.bastion.supervision.Restart;
import io.bastion.testkit.Await;
import io.bastion.testkit.TestKit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.util.concurrent.Queues;

/**
 * Random flows that fail at random, with random demand and cancellations: every element comes at most once and in order, what does
 * not come is counted, and the subscriber is never called by two threads.
 */
class ProcessorStressTest {
    private static final int ELEMENTS = 300;

    @Test
    void seededOrders_keepElementsInOrder_andAccountForAll() {
        forSeeds(Integer.getInteger("bastion.stress.seeds", 300), seed -> {
            try (TestKit kit = TestKit.deterministic(seed)) {
                run(kit, seed, Schedulers.parallel());
            }
        });
    }

    @Test
    void realWorkers_keepElementsInOrder_andAccountForAll() {
        forSeeds(Integer.getInteger("bastion.stress.seeds", 300) / 5, seed -> {
            try (TestKit kit = TestKit.concurrent(2)) {
                run(kit, seed, Schedulers.boundedElastic());
            }
        });
    }

    private interface Trial {
        void run(long seed);
    }

    private static void forSeeds(int seeds, Trial trial) {
        String given = System.getProperty("bastion.seed");
        long first = given == null ? new Random().nextInt(1_000_000_000) : Long.parseLong(given);
        int n = given == null ? seeds : 1;
        System.out.println("ProcessorStressTest: -Dbastion.seed=" + first + " to " + (first + n - 1));
        for (long seed = first; seed < first + n; seed++) {
            try {
                trial.run(seed);
            } catch (Throwable t) {
                throw new AssertionError("replay with -Dbastion.seed=" + seed, t);
            }
        }
    }

    private static void run(TestKit kit, long seed, Scheduler elsewhere) {
        SplittableRandom random = new SplittableRandom(seed);
        double failures = random.nextInt(3) == 0 ? 0 : 0.1 * random.nextDouble();
        AtomicInteger failed = new AtomicInteger();
        SplittableRandom faults = random.split();
        BiFunction<ActorContext<Integer>, Flux<Integer>, Publisher<Integer>> flow = flow(random.nextInt(6), elsewhere);
        int capacity = 1 + random.nextInt(40);
        ActorProcessor<Integer, Integer> processor = Spawner.processor(
                kit,
                spec -> spec.restart(Restart.transientOnFailure()).mailbox(Mailbox.bounded(capacity)),
                (context, in) -> flow.apply(context, in.doOnNext(n -> {
                    if (faults.nextDouble() < failures) {
                        failed.incrementAndGet();
                        throw new IllegalStateException("at " + n);
                    }
                })));
        boolean cancels = random.nextInt(4) == 0;
        Consumer consumer = new Consumer(random.split(), cancels ? random.nextInt(ELEMENTS) : Integer.MAX_VALUE);
        processor.subscribe(consumer);
        Flux.range(1, ELEMENTS)
                .publishOn(elsewhere, 1 + random.nextInt(Queues.SMALL_BUFFER_SIZE))
                .subscribe(processor);
        Await.until(() -> "the end; came: " + consumer.got, () -> {
            kit.rest();
            return consumer.ended;
        });
        Await.until("the actor's end", () -> {
            kit.rest();
            return processor.ref().stats().queued() == 0;
        });
        assertThat(consumer.strays).hasValue(0);
        assertThat(consumer.got).isSorted().doesNotHaveDuplicates();
        if (!cancels) {
            long discarded = kit.deadLetters().size();
            assertThat(consumer.got.size() + discarded + failed.get())
                    .as("came + discarded + failed")
                    .isEqualTo(ELEMENTS);
        }
    }

    private static BiFunction<ActorContext<Integer>, Flux<Integer>, Publisher<Integer>> flow(
            int kind, Scheduler elsewhere) {
        return switch (kind) {
            case 0 -> (context, in) -> in;
            case 1 -> (context, in) -> in.map(n -> n);
            case 2 -> (context, in) -> in.concatMap(n -> Mono.just(n).hide());
            case 3 -> (context, in) -> in.publishOn(elsewhere, 1);
            case 4 -> (context, in) -> in.concatMap(n -> Mono.just(n).subscribeOn(elsewhere), 0);
            default -> (context, in) -> in.publishOn(elsewhere).publishOn(context.scheduler());
        };
    }

    /** Requests a few at a time, on the worker and elsewhere. */
    private static final class Consumer extends BaseSubscriber<Integer> {
        private final SplittableRandom random;
        private final int cancelAt;
        private final AtomicInteger inside = new AtomicInteger();
        private final List<Integer> got = new ArrayList<>();
        private final AtomicInteger strays = new AtomicInteger();
        private volatile boolean ended;
        private int open;

        Consumer(SplittableRandom random, int cancelAt) {
            this.random = random;
            this.cancelAt = cancelAt;
        }

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            requestMore();
        }

        private void requestMore() {
            open = 1 + random.nextInt(10);
            request(open);
        }

        @Override
        protected void hookOnNext(Integer n) {
            if (inside.getAndIncrement() > 0) {
                strays.incrementAndGet();
            }
            got.add(n);
            if (got.size() > cancelAt) {
                cancel();
                ended = true;
            } else if (--open == 0) {
                requestMore();
            }
            inside.decrementAndGet();
        }

        @Override
        protected void hookFinally(SignalType type) {
            ended = true;
        }
    }
}
