package io.bastion.mailbox;

import static io.bastion.testing.Conditions.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.scheduler.NumaScheduler;
import io.bastion.testing.Conditions;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.Fuseable;
import reactor.core.Scannable;
import reactor.core.publisher.BaseSubscriber;
import reactor.test.StepVerifier;

/** The mailbox as a publisher, beside what {@link InboxVerification} holds. */
class InboxTest {
    private final NumaScheduler scheduler =
            NumaScheduler.builder().name("inbox").workersPerNode(2).build();

    @AfterEach
    void dispose() {
        scheduler.dispose();
    }

    private CountingQueue numbers(long end) {
        return new CountingQueue(scheduler.localHome(), end);
    }

    @Test
    void demandFromManyThreads_isMetExactly() throws Exception {
        AtomicLong received = new AtomicLong();
        AtomicReference<@Nullable Subscription> subscription = new AtomicReference<>();
        numbers(Long.MAX_VALUE).inbox.subscribe(new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription s) {
                subscription.set(s);
            }

            @Override
            protected void hookOnNext(Long n) {
                assertThat(n).isEqualTo(received.getAndIncrement());
            }
        });
        Subscription s = Objects.requireNonNull(subscription.get());
        Thread[] threads = new Thread[4];
        for (int t = 0; t < threads.length; t++) {
            threads[t] = new Thread(() -> {
                for (int i = 1; i <= 1_000; i++) {
                    s.request(i % 3 + 1);
                }
            });
            threads[t].start();
        }
        for (Thread thread : threads) {
            thread.join(10_000);
        }
        long requested =
                4L * IntStream.rangeClosed(1, 1_000).map(i -> i % 3 + 1).sum();
        await("all that was requested", () -> received.get() == requested);
        s.request(1);
        await("one more", () -> received.get() > requested);
        assertThat(received.get()).isEqualTo(requested + 1);
    }

    @Test
    void requestFromOnNext_doesNotRecurse() {
        AtomicInteger depth = new AtomicInteger();
        AtomicInteger worst = new AtomicInteger();
        AtomicReference<@Nullable Throwable> error = new AtomicReference<>();
        AtomicInteger received = new AtomicInteger();
        CountingQueue queue = numbers(100_000);
        queue.published().subscribe(new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription s) {
                s.request(1);
            }

            @Override
            protected void hookOnNext(Long n) {
                worst.accumulateAndGet(depth.incrementAndGet(), Math::max);
                request(1);
                received.incrementAndGet();
                depth.decrementAndGet();
            }

            @Override
            protected void hookOnError(Throwable t) {
                error.set(t);
            }
        });
        await("all received", () -> received.get() == 100_000);
        assertThat(worst).hasValue(1);
        assertThat(error.get()).isNull();
    }

    @Test
    void secondSubscriber_isRefused() {
        CountingQueue queue = numbers(3);
        queue.inbox.subscribe();
        StepVerifier.create(queue.inbox)
                .expectErrorSatisfies(e -> assertThat(e)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageStartingWith("inbox: ")
                        .hasMessageContaining("(expected: one"))
                .verify(Conditions.BOUND);
    }

    @Test
    void subscriberAfterCancel_isRefusedToo() {
        CountingQueue queue = numbers(3);
        queue.inbox.subscribe().dispose();
        StepVerifier.create(queue.inbox)
                .expectError(IllegalStateException.class)
                .verify(Conditions.BOUND);
    }

    @Test
    void fusion_isAsynchronous_andNotAcrossAThreadBarrier() {
        Inbox<Long> inbox = numbers(3).inbox;
        assertThat(inbox.requestFusion(Fuseable.SYNC)).isEqualTo(Fuseable.NONE);
        assertThat(inbox.requestFusion(Fuseable.ANY | Fuseable.THREAD_BARRIER)).isEqualTo(Fuseable.NONE);
        assertThat(inbox.requestFusion(Fuseable.ANY)).isEqualTo(Fuseable.ASYNC);
    }

    @Test
    void fusedOperator_getsEverything_fromPollsOnTheWorker() {
        List<String> threads = new CopyOnWriteArrayList<>();
        StepVerifier.create(numbers(Long.MAX_VALUE)
                        .inbox
                        .flatMapIterable(n -> {
                            String name = Thread.currentThread().getName();
                            if (!threads.contains(name)) {
                                threads.add(name);
                            }
                            return List.of(n, n);
                        })
                        .take(2_000))
                .expectNext(0L, 0L, 1L, 1L)
                .expectNextCount(1_996)
                .expectComplete()
                .verify(Conditions.BOUND);
        assertThat(threads).isNotEmpty().allMatch(name -> name.startsWith("inbox-"));
    }

    @Test
    void inspection_showsStateAndDepth() {
        CountingQueue queue = numbers(3);
        await("the first number waits", () -> Integer.valueOf(1).equals(queue.inbox.scan(Scannable.Attr.BUFFERED)));
        assertThat(queue.inbox.scan(Scannable.Attr.CANCELLED)).isFalse();
        assertThat(queue.inbox.scan(Scannable.Attr.RUN_STYLE)).isEqualTo(Scannable.Attr.RunStyle.ASYNC);
        assertThat(queue.inbox.isEmpty()).isTrue();
        assertThat(queue.inbox.size()).isZero();
        queue.inbox.subscribe().dispose();
        assertThat(queue.inbox.scan(Scannable.Attr.CANCELLED)).isTrue();
    }

    @Test
    void pollElsewhere_givesNothing() {
        CountingQueue queue = numbers(3);
        assertThat(queue.inbox.requestFusion(Fuseable.ANY)).isEqualTo(Fuseable.ASYNC);
        assertThat(queue.inbox.poll()).isNull();
        queue.inbox.clear();
        assertThat(queue.depth()).isLessThanOrEqualTo(1);
    }

    @Test
    void demandUpToLongMax_isUnbounded() {
        StepVerifier.create(numbers(100).published(), 0)
                .thenRequest(Long.MAX_VALUE - 1)
                .thenRequest(Long.MAX_VALUE - 1)
                .expectNextCount(100)
                .expectComplete()
                .verify(Conditions.BOUND);
    }
}
