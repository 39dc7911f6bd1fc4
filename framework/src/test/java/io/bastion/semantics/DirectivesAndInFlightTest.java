package io.bastion.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.Behavior;
import io.bastion.actor.DeadLetter;
import io.bastion.actor.MessageStats;
import io.bastion.actor.SupervisorRef;
import io.bastion.actor.SupervisorSpec;
import io.bastion.actor.TerminationReason;
import io.bastion.supervision.Directive;
import io.bastion.supervision.InFlight;
import io.bastion.supervision.Restart;
import io.bastion.testing.Conditions;
import io.bastion.testing.Recorder;
import io.bastion.testing.TestSystem;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/** Directives by type of failure, and the message whose handling failed. */
class DirectivesAndInFlightTest {
    @RegisterExtension
    final TestSystem test = new TestSystem();

    private final Cast cast = new Cast();
    private final Recorder<String> log = cast.log;

    private static final class Wanted extends IllegalStateException {
        private static final long serialVersionUID = 1;
    }

    private static Restart on(Directive directive) {
        return Restart.transientOnFailure().on(IllegalStateException.class, directive);
    }

    @Test
    void resume_keepsStateTimersAndOtherWork() {
        Sinks.Empty<Void> other = Sinks.empty();
        SupervisorRef supervisor = cast.start(
                test,
                SupervisorSpec.named("s")
                        .child(ActorSpec.<Object>of("a", context -> {
                                    cast.refs.put("a", context.self());
                                    AtomicInteger count = new AtomicInteger();
                                    context.timers().once("key", "tick", Duration.ofSeconds(1));
                                    return Behavior.<Object>receiveAsync(3, (c, m) -> {
                                        log.add(m + " " + count.getAndIncrement() + " " + c.incarnation());
                                        return switch ((String) m) {
                                            case "fail" -> Mono.error(new Wanted());
                                            case "wait" -> other.asMono().doFinally(s -> log.add("waited " + s));
                                            default -> Mono.empty();
                                        };
                                    });
                                })
                                .restart(on(Directive.RESUME))));
        List.of("wait", "fail", "next").forEach(cast.ref("a")::tell);
        assertThat(log.await(3)).containsExactly("wait 0 0", "fail 1 0", "next 2 0");
        test.settle();
        other.tryEmitEmpty();
        assertThat(log.await(4)).endsWith("waited onComplete");
        test.settle();
        test.advance(Duration.ofSeconds(1));
        assertThat(log.await(5)).endsWith("tick 3 0");
        test.rest();
        assertThat(Cast.tree(supervisor).remainingBudget()).isEqualTo(3);
    }

    @Test
    void resume_ofAFlow_isARestart_andCostsOne() {
        SupervisorRef supervisor =
                cast.start(test, SupervisorSpec.named("s").child(cast.flow("a").restart(on(Directive.RESUME))));
        cast.ref("a").tell(new Cast.Order.Fail(new Wanted()));
        cast.ref("a").tell("next");
        assertThat(log.await(3)).containsExactly("restarting a", "start a 1", "a 1: next");
        test.rest();
        assertThat(Cast.tree(supervisor).remainingBudget()).isEqualTo(2);
    }

    @Test
    void anotherFailureWhileADecisionIsAwaited_isDecidedAsWell() {
        Sinks.Empty<Void> fail = Sinks.empty();
        cast.start(
                test,
                SupervisorSpec.named("s")
                        .child(ActorSpec.<Object>of("a", context -> {
                                    cast.refs.put("a", context.self());
                                    return Behavior.<Object>receiveAsync(3, (c, m) -> {
                                        log.add(m + " " + c.incarnation());
                                        if (m.equals("go")) { // both end before anything can be said of one
                                            fail.tryEmitEmpty();
                                        }
                                        return switch ((String) m) {
                                            case "resumed" -> fail.asMono().then(Mono.error(new Wanted()));
                                            case "restarted" -> fail.asMono().then(Mono.error(new Error("wanted")));
                                            default -> Mono.empty();
                                        };
                                    });
                                })
                                .restart(on(Directive.RESUME))));
        List.of("resumed", "restarted").forEach(cast.ref("a")::tell);
        cast.ref("a").tell("go");
        cast.ref("a").tell("next");
        assertThat(log.await(4)).endsWith("go 0", "next 1");
    }

    @ParameterizedTest
    @CsvSource({
        "STOP, a:DOWN b:RUNNING",
        "RESTART, a:RUNNING#1 b:RUNNING",
        "RESUME, a:RUNNING b:RUNNING",
    })
    void aDirectiveOfTheSupervisor_forATypeOfFailure(Directive directive, String tree) {
        SupervisorRef supervisor = cast.start(
                test,
                SupervisorSpec.named("s")
                        .on(Wanted.class, directive)
                        .child(cast.member("a"))
                        .child(cast.member("b")));
        cast.ref("a").tell(new Cast.Order.Fail(new Wanted()));
        Conditions.await("decided", () -> test.logged().stream().anyMatch(l -> l.startsWith("bastion://test/s/a fa")));
        test.rest();
        test.rest();
        Cast.awaitChildren(supervisor, tree);
    }

