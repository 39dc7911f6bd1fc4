package io.bastion.semantics;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.SupervisorRef;
import io.bastion.actor.SupervisorSpec;
import io.bastion.actor.TreeEvent;
import io.bastion.supervision.Budget;
import io.bastion.supervision.Restart;
import io.bastion.supervision.Strategy;
import io.bastion.testing.Conditions;
import io.bastion.testing.Recorder;
import io.bastion.testing.TestSystem;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/** Restart type × how the incarnation ended × strategy, for b of the children a, b and c. */
class RestartTypesAndStrategiesTest {
    @RegisterExtension
    final TestSystem test = new TestSystem();

    private final Cast cast = new Cast();

    /** Ways for an incarnation to end. */
    enum End {
        CONTEXT_STOP(false, b -> b.tell(Cast.STOP)),
        REF_STOP(false, ActorRef::stop),
        FLOW_COMPLETES(false, b -> b.tell(Cast.STOP)),
        FLOW_FAILS(true, b -> b.tell(Cast.fail())),
        HANDLER_THROWS(true, b -> b.tell(Cast.fail())),
        CHECKED(true, b -> b.tell(new Cast.Order.Fail(new IOException("wanted")))),
        ERROR(true, b -> b.tell(new Cast.Order.Fail(new AssertionError("wanted")))),
        STACK_OVERFLOW(true, b -> b.tell(new Cast.Order.Fail(new StackOverflowError("wanted")))),
        LINKAGE(true, b -> b.tell(new Cast.Order.Fail(new NoClassDefFoundError("wanted")))),
        NO_MEMORY(true, b -> b.tell(new Cast.Order.Fail(new OutOfMemoryError("wanted")))),
        ASYNC_ERROR(true, b -> b.tell(new Cast.Order.Await(Mono.error(new IllegalStateException("wanted"))))),
        LATE_ASYNC_ERROR(
                true,
                b -> b.tell(new Cast.Order.Await(
                        Mono.error(new IllegalStateException("wanted")).subscribeOn(Schedulers.boundedElastic()))));

        final boolean failure;
        final Consumer<ActorRef<Object>> bringAbout;

        End(boolean failure, Consumer<ActorRef<Object>> bringAbout) {
            this.failure = failure;
            this.bringAbout = bringAbout;
        }

        boolean isFlow() {
            return this == FLOW_COMPLETES || this == FLOW_FAILS;
        }
    }

    static Stream<Arguments> table() {
        List<Arguments> rows = new ArrayList<>();
        for (Restart.Type type : Restart.Type.values()) {
            for (End end : End.values()) {
                for (Strategy strategy : Strategy.values()) {
                    rows.add(Arguments.of(type, end, strategy));
                }
            }
        }
        return rows.stream();
    }

    @ParameterizedTest
    @MethodSource("table")
    void anEndedIncarnation_isTreatedAsTheTablesSay(Restart.Type type, End end, Strategy strategy) {
        ActorSpec<Object> b = (end.isFlow() ? cast.flow("b") : cast.member("b")).restart(Restart.of(type));
        SupervisorRef supervisor = cast.start(
                test,
                SupervisorSpec.named("s")
                        .strategy(strategy)
                        .child(cast.member("a"))
                        .child(b)
                        .child(cast.member("c")));
        Map<String, ActorRef<Object>> before = Map.copyOf(cast.refs);
        end.bringAbout.accept(cast.ref("b"));
        boolean restarts = type.restartsAfter(end.failure);
        if (!restarts) {
            TestSystem.end(cast.ref("b"));
            assertThat(cast.log.all()).containsExactly("stopped b");
            test.rest();
            String down = type == Restart.Type.TEMPORARY ? "" : " b:DOWN";
            Cast.awaitChildren(supervisor, "a:RUNNING" + down + " c:RUNNING");
            return;
        }
        List<String> expected = switch (strategy) {
            case ONE_FOR_ONE -> List.of("restarting b", "start b 1");
            case ONE_FOR_ALL ->
                List.of("restarting c", "restarting b", "restarting a", "start a 1", "start b 1", "start c 1");
            case REST_FOR_ONE -> List.of("restarting c", "restarting b", "start b 1", "start c 1");
        };
        assertThat(cast.log.await(expected.size())).isEqualTo(expected);
        test.rest();
        assertThat(cast.refs).isEqualTo(before);
        cast.log.clear();
        for (String name : List.of("a", "b", "c")) {
            cast.ref(name).tell("hello");
        }
        test.rest();
        int a = strategy == Strategy.ONE_FOR_ALL ? 1 : 0;
        int c = strategy == Strategy.ONE_FOR_ONE ? 0 : 1;
        assertThat(cast.log.all()).containsExactlyInAnyOrder("a " + a + ": hello", "b 1: hello", "c " + c + ": hello");
        assertThat(Cast.tree(supervisor).remainingBudget()).isEqualTo(Budget.DEFAULT.maxRestarts() - 1);
    }

