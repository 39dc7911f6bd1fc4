package io.bastion.semantics;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import io.bastion.actor.ExitPolicy;
import io.bastion.actor.SupervisorRef;
import io.bastion.actor.SupervisorSpec;
import io.bastion.actor.TerminationReason;
import io.bastion.actor.TreeEvent;
import io.bastion.supervision.Backoff;
import io.bastion.supervision.Budget;
import io.bastion.supervision.Directive;
import io.bastion.supervision.Restart;
import io.bastion.testing.Conditions;
import io.bastion.testing.Recorder;
import io.bastion.testing.Seed;
import io.bastion.testing.TestSystem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The events of a tree, the ends that they can bring about, and findings in settings. */
class TreeEventsTest {
    @RegisterExtension
    final TestSystem test = new TestSystem();

    private final Cast cast = new Cast();

    private static String shown(TreeEvent event) {
        String path = event.actor().path();
        return event.getClass().getSimpleName() + " " + path.substring(path.lastIndexOf('/') + 1);
    }

    @Test
    void theTree_isReplayedParentsFirst_thenLive() {
        SupervisorRef s = cast.start(
                test,
                SupervisorSpec.named("s")
                        .child(cast.member("a"))
                        .child(SupervisorSpec.named("t")
                                .budget(0, Duration.ofSeconds(1))
                                .child(cast.member("b"))));
        Recorder<String> events = new Recorder<>();
        test.system.events().subscribe(event -> events.add(shown(event)));
        test.settle();
        List<String> replay = events.all();
        assertThat(replay)
                .containsExactlyInAnyOrder("Started test", "Started s", "Started a", "Started t", "Started b")
                .containsSubsequence("Started test", "Started s", "Started t", "Started b")
                .containsSubsequence("Started s", "Started a");
        events.clear();
        cast.ref("a").tell(Cast.fail());
        assertThat(events.await(3)).containsExactly("Failed a", "Restarting a", "Restarted a");
        test.settle();
        events.clear();
        cast.ref("b").tell(Cast.fail());
        Conditions.await("t is back", () -> events.all().contains("Restarted t"));
        assertThat(events.all())
                .containsExactly(
                        "Failed b", "GaveUp t", "Stopped b", "Failed t", "Restarting t", "Started b", "Restarted t");
        test.settle();
        events.clear();
        s.remove("a").block(Conditions.BOUND);
        assertThat(events.await(2)).containsExactly("Stopped a", "Removed a");
    }

    @Test
    void decisionsAreEvents() {
        cast.start(
                test,
                SupervisorSpec.named("s")
                        .child(cast.member("a")
                                .restart(Restart.transientOnFailure().tries(0)))
                        .child(cast.member("b")
                                .restart(Restart.transientOnFailure()
                                        .on(IllegalStateException.class, Directive.RESUME)
                                        .backoff(Backoff.constant(Duration.ofSeconds(1))))));
        Recorder<TreeEvent> events = new Recorder<>();
        test.system.events().subscribe(events::add);
        test.settle();
        events.clear();
        IllegalStateException cause = new IllegalStateException("wanted");
        Error error = new Error("wanted");
        cast.ref("a").tell(new Cast.Order.Fail(cause));
        assertThat(events.await(3))
                .containsExactly(
                        new TreeEvent.Failed(cast.ref("a"), 0, cause),
                        new TreeEvent.TriesSpent(cast.ref("a"), cause),
                        new TreeEvent.Stopped(cast.ref("a"), new TerminationReason.Failed(cause)));
        events.clear();
        cast.ref("b").tell(new Cast.Order.Fail(cause));
        cast.ref("b").tell(new Cast.Order.Fail(error));
        assertThat(events.await(4))
                .containsExactly(
                        new TreeEvent.Failed(cast.ref("b"), 0, cause),
                        new TreeEvent.Resumed(cast.ref("b"), cause),
                        new TreeEvent.Failed(cast.ref("b"), 0, error),
                        new TreeEvent.Restarting(cast.ref("b"), error, Duration.ofSeconds(1)));
    }

