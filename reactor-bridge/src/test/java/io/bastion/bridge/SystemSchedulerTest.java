package io.bastion.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import io.bastion.actor.TreeEvent;
import io.bastion.testkit.Await;
import io.bastion.testkit.BastionTest;
import io.bastion.testkit.TestKit;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** The scheduler of a system in pipelines of its users, on real workers in virtual time; and who may block where. */
@BastionTest(deterministic = false)
class SystemSchedulerTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration BOUND = Duration.ofSeconds(10);

    @Test
    void publishOnAndSubscribeOn_keepTheOrder(TestKit kit) {
        Scheduler scheduler = kit.system().scheduler();
        List<Integer> numbers = IntStream.range(0, 10_000).boxed().toList();
        assertThat(Flux.fromIterable(numbers)
                        .subscribeOn(scheduler)
                        .publishOn(scheduler, 16)
                        .flatMapSequential(n -> Mono.just(n).publishOn(scheduler), 8)
                        .collectList()
                        .block(BOUND))
                .isEqualTo(numbers);
    }

    @Test
    void operatorsOfTime_runInTheSystemsTime(TestKit kit) {
        Scheduler scheduler = kit.system().scheduler();
        // a tick and the end of a delay are due at the same time, on two workers: the tick may come first
        kit.verify(() -> Flux.interval(SECOND, scheduler)
                        .take(3)
                        .onBackpressureBuffer()
                        .delayElements(SECOND, scheduler))
                .expectSubscription()
                .expectNoEvent(SECOND)
                .thenAwait(SECOND)
                .expectNext(0L)
                .thenAwait(SECOND)
                .expectNext(1L)
                .thenAwait(SECOND)
                .expectNext(2L)
                .expectComplete()
                .verify(BOUND);
        kit.verify(() -> Mono.never().timeout(SECOND, scheduler))
                .expectSubscription()
                .thenAwait(SECOND)
                .expectError(TimeoutException.class)
                .verify(BOUND);
    }

    @Test
    void withinAnActor_pipelinesHopToTheSystemAndBack(TestKit kit) {
        List<String> seen = new CopyOnWriteArrayList<>();
        ActorRef<Integer> actor = kit.spawn(ActorSpec.of(
                "a",
                () -> Behavior.<Integer>receiveAsync((context, n) -> Flux.range(0, n)
                        .publishOn(context.system().scheduler())
                        .map(i -> i * i)
                        .publishOn(context.scheduler())
                        .doOnNext(i -> seen.add(i + " in " + context.incarnation())))));
        actor.tell(3);
        kit.until("all are seen", () -> seen.size() == 3);
        assertThat(seen).containsExactly("0 in 0", "1 in 0", "4 in 0");
    }

    @Test
    void afterTheEndOfTheSystem_pipelinesFailWithARejection() {
        ActorSystem system = ActorSystem.create("short");
        Scheduler scheduler = system.scheduler();
        ActorRef<Object> actor = system.spawn(ActorSpec.of("a", () -> Behavior.receive((context, message) -> {})));
        system.close();
        for (Flux<Integer> flux : List.of(
                Flux.just(1, 2).publishOn(scheduler),
                Flux.just(1, 2).subscribeOn(scheduler),
                Flux.just(1, 2).delayElements(SECOND, scheduler),
                Flux.interval(SECOND, scheduler).map(Long::intValue))) {
            StepVerifier.create(flux)
                    .expectError(RejectedExecutionException.class)
                    .verify(BOUND);
        }
        // Reactor's timeout takes a refused timer for one that is over
        StepVerifier.create(Flux.<Integer>never().timeout(Duration.ofHours(1), scheduler))
                .expectError(TimeoutException.class)
                .verify(BOUND);
        assertThatThrownBy(() -> scheduler.schedule(() -> {})).isInstanceOf(RejectedExecutionException.class);
        StepVerifier.create(actor.ask(reply -> reply, SECOND)).expectError().verify(BOUND);
        StepVerifier.create(actor.send(1)).expectNext(false).verifyComplete();
    }

    @Test
    void workers_areNonBlocking_andBlockInAHandlerFailsTheIncarnation(TestKit kit) {
        List<Throwable> failures = new CopyOnWriteArrayList<>();
        List<Boolean> nonBlocking = new CopyOnWriteArrayList<>();
        kit.system().events().ofType(TreeEvent.Failed.class).subscribe(failed -> failures.add(failed.cause()));
        kit.rest();
        ActorRef<String> actor = kit.spawn(ActorSpec.of(
                "a",
                () -> Behavior.receive((context, message) -> {
                    nonBlocking.add(Schedulers.isInNonBlockingThread());
                    Mono.delay(SECOND).block();
                })));
        actor.tell("x");
        Await.until("the incarnation fails", () -> failures.size() == 1);
        assertThat(failures.get(0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("blocking, which is not supported in thread");
        kit.system().scheduler().schedule(() -> nonBlocking.add(Schedulers.isInNonBlockingThread()));
        // a timer's thread runs nothing of users: what is due runs on a worker
        kit.system()
                .scheduler()
                .schedule(() -> nonBlocking.add(Schedulers.isInNonBlockingThread()), 1, TimeUnit.SECONDS);
        kit.advanceBy(SECOND);
        Await.until("all have run", () -> nonBlocking.size() == 3);
        assertThat(nonBlocking).containsOnly(true);
    }
}
