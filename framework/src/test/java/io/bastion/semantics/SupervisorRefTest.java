package io.bastion.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorStartException;
import io.bastion.actor.ActorTerminatedException;
import io.bastion.actor.Behavior;
import io.bastion.actor.GroupSpec;
import io.bastion.actor.SupervisorRef;
import io.bastion.actor.SupervisorSpec;
import io.bastion.actor.TerminationReason;
import io.bastion.supervision.AutoShutdown;
import io.bastion.supervision.Backoff;
import io.bastion.supervision.Restart;
import io.bastion.supervision.Strategy;
import io.bastion.testing.Conditions;
import io.bastion.testing.Recorder;
import io.bastion.testing.TestSystem;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** What can be done to a running supervisor, significant children, and pictures of the tree. */
class SupervisorRefTest {
    @RegisterExtension
    final TestSystem test = new TestSystem();

    private final Cast cast = new Cast();
    private final Recorder<String> log = cast.log;

    private static <T> T get(Mono<T> mono) {
        return Objects.requireNonNull(mono.block(Conditions.BOUND), "nothing");
    }

    @Test
    void childrenAreAddedAndRemoved_fromOutside() {
        SupervisorRef s = cast.start(test, SupervisorSpec.named("s").child(cast.member("a")));
        get(s.add(cast.member("b")));
        SupervisorRef t = get(s.add(SupervisorSpec.named("t").child(cast.member("c"))));
        SupervisorRef g = get(s.add(GroupSpec.of("g", 2, cast.member("member"))));
        t.whenStarted().block(Conditions.BOUND);
        g.whenStarted().block(Conditions.BOUND);
        assertThat(s.tree().block(Conditions.BOUND)).hasToString("""
                        s (supervisor)
                        ├─ a
                        ├─ b
                        ├─ t (supervisor)
                        │  └─ c
                        └─ g (group)
                           ├─ 1
                           └─ 2
                        """);
        assertThat(Cast.tree(s).size()).isEqualTo(8);
        assertThat(get(s.remove("t"))).isTrue();
        assertThat(get(s.remove("t"))).isFalse();
        assertThat(get(s.remove("b"))).isTrue();
        assertThat(get(s.restart("b"))).isFalse();
        Cast.awaitChildren(s, "a:RUNNING g:RUNNING");
        assertThat(t.whenTerminated().block(Conditions.BOUND)).isEqualTo(TerminationReason.STOPPED);
        assertThatThrownBy(() -> get(t.add(cast.member("x")))).isInstanceOf(ActorTerminatedException.class);
        assertThatThrownBy(() -> t.whenStarted().block(Conditions.BOUND)).isInstanceOf(ActorStartException.class);
    }

    @Test
    void childrenAreAddedAndRemoved_fromWithinAnActor() {
        SupervisorRef s = cast.start(test, SupervisorSpec.named("s").child(cast.member("a")));
        ActorRef<Object> manager = test.spawn(ActorSpec.of(
                "manager",
                () -> Behavior.receiveAsync((c, m) -> s.add(cast.member("b"))
                        .doOnNext(b -> b.tell("hello"))
                        .then(s.restart("a"))
                        .then(s.remove("b"))
                        .doOnNext(removed -> log.add("removed " + removed)))));
        manager.tell("go");
        Conditions.await("done", () -> log.all().contains("removed true"));
        Conditions.await("a is back", () -> log.all().contains("start a 1"));
        test.rest();
        Cast.awaitChildren(s, "a:RUNNING#1");
    }

