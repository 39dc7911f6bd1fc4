package io.bastion.semantics;

import static io.bastion.testing.Conditions.BOUND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bastion.actor.ActorContext;
import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.AskFailedException;
import io.bastion.actor.Behavior;
import io.bastion.actor.DeadLetter;
import io.bastion.actor.Interceptor;
import io.bastion.actor.MessageStats;
import io.bastion.actor.Signal;
import io.bastion.actor.SupervisorSpec;
import io.bastion.actor.TerminationReason;
import io.bastion.mailbox.Mailbox;
import io.bastion.supervision.Backoff;
import io.bastion.supervision.Directive;
import io.bastion.supervision.InFlight;
import io.bastion.supervision.Restart;
import io.bastion.supervision.Strategy;
import io.bastion.testing.Conditions;
import io.bastion.testing.Recorder;
import io.bastion.testing.Seed;
import io.bastion.testing.TestSystem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.Context;

/** The message in flight when a flow fails: which one it is, and what becomes of it. */
class FlowInFlightTest {
    private static final Duration HOUR = Duration.ofHours(1);

    @RegisterExtension
    final TestSystem test = new TestSystem();

    private final Recorder<String> log = new Recorder<>();

    private static final class Wanted extends IllegalStateException {
        private static final long serialVersionUID = 1;
    }

    /** A flow of its incarnation and its inbox, which notes the messages that it is told of. */
    private ActorSpec<Object> flow(InFlight policy, BiFunction<Integer, Flux<Object>, Publisher<?>> flow) {
        return ActorSpec.<Object>of(
                        "a",
                        context -> Behavior.<Object>flow((c, inbox) -> flow.apply(c.incarnation(), inbox))
                                .onSignal((c, signal) -> {
                                    if (signal instanceof Signal.Restarting restarting) {
                                        log.add("restarting " + restarting.message());
                                    }
                                    return true;
                                }))
                .restart(Restart.transientOnFailure().inFlight(policy));
    }

    private static void failAt(Object message, Object bad, AtomicInteger left) {
        if (message.equals(bad) && left.getAndDecrement() > 0) {
            throw new Wanted();
        }
    }

    @ParameterizedTest
    @EnumSource(InFlight.class)
    void theMessageThatAFlowFailedAt_isToldToTheIncarnation(InFlight policy) {
        AtomicInteger left = new AtomicInteger(1);
        ActorRef<Object> a = test.spawn(flow(policy, (i, inbox) -> inbox.doOnNext(m -> failAt(m, "bad", left))));
        List.of("good", "bad", "next").forEach(a::tell);
        assertThat(log.await(1)).containsExactly("restarting bad");
        test.rest();
    }

    @ParameterizedTest
    @EnumSource(InFlight.class)
    void aFilterThatFails_andDiscardsTheMessage_isTreatedAlike(InFlight policy) {
        AtomicInteger left = new AtomicInteger(1);
        ActorRef<Object> a = test.spawn(flow(
                policy,
                (i, inbox) -> inbox.filter(m -> {
                            failAt(m, "bad", left);
                            return true;
                        })
                        .doOnNext(m -> log.add(m + " " + i))));
        List.of("bad", "next").forEach(a::tell);
        if (policy == InFlight.REDELIVER_ONCE) {
            assertThat(log.await(3)).containsExactly("restarting bad", "bad 1", "next 1");
        } else {
            assertThat(log.await(2)).containsExactly("restarting bad", "next 1");
        }
        MessageStats stats = test.rest();
        assertThat(stats.failed()).isEqualTo(policy == InFlight.DROP ? 1 : 0);
        assertThat(stats.dropped()).isZero();
        assertThat(test.deadLetters).hasSize(policy == InFlight.DEAD_LETTER ? 1 : 0);
    }

