package io.bastion.actor;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.mailbox.Mailbox;
import io.bastion.supervision.Budget;
import io.bastion.supervision.Restart;
import io.bastion.testing.Conditions;
import io.bastion.testing.Recorder;
import io.bastion.testing.Seed;
import io.bastion.testing.TestSystem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Groups that follow their load. */
class GroupResizeTest {
    private static final Duration STEP = Duration.ofSeconds(1);

    @RegisterExtension
    final TestSystem test = new TestSystem();

    private final Recorder<String> handled = new Recorder<>();

    /** Messages are in work until the test releases them. */
    private volatile Sinks.Empty<Void> work = Sinks.empty();

    private static String name(ActorRef<?> actor) {
        return actor.path().substring(actor.path().lastIndexOf('/') + 1);
    }

    private ActorSpec<Object> worker() {
        return ActorSpec.<Object>of(
                        "w",
                        () -> Behavior.receiveAsync((context, m) -> {
                            if (m.equals("fail")) {
                                return Mono.error(new IllegalStateException("wanted"));
                            }
                            handled.add(name(context.self()) + ":" + m);
                            return m.equals("quick") ? Mono.empty() : work.asMono();
                        }))
                .mailbox(Mailbox.bounded(200));
    }

    private static Resizer resizer(int lower, int upper) {
        return Resizer.between(lower, upper)
                .upscaleAtMeanQueued(2)
                .upscaleRate(0.5)
                .downscaleBelow(0.5)
                .downscaleRate(0.5)
                .step(STEP)
                .coolDown(Duration.ZERO);
    }

    private SupervisorRef start(int members, ActorSpec<Object> worker, Resizer resizer) {
        SupervisorRef group =
                test.system.supervise(GroupSpec.of("workers", members, worker).resizer(resizer));
        group.whenStarted().block(Conditions.BOUND);
        return group;
    }

    private Distributor<Object> workers() {
        return test.system.distributor("workers", Object.class);
    }

    private List<String> names() {
        return workers().members().stream().map(GroupResizeTest::name).toList();
    }

    private void tell(int count, String message) {
        IntStream.range(0, count)
                .forEach(i -> assertThat(workers().tellOne(message).accepted()).isTrue());
    }

    private static boolean isRunning(SupervisorRef group) {
        TreeNode node = group.tree().block(Conditions.BOUND);
        return node != null && node.state() == TreeNode.State.RUNNING;
    }

    /** A step is taken on a worker, which may be later than the time is moved. */
    private void awaitNames(String... expected) {
        Conditions.await(() -> List.of(expected) + ", not " + names(), () -> names().equals(List.of(expected)));
    }

    @Test
    void whenMailboxesFill_membersAreAdded_upToTheUpperBound() {
        Recorder<TreeEvent> events = new Recorder<>();
        test.system.events().ofType(TreeEvent.Resized.class).subscribe(events::add);
        start(2, worker(), resizer(2, 4));
        tell(10, "m");
        test.settle();
        awaitNames("1", "2");
        test.advance(STEP);
        awaitNames("1", "2", "3");
        test.advance(STEP);
        test.advance(STEP);
        tell(20, "m");
        test.advance(STEP);
        test.advance(STEP);
        test.advance(STEP);
        awaitNames("1", "2", "3", "4");
        assertThat(events.all()).extracting(e -> ((TreeEvent.Resized) e).to()).containsExactly(3, 4);
        work.tryEmitEmpty();
        assertThat(handled.await(30)).hasSize(30);
    }

