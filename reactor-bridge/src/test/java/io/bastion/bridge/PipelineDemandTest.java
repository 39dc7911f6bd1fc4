package io.bastion.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.actor.SupervisorSpec;
import io.bastion.supervision.Budget;
import io.bastion.supervision.Restart;
import io.bastion.testkit.BastionTest;
import io.bastion.testkit.TestKit;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.SignalType;
import reactor.core.publisher.SynchronousSink;
import reactor.core.scheduler.Schedulers;
import reactor.test.publisher.TestPublisher;
import reactor.test.subscriber.TestSubscriber;

/** How demand and the point cross a restart. */
@BastionTest
class PipelineDemandTest {
    private static final IOException FAILURE = new IOException("line is down");
    private static final Restart AT_ONCE = Restart.transientOnFailure();

    private static List<Integer> range(int n) {
        return IntStream.range(0, n).boxed().toList();
    }

    @Test
    void openDemand_goesOverToTheNextSubscription_andNoMore(TestKit kit) {
        Tries<Integer> tries = Tries.of(n -> switch (n) {
            case 0 -> Flux.range(0, 3).concatWith(Flux.error(FAILURE));
            case 1 -> Flux.error(FAILURE);
            default -> Flux.range(3, 100);
        });
        TestSubscriber<Integer> consumer =
                TestSubscriber.builder().initialRequest(2).build();
        Pipelines.supervise("ticks", tries).restart(AT_ONCE).cold(kit.system()).subscribe(consumer);
        kit.rest();
        assertThat(tries.requests).containsExactly(2L);
        consumer.request(5);
        kit.rest();
        // one of the five was met by the first, and then it failed
        assertThat(tries.requests).containsExactly(2L, 5L, 4L, 4L);
        assertThat(consumer.getReceivedOnNext()).isEqualTo(range(7));
        consumer.request(Long.MAX_VALUE);
        kit.rest();
        assertThat(consumer.getReceivedOnNext()).isEqualTo(range(103));
    }

    @Test
    void demandThatIsNotMet_isPassedOnOnce_andWholeToTheNextSubscription(TestKit kit) {
        TestPublisher<Integer> line = TestPublisher.create();
        Tries<Integer> tries = Tries.of(n -> n == 0 ? line.flux() : Flux.range(0, 100));
        TestSubscriber<Integer> consumer =
                TestSubscriber.builder().initialRequest(2).build();
        Pipelines.supervise("ticks", tries).restart(AT_ONCE).cold(kit.system()).subscribe(consumer);
        kit.rest();
        consumer.request(3);
        kit.rest();
        assertThat(tries.requests).containsExactly(2L, 3L);
        line.error(FAILURE);
        kit.rest();
        assertThat(tries.requests).containsExactly(2L, 3L, 5L);
        assertThat(consumer.getReceivedOnNext()).isEqualTo(range(5));
    }

    @Test
    void unboundedDemand_staysUnbounded(TestKit kit) {
        Tries<Integer> tries =
                Tries.of(n -> n == 0 ? Flux.range(0, 3).concatWith(Flux.error(FAILURE)) : Flux.range(3, 3));
        TestSubscriber<Integer> consumer = TestSubscriber.create();
        Pipelines.supervise("ticks", tries).restart(AT_ONCE).cold(kit.system()).subscribe(consumer);
        kit.rest();
        assertThat(tries.requests).containsExactly(Long.MAX_VALUE, Long.MAX_VALUE);
        assertThat(consumer.getReceivedOnNext()).isEqualTo(range(6));
    }

    @Test
    void consumerThatRequestsOneByOne_nestsNothing(TestKit kit) {
        AtomicLong seen = new AtomicLong();
        Pipelines.supervise("ticks", () -> Flux.range(0, 100_000))
                .cold(kit.system())
                .subscribe(new BaseSubscriber<>() {
                    @Override
                    protected void hookOnSubscribe(Subscription s) {
                        request(1);
                    }

                    @Override
                    protected void hookOnNext(Integer element) {
                        seen.incrementAndGet();
                        request(1);
                    }

                    @Override
                    protected void hookFinally(SignalType type) {
                        seen.addAndGet(type == SignalType.ON_COMPLETE ? 0 : -1_000_000);
                    }
                });
        kit.rest();
        assertThat(seen).hasValue(100_000);
    }

