package io.bastion.observability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import io.bastion.actor.GroupSpec;
import io.bastion.actor.SupervisorSpec;
import io.bastion.actor.TreeNode;
import io.bastion.mailbox.Mailbox;
import io.bastion.mailbox.Overflow;
import io.bastion.supervision.Backoff;
import io.bastion.supervision.Restart;
import io.bastion.testkit.Await;
import io.bastion.testkit.TestKit;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Mono;

/** What the meters of a system say of it. */
@Timeout(60)
class BastionMetricsTest {
    private static final Duration CENSUS = Duration.ofSeconds(10);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    private void bind(ActorSystem system) {
        new BastionMetrics(system, List.of(), CENSUS).bindTo(registry);
    }

    private double value(BastionMeters meter, String... tags) {
        var found = registry.find(meter.getName()).tags(tags).meter();
        return found == null ? Double.NaN : found.measure().iterator().next().getValue();
    }

    private @Nullable Timer timer(BastionMeters meter, String type) {
        return registry.find(meter.getName()).tag("type", type).timer();
    }

    private static ActorSpec<Object> failingAt(Object message) {
        return ActorSpec.<Object>anonymous(() -> Behavior.receive((context, m) -> {
                    if (m.equals(message)) {
                        throw new IllegalStateException("told so");
                    }
                }))
                .type("fragile");
    }

    @Test
    void messages_areCountedByType_exactlyAtRest() {
        try (TestKit kit = TestKit.concurrent(2)) {
            bind(kit.system());
            ActorRef<Object> a = kit.spawn(failingAt("boom"));
            ActorRef<Object> b = kit.spawn(failingAt("boom"));
            for (int i = 0; i < 50_000; i++) {
                a.tell(i);
                b.tell(i);
            }
            b.tell("boom");
            Await.until("all are counted", () -> value(BastionMeters.MESSAGES_HANDLED, "type", "fragile") == 100_000);
            Await.until("the failure", () -> value(BastionMeters.MESSAGES_FAILED, "type", "fragile") == 1);
        }
    }

    @Test
    void binding_toRunningSystem_countsFromThen_andLeavesNothing() {
        try (TestKit kit = TestKit.concurrent(1)) {
            ActorRef<Object> actor = kit.spawn(failingAt("boom"));
            actor.tell(1);
            kit.rest();
            BastionMetrics metrics = new BastionMetrics(kit.system());
            metrics.bindTo(registry);
            actor.tell(2);
            Await.until("one is counted", () -> value(BastionMeters.MESSAGES_HANDLED, "type", "fragile") == 1);

            metrics.close();
            actor.tell(3);
            kit.rest();
            assertThat(registry.getMeters()).isEmpty();
            assertThat(kit.system().counters().types()).isEmpty();
        }
    }