    @ParameterizedTest
    @EnumSource(InFlight.class)
    void anErrorThatCrossesAThread_isThatOfTheMessageWhoseTakingItEnded(InFlight policy) {
        AtomicInteger left = new AtomicInteger(1);
        ActorRef<Object> a = test.spawn(flow(
                policy,
                (i, inbox) -> inbox.doOnNext(m -> failAt(m, "bad", left))
                        .publishOn(Schedulers.parallel(), true, 4) // the error comes last
                        .doOnNext(m -> log.add(m + " " + i))));
        List.of("good", "bad", "next").forEach(a::tell);
        Conditions.await("the next", () -> log.all().contains("next 1"));
        MessageStats stats = test.rest();
        assertThat(stats.failed()).isEqualTo(policy == InFlight.DROP ? 1 : 0);
        assertThat(log.all().contains("bad 1")).isEqualTo(policy == InFlight.REDELIVER_ONCE);
        assertThat(test.deadLetters(DeadLetter.Reason.FAILED))
                .isEqualTo(policy == InFlight.DEAD_LETTER ? List.of("bad") : List.of());
    }

    @ParameterizedTest
    @CsvSource({"DROP, 1, 0, ''", "DEAD_LETTER, 0, 1, ''", "REDELIVER_ONCE, 0, 0, second"})
    void aFailureBetweenMessages_isHeldAgainstTheLast(InFlight policy, int failed, int dead, String again) {
        Sinks.Empty<Object> timer = Sinks.empty();
        ActorRef<Object> a = test.spawn(flow(
                policy,
                (i, inbox) -> i > 0
                        ? inbox.doOnNext(m -> log.add(m + " " + i))
                        : inbox.doOnNext(m -> log.add(m + " " + i))
                                .mergeWith(timer.asMono().then(Mono.error(new Wanted())))));
        List.of("first", "second").forEach(a::tell);
        log.await(2);
        test.rest();
        timer.tryEmitEmpty();
        Conditions.await("restarted", () -> log.size() >= 3);
        MessageStats stats = test.rest();
        assertThat(stats.failed()).isEqualTo(failed);
        assertThat(test.deadLetters(DeadLetter.Reason.FAILED)).hasSize(dead);
        assertThat(log.all().contains(again + " 1")).isEqualTo(!again.isEmpty());
        assertThat(stats.handled()).isEqualTo(2 - failed - dead);
    }

    @ParameterizedTest
    @EnumSource(InFlight.class)
    void anIncarnationThatHasTakenNothing_failsNoMessage(InFlight policy) {
        ActorRef<Object> a = test.spawn(flow(policy, (i, inbox) -> switch (i) {
            case 0 ->
                inbox.concatMap(m -> {
                    log.add(m + " " + i);
                    return m.equals("fail") ? Mono.error(new Wanted()) : Mono.empty();
                });
            case 1 -> Flux.error(new Wanted());
            case 2 -> throw new Wanted();
            default -> inbox.doOnNext(m -> log.add(m + " " + i));
        }));
        List.of("one", "fail", "last").forEach(a::tell);
        Conditions.await("the last", () -> log.all().contains("last 3"));
        MessageStats stats = test.rest();
        assertThat(log.all()).containsSubsequence("restarting fail", "restarting null", "restarting null");
        assertThat(log.all().contains("fail 3")).isEqualTo(policy == InFlight.REDELIVER_ONCE);
        assertThat(stats.failed()).isEqualTo(policy == InFlight.DROP ? 1 : 0);
        assertThat(stats.deadLettered()).isEqualTo(policy == InFlight.DEAD_LETTER ? 1 : 0);
        assertThat(stats.handled()).isEqualTo(policy == InFlight.REDELIVER_ONCE ? 3 : 2);
    }

    /** Where the flow fails at an ask. */
    enum Failing {
        AT_ONCE,
        LATER
    }

