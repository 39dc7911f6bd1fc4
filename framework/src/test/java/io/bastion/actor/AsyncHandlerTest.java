package io.bastion.actor;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.supervision.Restart;
import io.bastion.testing.Conditions;
import io.bastion.testing.Recorder;
import io.bastion.testing.Seed;
import io.bastion.testing.TestSystem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.Context;

/** Handlers that return a publisher: the message is done when it ends. */
class AsyncHandlerTest {
    @RegisterExtension
    final TestSystem test = new TestSystem();

    private final Recorder<Object> seen = new Recorder<>();
    private final List<Sinks.Empty<Void>> works =
            IntStream.range(0, 20).mapToObj(i -> Sinks.<Void>empty()).toList();

    /** Handles the number n until the n-th work ends. */
    private ActorSpec<Integer> worker(int concurrency) {
        return ActorSpec.<Integer>of(
                        "worker",
                        () -> Behavior.<Integer>receiveAsync(concurrency, (context, n) -> {
                            seen.add("begin " + n);
                            return works.get(n)
                                    .asMono()
                                    .doOnSuccess(v -> seen.add("end " + n))
                                    .doOnCancel(() -> seen.add("cancel " + n));
                        }))
                .restart(Restart.temporary());
    }

    private void finish(int n) {
        works.get(n).tryEmitEmpty().orThrow();
    }

    @Test
    void theNextMessageWaitsForTheEnd() {
        ActorRef<Integer> actor = test.spawn(worker(1));
        IntStream.range(0, 3).forEach(actor::tell);
        for (int n = 0; n < 3; n++) {
            seen.await(2 * n + 1);
            test.settle();
            assertThat(seen.size()).isEqualTo(2 * n + 1);
            assertThat(actor.stats().queued()).isEqualTo(3 - n);
            finish(n);
        }
        assertThat(seen.await(6)).containsExactly("begin 0", "end 0", "begin 1", "end 1", "begin 2", "end 2");
        assertThat(test.rest()).isEqualTo(new MessageStats(3, 3, 0, 0, 0, 0, 0));
    }

    @Test
    void noMoreThanTheConcurrencyAreInWorkAndTheyBeginInOrder() {
        ActorRef<Integer> actor = test.spawn(worker(3));
        IntStream.range(0, 6).forEach(actor::tell);
        seen.await(3);
        test.settle();
        assertThat(seen.all()).containsExactly("begin 0", "begin 1", "begin 2");
        assertThat(actor.stats().queued()).isEqualTo(6);
        finish(1);
        assertThat(seen.await(5)).endsWith("end 1", "begin 3");
        finish(0);
        finish(3);
        seen.await(9);
        finish(2);
        finish(4);
        finish(5);
        seen.await(12);
        assertThat(test.rest()).isEqualTo(new MessageStats(6, 6, 0, 0, 0, 0, 0));
    }

    @Test
    void onForeignSchedulersNeverMoreThanTheConcurrencyAreInWork() {
        Random random = new Random(Seed.of("onForeignSchedulersNeverMoreThanTheConcurrencyAreInWork"));
        int messages = 2_000;
        for (int concurrency : new int[] {1, 2, 7}) {
            AtomicInteger inWork = new AtomicInteger();
            AtomicInteger most = new AtomicInteger();
            AtomicInteger done = new AtomicInteger();
            Recorder<Integer> begun = new Recorder<>();
            ActorRef<Integer> actor = test.spawn(ActorSpec.of(
                    "c" + concurrency,
                    () -> Behavior.<Integer>receiveAsync(concurrency, (context, n) -> {
                        most.accumulateAndGet(inWork.incrementAndGet(), Math::max);
                        if (n % 100 == 0) {
                            begun.add(n);
                        }
                        Mono<Void> end = Mono.fromRunnable(() -> {
                            inWork.decrementAndGet();
                            done.incrementAndGet();
                        });
                        return switch (n % 4) {
                            case 0 -> end;
                            case 1 -> end.subscribeOn(Schedulers.parallel());
                            case 2 -> end.subscribeOn(test.scheduler);
                            default -> end.subscribeOn(context.scheduler());
                        };
                    })));
            for (int i = 0; i < messages; i++) {
                actor.tell(i);
                if (random.nextInt(50) == 0) {
                    Thread.yield();
                }
            }
            Conditions.await("all done", () -> done.get() == messages);
            assertThat(most.get()).isLessThanOrEqualTo(concurrency);
            assertThat(begun.all()).isSorted();
        }
        assertThat(test.rest().handled()).isEqualTo(3L * messages);
    }