    @Test
    void meters_ofTerminatedSystem_areGone() {
        TestKit kit = TestKit.concurrent(1);
        bind(kit.system());
        kit.close();
        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void asynchronousMessage_isTimedUntilItsPublisherEnds_theNextWaitsAsLong() {
        try (TestKit kit = TestKit.deterministic()) {
            bind(kit.system());
            ActorRef<Object> actor = kit.spawn(ActorSpec.<Object>anonymous(() -> Behavior.receiveAsync(
                            (context, m) -> Mono.delay(Duration.ofSeconds(2), context.scheduler())))
                    .type("slow"));
            for (int i = 0; i < 6; i++) {
                actor.tell(i);
            }
            kit.advanceBy(Duration.ofSeconds(20));
            Timer processing = timer(BastionMeters.MESSAGES_PROCESSING, "slow");
            Timer wait = timer(BastionMeters.MAILBOX_WAIT, "slow");
            assertThat(processing).isNotNull();
            assertThat(processing.count()).isPositive();
            assertThat(processing.mean(TimeUnit.SECONDS)).isBetween(1.99, 2.01);
            assertThat(wait).isNotNull();
            assertThat(wait.max(TimeUnit.SECONDS)).isBetween(2.0, 12.0);
            assertThat(value(BastionMeters.MESSAGES_HANDLED, "type", "slow")).isEqualTo(6);
        }
    }

    /** Holds the actor that it is told. */
    private record Hold(CountDownLatch held, CountDownLatch released) {}

    @Test
    void wait_ofMessageThatFindsAnIdleActor_isThatForItsWorker() throws Exception {
        try (ActorSystem system = ActorSystem.builder("waits").workers(1).build()) {
            bind(system);
            ActorRef<Object> busy = system.spawn(ActorSpec.<Object>anonymous(() -> Behavior.receive((context, m) -> {
                        if (m instanceof Hold hold) {
                            hold.held().countDown();
                            Await.open(hold.released());
                        }
                    }))
                    .type("busy"));
            ActorRef<Object> idle = system.spawn(failingAt("boom"));
            idle.tell("first");
            Await.until("it is known", () -> timer(BastionMeters.MAILBOX_WAIT, "fragile") != null);
            Hold hold = new Hold(new CountDownLatch(1), new CountDownLatch(1));
            busy.tell(hold);
            Await.open(hold.held()); // by the only worker: the other one is idle again
            idle.tell("second");
            TimeUnit.MILLISECONDS.sleep(100); // how long it waits
            hold.released().countDown();
            Await.until("the wait is noted", () -> {
                Timer wait = timer(BastionMeters.MAILBOX_WAIT, "fragile");
                return wait != null && wait.max(TimeUnit.MILLISECONDS) >= 90;
            });
        }
    }

    @Test
    void restarts_backoffAndBudget_areShown() {
        try (TestKit kit = TestKit.deterministic()) {
            bind(kit.system());
            kit.system()
                    .supervise(SupervisorSpec.named("top")
                            .type("guards")
                            .budget(3, Duration.ofMinutes(1))
                            .child(failingAt("boom")
                                    .named("child")
                                    .restart(Restart.transientOnFailure()
                                            .backoff(Backoff.constant(Duration.ofSeconds(15))))));
            kit.rest();
            ActorRef<Object> child = child(kit, "top", "child");
            child.tell("boom");
            kit.advanceBy(Duration.ofSeconds(11)); // a census
            assertThat(value(BastionMeters.RESTARTS_PENDING, "type", "fragile")).isEqualTo(1);
            assertThat(value(
                            BastionMeters.RESTARTS,
                            "type",
                            "fragile",
                            "strategy",
                            "one_for_one",
                            "cause",
                            "IllegalStateException"))
                    .isEqualTo(1);
            assertThat(value(BastionMeters.RESTART_BUDGET, "type", "guards")).isEqualTo(2);

            kit.advanceBy(Duration.ofSeconds(20));
            assertThat(value(BastionMeters.RESTARTS_PENDING, "type", "fragile")).isZero();
            assertThat(value(BastionMeters.ACTORS, "type", "fragile")).isEqualTo(1);
        }
    }

    @SuppressWarnings("unchecked")
    private static ActorRef<Object> child(TestKit kit, String supervisor, String name) {
        TreeNode tree = Objects.requireNonNull(kit.result(kit.system().tree()));
        for (TreeNode parent : tree.children()) {
            for (TreeNode node : parent.children()) {
                if (parent.name().equals(supervisor) && node.name().equals(name)) {
                    return (ActorRef<Object>) Objects.requireNonNull(node.actor());
                }
            }
        }
        throw new AssertionError("no " + name + " below " + supervisor);
    }

    @Test
    void supervisorThatGivesUp_isCounted() {
        try (TestKit kit = TestKit.deterministic()) {
            bind(kit.system());
            kit.system()
                    .supervise(SupervisorSpec.named("top")
                            .budget(0, Duration.ofMinutes(1))
                            .child(failingAt("boom").named("child")));
            kit.rest();
            child(kit, "top", "child").tell("boom");
            kit.rest();
            assertThat(value(BastionMeters.GIVEN_UP, "type", "supervisor", "cause", "IllegalStateException"))
                    .isEqualTo(1);
        }
    }

    @Test
    void stalledMailbox_isSeenWithItsDepth() {
        try (TestKit kit = TestKit.deterministic()) {
            bind(kit.system());
            ActorRef<Object> stuck =
                    kit.spawn(ActorSpec.<Object>anonymous(() -> Behavior.receiveAsync((context, m) -> Mono.never()))
                            .type("stuck"));
            for (int i = 0; i < 5; i++) {
                stuck.tell(i);
            }
            kit.advanceBy(Duration.ofSeconds(25));
            assertThat(value(BastionMeters.MAILBOX_STALLED, "type", "stuck")).isEqualTo(1);
            assertThat(value(BastionMeters.MAILBOX_QUEUED, "type", "stuck")).isEqualTo(4);
            assertThat(value(BastionMeters.MAILBOX_LONGEST, "type", "stuck")).isEqualTo(4);
        }
    }

    @Test
    void asks_pendingTimedOutAndInACircle_areCounted() {
        try (TestKit kit = TestKit.deterministic()) {
            bind(kit.system());
            ActorRef<Object> silent = kit.spawn(failingAt("boom"));
            silent.<Object>ask(reply -> "question", Duration.ofSeconds(5))
                    .onErrorComplete()
                    .subscribe();
            kit.rest();
            assertThat(value(BastionMeters.ASKS_PENDING)).isEqualTo(1);
            kit.advanceBy(Duration.ofSeconds(6));
            assertThat(value(BastionMeters.ASKS_PENDING)).isZero();
            assertThat(value(BastionMeters.ASKS_TIMED_OUT)).isEqualTo(1);

            ActorRef<Object> own = kit.spawn(ActorSpec.anonymous(() -> Behavior.receiveAsync((context, m) ->
                    context.self().ask(reply -> "myself", Duration.ofSeconds(5)).onErrorComplete())));
            own.tell("go");
            kit.rest();
            assertThat(value(BastionMeters.ASKS_CYCLES)).isEqualTo(1);
            assertThat(value(BastionMeters.ASKS_PENDING)).isZero();
        }
    }

    @Test
    void deadLetters_areCountedByReason_refusalsApart() {
        try (TestKit kit = TestKit.deterministic()) {
            bind(kit.system());
            ActorRef<Object> dropping =
                    kit.spawn(failingAt("boom").mailbox(Mailbox.bounded(1).overflow(Overflow.DROP_NEWEST)));
            ActorRef<Object> refusing =
                    kit.spawn(failingAt("boom").mailbox(Mailbox.bounded(1).overflow(Overflow.BACKPRESSURE)));
            for (int i = 0; i < 3; i++) {
                dropping.tell(i);
                refusing.tell(i);
            }
            kit.rest();
            double dropped = value(BastionMeters.DEAD_LETTERS, "reason", "mailbox_full");
            assertThat(dropped).isPositive();
            assertThat(value(BastionMeters.MESSAGES_REFUSED)).isGreaterThan(dropped);
        }
    }

    @Test
    void types_areThoseOfTheSpecification_theGroup_orTheClass() {
        try (TestKit kit = TestKit.deterministic()) {
            bind(kit.system());
            kit.spawn(failingAt("boom")).tell(1);
            kit.spawn(ActorSpec.anonymous(() -> Behavior.receive((context, m) -> {})))
                    .tell(1);
            kit.spawn(ActorSpec.<Object>anonymous(Named::new)).tell(1);
            kit.spawn(ActorSpec.anonymous(() -> new Named().onSignal((context, signal) -> true)))
                    .tell(1);
            kit.system().supervise(GroupSpec.of("crew", 2, ActorSpec.<Object>anonymous(Named::new)));
            kit.rest();
            kit.system().distributor("crew", Object.class).tellOne(1);
            kit.rest();
            assertThat(kit.system().counters().types().keySet())
                    .containsExactlyInAnyOrder("fragile", "BastionMetricsTest", "BastionMetricsTest.Named", "crew");
        }
    }

    private static final class Named implements Behavior.Receive<Object> {
        @Override
        public void receive(io.bastion.actor.ActorContext<Object> context, Object message) {}
    }

    @Test
    void types_beyondTheLimit_areOne() {
        try (TestKit kit = TestKit.deterministic()) {
            bind(kit.system());
            for (int i = 0; i < 200; i++) {
                kit.spawn(failingAt("boom").type("t" + i)).tell(1);
            }
            kit.rest();
            assertThat(kit.system().counters().types())
                    .hasSizeLessThanOrEqualTo(129)
                    .containsKey("other");
            assertThat(kit.system().counters().types().values().stream()
                            .mapToLong(type -> type.handled())
                            .sum())
                    .isEqualTo(200);
        }
    }

    @Test
    void type_thatIsNoName_isRefused() {
        assertThatThrownBy(() -> failingAt("boom").type("/user/7"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("type: ");
    }

    @Test
    void scheduler_isMeasuredByNode() {
        try (ActorSystem system = ActorSystem.builder("scheduled").workers(2).build()) {
            bind(system);
            ActorRef<Object> actor = system.spawn(failingAt("boom"));
            for (int i = 0; i < 1_000; i++) {
                actor.tell(i);
            }
            Await.until("it ran", () -> value(BastionMeters.SCHEDULER_ACTIVATIONS, "node", "0") > 0);
            assertThat(value(BastionMeters.SCHEDULER_WORKERS, "node", "0")).isEqualTo(2);
            assertThat(value(BastionMeters.SCHEDULER_STEALS, "node", "0", "from", "remote"))
                    .isZero();
            Await.until("they rest", () -> value(BastionMeters.SCHEDULER_PARKS, "node", "0") > 0);
        }
    }
}