    private ActorRef<Object> answering(Failing failing, InFlight policy, int failures) {
        AtomicInteger left = new AtomicInteger(failures);
        return test.spawn(flow(
                policy,
                (i, inbox) -> (failing == Failing.AT_ONCE ? inbox : inbox.publishOn(Schedulers.parallel(), 1))
                        .doOnNext(m -> {
                            if (m instanceof ActorRef<?> asker) {
                                log.add("asked " + i);
                                if (left.getAndDecrement() > 0) {
                                    throw new Wanted();
                                }
                                reply(asker);
                            }
                        })));
    }

    @SuppressWarnings("unchecked")
    private static void reply(ActorRef<?> asker) {
        ((ActorRef<Object>) asker).tell("reply");
    }

    @ParameterizedTest
    @EnumSource(Failing.class)
    void anAsk_waitsForItsRedelivery_andFailsTheSecondTime(Failing failing) {
        ActorRef<Object> a = answering(failing, InFlight.REDELIVER_ONCE, 3);
        assertThatThrownBy(() -> a.ask(self -> self, HOUR).block(BOUND))
                .isInstanceOf(AskFailedException.class)
                .hasCauseInstanceOf(Wanted.class);
        assertThat(a.ask(self -> self, HOUR).block(BOUND)).isEqualTo("reply");
        assertThat(log.all().stream().filter(l -> l.startsWith("asked")))
                .containsExactly("asked 0", "asked 1", "asked 2", "asked 3");
        assertThat(test.rest()).isEqualTo(new MessageStats(2, 1, 1, 0, 0, 0, 0));
    }

    @ParameterizedTest
    @CsvSource({"AT_ONCE, DROP", "LATER, DROP", "AT_ONCE, DEAD_LETTER", "LATER, DEAD_LETTER"})
    void anAskThatIsNotRedelivered_failsAtOnce(Failing failing, InFlight policy) {
        ActorRef<Object> a = answering(failing, policy, 1);
        a.tell("before");
        assertThatThrownBy(() -> a.ask(self -> self, HOUR).block(BOUND)).isInstanceOf(AskFailedException.class);
        assertThat(test.rest().handled()).isEqualTo(1);
    }

    @Test
    void anAskBeforeTheLastMessage_isNotFailed() {
        Sinks.Empty<Object> fail = Sinks.empty();
        Recorder<Object> answers = new Recorder<>();
        Recorder<ActorRef<?>> askers = new Recorder<>();
        ActorRef<Object> a = test.spawn(flow(
                InFlight.DROP,
                (i, inbox) -> inbox.doOnNext(m -> {
                            log.add(m instanceof ActorRef<?> ? "asked" : m + " " + i);
                            if (m instanceof ActorRef<?> asker) {
                                askers.add(asker);
                            }
                        })
                        .mergeWith(i > 0 ? Mono.never() : fail.asMono().then(Mono.error(new Wanted())))));
        a.ask(self -> self, HOUR).subscribe(answers::add, answers::add);
        a.tell("last");
        log.await(2);
        test.rest();
        fail.tryEmitEmpty();
        assertThat(log.await(3)).endsWith("restarting null");
        reply(askers.await(1).get(0));
        assertThat(answers.await(1)).containsExactly("reply");
    }

    @ParameterizedTest
    @ValueSource(strings = {"stop", "kill", "drain"})
    void anEndBeforeTheRedelivery_makesItADeadLetter(String end) {
        for (Failing failing : Failing.values()) {
            ActorRef<Object> a = test.spawn(flow(
                            InFlight.REDELIVER_ONCE,
                            (i, inbox) -> (failing == Failing.AT_ONCE
                                            ? inbox
                                            : inbox.publishOn(Schedulers.parallel(), 1))
                                    .doOnNext(m -> {
                                        throw new Wanted();
                                    }))
                    .restart(Restart.transientOnFailure()
                            .backoff(Backoff.constant(HOUR))
                            .inFlight(InFlight.REDELIVER_ONCE)));
            Recorder<Throwable> asked = new Recorder<>();
            a.ask(self -> self, HOUR).subscribe(r -> {}, asked::add);
            log.await(1); // is held back
            test.settle();
            assertThat(asked.all()).isEmpty();
            switch (end) {
                case "stop" -> a.stop();
                case "kill" -> a.kill();
                default -> {
                    a.drain();
                    test.advance(HOUR);
                    log.await(2); // it has failed again
                    test.settle();
                    test.advance(HOUR);
                }
            }
            TestSystem.end(a);
            asked.await(1);
            log.clear();
        }
        assertThat(test.rest().deadLettered()).isEqualTo(end.equals("drain") ? 0 : 2);
    }