    @Test
    void aTakenName_isRefused_andADownOneSaysSo() {
        SupervisorRef s = cast.start(test, SupervisorSpec.named("s").child(cast.member("a")));
        assertThatThrownBy(() -> get(s.add(cast.member("a"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("name: \"a\" (expected: ");
        cast.ref("a").stop();
        TestSystem.end(cast.ref("a"));
        test.rest();
        assertThatThrownBy(() -> get(s.add(cast.member("a"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("child: \"a\" (expected: ");
        assertThatThrownBy(() -> get(s.add(ActorSpec.anonymous(() -> Behavior.receive((c, m) -> {})))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(get(s.remove("a"))).isTrue();
        get(s.add(cast.member("a")));
        Cast.awaitChildren(s, "a:RUNNING");
    }

    @Test
    void anAddedChildThatTakesTheNameOfOneStillToBeStarted_isRefused_andDoesNotFailTheStart() {
        Sinks.Empty<Void> started = Sinks.empty();
        SupervisorRef s = test.system.supervise(SupervisorSpec.named("s")
                .child(cast.member("a").callbacks(new Cast.Hooks(log, "a") {
                    @Override
                    Publisher<?> run(String hook) {
                        super.run(hook);
                        return hook.equals("beforeStart") ? started.asMono() : Mono.empty();
                    }
                }))
                .child(cast.member("b")));
        log.await(1);
        assertThatThrownBy(() -> get(s.add(cast.member("b")))).isInstanceOf(IllegalArgumentException.class);
        get(s.add(cast.member("c")));
        started.tryEmitEmpty();
        s.whenStarted().block(Conditions.BOUND);
        Cast.awaitChildren(s, "a:RUNNING c:RUNNING b:RUNNING");
    }

    @Test
    void aFactoryThatThrows_failsTheAdd_andLeavesNothing() {
        SupervisorRef s = cast.start(test, SupervisorSpec.named("s").child(cast.member("a")));
        assertThatThrownBy(() -> get(s.add(ActorSpec.of("b", c -> {
                    throw new IllegalStateException("wanted");
                }))))
                .isInstanceOf(ActorStartException.class);
        Cast.awaitChildren(s, "a:RUNNING");
        get(s.add(cast.member("b")));
    }

    @Test
    void aRestartByHand_ofOneThatIsDown_makesANewReference() {
        SupervisorRef s = cast.start(test, SupervisorSpec.named("s").child(cast.member("a")));
        ActorRef<Object> old = cast.ref("a");
        old.stop();
        TestSystem.end(old);
        test.rest();
        assertThat(get(s.restart("a"))).isTrue();
        assertThat(cast.ref("a")).isNotEqualTo(old);
        cast.ref("a").tell("hello");
        Conditions.await("it runs", () -> log.all().contains("a 0: hello"));
    }

    @Test
    void aRestartByHandThatMeetsAFailure_isNoDoubleRestart() {
        for (int round = 0; round < 50; round++) {
            SupervisorRef s = cast.start(
                    test,
                    SupervisorSpec.named("s" + round)
                            .budget(100, Duration.ofSeconds(5))
                            .child(cast.member("a")));
            cast.ref("a").tell(Cast.fail());
            get(s.restart("a"));
            test.rest();
            assertThat(log.all().stream()
                            .filter(line -> line.startsWith("start"))
                            .count())
                    .isBetween(1L, 2L);
            s.kill();
            s.whenTerminated().block(Conditions.BOUND);
        }
    }

    @ParameterizedTest
    @EnumSource(AutoShutdown.class)
    void significantChildren_thatEndByThemselves(AutoShutdown shutdown) {
        SupervisorRef s = cast.start(
                test,
                SupervisorSpec.named("s")
                        .autoShutdown(shutdown)
                        .child(cast.member("a").significant())
                        .child(cast.member("b").significant().restart(Restart.temporary()))
                        .child(cast.member("c").significant())
                        .child(cast.member("d")));
        cast.ref("d").stop();
        TestSystem.end(cast.ref("d"));
        assertThat(get(s.remove("c"))).isTrue();
        test.rest();
        Cast.awaitChildren(s, "a:RUNNING b:RUNNING d:DOWN");
        cast.ref("a").tell(Cast.fail());
        Conditions.await("a is back", () -> log.all().contains("start a 1"));
        cast.ref("b").tell(Cast.fail());
        TestSystem.end(cast.ref("b"));
        if (shutdown == AutoShutdown.ANY_SIGNIFICANT) {
            assertThat(s.whenTerminated().block(Conditions.BOUND)).isEqualTo(TerminationReason.STOPPED);
            return;
        }
        test.rest();
        Cast.awaitChildren(s, "a:RUNNING#1 d:DOWN");
        cast.ref("a").stop();
        TestSystem.end(cast.ref("a"));
        if (shutdown == AutoShutdown.ALL_SIGNIFICANT) {
            assertThat(s.whenTerminated().block(Conditions.BOUND)).isEqualTo(TerminationReason.STOPPED);
        } else {
            test.rest();
            Cast.awaitChildren(s, "a:DOWN d:DOWN");
        }
    }

    @Test
    void aSignificantChildThatEndsDuringTheStart_stopsTheSupervisorOnceItRuns() {
        Sinks.Empty<Void> started = Sinks.empty();
        SupervisorRef s = test.system.supervise(SupervisorSpec.named("s")
                .autoShutdown(AutoShutdown.ANY_SIGNIFICANT)
                .child(cast.member("a").significant())
                .child(cast.member("b").callbacks(new Cast.Hooks(log, "b") {
                    @Override
                    Publisher<?> run(String hook) {
                        super.run(hook);
                        return hook.equals("afterStart") ? started.asMono() : Mono.empty();
                    }
                })));
        Conditions.await("b starts", () -> log.all().contains("afterStart b"));
        cast.ref("a").stop();
        TestSystem.end(cast.ref("a"));
        test.settle();
        Cast.awaitChildren(s, "a:DOWN b:STARTING");
        started.tryEmitEmpty();
        assertThat(s.whenTerminated().block(Conditions.BOUND)).isEqualTo(TerminationReason.STOPPED);
    }

    @Test
    void theTree_showsWhatEachIsAt_andABusyOneWithoutWaitingForIt() {
        CountDownLatch in = new CountDownLatch(1);
        CountDownLatch returns = new CountDownLatch(1);
        SupervisorRef s = cast.start(
                test,
                SupervisorSpec.named("s")
                        .strategy(Strategy.REST_FOR_ONE)
                        .child(cast.member("a"))
                        .child(cast.member("b"))
                        .child(ActorSpec.<Object>of("busy", context -> {
                            cast.refs.put("busy", context.self());
                            return Behavior.receive((c, m) -> {
                                in.countDown();
                                Conditions.await(returns);
                            });
                        }))
                        .child(cast.member("c")
                                .restart(Restart.transientOnFailure().backoff(Backoff.constant(Duration.ofHours(1))))));
        cast.ref("a").stop();
        TestSystem.end(cast.ref("a"));
        cast.ref("c").tell(Cast.fail());
        cast.ref("b").tell(new Cast.Order.Await(Mono.never()));
        cast.ref("b").tell("queued");
        Conditions.await("c is held", () -> log.all().contains("restarting c"));
        cast.ref("busy").tell("stay");
        Conditions.await(in);
        test.settleAll();
        Recorder<String> trees = new Recorder<>();
        s.tree().subscribe(tree -> trees.add(tree.render()));
        test.settleAll();
        assertThat(trees.size()).isZero();
        test.time.advance(Duration.ofSeconds(1));
        assertThat(trees.await(1)).containsExactly("""
                        s (supervisor)
                        ├─ a down
                        ├─ b, 1 queued
                        ├─ busy busy
                        └─ c restarting
                        """);
        returns.countDown();
    }
}