    @Test
    void afterAChange_theCoolDownIsWaitedFor() {
        start(1, worker(), resizer(1, 8).coolDown(STEP.multipliedBy(3)));
        tell(100, "m");
        List<Integer> sizes = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            test.advance(STEP);
            sizes.add(names().size());
        }
        assertThat(sizes).containsExactly(2, 2, 2, 3, 3, 3, 5);
        work.tryEmitEmpty();
        test.rest();
    }

    @Test
    void whenFewAreBusy_theYoungestAreDrained_andNothingIsLost() {
        // a member that is just being asked for its statistics is busy, too
        start(4, worker(), resizer(1, 4).upscaleRate(0).downscaleBelow(0.9));
        tell(8, "m"); // two each, one of which is in work
        work.tryEmitEmpty();
        handled.await(8);
        test.rest();
        handled.clear();
        work = Sinks.empty();
        ActorRef<Object> youngest = workers().members().get(3);
        youngest.tell("a");
        youngest.tell("b");
        handled.await(1); // a is in work
        test.settle();
        test.advance(STEP);
        awaitNames("1", "2");
        assertThat(handled.all()).containsExactly("4:a");
        work.tryEmitEmpty();
        assertThat(TestSystem.end(youngest)).isEqualTo(TerminationReason.STOPPED);
        assertThat(handled.all()).containsExactly("4:a", "4:b");
        assertThat(test.deadLetters).isEmpty();
        test.advance(STEP);
        test.advance(STEP);
        awaitNames("1");
    }

    @Test
    void aRemovedMember_isNoFailure_andIsListedNoMore() {
        SupervisorRef group = test.system.supervise(GroupSpec.of("workers", 4, worker().restart(Restart.permanent()))
                .budget(Budget.of(1, Duration.ofHours(1)))
                .resizer(resizer(1, 4).downscaleBelow(0.9)));
        group.whenStarted().block(Conditions.BOUND);
        Recorder<TreeEvent> failures = new Recorder<>();
        test.system.events().ofType(TreeEvent.Failed.class).subscribe(failures::add);
        for (int i = 0; i < 4; i++) {
            test.advance(STEP);
        }
        Conditions.await("one child", () -> {
            TreeNode tree = group.tree().block(Conditions.BOUND);
            return tree != null && tree.children().size() == 1 && tree.remainingBudget() == 1;
        });
        awaitNames("1");
        assertThat(failures.all()).isEmpty();
    }

    @Test
    void aMessageThatMeetsItsMemberWhenThatHasBeenRemoved_goesToAnother() {
        AtomicBoolean armed = new AtomicBoolean();
        Dispatcher<Object> slow = (message, members) -> {
            if (message.equals("late") && armed.getAndSet(false)) {
                test.time.advance(STEP); // the youngest are removed after they were chosen
                Conditions.await("removed", () -> workers().members().size() < 4);
                return 3;
            }
            return 0;
        };
        test.system
                .supervise(GroupSpec.of("workers", 4, worker()).dispatcher(slow).resizer(resizer(1, 4)))
                .whenStarted()
                .block(Conditions.BOUND);
        workers().members().get(3).tell("m");
        handled.await(1);
        armed.set(true);
        assertThat(workers().tellOne("late")).isEqualTo(TellResult.ACCEPTED);
        work.tryEmitEmpty();
        assertThat(handled.await(2)).containsExactly("4:m", "1:late");
        assertThat(test.deadLetters).isEmpty();
        test.rest();
    }

    @Test
    void aRequestThatMeetsItsMemberWhenThatHasBeenRemoved_isAskedOfAnother() {
        AtomicBoolean armed = new AtomicBoolean(true);
        Dispatcher<Object> slow = (message, members) -> {
            if (armed.getAndSet(false)) {
                test.time.advance(STEP);
                Conditions.await("removed", () -> workers().members().size() < 4);
                return 3;
            }
            return 0;
        };
        ActorSpec<Object> replier = ActorSpec.of(
                "w",
                () -> Behavior.receiveAsync((context, m) -> {
                    if (m instanceof ActorRef<?> reply) {
                        @SuppressWarnings("unchecked")
                        ActorRef<String> to = (ActorRef<String>) reply;
                        to.tell(name(context.self()));
                        return Mono.empty();
                    }
                    handled.add("busy");
                    return work.asMono();
                }));
        test.system
                .supervise(GroupSpec.of("workers", 4, replier).dispatcher(slow).resizer(resizer(1, 4)))
                .whenStarted()
                .block(Conditions.BOUND);
        workers().members().get(3).tell("m");
        handled.await(1);
        Recorder<String> replies = new Recorder<>();
        workers().<String>askOne(reply -> reply, Duration.ofMinutes(1)).subscribe(replies::add);
        work.tryEmitEmpty();
        assertThat(replies.await(1)).containsExactly("1");
        assertThat(test.deadLetters).isEmpty();
    }

    @Test
    void membersThatEndForGood_areReplacedUpToTheLowerBound_underTheirNumbers() {
        start(3, worker().restart(Restart.temporary()), resizer(3, 6).downscaleRate(0));
        workers().members().get(1).tell("fail");
        Conditions.await("gone", () -> names().equals(List.of("1", "3")));
        test.settle();
        test.advance(STEP);
        awaitNames("1", "3", "2");
    }

    @Test
    void aMemberWhoseStartFails_isTriedAgainAtTheNextStep_andNeverAMember() {
        AtomicInteger starts = new AtomicInteger();
        ActorSpec<Object> fragile = ActorSpec.of("w", () -> {
            if (starts.incrementAndGet() == 2) {
                throw new IllegalStateException("wanted");
            }
            return Behavior.receiveAsync((context, m) -> work.asMono());
        });
        start(1, fragile, resizer(1, 2));
        tell(10, "m");
        test.advance(STEP);
        awaitNames("1");
        test.advance(STEP);
        awaitNames("1", "2");
        work.tryEmitEmpty();
        test.rest();
    }

    @Test
    void aGroupThatIsRestarted_beginsWithItsFirstNumber_andResizesOn() {
        SupervisorRef group = test.system.supervise(
                GroupSpec.of("workers", 1, worker()).budget(Budget.of(0, STEP)).resizer(resizer(1, 4)));
        group.whenStarted().block(Conditions.BOUND);
        tell(10, "m");
        test.advance(STEP);
        awaitNames("1", "2");
        work.tryEmitEmpty();
        handled.await(10);
        test.rest();
        work = Sinks.empty();
        ActorRef<Object> first = workers().members().get(0);
        first.tell("fail");
        TestSystem.end(first);
        Conditions.await(
                "new",
                () -> names().equals(List.of("1")) && !workers().members().contains(first));
        Conditions.await("runs, and so resizes itself", () -> isRunning(group));
        tell(10, "m");
        test.advance(STEP);
        awaitNames("1", "2");
        work.tryEmitEmpty();
        test.rest();
    }

    @Test
    void anyLoad_withSendersMeanwhile_staysWithinBounds_andEveryMessageIsHandled() throws InterruptedException {
        Random random = new Random(Seed.of("GroupResizeTest"));
        AtomicLong count = new AtomicLong();
        ActorSpec<Object> counter = ActorSpec.<Object>of(
                        "w", () -> Behavior.receive((context, m) -> count.incrementAndGet()))
                .mailbox(Mailbox.unbounded());
        start(2, counter, resizer(2, 6).upscaleAtMaxQueued(1));
        AtomicBoolean done = new AtomicBoolean();
        AtomicLong sent = new AtomicLong();
        Thread[] senders = new Thread[2];
        for (int s = 0; s < senders.length; s++) {
            senders[s] = new Thread(() -> {
                while (!done.get()) {
                    if (workers().tellOne("m").accepted()) {
                        sent.incrementAndGet();
                    }
                }
            });
            senders[s].start();
        }
        Recorder<Integer> sizes = new Recorder<>();
        for (int i = 0; i < 200; i++) {
            test.time.advance(Duration.ofMillis(random.nextInt(1_500)));
            sizes.add(workers().members().size());
            Thread.yield();
        }
        done.set(true);
        for (Thread sender : senders) {
            sender.join();
        }
        test.rest();
        assertThat(sizes.all()).allSatisfy(n -> assertThat(n).isBetween(2, 6));
        assertThat(count.get()).isEqualTo(sent.get());
        assertThat(test.deadLetters).isEmpty();
    }
}