    @Test
    void theMostSpecialType_andTheChildsOwn_goFirst() {
        SupervisorRef supervisor = cast.start(
                test,
                SupervisorSpec.named("s")
                        .on(Wanted.class, Directive.STOP)
                        .on(RuntimeException.class, Directive.RESUME)
                        .child(cast.member("a"))
                        .child(cast.member("b").restart(on(Directive.RESTART))));
        cast.ref("a").tell(new Cast.Order.Fail(new ArithmeticException()));
        cast.ref("a").tell(new Cast.Order.Fail(new Wanted()));
        assertThat(TestSystem.end(cast.ref("a"))).isInstanceOf(TerminationReason.Failed.class);
        cast.ref("b").tell(new Cast.Order.Fail(new Wanted()));
        assertThat(log.await(3)).containsExactly("stopped a", "restarting b", "start b 1");
        test.rest();
        Cast.awaitChildren(supervisor, "a:DOWN b:RUNNING#1");
    }

    @Test
    void escalate_failsTheSupervisorWithTheSameCause() {
        Wanted cause = new Wanted();
        SupervisorRef supervisor = cast.start(
                test,
                SupervisorSpec.named("s")
                        .restart(Restart.temporary())
                        .child(cast.member("a").restart(on(Directive.ESCALATE)))
                        .child(cast.member("b")));
        cast.ref("a").tell(new Cast.Order.Fail(cause));
        assertThat(supervisor.whenTerminated().block(Conditions.BOUND))
                .isInstanceOfSatisfying(
                        TerminationReason.Failed.class,
                        f -> assertThat(f.cause()).isSameAs(cause));
        assertThat(log.all()).containsExactly("stopped b", "stopped a");
    }

    /** Where the handling fails. */
    enum Handling {
        SYNC,
        ASYNC,
        FLOW,
        FLOW_ELSEWHERE,
        ASK
    }

    /** Fails at each "bad" as often as told, counted over incarnations. */
    private ActorRef<Object> fragile(Handling handling, InFlight policy, int failures) {
        AtomicInteger left = new AtomicInteger(failures);
        ActorSpec<Object> spec = ActorSpec.<Object>of("a", context -> {
                    int incarnation = context.incarnation();
                    if (handling == Handling.ASYNC) {
                        return Behavior.<Object>receiveAsync((c, m) -> {
                            log.add(m + " " + incarnation);
                            return m.equals("bad") && left.getAndDecrement() > 0
                                    ? Mono.error(new Wanted()).subscribeOn(Schedulers.boundedElastic())
                                    : Mono.empty();
                        });
                    }
                    if (handling == Handling.FLOW || handling == Handling.FLOW_ELSEWHERE) {
                        return Behavior.flow((c, inbox) -> (handling == Handling.FLOW
                                        ? inbox
                                        : inbox.publishOn(Schedulers.boundedElastic(), 1))
                                .doOnNext(m -> {
                                    log.add(m + " " + incarnation);
                                    if (m.equals("bad") && left.getAndDecrement() > 0) {
                                        throw new Wanted();
                                    }
                                }));
                    }
                    return Behavior.<Object>receive((c, m) -> {
                        log.add((m instanceof ActorRef ? "ask" : m) + " " + incarnation);
                        if ((m.equals("bad") || m instanceof ActorRef) && left.getAndDecrement() > 0) {
                            throw new Wanted();
                        }
                        if (m instanceof ActorRef<?> asker) {
                            reply(asker);
                        }
                    });
                })
                .restart(Restart.transientOnFailure().inFlight(policy));
        return test.spawn(spec);
    }

    @SuppressWarnings("unchecked")
    private static void reply(ActorRef<?> asker) {
        ((ActorRef<Object>) asker).tell("reply");
    }

