package io.bastion.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.Behavior;
import io.bastion.actor.SupervisorRef;
import io.bastion.actor.SupervisorSpec;
import io.bastion.actor.TreeNode;
import io.bastion.supervision.Restart;
import io.bastion.testkit.BastionTest;
import io.bastion.testkit.TestKit;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.test.subscriber.TestSubscriber;
import reactor.util.context.Context;

/** A pipeline with many subscribers, and its place in the tree. */
@BastionTest
class HotPipelineTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final IOException FAILURE = new IOException("line is down");
    private static final Restart AT_ONCE = Restart.transientOnFailure();

    /** Whose elements the test makes, over all subscriptions; an element below zero is a failure. */
    private final Sinks.Many<Integer> line = Sinks.many().multicast().directBestEffort();

    private Flux<Integer> line() {
        return line.asFlux().map(n -> {
            if (n < 0) {
                throw new IllegalStateException("negative");
            }
            return n;
        });
    }

    private void emit(TestKit kit, int... elements) {
        for (int element : elements) {
            line.emitNext(element, Sinks.EmitFailureHandler.FAIL_FAST);
            kit.rest();
        }
    }

    private static <T> TestSubscriber<T> subscribe(Flux<T> flux, long demand) {
        TestSubscriber<T> subscriber =
                TestSubscriber.builder().initialRequest(demand).build();
        flux.subscribe(subscriber);
        return subscriber;
    }

    private static <T> TestSubscriber<T> subscribe(Pipeline<T> pipeline) {
        return subscribe(pipeline.flux(), Long.MAX_VALUE);
    }

    private static List<Integer> range(int from, int to) {
        return IntStream.range(from, to).boxed().toList();
    }

    @Test
    void slowestSubscriber_setsThePace(TestKit kit) {
        Tries<Integer> tries = Tries.of(n -> Flux.range(0, 1_000));
        Pipeline<Integer> ticks =
                Pipelines.supervise("ticks", tries).prefetch(16).hot(kit.system());
        TestSubscriber<Integer> fast = subscribe(ticks);
        TestSubscriber<Integer> slow = subscribe(ticks.flux(), 10);
        kit.rest();
        assertThat(fast.getReceivedOnNext()).isEqualTo(range(0, 10));
        assertThat(slow.getReceivedOnNext()).isEqualTo(range(0, 10));
        slow.request(90);
        kit.rest();
        assertThat(fast.getReceivedOnNext()).isEqualTo(range(0, 100));
        assertThat(ticks.stats().delivered()).isBetween(100L, 116L);
        slow.cancel();
        kit.rest();
        assertThat(fast.getReceivedOnNext()).isEqualTo(range(0, 1_000));
        assertThat(fast.isTerminatedComplete()).isTrue();
    }

    @Test
    void withoutSubscribers_itRunsAndHoldsAsMuchAsItsPrefetch(TestKit kit) {
        Tries<Integer> tries = Tries.of(n -> Flux.range(0, 1_000));
        Pipeline<Integer> ticks =
                Pipelines.supervise("ticks", tries).prefetch(16).hot(kit.system());
        kit.rest();
        assertThat(ticks.stats().delivered()).isEqualTo(16);
        TestSubscriber<Integer> first = subscribe(ticks);
        kit.rest();
        assertThat(first.getReceivedOnNext()).isEqualTo(range(0, 1_000));
        TestSubscriber<Integer> late = subscribe(ticks);
        assertThat(late.getReceivedOnNext()).isEmpty();
        assertThat(late.isTerminatedComplete()).isTrue();
    }

    @Test
    void paceOfTheSource_dropsForWhoHasNotRequested_andCounts(TestKit kit) {
        Pipeline<Integer> ticks =
                Pipelines.supervise("ticks", this::line).pace(Pace.SOURCE).hot(kit.system());
        kit.rest();
        emit(kit, 0, 1); // nobody is there
        assertThat(ticks.stats().dropped()).isEqualTo(2);
        TestSubscriber<Integer> fast = subscribe(ticks);
        TestSubscriber<Integer> slow = subscribe(ticks.flux(), 1);
        emit(kit, 2, 3, 4);
        slow.request(1);
        emit(kit, 5);
        assertThat(fast.getReceivedOnNext()).containsExactly(2, 3, 4, 5);
        assertThat(slow.getReceivedOnNext()).containsExactly(2, 5);
        assertThat(ticks.stats().dropped()).isEqualTo(4);
        assertThat(ticks.stats().delivered()).isEqualTo(6);
    }

    @ParameterizedTest
    @EnumSource
    void subscriberThatThrows_endsItsOwnSubscriptionOnly(Pace pace, TestKit kit) {
        Pipeline<Integer> ticks =
                Pipelines.supervise("ticks", this::line).pace(pace).hot(kit.system());
        TestSubscriber<Integer> before = subscribe(ticks);
        List<Integer> seen = new ArrayList<>();
        ticks.flux().subscribe(element -> {
            seen.add(element);
            throw new StackOverflowError("thrown by a test");
        });
        TestSubscriber<Integer> after = subscribe(ticks);
        kit.rest();
        emit(kit, 1, 2);
        assertThat(before.getReceivedOnNext()).containsExactly(1, 2);
        assertThat(after.getReceivedOnNext()).containsExactly(1, 2);
        assertThat(seen).containsExactly(1);
        assertThat(ticks.stats().subscriptions()).isOne();
    }

    @Test
    void restart_isSeenByNoSubscriber(TestKit kit) {
        Pipeline<Integer> ticks =
                Pipelines.supervise("ticks", this::line).restart(AT_ONCE).hot(kit.system());
        TestSubscriber<Integer> one = subscribe(ticks);
        TestSubscriber<Integer> other = subscribe(ticks);
        kit.rest();
        emit(kit, 1, -1, 2, -1, 3);
        assertThat(one.getReceivedOnNext()).containsExactly(1, 2, 3);
        assertThat(other.getReceivedOnNext()).containsExactly(1, 2, 3);
        assertThat(ticks.stats().subscriptions()).isEqualTo(3);
    }

    @Test
    void contextOfThePipeline_isThatOfItsPublishers_notThatOfASubscriber(TestKit kit) {
        List<Object> seen = new ArrayList<>();
        Pipeline<Integer> ticks = Pipelines.<Integer>supervise(
                        "ticks",
                        () -> Flux.deferContextual(context -> {
                            seen.add(context.get("user"));
                            return seen.size() < 2 ? Flux.error(FAILURE) : Flux.just(1);
                        }))
                .restart(AT_ONCE)
                .context(Context.of("user", "feed"))
                .hot(kit.system());
        ticks.flux().contextWrite(Context.of("user", "ann")).subscribe();
        kit.rest();
        assertThat(seen).containsExactly("feed", "feed");
    }

    @Test
    void pathAndName_areThoseOfThePipeline(TestKit kit) {
        PipelineSpec<Integer> spec = Pipelines.supervise("ticks", this::line);
        Pipeline<Integer> ticks = spec.hot(kit.system());
        kit.rest();
        assertThat(ticks.path()).contains("bastion://test/ticks");
        assertThatThrownBy(() -> spec.hot(kit.system())).isInstanceOf(IllegalArgumentException.class);
        ticks.stop();
        kit.rest();
        spec.hot(kit.system()).stop(); // the name is free again
    }

    // -------------------------------------------------------------------------------------------- in a tree

    @Test
    void childOfASupervisor_goesOnOverTheRestartOfItsSiblingAndItsOwn(TestKit kit) {
        Pipeline<Integer> ticks = Pipelines.supervise("ticks", this::line)
                .restart(AT_ONCE)
                .budget(1, SECOND)
                .hot();
        TestSubscriber<Integer> consumer = subscribe(ticks); // before it is started
        kit.system().supervise(SupervisorSpec.named("feeds").child(ticks.toSpec()));
        kit.rest();
        assertThat(ticks.path()).contains("bastion://test/feeds/ticks");
        emit(kit, 1, -1, 2, -1, 3); // the second failure is one of the pipeline's supervisor
        assertThat(consumer.getReceivedOnNext()).containsExactly(1, 2, 3);
        TreeNode feeds = Objects.requireNonNull(kit.result(kit.system().tree()))
                .children()
                .get(0);
        assertThat(feeds.children().get(0).incarnation()).isOne();
        assertThat(consumer.isTerminated()).isFalse();
    }

    @Test
    void supervisorAbove_thatGivesUp_isTheConsumersError(TestKit kit) {
        Pipeline<Integer> ticks = Pipelines.supervise("ticks", this::line)
                .restart(AT_ONCE)
                .budget(0, SECOND)
                .hot();
        TestSubscriber<Integer> consumer = subscribe(ticks);
        SupervisorRef feeds = kit.system()
                .supervise(SupervisorSpec.named("feeds")
                        .budget(1, SECOND)
                        .restart(Restart.temporary())
                        .child(ticks.toSpec()));
        kit.rest();
        emit(kit, 1, -1, 2, -1);
        assertThat(consumer.getReceivedOnNext()).containsExactly(1, 2);
        assertThat(consumer.expectTerminalError()).hasMessage("negative");
        assertThat(kit.result(feeds.whenTerminated())).isNotNull();
    }

    @Test
    void pipelineThatIsStartedAnew_hasAnotherLifeFromItsPointOn(TestKit kit) {
        Pipeline<Integer> ticks = Pipelines.supervise(
                        "ticks",
                        0,
                        (Integer from) -> Flux.range(from, 3).concatWith(Flux.error(FAILURE)),
                        (Integer point, Integer element) -> element + 1)
                .restart(Restart.temporary())
                .hot();
        SupervisorSpec feeds =
                SupervisorSpec.named("feeds").restart(Restart.temporary()).child(ticks.toSpec());
        TestSubscriber<Integer> first = subscribe(ticks);
        kit.system().supervise(feeds);
        kit.rest();
        assertThat(first.getReceivedOnNext()).containsExactly(0, 1, 2);
        assertThat(first.expectTerminalError()).isSameAs(FAILURE);
        kit.system().supervise(SupervisorSpec.named("again").child(ticks.toSpec()));
        kit.rest();
        assertThat(ticks.path()).contains("bastion://test/again/ticks");
        TestSubscriber<Integer> second = subscribe(ticks);
        assertThat(second.getReceivedOnNext()).containsExactly(3, 4, 5); // held for the first subscriber
        assertThat(second.expectTerminalError()).isSameAs(FAILURE);
    }

    @Test
    void pipelineInTwoPlaces_isRefusedAtTheSecond(TestKit kit) {
        Pipeline<Integer> ticks = Pipelines.supervise("ticks", this::line).hot();
        kit.system().supervise(SupervisorSpec.named("one").child(ticks.toSpec()));
        kit.rest();
        SupervisorRef two = kit.system().supervise(SupervisorSpec.named("two").child(ticks.toSpec()));
        assertThatThrownBy(() -> kit.result(two.whenStarted()))
                .rootCause()
                .hasMessage("pipeline: ticks runs already (expected: in one place at a time)");
        assertThat(ticks.path()).contains("bastion://test/one/ticks");
    }

    @Test
    void childOfAnActor_endsWithIt(TestKit kit) {
        List<Pipeline<Integer>> made = new ArrayList<>();
        ActorRef<String> parent = kit.spawn(ActorSpec.of(
                "parent",
                () -> Behavior.receive((context, message) ->
                        made.add(Pipelines.supervise("ticks", this::line).hot(context)))));
        parent.tell("go");
        kit.rest();
        TestSubscriber<Integer> consumer = subscribe(made.get(0));
        emit(kit, 1);
        assertThat(made.get(0).path()).contains("bastion://test/parent/ticks");
        parent.stop();
        kit.rest();
        assertThat(consumer.getReceivedOnNext()).containsExactly(1);
        assertThat(consumer.expectTerminalError()).isInstanceOf(PipelineException.class);
    }
}
