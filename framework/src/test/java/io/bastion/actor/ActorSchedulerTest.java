package io.bastion.actor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bastion.testing.Recorder;
import io.bastion.testing.TestSystem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** An actor's worker as a Reactor scheduler. */
class ActorSchedulerTest {
    @RegisterExtension
    final TestSystem test = new TestSystem();

    private final Recorder<Object> seen = new Recorder<>();
    private final Recorder<ActorContext<Object>> contexts = new Recorder<>();

    private final ActorRef<Object> actor = test.spawn(ActorSpec.<Object>of("a", context -> {
        contexts.add(context);
        return Behavior.receive((c, m) -> {
            if (m instanceof ActorGate gate) {
                gate.pass();
            } else {
                seen.add(m);
            }
        });
    }));

    private Scheduler scheduler() {
        return contexts.all().get(0).scheduler();
    }

    @Test
    void tasksRunInOrderOnTheActorsWorkerAndBeforeQueuedMessages() {
        ActorGate gate = new ActorGate();
        actor.tell(gate);
        gate.awaitEntered();
        actor.tell("message");
        for (int i = 0; i < 3; i++) {
            String task = "task " + i + " in ";
            scheduler().schedule(() -> seen.add(task + contexts.all().get(0).incarnation()));
        }
        gate.open();
        assertThat(seen.await(4)).containsExactly("task 0 in 0", "task 1 in 0", "task 2 in 0", "message");
    }

    @Test
    void tasksAndHandlersAreSerial() throws InterruptedException {
        List<Object> state = new ArrayList<>(); // not thread-safe, on purpose
        ActorRef<Object> serial = test.spawn(ActorSpec.<Object>of("serial", context -> {
            contexts.add(context);
            return Behavior.receive((c, m) -> state.add(m));
        }));
        Scheduler scheduler = contexts.all().get(1).scheduler();
        List<Thread> threads = IntStream.range(0, 3)
                .mapToObj(t -> new Thread(() -> {
                    for (int i = 0; i < 2_000; i++) {
                        if (t == 0) {
                            serial.tell(i);
                        } else {
                            scheduler.schedule(() -> state.add(t));
                        }
                    }
                }))
                .toList();
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        test.rest();
        scheduler.schedule(() -> seen.add(state.size()));
        assertThat(seen.await(1)).containsExactly(6_000);
    }

    @Test
    void delaysAndPeriodsFollowTheSystemsTime() {
        Disposable once = scheduler().schedule(() -> seen.add("once"), 2, TimeUnit.SECONDS);
        Disposable periodic = scheduler().schedulePeriodically(() -> seen.add("period"), 1, 3, TimeUnit.SECONDS);
        test.advance(Duration.ofSeconds(1));
        assertThat(seen.await(1)).containsExactly("period");
        test.advance(Duration.ofSeconds(1));
        assertThat(seen.await(2)).containsExactly("period", "once");
        assertThat(once.isDisposed()).isTrue();
        test.advance(Duration.ofSeconds(2));
        seen.await(3);
        periodic.dispose();
        assertThat(test.time.pending()).isZero();
        test.advance(Duration.ofSeconds(10));
        assertThat(seen.all()).containsExactly("period", "once", "period");
    }

    @Test
    void aDisposedTaskDoesNotRun() {
        ActorGate gate = new ActorGate();
        actor.tell(gate);
        gate.awaitEntered();
        Disposable queued = scheduler().schedule(() -> seen.add("queued"));
        Disposable delayed = scheduler().schedule(() -> seen.add("delayed"), 1, TimeUnit.SECONDS);
        queued.dispose();
        delayed.dispose();
        assertThat(queued.isDisposed()).isTrue();
        assertThat(test.time.pending()).isZero();
        gate.open();
        test.rest();
        assertThat(seen.size()).isZero();
    }