    /** Follows the tree by its events, and notes what cannot be. */
    private static final class Follower {
        private final Set<ActorRef<?>> alive = new HashSet<>();
        private final Set<ActorRef<?>> ended = new HashSet<>();
        private final Map<String, ActorRef<?>> byPath = new HashMap<>();
        private final List<String> faults = new ArrayList<>();

        synchronized void see(TreeEvent event) {
            ActorRef<?> actor = event.actor();
            if (event instanceof TreeEvent.Started) {
                String path = actor.path();
                String parent = path.substring(0, path.lastIndexOf('/'));
                if (!parent.endsWith("/") && !byPath.containsKey(parent)) {
                    faults.add("before its parent: " + event);
                }
                if (!alive.add(actor) || ended.contains(actor)) {
                    faults.add("again: " + event);
                }
                byPath.put(path, actor);
            } else if (event instanceof TreeEvent.Stopped) {
                if (!alive.remove(actor)) {
                    faults.add("unknown: " + event);
                }
                ended.add(actor);
            } else if (event instanceof TreeEvent.Removed ? !ended.contains(actor) : !alive.contains(actor)) {
                faults.add("unknown: " + event);
            }
        }

        synchronized List<String> faults() {
            return List.copyOf(faults);
        }

        synchronized Set<ActorRef<?>> alive() {
            return Set.copyOf(alive);
        }
    }