    @ParameterizedTest
    @EnumSource(value = Handling.class, names = "ASK", mode = EnumSource.Mode.EXCLUDE)
    void drop_countsIt(Handling handling) {
        ActorRef<Object> a = fragile(handling, InFlight.DROP, 1);
        List.of("good", "bad", "next").forEach(a::tell);
        assertThat(log.await(3)).containsExactly("good 0", "bad 0", "next 1");
        assertThat(test.rest()).isEqualTo(new MessageStats(3, 2, 1, 0, 0, 0, 0));
        assertThat(test.deadLetters).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(value = Handling.class, names = "ASK", mode = EnumSource.Mode.EXCLUDE)
    void deadLetter_makesItOne(Handling handling) {
        ActorRef<Object> a = fragile(handling, InFlight.DEAD_LETTER, 1);
        List.of("good", "bad", "next").forEach(a::tell);
        assertThat(log.await(3)).containsExactly("good 0", "bad 0", "next 1");
        MessageStats stats = test.rest();
        assertThat(stats.deadLettered()).isEqualTo(1);
        assertThat(stats.failed()).isZero();
        assertThat(test.deadLetters(DeadLetter.Reason.FAILED)).containsExactly("bad");
    }

    @ParameterizedTest
    @EnumSource(value = Handling.class, names = "ASK", mode = EnumSource.Mode.EXCLUDE)
    void redeliverOnce_givesItToTheNextIncarnationFirst(Handling handling) {
        ActorRef<Object> a = fragile(handling, InFlight.REDELIVER_ONCE, 1);
        List.of("good", "bad", "next").forEach(a::tell);
        assertThat(log.await(4)).containsExactly("good 0", "bad 0", "bad 1", "next 1");
        assertThat(test.rest()).isEqualTo(new MessageStats(3, 3, 0, 0, 0, 0, 0));
    }

    @ParameterizedTest
    @EnumSource(value = Handling.class, names = "ASK", mode = EnumSource.Mode.EXCLUDE)
    void redeliverOnce_dropsItTheSecondTime(Handling handling) {
        ActorRef<Object> a = fragile(handling, InFlight.REDELIVER_ONCE, 2);
        List.of("good", "bad", "next").forEach(a::tell);
        assertThat(log.await(4)).containsExactly("good 0", "bad 0", "bad 1", "next 2");
        assertThat(test.rest()).isEqualTo(new MessageStats(3, 2, 1, 0, 0, 0, 0));
    }

    @ParameterizedTest
    @EnumSource(InFlight.class)
    void anAsk_isAnsweredByItsRedelivery_orFails(InFlight policy) {
        ActorRef<Object> a = fragile(Handling.ASK, policy, 1);
        Mono<Object> ask = a.ask(self -> self, Duration.ofHours(1));
        if (policy == InFlight.REDELIVER_ONCE) {
            assertThat(ask.block(Conditions.BOUND)).isEqualTo("reply");
        } else {
            assertThatThrownBy(() -> ask.block(Conditions.BOUND)).hasCauseInstanceOf(Wanted.class);
        }
        assertThat(test.rest().conserved()).isTrue();
    }

    @Test
    void redeliverOnce_ofAnActorThatStaysDown_isADeadLetter() {
        ActorRef<Object> a = test.spawn(ActorSpec.<Object>of(
                        "a",
                        () -> Behavior.receive((c, m) -> {
                            throw new Wanted();
                        }))
                .restart(Restart.temporary().inFlight(InFlight.REDELIVER_ONCE)));
        Recorder<Throwable> failed = new Recorder<>();
        a.ask(self -> self, Duration.ofHours(1)).subscribe(r -> {}, failed::add);
        TestSystem.end(a);
        failed.await(1);
        assertThat(test.deadLetters(DeadLetter.Reason.STOPPED)).hasSize(1);
    }

    @Test
    void redeliverOnce_withResume_handsItToTheSameIncarnation() {
        AtomicInteger left = new AtomicInteger(1);
        ActorRef<Object> a = test.spawn(ActorSpec.<Object>of(
                        "a",
                        () -> Behavior.receive((c, m) -> {
                            log.add(m + " " + c.incarnation());
                            if (left.getAndDecrement() > 0) {
                                throw new Wanted();
                            }
                        }))
                .restart(on(Directive.RESUME).inFlight(InFlight.REDELIVER_ONCE)));
        List.of("bad", "next").forEach(a::tell);
        assertThat(log.await(3)).containsExactly("bad 0", "bad 0", "next 0");
        assertThat(test.rest()).isEqualTo(new MessageStats(2, 2, 0, 0, 0, 0, 0));
    }

    @Test
    void redeliverOnce_withConcurrentWork_losesNothing() {
        Sinks.Empty<Void> go = Sinks.empty();
        AtomicInteger left = new AtomicInteger(1);
        ActorRef<Object> a = test.spawn(ActorSpec.<Object>of(
                        "a",
                        () -> Behavior.<Object>receiveAsync(
                                4,
                                (c, m) -> go.asMono().then(Mono.defer(() -> {
                                    if (m.equals(2) && left.getAndDecrement() > 0) {
                                        return Mono.<Object>error(new Wanted());
                                    }
                                    return Mono.empty();
                                }))))
                .restart(Restart.transientOnFailure().inFlight(InFlight.REDELIVER_ONCE)));
        a.tellAll(Objects.requireNonNull(
                Flux.range(0, 50).cast(Object.class).collectList().block()));
        test.settle();
        go.tryEmitEmpty();
        assertThat(test.rest()).isEqualTo(new MessageStats(50, 50, 0, 0, 0, 0, 0));
    }
}