    @ParameterizedTest
    @EnumSource(Strategy.class)
    void mailboxes_areKeptOverTheRestartOfAGroup(Strategy strategy) {
        cast.start(
                test,
                SupervisorSpec.named("s")
                        .strategy(strategy)
                        .child(cast.member("a"))
                        .child(cast.member("b"))
                        .child(cast.member("c")));
        Sinks.Empty<Void> work = Sinks.empty();
        cast.ref("a").tell(new Cast.Order.Await(Mono.never()));
        cast.ref("c").tell(new Cast.Order.Await(Mono.never().takeUntilOther(work.asMono())));
        for (int i = 0; i < 3; i++) {
            cast.ref("a").tell(i);
            cast.ref("c").tell(i);
        }
        cast.ref("b").tellAll(List.of(Cast.fail(), 0, 1, 2));
        test.settle();
        work.tryEmitEmpty();
        test.settle();
        test.advance(ActorSpec.DEFAULT_TIMEOUT); // a is cut short where it is restarted
        Conditions.await(
                "b and c went on",
                () -> cast.log.all().stream()
                                .filter(line -> line.matches("[bc] . *: ."))
                                .count()
                        == 6);
        int c = strategy == Strategy.ONE_FOR_ONE ? 0 : 1;
        assertThat(cast.log.all())
                .containsSubsequence("b 1: 0", "b 1: 1", "b 1: 2")
                .containsSubsequence("c " + c + ": 0", "c " + c + ": 1", "c " + c + ": 2");
        cast.ref("a").kill(); // its work does not end where it was not restarted
    }

    @ParameterizedTest
    @EnumSource(value = Strategy.class, names = "ONE_FOR_ONE", mode = EnumSource.Mode.EXCLUDE)
    void aChildThatIsDownOnPurpose_staysDown_andATemporaryOneIsRemoved(Strategy strategy) {
        SupervisorRef supervisor = cast.start(
                test,
                SupervisorSpec.named("s")
                        .strategy(strategy)
                        .child(cast.member("a"))
                        .child(cast.member("b"))
                        .child(cast.member("c"))
                        .child(cast.member("t").restart(Restart.temporary()))
                        .child(cast.member("d")));
        cast.ref("c").stop();
        TestSystem.end(cast.ref("c"));
        cast.ref("a").tell(Cast.fail());
        Conditions.await("all are up again", () -> cast.log.all().contains("start d 1"));
        assertThat(cast.log.all())
                .containsExactly(
                        "stopped c",
                        "restarting d",
                        "stopped t",
                        "restarting b",
                        "restarting a",
                        "start a 1",
                        "start b 1",
                        "start d 1");
        test.rest();
        Cast.awaitChildren(supervisor, "a:RUNNING#1 b:RUNNING#1 c:DOWN d:RUNNING#1");
    }