    @Test
    void aDisposedWorkerEndsItsTasksAndTakesNoMore() {
        ActorGate gate = new ActorGate();
        actor.tell(gate);
        gate.awaitEntered();
        Scheduler.Worker worker = scheduler().createWorker();
        Scheduler.Worker other = scheduler().createWorker();
        worker.schedule(() -> seen.add("mine"));
        other.schedule(() -> seen.add("other's"));
        worker.schedule(() -> seen.add("mine later"), 1, TimeUnit.SECONDS);
        worker.schedulePeriodically(() -> seen.add("mine again"), 1, 1, TimeUnit.SECONDS);
        worker.dispose();
        assertThat(worker.isDisposed()).isTrue();
        assertThat(test.time.pending()).isZero();
        assertThatThrownBy(() -> worker.schedule(() -> {})).isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(() -> worker.schedulePeriodically(() -> {}, 1, 1, TimeUnit.SECONDS))
                .isInstanceOf(RejectedExecutionException.class);
        gate.open();
        assertThat(seen.await(1)).containsExactly("other's");
        test.rest();
        assertThat(seen.size()).isEqualTo(1);
    }

    @Test
    void workersAreFirstInFirstOut() {
        Scheduler.Worker worker = scheduler().createWorker();
        IntStream.range(0, 1_000).forEach(i -> worker.schedule(() -> seen.add(i)));
        assertThat(seen.await(1_000))
                .isEqualTo(IntStream.range(0, 1_000).boxed().toList());
        worker.dispose();
    }

    @Test
    void afterTheEndOfTheActorTasksAreRejected() {
        Scheduler scheduler = scheduler();
        assertThat(scheduler.isDisposed()).isFalse();
        actor.stop();
        TestSystem.end(actor);
        assertThat(scheduler.isDisposed()).isTrue();
        assertThatThrownBy(() -> scheduler.schedule(() -> {}))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessageContaining("actor: bastion://test/a has terminated (expected: a living actor)");
        assertThatThrownBy(() -> scheduler.schedule(() -> {}, 1, TimeUnit.SECONDS))
                .isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(() -> scheduler.createWorker().schedule(() -> {}))
                .isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(() -> Mono.just(1).publishOn(scheduler).block())
                .isInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void delayedTasksEndWithTheActor() {
        scheduler().schedulePeriodically(() -> seen.add("period"), 1, 1, TimeUnit.SECONDS);
        scheduler().schedule(() -> seen.add("once"), 1, TimeUnit.SECONDS);
        actor.stop();
        TestSystem.end(actor);
        test.advance(Duration.ofSeconds(5));
        assertThat(seen.size()).isZero();
        assertThat(test.time.pending()).isZero();
    }

    @Test
    void noTaskRunsAfterTheStoppedSignal() {
        for (int round = 0; round < 100; round++) {
            seen.clear();
            ActorRef<Object> stopping =
                    test.spawn(ActorSpec.<Object>anonymous(() -> Behavior.<Object>receive((context, m) -> {
                                for (int i = 0; i < 5; i++) {
                                    context.scheduler().schedule(() -> seen.add("task"));
                                }
                                context.stop();
                                for (int i = 0; i < 5; i++) {
                                    context.scheduler().schedule(() -> seen.add("task"));
                                }
                            })
                            .onSignal((context, signal) -> {
                                seen.add("stopped");
                                context.scheduler().schedule(() -> seen.add("too late"));
                                return true;
                            })));
            stopping.tell("go");
            TestSystem.end(stopping);
            assertThat(seen.all()).endsWith("stopped");
        }
    }

    @Test
    void aTaskThatThrowsFailsTheIncarnation() {
        IllegalStateException cause = new IllegalStateException("wanted");
        scheduler().schedule(() -> {
            throw cause;
        });
        test.rest();
        scheduler().schedule(() -> seen.add(contexts.all().get(0).incarnation()));
        assertThat(seen.await(1)).containsExactly(1);
    }

    @Test
    void operatorsEmitOnTheActorsWorker() {
        Flux.range(0, 1_000)
                .publishOn(Schedulers.parallel())
                .publishOn(scheduler())
                .doOnNext(n -> contexts.all().get(0).incarnation()) // throws on another worker
                .subscribe(seen::add, seen::add);
        assertThat(seen.await(1_000))
                .isEqualTo(IntStream.range(0, 1_000).boxed().toList());
        Mono.delay(Duration.ofSeconds(1), scheduler()).subscribe(n -> seen.add("delayed"));
        test.advance(Duration.ofSeconds(1));
        assertThat(seen.await(1_001)).endsWith("delayed");
    }
}