    @Test
    void anActorThatStaysDown_leavesADeadLetter() {
        ActorRef<Object> a = test.spawn(flow(
                        InFlight.REDELIVER_ONCE,
                        (i, inbox) ->
                                inbox.concatMap(m -> Mono.error(new Wanted()).subscribeOn(Schedulers.parallel())))
                .restart(Restart.temporary().inFlight(InFlight.REDELIVER_ONCE)));
        a.tell("x");
        assertThat(TestSystem.end(a)).isInstanceOf(TerminationReason.Failed.class);
        assertThat(test.deadLetters(DeadLetter.Reason.STOPPED)).containsExactly("x");
    }

    @Test
    void resume_whichIsARestart_redeliversIt() {
        AtomicInteger left = new AtomicInteger(1);
        ActorRef<Object> a = test.spawn(flow(
                        InFlight.REDELIVER_ONCE,
                        (i, inbox) -> inbox.doOnNext(m -> {
                            log.add(m + " " + i);
                            failAt(m, "bad", left);
                        }))
                .restart(Restart.transientOnFailure()
                        .on(Wanted.class, Directive.RESUME)
                        .inFlight(InFlight.REDELIVER_ONCE)));
        List.of("bad", "next").forEach(a::tell);
        assertThat(log.await(4)).containsExactly("bad 0", "restarting bad", "bad 1", "next 1");
    }

    @Test
    void oneForAll_redeliversToTheOneThatFailed_andFailsNothingOfItsSiblings() {
        AtomicInteger left = new AtomicInteger(1);
        Recorder<ActorRef<Object>> refs = new Recorder<>();
        SupervisorSpec spec = SupervisorSpec.named("s").strategy(Strategy.ONE_FOR_ALL);
        for (String name : List.of("a", "b")) {
            spec = spec.child(ActorSpec.<Object>of(name, context -> {
                        refs.add(context.self());
                        return Behavior.flow((c, inbox) -> inbox.doOnNext(m -> {
                            log.add(m + " " + name + " " + c.incarnation());
                            failAt(m, "bad", left);
                        }));
                    })
                    .restart(Restart.transientOnFailure().inFlight(InFlight.REDELIVER_ONCE)));
        }
        test.system.supervise(spec).whenStarted().block(BOUND);
        refs.all().get(1).tell("x");
        log.await(1);
        List.of("bad", "next").forEach(refs.all().get(0)::tell);
        assertThat(log.await(4)).containsExactly("x b 0", "bad a 0", "bad a 1", "next a 1");
        assertThat(test.rest()).isEqualTo(new MessageStats(3, 3, 0, 0, 0, 0, 0));
    }

    @Test
    void aTwiceFailedMessage_isDropped_alsoWhenTheFlowFailsLater() {
        ActorRef<Object> a = test.spawn(flow(
                InFlight.REDELIVER_ONCE,
                (i, inbox) -> inbox.concatMap(m -> {
                    log.add(m + " " + i);
                    return m.equals("bad") ? Mono.error(new Wanted()).subscribeOn(Schedulers.parallel()) : Mono.empty();
                })));
        List.of("bad", "next").forEach(a::tell);
        Conditions.await("the next", () -> log.all().contains("next 2"));
        assertThat(log.all()).containsExactly("bad 0", "restarting bad", "bad 1", "restarting bad", "next 2");
        assertThat(test.rest()).isEqualTo(new MessageStats(2, 1, 1, 0, 0, 0, 0));
    }