    @Test
    void publishersThatEndAtOnceAreHandledWithoutADetour() {
        List<Publisher<?>> ended = List.of(
                Mono.empty(),
                Mono.just(1),
                Flux.range(0, 100),
                Flux.just(1, 2),
                Mono.fromRunnable(() -> seen.add("ran")),
                Mono.fromCallable(() -> 1),
                Mono.just(1).hide(),
                (Publisher<Integer>) s -> Flux.just(1).subscribe(s));
        ActorRef<Integer> actor = test.spawn(ActorSpec.of(
                "a",
                () -> Behavior.<Integer>receiveAsync((context, n) -> {
                    seen.add(n);
                    return ended.get(n);
                })));
        IntStream.range(0, ended.size()).forEach(actor::tell);
        assertThat(seen.await(ended.size() + 1)).containsExactly(0, 1, 2, 3, 4, "ran", 5, 6, 7);
        assertThat(test.rest().handled()).isEqualTo(ended.size());
    }

    @Test
    void aLongRunOfPublishersThatEndAtOnceNeedsNoStack() {
        AtomicInteger handled = new AtomicInteger();
        ActorRef<Integer> actor = test.spawn(ActorSpec.of(
                "a",
                () -> Behavior.<Integer>receiveAsync(
                        (context, n) -> Mono.just(n).hide().doOnNext(x -> handled.incrementAndGet()))));
        IntStream.range(0, 50_000).forEach(actor::tell);
        Conditions.await("all handled", () -> handled.get() == 50_000);
        assertThat(test.rest().handled()).isEqualTo(50_000);
    }

    @Test
    void theContextOfTheMessageReachesThePublisher() {
        ActorRef<Integer> actor = test.spawn(ActorSpec.of(
                "a",
                () -> Behavior.<Integer>receiveAsync((context, n) -> Mono.deferContextual(c -> {
                    seen.add(c.<String>getOrEmpty("user").orElse("none"));
                    return Mono.empty();
                }))));
        actor.tell(1, Context.of("user", "ada"));
        actor.tell(2);
        assertThat(seen.await(2)).containsExactly("ada", "none");
    }