    @Test
    void whoeverSubscribesWhileTheTreeChanges_seesNoGapAndNothingTwice() throws InterruptedException {
        Random random = new Random(Seed.of("events"));
        SupervisorRef s = test.system.supervise(SupervisorSpec.named("s").budget(Budget.unlimited()));
        AtomicBoolean stop = new AtomicBoolean();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 2; t++) {
            int thread = t;
            Random mine = new Random(random.nextLong());
            threads.add(new Thread(() -> {
                for (int i = 0; !stop.get(); i++) {
                    String name = thread + "-" + mine.nextInt(20);
                    switch (mine.nextInt(4)) {
                        case 0 ->
                            s.add(cast.member(name).restart(Restart.temporary()))
                                    .onErrorComplete()
                                    .block(Conditions.BOUND);
                        case 1 -> s.remove(name).block(Conditions.BOUND);
                        case 2 ->
                            s.add(SupervisorSpec.named(name).child(cast.member("x" + thread)))
                                    .onErrorComplete()
                                    .block(Conditions.BOUND);
                        default -> {
                            ActorRef<Object> ref = cast.refs.get(name);
                            if (ref != null) {
                                ref.tell(mine.nextBoolean() ? Cast.STOP : Cast.fail());
                            }
                        }
                    }
                }
            }));
        }
        threads.forEach(Thread::start);
        List<Follower> followers = new ArrayList<>();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(2);
        while (System.nanoTime() - end < 0) {
            Follower follower = new Follower();
            followers.add(follower);
            test.system.events().subscribe(follower::see);
            Thread.sleep(random.nextInt(20));
        }
        stop.set(true);
        for (Thread thread : threads) {
            thread.join();
        }
        test.rest();
        assertThat(followers).hasSizeGreaterThan(10);
        Set<ActorRef<?>> alive = followers.get(0).alive();
        assertThat(followers).allSatisfy(f -> {
            assertThat(f.faults()).isEmpty();
            assertThat(f.alive()).isEqualTo(alive);
        });
        assertThat(alive).hasSize(Cast.tree(test.system.root()).size());
    }

    @Test
    void theLastEvent_isTheEndOfTheRoot() {
        ActorSystem system =
                ActorSystem.builder("other").scheduler(test.scheduler).build();
        Recorder<String> events = new Recorder<>();
        CountDownLatch done = new CountDownLatch(1);
        system.events().doOnComplete(done::countDown).subscribe(event -> events.add(shown(event)));
        system.spawn(cast.member("a"));
        test.settle();
        system.stop();
        Conditions.await(done);
        assertThat(events.all()).endsWith("Stopped a", "Stopped other");
        assertThat(system.events().collectList().block(Conditions.BOUND)).isEmpty();
    }

    @Test
    void anExitPolicy_stopsTheSystem_andThenTheProcess() {
        Recorder<Integer> codes = new Recorder<>();
        ActorSystem system = ActorSystem.builder("other")
                .scheduler(test.scheduler)
                .exit(ExitPolicy.when(event -> {
                            if (event instanceof TreeEvent.Failed) {
                                throw new IllegalStateException("a condition that throws");
                            }
                            return event instanceof TreeEvent.Stopped
                                    && event.actor().path().endsWith("/main");
                        })
                        .code(3)
                        .by(codes::add))
                .build();
        system.spawn(cast.member("main"));
        cast.ref("main").tell(Cast.fail());
        Conditions.await("it is back", () -> cast.log.all().contains("start main 1"));
        system.spawn(cast.member("other"));
        assertThat(codes.size()).isZero();
        cast.ref("main").stop();
        system.whenTerminated().block(Conditions.BOUND);
        assertThat(codes.await(1)).containsExactly(3);
    }

    @Test
    void anExitPolicy_whenTheSystemHasFailed() {
        Recorder<Integer> codes = new Recorder<>();
        ActorSystem system = ActorSystem.builder("other")
                .scheduler(test.scheduler)
                .budget(Budget.of(0, Duration.ofSeconds(1)))
                .exit(ExitPolicy.whenFailed().code(1).by(codes::add))
                .build();
        system.spawn(cast.member("a")).tell(Cast.fail());
        assertThat(codes.await(1)).containsExactly(1);
        ActorSystem sound = ActorSystem.builder("sound")
                .scheduler(test.scheduler)
                .exit(ExitPolicy.whenFailed().code(2).by(codes::add))
                .build();
        sound.close();
        assertThat(codes.all()).containsExactly(1);
    }

    @Test
    void aShutdownHook_isTakenBackWithTheSystem() {
        ActorSystem system = ActorSystem.builder("hooked")
                .scheduler(test.scheduler)
                .shutdownHook()
                .build();
        system.spawn(ActorSpec.of("a", () -> Behavior.receive((c, m) -> {})));
        system.close();
        assertThat(system.whenTerminated().blockOptional(Conditions.BOUND)).isEmpty();
    }

    @Test
    void settingsThatDefeatEachOther_areReported() {
        test.system.supervise(SupervisorSpec.named("s")
                .budget(3, Duration.ofSeconds(5))
                .stopTimeout(Duration.ofSeconds(1))
                .child(cast.member("slow")
                        .stopTimeout(Duration.ofMillis(1))
                        .restart(Restart.transientOnFailure().backoff(Backoff.constant(Duration.ofSeconds(6)))))
                .child(cast.member("tries")
                        .stopTimeout(Duration.ofMillis(1))
                        .restart(Restart.transientOnFailure().tries(4)))
                .child(cast.member("late"))
                .child(cast.member("temporary")
                        .stopTimeout(Duration.ofMillis(1))
                        .restart(Restart.temporary().tries(1)))
                .child(cast.member("sound").stopTimeout(Duration.ofMillis(1))));
        assertThat(test.logged().stream().filter(line -> line.startsWith("settings defeat each other")))
                .satisfiesExactlyInAnyOrder(
                        line -> assertThat(line).contains("s/slow: back-off of at least PT6S"),
                        line -> assertThat(line).contains("s/tries: 4 tries within PT5S"),
                        line -> assertThat(line).contains("s/late: stop time-out PT5S"),
                        line -> assertThat(line).contains("s/temporary: temporary, with a back-off or tries"));
    }
}