    @Test
    void aFatalErrorInTheTaking_isOfThatMessage() {
        AtomicInteger left = new AtomicInteger(1);
        ActorRef<Object> a = test.spawn(flow(
                InFlight.REDELIVER_ONCE,
                (i, inbox) -> inbox.doOnNext(m -> {
                    log.add(m + " " + i);
                    if (left.getAndDecrement() > 0) {
                        throw new StackOverflowError("wanted");
                    }
                })));
        a.tell("x");
        assertThat(log.await(3)).containsExactly("x 0", "restarting x", "x 1");
        assertThat(test.rest()).isEqualTo(new MessageStats(1, 1, 0, 0, 0, 0, 0));
    }

    @ParameterizedTest
    @EnumSource(InFlight.class)
    void anInterceptorThatFailsAroundAFlow_isTreatedAlike(InFlight policy) {
        AtomicInteger left = new AtomicInteger(1);
        ActorRef<Object> a = test.spawn(flow(policy, (i, inbox) -> inbox.doOnNext(m -> log.add(m + " " + i)))
                .intercept(new Interceptor() {
                    @Override
                    public void receive(ActorContext<?> context, Object message, ReceiveChain next) throws Exception {
                        failAt(message, "bad", left);
                        if (message.equals("drop")) {
                            next.drop();
                        } else {
                            next.receive(message);
                        }
                    }
                }));
        List.of("good", "drop", "bad", "next").forEach(a::tell);
        Conditions.await("the next", () -> log.all().contains("next 1"));
        MessageStats stats = test.rest();
        assertThat(log.all()).contains("restarting bad");
        assertThat(log.all().contains("bad 1")).isEqualTo(policy == InFlight.REDELIVER_ONCE);
        assertThat(stats.failed()).isEqualTo(policy == InFlight.DROP ? 1 : 0);
        assertThat(stats.deadLettered()).isEqualTo(policy == InFlight.DEAD_LETTER ? 1 : 0);
        assertThat(stats.dropped()).isEqualTo(1);
    }

    @Test
    void whatAFeedBrings_isRedelivered_andItsCreditIsGivenBackOnce() {
        AtomicInteger most = new AtomicInteger();
        AtomicInteger fed = new AtomicInteger();
        AtomicInteger failures = new AtomicInteger();
        Recorder<Object> handled = new Recorder<>();
        ActorRef<Object> a = test.spawn(flow(
                        InFlight.REDELIVER_ONCE,
                        (i, inbox) -> inbox.concatMap(m -> {
                            if (m.hashCode() % 5 == 0 && failures.incrementAndGet() % 2 == 1) {
                                return Mono.error(new Wanted()).subscribeOn(Schedulers.parallel());
                            }
                            handled.add(m);
                            return Mono.empty();
                        }))
                .mailbox(Mailbox.bounded(4)));
        a.feed(Flux.range(1, 200)
                        .hide()
                        .doOnNext(n -> most.accumulateAndGet(fed.incrementAndGet() - handled.size(), Math::max))
                        .cast(Object.class))
                .block(BOUND);
        handled.await(200); // the last failure may be on its way when nothing is queued or in work
        test.rest();
        assertThat(handled.all()).hasSize(200).doesNotHaveDuplicates();
        assertThat(most.get()).isLessThanOrEqualTo(4 + 2);
    }

