package io.bastion.actor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bastion.scheduler.NumaTopology;
import io.bastion.supervision.Restart;
import io.bastion.testing.Conditions;
import io.bastion.testing.Recorder;
import io.bastion.testing.TestSystem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.Context;

/** Actors that are declared to block, beside one worker for all others. */
class BlockingTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @RegisterExtension
    final TestSystem test = new TestSystem(NumaTopology.of(1));

    private final Recorder<Object> seen = new Recorder<>();
    private final CountDownLatch open = new CountDownLatch(1);

    private static <M> ActorSpec<M> blocking(String name, Behavior.Receive<M> handler) {
        return ActorSpec.of(name, () -> handler).placement(Placement.blocking());
    }

    /** Blocks on "block" until the test opens or somebody interrupts. */
    private ActorSpec<String> gated() {
        return blocking("b", (context, message) -> {
            seen.add(message + " in " + context.incarnation());
            if (message.equals("block")) {
                open.await();
                seen.add("went on");
            }
        });
    }

    @Test
    void aHandlerThatBlocks_holdsUpNoOtherActor() {
        ActorRef<String> blocked = test.spawn(gated());
        ActorRef<ActorRef<String>> other =
                test.spawn(ActorSpec.of("o", () -> Behavior.receive((context, reply) -> reply.tell("here"))));
        blocked.tell("block");
        blocked.tell("next");
        seen.await(1);
        assertThat(other.<String>ask(reply -> reply, SECOND).block(Conditions.BOUND))
                .isEqualTo("here");
        assertThat(seen.all()).containsExactly("block in 0");
        open.countDown();
        assertThat(seen.await(3)).containsExactly("block in 0", "went on", "next in 0");
    }

    @Test
    void aHandler_mayBlockOnAPublisher_andSeesItsContext() {
        ActorRef<ActorRef<String>> actor = test.spawn(blocking(
                "b",
                (context, reply) -> reply.tell(Objects.requireNonNull(Mono.delay(Duration.ofMillis(1))
                                .map(n -> "blocked")
                                .block())
                        + " " + context.contextView().get("colour") + " " + Schedulers.isInNonBlockingThread())));
        assertThat(actor.<String>ask(reply -> reply, SECOND)
                        .contextWrite(Context.of("colour", "red"))
                        .block(Conditions.BOUND))
                .isEqualTo("blocked red false");
    }

    @Test
    void aThousandOfThem_workAndEnd() throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1_000);
        List<ActorRef<Integer>> actors = IntStream.range(0, 1_000)
                .mapToObj(i -> test.spawn(ActorSpec.<Integer>anonymous(() -> Behavior.receive((context, n) -> {
                            Thread.sleep(1);
                            done.countDown();
                        }))
                        .placement(Placement.blocking())))
                .toList();
        actors.forEach(actor -> actor.tell(1));
        TestSystem.await(done);
        assertThat(test.rest().handled()).isEqualTo(1_000);
    }

    @Test
    void kill_interruptsTheHandler_andIsNoFailure() {
        Recorder<TreeEvent> failures = new Recorder<>();
        test.system.events().ofType(TreeEvent.Failed.class).subscribe(failures::add);
        ActorRef<String> actor = test.spawn(gated());
        actor.tell("block");
        actor.tell("queued");
        seen.await(1);
        actor.kill();
        assertThat(TestSystem.end(actor)).isEqualTo(TerminationReason.KILLED);
        MessageStats stats = test.rest();
        assertThat(stats.failed()).isEqualTo(1);
        assertThat(stats.deadLettered()).isEqualTo(1);
        assertThat(stats.conserved()).isTrue();
        assertThat(failures.all()).isEmpty();
        assertThat(seen.all()).containsExactly("block in 0");
    }

    @Test
    void oneThatDoesNotStopInTime_isKilled_andSoInterrupted() {
        ActorRef<String> actor = test.spawn(gated().stopTimeout(SECOND));
        actor.tell("block");
        seen.await(1);
        Mono<ShutdownReport> report =
                test.system.shutdown(Duration.ofMinutes(1)).cache();
        report.subscribe();
        test.settleAll();
        test.time.advance(SECOND);
        assertThat(Objects.requireNonNull(report.block(Conditions.BOUND)).late())
                .extracting(late -> late.actor().path())
                .containsExactly("bastion://test/b");
        assertThat(seen.all()).containsExactly("block in 0");
    }

    @Test
    void anInterruptFlag_doesNotLeakToTheNextMessage() {
        ActorRef<String> actor = test.spawn(blocking("b", (context, message) -> {
            seen.add(Thread.currentThread().isInterrupted());
            Thread.currentThread().interrupt();
        }));
        actor.tell("1");
        seen.await(1);
        actor.tell("2");
        actor.tell("3");
        assertThat(seen.await(3)).containsExactly(false, false, false);
    }

    @Test
    void itsTimersAndTheTimeoutsOfAsks_doNotWaitForIt() {
        ActorRef<String> actor = test.spawn(gated());
        actor.tell("block");
        seen.await(1);
        Recorder<Throwable> errors = new Recorder<>();
        actor.ask(reply -> "ask", SECOND).subscribe(x -> {}, errors::add);
        test.time.advance(SECOND);
        assertThat(errors.await(1))
                .singleElement()
                .satisfies(e -> assertThat(e).hasMessageContaining("busy with block"));
        open.countDown();
    }

    @Test
    void restarts_timersStashAndAsks_areAsForAnyActor() {
        ActorRef<String> actor = test.spawn(blocking("b", (context, message) -> {
            seen.add(message + " in " + context.incarnation());
            switch (message) {
                case "fail" -> throw new IllegalStateException("on purpose");
                case "timer" -> context.timers().once("t", "tick", SECOND);
                case "stash" -> {
                    if (seen.size() == 3) {
                        context.stash().add();
                    }
                }
                case "tick" -> context.stash().unstashAll();
                default -> {}
            }
        }));
        actor.tell("fail");
        actor.tell("timer");
        actor.tell("stash");
        seen.await(3);
        test.settle();
        test.advance(SECOND);
        assertThat(seen.await(5)).containsExactly("fail in 0", "timer in 1", "stash in 1", "tick in 1", "stash in 1");
    }

    @Test
    void messagesOfManySenders_areCountedAndInOrder() throws InterruptedException {
        int senders = 4;
        int each = 5_000;
        int[] next = new int[senders];
        AtomicInteger wrong = new AtomicInteger();
        ActorRef<int[]> actor = test.spawn(blocking("b", (context, message) -> {
            if (next[message[0]]++ != message[1]) {
                wrong.incrementAndGet();
            }
        }));
        List<Thread> threads = new ArrayList<>();
        for (int s = 0; s < senders; s++) {
            int sender = s;
            Thread thread = new Thread(() -> IntStream.range(0, each)
                    .forEach(i -> actor.send(new int[] {sender, i}).block()));
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(test.rest().handled()).isEqualTo((long) senders * each);
        assertThat(wrong).hasValue(0);
        assertThat(next).containsOnly(each);
    }

    @Test
    void onAScheduler_runsThere_andGoesOnWhenThatIsDisposed() {
        Scheduler mine = Schedulers.newSingle("mine");
        ActorRef<String> actor = test.spawn(ActorSpec.<String>of(
                        "b",
                        () -> Behavior.receive((context, message) ->
                                seen.add(Thread.currentThread().getName().startsWith("mine"))))
                .placement(Placement.on(mine)));
        actor.tell("there");
        seen.await(1);
        mine.disposeGracefully().block(Conditions.BOUND); // its run may take in what comes before it returns
        actor.tell("elsewhere");
        assertThat(seen.await(2)).containsExactly(true, false);
    }

    @Test
    void onASchedulerThatRunsInTheCaller_doesNotNest() {
        Executor inline = Runnable::run;
        ActorRef<String> actor = test.spawn(ActorSpec.<String>of(
                        "b",
                        () -> Behavior.receive((context, message) ->
                                seen.add(Thread.currentThread().getName().startsWith("bastion-blocking-"))))
                .placement(Placement.on(Schedulers.fromExecutor(inline))));
        actor.tell("x");
        assertThat(seen.await(1)).containsExactly(true);
    }

    @Test
    void blockingHookAndFactoryOfARestart_areInterruptedToo() {
        ActorRef<String> actor = test.spawn(blocking("b", (ActorContext<String> context, String message) -> {})
                .restart(Restart.transientOnFailure())
                .callbacks(new Callbacks() {
                    @Override
                    public Mono<Void> beforeStart(ActorRef<?> self) {
                        seen.add("begins");
                        try {
                            open.await();
                        } catch (InterruptedException e) {
                            throw AsyncHandler.sneaky(e);
                        }
                        return Mono.empty();
                    }
                }));
        seen.await(1);
        actor.kill();
        assertThat(TestSystem.end(actor)).isEqualTo(TerminationReason.KILLED);
    }

    @Test
    void schedulersThatMustNotBeBlocked_areRefused() {
        assertThatThrownBy(() -> Placement.on(Schedulers.immediate())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Placement.on(test.scheduler))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected: one with threads that may be blocked");
    }
}
