package io.bastion.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.actor.ActorSystem;
import io.bastion.actor.SupervisorSpec;
import io.bastion.supervision.Budget;
import io.bastion.supervision.Restart;
import io.bastion.testkit.BastionTest;
import io.bastion.testkit.TestKit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.SignalType;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.subscriber.TestSubscriber;

/** No element vanishes, whatever fails, is cancelled or overlaps, and whichever threads there are. */
@BastionTest
class PipelineConservationTest {
    private static final Restart AT_ONCE = Restart.transientOnFailure();

    private final PipelineStats stats = new PipelineStats();
    private final AtomicLong emitted = new AtomicLong();

    /** An asynchronous boundary that holds elements, and an operator behind it that fails now and then. */
    private Flux<Integer> flaky(Scheduler scheduler, long seed) {
        Random random = new Random(seed + stats.subscriptions());
        return Flux.range(0, 100)
                .doOnNext(n -> emitted.incrementAndGet())
                .publishOn(scheduler, 8)
                .map(n -> {
                    if (random.nextInt(20) == 0) {
                        throw new IllegalStateException("failed at " + n);
                    }
                    return n;
                });
    }

    private PipelineSpec<Integer> flakyPipeline(Scheduler scheduler, long seed) {
        return Pipelines.supervise("flaky", () -> flaky(scheduler, seed))
                .restart(AT_ONCE)
                .budget(Budget.unlimited())
                .stats(stats);
    }

    private long accounted() {
        return stats.delivered() + stats.failed() + stats.discarded();
    }

    @RepeatedTest(30)
    void everyElement_isDeliveredOrFailedOrDiscarded(TestKit kit) {
        long seed = kit.seed().orElseThrow();
        Random random = new Random(seed);
        for (int i = 0; i < 5; i++) {
            TestSubscriber<Integer> consumer =
                    TestSubscriber.builder().initialRequest(random.nextInt(50)).build();
            flakyPipeline(kit.scheduler(), seed).cold(kit.system()).subscribe(consumer);
            if (random.nextBoolean()) {
                kit.rest();
            }
            consumer.request(1 + random.nextInt(100));
            kit.rest(); // publishOn loses what it holds, without a word, when it is cancelled while it waits for
            // its thread
            consumer.cancel();
        }
        kit.rest();
        assertThat(accounted()).as("%s, seed %d", stats, seed).isEqualTo(emitted.get());
        assertThat(kit.deadLetters().size()).as("seed %d", seed).isEqualTo((int) (stats.failed() + stats.discarded()));
    }

    @RepeatedTest(10)
    @BastionTest(deterministic = false)
    void everyElement_isAccountedForOnThreads(TestKit kit) {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        AtomicInteger open = new AtomicInteger();
        AtomicBoolean nested = new AtomicBoolean();
        for (int i = 0; i < 50; i++) {
            int limit = 1 + random.nextInt(200);
            open.incrementAndGet();
            flakyPipeline(Schedulers.boundedElastic(), seed).cold(kit.system()).subscribe(new BaseSubscriber<>() {
                private final AtomicBoolean busy = new AtomicBoolean();
                private int seen;

                @Override
                protected void hookOnNext(Integer element) {
                    if (!busy.compareAndSet(false, true)) {
                        nested.set(true);
                    }
                    if (++seen == limit) {
                        cancel();
                    }
                    busy.set(false);
                }

                @Override
                protected void hookFinally(SignalType type) {
                    open.decrementAndGet();
                }
            });
        }
        kit.until("all ends", () -> open.get() == 0 && accounted() == emitted.get());
        assertThat(nested).as("seed %d", seed).isFalse();
    }

    /** Emits on its own thread, whatever it is told. */
    private static final class Deaf {
        private final List<Subscriber<? super Integer>> subscribers = new CopyOnWriteArrayList<>();

        Flux<Integer> flux() {
            return Flux.from(subscriber -> {
                subscriber.onSubscribe(new Subscription() {
                    @Override
                    public void request(long n) {}

                    @Override
                    public void cancel() {}
                });
                subscribers.add(subscriber);
            });
        }
    }

    @Test
    void restartByHand_whileTheOldPublisherStillEmits_keepsTheStreamApart(TestKit kit) {
        Deaf deaf = new Deaf();
        Pipeline<Integer> ticks =
                Pipelines.supervise("ticks", deaf::flux).stats(stats).hot();
        TestSubscriber<Integer> consumer = TestSubscriber.create();
        ticks.flux().subscribe(consumer);
        var feeds = kit.system().supervise(SupervisorSpec.named("feeds").child(ticks.toSpec()));
        kit.rest();
        deaf.subscribers.get(0).onNext(1);
        kit.result(feeds.restart("ticks"));
        kit.rest();
        deaf.subscribers.get(0).onNext(2);
        deaf.subscribers.get(1).onNext(3);
        deaf.subscribers.get(0).onError(new IllegalStateException("late"));
        deaf.subscribers.get(1).onNext(4);
        kit.rest();
        assertThat(consumer.getReceivedOnNext()).containsExactly(1, 3, 4);
        assertThat(stats.discarded()).isOne();
        assertThat(stats.lateErrors()).isOne();
        assertThat(kit.deadLetters())
                .singleElement()
                .satisfies(letter -> assertThat(letter.message()).isEqualTo(2));
    }

    /** Reactor throws these past {@code onError}; the system is told to look for them. */
    @Test
    @Timeout(60)
    @BastionTest(deterministic = false)
    void fatalErrorOnAnotherThread_isAFailure_inASystemThatSupervisesThem(TestKit kit) {
        List<Integer> seen = new ArrayList<>();
        AtomicInteger subscriptions = new AtomicInteger();
        try (ActorSystem system =
                ActorSystem.builder("fatal").workers(1).superviseFatalErrors().build()) {
            Pipelines.<Integer>supervise("ticks", () -> {
                        int subscription = subscriptions.getAndIncrement();
                        return Flux.range(0, 3)
                                .publishOn(Schedulers.boundedElastic())
                                .map(n -> {
                                    if (subscription == 0 && n == 1) {
                                        throw new StackOverflowError("thrown by a test");
                                    }
                                    return 10 * subscription + n;
                                });
                    })
                    .restart(AT_ONCE)
                    .cold(system)
                    .doOnNext(seen::add)
                    .blockLast(Duration.ofSeconds(30));
        }
        assertThat(seen).containsExactly(0, 10, 11, 12);
        kit.until("the thread's own report", () -> !kit.takeLostErrors().isEmpty());
    }
}