    @ParameterizedTest
    @EnumSource(InFlight.class)
    void whatAFailedFlowDiscards_isADeadLetter_andTheLastIsNotLostEither(InFlight policy) {
        CountDownLatch queued = new CountDownLatch(1);
        Sinks.Empty<Object> never = Sinks.empty();
        ActorRef<Object> a = test.spawn(flow(
                policy,
                (i, inbox) -> i > 0
                        ? inbox.doOnNext(m -> log.add(m + " " + i))
                        : inbox.doOnNext(m -> {
                                    if (m.equals("last")) {
                                        queued.countDown();
                                    }
                                })
                                .publishOn(Schedulers.boundedElastic(), 64)
                                .doOnNext(m -> {
                                    TestSystem.await(queued);
                                    test.settle(); // all are taken
                                    throw new Wanted();
                                })
                                .mergeWith(never.asMono())));
        List.of("failing", "discarded", "discarded too", "last").forEach(a::tell);
        Conditions.await("restarted", () -> log.all().stream().anyMatch(l -> l.startsWith("restarting")));
        MessageStats expected = switch (policy) {
            case DROP -> new MessageStats(4, 0, 1, 3, 0, 0, 0);
            case DEAD_LETTER -> new MessageStats(4, 0, 1, 2, 1, 0, 0);
            case REDELIVER_ONCE -> new MessageStats(4, 1, 1, 2, 0, 0, 0);
        };
        Conditions.await( // the last of them may be discarded after it has been handled again
                () -> "all told, not " + test.stats(), () -> test.stats().equals(expected));
        assertThat(test.rest()).isEqualTo(expected);
        assertThat(test.deadLetters(DeadLetter.Reason.DISCARDED))
                .contains("discarded", "discarded too")
                .hasSize(policy == InFlight.DROP ? 3 : 2);
        assertThat(test.deadLetters(DeadLetter.Reason.FAILED))
                .isEqualTo(policy == InFlight.DEAD_LETTER ? List.of("last") : List.of());
        assertThat(log.all().contains("last 1")).isEqualTo(policy == InFlight.REDELIVER_ONCE);
    }

    @Test
    void whatIsTakenWhileAnotherThreadCancelsTheFlow_isDiscarded() {
        CountDownLatch cancels = new CountDownLatch(1);
        CountDownLatch goesOn = new CountDownLatch(1);
        Runnable holdUp = () -> { // publishOn has been cancelled, and the inbox not yet
            cancels.countDown();
            Conditions.await(goesOn);
        };
        ActorRef<Object> a = test.spawn(flow(
                InFlight.DROP,
                (i, inbox) -> i > 0
                        ? inbox.doOnNext(m -> log.add(m + " " + i))
                        : inbox.doOnCancel(holdUp)
                                .publishOn(Schedulers.boundedElastic(), 16)
                                .doOnNext(m -> failAt(m, "failing", new AtomicInteger(1)))));
        a.tell("failing");
        Conditions.await(cancels);
        List.of("taken", "taken too").forEach(a::tell);
        test.settle();
        goesOn.countDown();
        assertThat(log.await(1)).containsExactly("restarting null");
        a.tell("next");
        assertThat(log.await(2)).endsWith("next 1");
        assertThat(test.rest()).isEqualTo(new MessageStats(4, 1, 1, 2, 0, 0, 0));
        assertThat(test.deadLetters(DeadLetter.Reason.DISCARDED)).containsExactly("taken", "taken too");
    }

    @Test
    void whatIsDiscardedAfterTheEnd_isNotHandled() {
        Recorder<Context> contexts = new Recorder<>();
        ActorRef<Object> a = test.spawn(flow(
                InFlight.DROP,
                (i, inbox) -> Flux.deferContextual(context -> {
                    contexts.add(Context.of(context));
                    return inbox.doOnNext(m -> log.add(m + " " + i));
                })));
        List.of("held", "done").forEach(a::tell);
        log.await(2);
        a.stop();
        TestSystem.end(a);
        Operators.onDiscard("held", contexts.await(1).get(0));
        assertThat(test.deadLetters(DeadLetter.Reason.DISCARDED)).containsExactly("held");
        assertThat(a.stats()).isEqualTo(new MessageStats(2, 1, 0, 1, 0, 0, 0));
        assertThat(test.rest()).isEqualTo(a.stats());
    }