    /**
     * Elements of a source that can be read from anywhere; fails at random, before or after an element.
     *
     * @param requested what is requested of all subscriptions, less what was not met when they ended
     */
    private static Flux<Integer> journal(int from, int end, Random random, AtomicLong requested) {
        AtomicLong open = new AtomicLong();
        return Flux.<Integer, Integer>generate(() -> from, (at, sink) -> next(at, end, random, sink))
                .doOnNext(element -> open.decrementAndGet())
                .doOnRequest(n -> {
                    open.addAndGet(n);
                    requested.addAndGet(n);
                })
                .doFinally(type -> requested.addAndGet(-open.get()));
    }

    private static int next(int at, int end, Random random, SynchronousSink<Integer> sink) {
        if (at >= end) {
            sink.complete();
        } else if (random.nextInt(4) == 0) {
            if (random.nextBoolean()) {
                sink.next(at);
            }
            sink.error(FAILURE);
        } else {
            sink.next(at);
        }
        return at + 1;
    }

    @RepeatedTest(20)
    void point_makesEachElementComeOnceAndInOrder_andDemandIsExact(TestKit kit) {
        long seed = kit.seed().orElseThrow();
        Random random = new Random(seed);
        AtomicLong requested = new AtomicLong();
        TestSubscriber<Integer> consumer =
                TestSubscriber.builder().initialRequest(0).build();
        Pipelines.supervise(
                        "journal",
                        0,
                        (Integer from) -> journal(from, 200, random, requested),
                        (Integer point, Integer element) -> element + 1)
                .restart(AT_ONCE)
                .budget(Budget.unlimited())
                .cold(kit.system())
                .subscribe(consumer);
        long demand = 0;
        while (!consumer.isTerminated() && demand < 1_000) {
            int more = 1 + random.nextInt(10);
            demand += more;
            consumer.request(more);
            kit.rest();
            assertThat(requested.get()).as("seed %d", seed).isLessThanOrEqualTo(demand);
        }
        assertThat(consumer.getReceivedOnNext()).as("seed %d", seed).isEqualTo(range(200));
        assertThat(consumer.isTerminatedComplete()).as("seed %d", seed).isTrue();
    }

    /** The same on threads, with asynchronous boundaries within the pipeline and after it, for the hot form. */
    @RepeatedTest(5)
    @BastionTest(deterministic = false)
    void point_holdsOnThreads(TestKit kit) {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        AtomicLong requested = new AtomicLong();
        Pipeline<Integer> journal = Pipelines.supervise(
                        "journal",
                        0,
                        (Integer from) -> journal(from, 2_000, random, requested)
                                .subscribeOn(Schedulers.boundedElastic())
                                .publishOn(Schedulers.boundedElastic()),
                        (Integer point, Integer element) -> element + 1)
                .restart(AT_ONCE)
                .budget(Budget.unlimited())
                .hot();
        List<Integer> one = new ArrayList<>();
        List<Integer> other = new ArrayList<>();
        Flux<Integer> slow = journal.flux().publishOn(Schedulers.boundedElastic(), 4);
        var ends = Flux.merge(
                        journal.flux().doOnNext(one::add).then(),
                        slow.doOnNext(other::add).then())
                .then()
                .toFuture();
        kit.system().supervise(SupervisorSpec.named("feeds").child(journal.toSpec()));
        kit.until("the end", ends::isDone);
        assertThat(one).as("seed %d", seed).isEqualTo(range(2_000));
        assertThat(other).as("seed %d", seed).isEqualTo(one);
    }

    @Test
    void advance_thatThrows_failsWithoutTheElement_andTheNextBeginsBeforeIt(TestKit kit) {
        List<Integer> from = new ArrayList<>();
        PipelineStats stats = new PipelineStats();
        TestSubscriber<Integer> consumer = TestSubscriber.create();
        Pipelines.supervise(
                        "journal",
                        0,
                        (Integer point) -> {
                            from.add(point);
                            return Flux.range(point, 5 - point);
                        },
                        (Integer point, Integer element) -> {
                            if (element == 2 && from.size() == 1) {
                                throw new IllegalStateException("advance");
                            }
                            return element + 1;
                        })
                .restart(AT_ONCE)
                .stats(stats)
                .cold(kit.system())
                .subscribe(consumer);
        kit.rest();
        assertThat(from).containsExactly(0, 2);
        assertThat(consumer.getReceivedOnNext()).isEqualTo(range(5));
        assertThat(stats.discarded()).isOne();
        assertThat(kit.deadLetters())
                .singleElement()
                .satisfies(letter -> assertThat(letter.message()).isEqualTo(2));
    }
}