    @Test
    void aSupervisorThatIsRestarted_startsItsStaticChildrenOnly_withNewReferences() {
        SupervisorRef top = test.system.supervise(SupervisorSpec.named("top")
                .child(SupervisorSpec.named("s")
                        .budget(0, Duration.ofSeconds(5))
                        .child(cast.member("a"))
                        .child(cast.member("b"))));
        top.whenStarted().block(Conditions.BOUND);
        SupervisorRef added = Objects.requireNonNull(top.add(SupervisorSpec.named("u")
                        .budget(0, Duration.ofSeconds(5))
                        .child(cast.member("x")))
                .block(Conditions.BOUND));
        added.whenStarted().block(Conditions.BOUND);
        added.add(cast.member("dynamic")).block(Conditions.BOUND);
        ActorRef<Object> x = cast.ref("x");
        ActorRef<Object> dynamic = cast.ref("dynamic");
        cast.log.clear();
        x.tell(Cast.fail());
        assertThat(cast.log.await(3)).containsExactly("stopped dynamic", "stopped x", "start x 0");
        TestSystem.end(x);
        TestSystem.end(dynamic);
        test.rest();
        assertThat(cast.ref("x")).isNotEqualTo(x);
        Cast.awaitChildren(added, "x:RUNNING");
        Cast.awaitChildren(top, "s:RUNNING u:RUNNING#1");
    }

    @Test
    void aChildThatIsRevived_hasItsOldPlaceInTheOrder() {
        SupervisorRef supervisor = cast.start(
                test,
                SupervisorSpec.named("s")
                        .strategy(Strategy.REST_FOR_ONE)
                        .child(cast.member("a"))
                        .child(cast.member("b"))
                        .child(cast.member("c")));
        cast.ref("b").stop();
        TestSystem.end(cast.ref("b"));
        test.rest();
        assertThat(supervisor.restart("b").block(Conditions.BOUND)).isTrue();
        test.rest();
        Cast.awaitChildren(supervisor, "a:RUNNING b:RUNNING c:RUNNING");
        cast.log.clear();
        cast.ref("b").tell(Cast.fail());
        assertThat(cast.log.await(4)).containsExactly("restarting c", "restarting b", "start b 1", "start c 1");
        cast.log.clear();
        supervisor.stop();
        supervisor.whenTerminated().block(Conditions.BOUND);
        assertThat(cast.log.all()).containsExactly("stopped c", "stopped b", "stopped a");
    }

    @Test
    void aSiblingThatDoesNotEndItsWork_isCutShortAndRestarted() {
        SupervisorRef supervisor = cast.start(
                test,
                SupervisorSpec.named("s")
                        .strategy(Strategy.ONE_FOR_ALL)
                        .child(cast.member("a"))
                        .child(cast.member("b").stopTimeout(Duration.ofSeconds(2))));
        Recorder<TreeEvent> late = new Recorder<>();
        test.system.events().filter(TreeEvent.Overdue.class::isInstance).subscribe(late::add);
        cast.ref("b").tell(new Cast.Order.Await(Mono.never()));
        cast.ref("b").tell("kept");
        test.settle();
        cast.ref("a").tell(Cast.fail());
        test.settle();
        assertThat(cast.log.all()).isEmpty();
        test.advance(Duration.ofSeconds(2));
        assertThat(cast.log.await(5))
                .containsExactly("restarting b", "restarting a", "start a 1", "start b 1", "b 1: kept");
        assertThat(late.await(1)).containsExactly(new TreeEvent.Overdue(cast.ref("b"), Duration.ofSeconds(2)));
        Cast.awaitChildren(supervisor, "a:RUNNING#1 b:RUNNING#1");
    }

    @Test
    void aRestartByHand_ofAnActorThatDoesNotEndItsWork_isCutShort() {
        SupervisorRef supervisor = cast.start(test, SupervisorSpec.named("s").child(cast.member("a")));
        cast.ref("a").tell(new Cast.Order.Await(Mono.never()));
        cast.ref("a").tell("kept");
        test.settle();
        assertThat(supervisor.restart("a").block(Conditions.BOUND)).isTrue();
        test.settle();
        test.advance(ActorSpec.DEFAULT_TIMEOUT);
        assertThat(cast.log.await(3)).containsExactly("restarting a", "start a 1", "a 1: kept");
        assertThat(Cast.tree(supervisor).remainingBudget()).isEqualTo(Budget.DEFAULT.maxRestarts());
    }
}