    /** Flows that know or do not know what failed them, each at random. */
    @ParameterizedTest
    @ValueSource(
            strings = {"map", "filter", "concatMap", "concatMap later", "publishOn 1", "publishOn", "flatMap", "fused"})
    void manyFailures_loseNothing(String name) {
        Random random = new Random(Seed.of("manyFailures " + name));
        for (InFlight policy : InFlight.values()) {
            int messages = 2_000;
            test.deadLetters.clear();
            MessageStats before = test.rest();
            ConcurrentHashMap<Object, AtomicInteger> seen = new ConcurrentHashMap<>();
            ConcurrentHashMap<Object, AtomicInteger> failures = new ConcurrentHashMap<>();
            Function<Object, Object> work = m -> {
                synchronized (random) {
                    if (random.nextInt(20) == 0) {
                        failures.computeIfAbsent(m, k -> new AtomicInteger()).incrementAndGet();
                        throw new Wanted();
                    }
                }
                seen.computeIfAbsent(m, k -> new AtomicInteger()).incrementAndGet();
                return m;
            };
            ActorRef<Object> a = test.spawn(flow(policy, (i, inbox) -> switch (name) {
                case "map" -> inbox.map(m -> work.apply(m));
                case "filter" -> inbox.filter(m -> work.apply(m) != null);
                case "concatMap" -> inbox.concatMap(m -> Mono.fromCallable(() -> work.apply(m)));
                case "concatMap later" ->
                    inbox.concatMap(m -> Mono.fromCallable(() -> work.apply(m)).subscribeOn(Schedulers.parallel()));
                case "publishOn 1" -> inbox.publishOn(Schedulers.parallel(), 1).map(m -> work.apply(m));
                case "publishOn" -> inbox.publishOn(Schedulers.parallel(), 16).map(m -> work.apply(m));
                case "flatMap" -> inbox.flatMap(m -> Mono.just(work.apply(m)), 4);
                case "fused" -> inbox.flatMapIterable(m -> List.of(work.apply(m)), 16);
                default -> throw new IllegalArgumentException(name);
            }));
            List<Object> all = new ArrayList<>();
            for (int n = 0; n < messages; n++) {
                all.add(policy + name + n); // the last dead letter of another policy may be on its way
            }
            all.forEach(m -> assertThat(a.tell(m).accepted()).isTrue());
            test.rest();
            a.drain();
            TestSystem.end(a);
            Conditions.await( // what ran ahead on another thread may be discarded there after the end
                    () -> policy + ": " + seen.size() + " handled, not by " + test.stats(),
                    () -> test.stats().handled() - before.handled() == seen.size());
            MessageStats stats = test.rest();
            long failed = stats.failed() - before.failed();
            long handled = stats.handled() - before.handled();
            long dead = stats.deadLettered() - before.deadLettered();
            long discarded = stats.dropped() - before.dropped();
            assertThat(stats.conserved()).as("%s: %s", policy, stats).isTrue();
            assertThat(handled + failed + dead + discarded).isEqualTo(messages);
            assertThat(test.deadLetters.stream().map(DeadLetter::message)).doesNotHaveDuplicates();
            assertThat(handled).as("%s handled", policy).isEqualTo(seen.size());
            assertThat(seen.values()).allMatch(n -> n.get() == 1);
            if (name.equals("publishOn")) {
                continue; // it takes ahead, and does not say at which of them it failed
            }
            assertThat(discarded).isZero();
            int expectedlyFailed = (int) failures.values().stream()
                    .filter(n -> n.get() == 2 || policy != InFlight.REDELIVER_ONCE)
                    .count();
            assertThat(failed).isEqualTo(policy == InFlight.DEAD_LETTER ? 0 : expectedlyFailed);
            assertThat(test.deadLetters(DeadLetter.Reason.FAILED))
                    .hasSize(policy == InFlight.DEAD_LETTER ? failures.size() : 0);
            assertThat(failures.values()).allMatch(n -> n.get() <= (policy == InFlight.REDELIVER_ONCE ? 2 : 1));
        }
    }
}