    @Test
    @SuppressWarnings("NullAway") // the point of the test
    void aNullPublisherIsAFailure() {
        Recorder<Signal> signals = new Recorder<>();
        ActorRef<Integer> actor = test.spawn(ActorSpec.of(
                "a",
                () -> Behavior.<Integer>receiveAsync(
                                (context, n) -> n == 0 ? null : Mono.fromRunnable(() -> seen.add(n)))
                        .onSignal((context, signal) -> {
                            signals.add(signal);
                            return true;
                        })));
        actor.tell(0);
        actor.tell(1);
        assertThat(seen.await(1)).containsExactly(1);
        assertThat(signals.all().get(0))
                .isInstanceOfSatisfying(
                        Signal.Restarting.class,
                        s -> assertThat(s.cause())
                                .isInstanceOf(NullPointerException.class)
                                .hasMessage("receive: returned null (expected: a Publisher)"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"thrown", "at once", "hidden", "on a foreign thread", "on the actor's worker"})
    void anErrorFailsTheIncarnationAsTheSameObject(String how) {
        List<Throwable> causes = List.of(
                new IllegalStateException("runtime"),
                new Exception("checked"),
                new AssertionError("assertion"),
                new Error("error"));
        Recorder<Signal> signals = new Recorder<>();
        ActorRef<Throwable> actor = test.spawn(ActorSpec.<Throwable>of(
                        "a",
                        () -> Behavior.<Throwable>receiveAsync((context, t) -> switch (how) {
                                    case "thrown" -> throw Sneaky.thrown(t);
                                    case "at once" -> Mono.error(t);
                                    case "hidden" -> Mono.error(t).hide();
                                    case "on a foreign thread" -> Mono.error(t).subscribeOn(Schedulers.parallel());
                                    default -> Mono.error(t).subscribeOn(context.scheduler());
                                })
                                .onSignal((context, signal) -> {
                                    signals.add(signal);
                                    return true;
                                }))
                .restart(Restart.transientOnFailure()));
        causes.forEach(actor::tell);
        List<Signal> got = signals.await(causes.size());
        for (int i = 0; i < causes.size(); i++) {
            assertThat(((Signal.Restarting) got.get(i)).cause()).isSameAs(causes.get(i));
        }
        assertThat(test.rest()).isEqualTo(new MessageStats(4, 0, 4, 0, 0, 0, 0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"at once", "on the actor's worker"})
    void anErrorThatReactorThrowsPastOnErrorFailsTheIncarnationOnce(String how) {
        Throwable[] causes = {
            new StackOverflowError("wanted"), new NoClassDefFoundError("wanted"), new OutOfMemoryError("wanted")
        };
        Recorder<Signal> signals = new Recorder<>();
        ActorRef<Throwable> actor = test.spawn(ActorSpec.<Throwable>of(
                        "a",
                        () -> Behavior.<Throwable>receiveAsync((context, t) -> {
                                    Mono<Object> failing = Mono.fromCallable(() -> {
                                        throw Sneaky.thrown(t);
                                    });
                                    return how.equals("at once")
                                            ? failing.hide()
                                            : failing.subscribeOn(context.scheduler());
                                })
                                .onSignal((context, signal) -> {
                                    signals.add(signal);
                                    return true;
                                }))
                .restart(Restart.transientOnFailure()));
        for (Throwable cause : causes) {
            actor.tell(cause);
        }
        List<Signal> got = signals.await(causes.length);
        for (int i = 0; i < causes.length; i++) {
            assertThat(((Signal.Restarting) got.get(i)).cause()).isSameAs(causes[i]);
        }
        assertThat(test.rest()).isEqualTo(new MessageStats(3, 0, 3, 0, 0, 0, 0));
    }

    @Test
    void aFailureCancelsWhatElseIsInWork() {
        ActorRef<Integer> actor = test.spawn(worker(3).restart(Restart.transientOnFailure()));
        IntStream.range(0, 4).forEach(actor::tell);
        seen.await(3);
        works.get(1).tryEmitError(new IllegalStateException("wanted")).orThrow();
        assertThat(seen.await(6)).contains("cancel 0", "cancel 2").endsWith("begin 3");
        assertThat(actor.stats().failed()).isEqualTo(3);
        finish(3);
        assertThat(test.rest()).isEqualTo(new MessageStats(4, 1, 3, 0, 0, 0, 0));
    }

    @Test
    void stopWaitsForTheWorkAndKillCancelsIt() {
        ActorRef<Integer> actor = test.spawn(worker(2));
        IntStream.range(0, 3).forEach(actor::tell);
        seen.await(2);
        actor.stop();
        test.settle();
        assertThat(seen.size()).isEqualTo(2);
        finish(0);
        test.settle();
        assertThat(seen.all()).containsExactly("begin 0", "begin 1", "end 0");
        actor.kill();
        assertThat(TestSystem.end(actor)).isEqualTo(TerminationReason.KILLED);
        assertThat(seen.all()).endsWith("cancel 1");
        assertThat(test.rest()).isEqualTo(new MessageStats(3, 1, 1, 0, 1, 0, 0));
        assertThat(test.deadLetters(DeadLetter.Reason.STOPPED)).containsExactly(2);
    }

    @Test
    void stopEndsWhenTheWorkDoes() {
        ActorRef<Integer> actor = test.spawn(worker(1));
        actor.tell(0);
        seen.await(1);
        actor.stop();
        test.settle();
        finish(0);
        assertThat(TestSystem.end(actor)).isEqualTo(TerminationReason.STOPPED);
        assertThat(seen.all()).containsExactly("begin 0", "end 0");
    }

    @Test
    void workThatNeverEndsIsEndedByKill() {
        ActorRef<Integer> actor = test.spawn(ActorSpec.of(
                "never",
                () -> Behavior.<Integer>receiveAsync((context, n) -> {
                    seen.add(n);
                    return Mono.never();
                })));
        actor.tell(1);
        seen.await(1);
        actor.kill();
        assertThat(TestSystem.end(actor)).isEqualTo(TerminationReason.KILLED);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void contextStopLetsTheWorkOfItsMessageEnd(boolean permanent) {
        Recorder<Signal> signals = new Recorder<>();
        ActorRef<Integer> actor = test.spawn(ActorSpec.<Integer>of(
                        "a",
                        () -> Behavior.<Integer>receiveAsync((context, n) -> {
                                    context.stop();
                                    return works.get(n).asMono().doOnSuccess(v -> seen.add("end " + n));
                                })
                                .onSignal((context, signal) -> {
                                    signals.add(signal);
                                    return true;
                                }))
                .restart(permanent ? Restart.permanent() : Restart.temporary()));
        actor.tell(0);
        test.settle();
        assertThat(seen.size()).isZero();
        assertThat(signals.size()).isZero();
        finish(0);
        assertThat(seen.await(1)).containsExactly("end 0");
        signals.await(1);
        assertThat(signals.all().get(0)).isInstanceOf(permanent ? Signal.Restarting.class : Signal.Stopped.class);
        assertThat(test.rest()).isEqualTo(new MessageStats(1, 1, 0, 0, 0, 0, 0));
    }

    @Test
    void becomeDoesNotLetTheNextMessageOvertakeTheWork() {
        ActorRef<Integer> actor = test.spawn(ActorSpec.of(
                "a",
                () -> Behavior.<Integer>receiveAsync((context, n) -> {
                    context.become(Behavior.receive((c, m) -> seen.add("then " + m)));
                    return works.get(n).asMono().doOnSuccess(v -> seen.add("end " + n));
                })));
        actor.tell(0);
        actor.tell(1);
        test.settle();
        assertThat(seen.size()).isZero();
        finish(0);
        assertThat(seen.await(2)).containsExactly("end 0", "then 1");
    }

    @Test
    void becomeOnTheActorsSchedulerHoldsTheNextMessageBack() {
        Recorder<ActorContext<Integer>> contexts = new Recorder<>();
        ActorRef<Integer> actor = test.spawn(ActorSpec.of(
                "a",
                () -> Behavior.<Integer>receiveAsync(5, (context, n) -> {
                    contexts.add(context);
                    seen.add("begin " + n);
                    return works.get(n).asMono();
                })));
        actor.tell(0);
        actor.tell(1);
        seen.await(2);
        ActorContext<Integer> context = contexts.all().get(0);
        context.scheduler().schedule(() -> context.become(Behavior.receive((c, m) -> seen.add("then " + m))));
        test.settle();
        actor.tell(2);
        finish(0);
        test.settle();
        assertThat(seen.size()).isEqualTo(2);
        finish(1);
        assertThat(seen.await(3)).endsWith("then 2");
    }

    @Test
    void continuationsOnTheActorsSchedulerMayUseItsState() {
        int messages = 500;
        List<Integer> state = new ArrayList<>(); // not thread-safe, on purpose
        ActorRef<Integer> actor = test.spawn(ActorSpec.of(
                "a",
                () -> Behavior.<Integer>receiveAsync(8, (context, n) -> {
                    state.add(n);
                    return Mono.just(n)
                            .publishOn(Schedulers.parallel())
                            .publishOn(context.scheduler())
                            .doOnNext(state::add)
                            .doOnNext(x -> seen.add(context.incarnation()));
                })));
        IntStream.range(0, messages).forEach(actor::tell);
        seen.await(messages);
        assertThat(test.rest().handled()).isEqualTo(messages);
        assertThat(state).hasSize(2 * messages);
    }

    @Test
    void anInterruptInAHandlerDoesNotReachTheNextMessage() {
        ActorRef<Integer> actor = test.spawn(ActorSpec.<Integer>of(
                "a",
                () -> Behavior.<Integer>receiveAsync((context, n) -> {
                    seen.add(Thread.currentThread().isInterrupted());
                    Thread.currentThread().interrupt();
                    if (n == 1) {
                        throw new IllegalStateException("wanted");
                    }
                    return Mono.fromRunnable(() -> Thread.currentThread().interrupt());
                })));
        IntStream.range(0, 4).forEach(actor::tell);
        assertThat(seen.await(4)).containsOnly(false);
    }

    @Test
    void workThatTakesLongDoesNotKeepOthersWaiting() {
        ActorRef<Integer> slow = test.spawn(worker(1));
        slow.tell(0);
        seen.await(1);
        ActorRef<Integer> other =
                test.spawn(ActorSpec.of("other", () -> Behavior.<Integer>receive((c, n) -> seen.add("other"))));
        other.tell(1);
        assertThat(seen.await(2)).endsWith("other");
        test.time.advance(Duration.ofHours(1));
        finish(0);
    }
}
