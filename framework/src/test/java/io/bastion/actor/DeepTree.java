package io.bastion.actor;

import io.bastion.supervision.Backoff;
import io.bastion.supervision.Budget;
import io.bastion.supervision.Restart;
import io.bastion.supervision.Strategy;
import io.bastion.testing.Conditions;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import reactor.core.publisher.Mono;

/** The program of {@link DeepTreeTest}: chains of 10 000 supervisors, or of actors that each have one child. */
final class DeepTree {
    private static final int DEPTH = 10_000;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Nothing is restarted below the top of the tree: every failure goes up all the way. */
    private static final Budget NONE = Budget.of(0, Duration.ofSeconds(5));

    /** Its budget lets the chain come back once. */
    private final ActorSystem system = ActorSystem.builder("deep")
            .workers(2)
            .budget(Budget.of(1, Duration.ofMinutes(1)))
            .build();

    private final ConcurrentHashMap<Class<?>, LongAdder> events = new ConcurrentHashMap<>();
    private final LongAdder killed = new LongAdder();
    private final BlockingQueue<ActorRef<Object>> leaves = new LinkedBlockingQueue<>();

    private DeepTree() {
        system.events().subscribe(event -> {
            events.computeIfAbsent(event.getClass(), type -> new LongAdder()).increment();
            if (event instanceof TreeEvent.Stopped stopped && stopped.reason() == TerminationReason.KILLED) {
                killed.increment();
            }
        });
    }

    /**
     * Runs one scenario.
     *
     * @param arguments its name
     */
    public static void main(String... arguments) {
        try {
            DeepTree tree = new DeepTree();
            switch (arguments[0]) {
                case "supervisors" -> tree.supervisors();
                case "actors" -> tree.actors();
                case "top" -> tree.failsToTheTop();
                case "kill" -> tree.isKilled();
                default -> throw new IllegalArgumentException(arguments[0]);
            }
            System.exit(0);
        } catch (Throwable t) {
            t.printStackTrace();
            System.exit(1);
        }
    }

    private void supervisors() throws InterruptedException {
        SupervisorRef top = system.supervise(chainOfSupervisors());
        block(top.whenStarted().thenReturn(true));
        looksAtTheTree(DEPTH + 2);
        failAndStart(leaf());
        expect("gave up", count(TreeEvent.GaveUp.class), DEPTH);
        leaf();
        stopInTime();
    }

    private void actors() throws InterruptedException {
        ActorRef<Object> top = system.spawn(linkOfActors());
        top.tell(DEPTH - 1);
        ActorRef<Object> leaf = leaf();
        looksAtTheTree(DEPTH + 1);
        failAndStart(leaf);
        expect("gave up", count(TreeEvent.GaveUp.class), DEPTH - 1);
        top.tell(DEPTH - 1);
        leaf();
        stopInTime();
    }

    private void failsToTheTop() throws InterruptedException {
        system.supervise(chainOfSupervisors());
        ActorRef<Object> leaf = leaf();
        failAndStart(leaf);
        leaf().tell("fail");
        String failure = block(system.whenTerminated()
                .thenReturn("")
                .onErrorResume(SystemFailedException.class, e -> Mono.just(String.valueOf(e.getMessage()))));
        if (!failure.contains(leaf.path())) {
            throw new AssertionError("failed with: " + failure + " (expected: the path of the leaf)");
        }
    }

    private void isKilled() throws InterruptedException {
        SupervisorRef top = system.supervise(chainOfSupervisors());
        ActorRef<Object> leaf = leaf();
        top.kill();
        block(leaf.whenTerminated());
        block(top.whenTerminated());
        await("all killed", () -> killed.sum() == DEPTH + 1);
        expect("overdue", count(TreeEvent.Overdue.class), 0);
    }

    /** Snapshots, their size, text and equality; a subscription that begins with the tree as it is. */
    private void looksAtTheTree(int size) {
        TreeNode tree = wholeTree(size);
        expect("lines", tree.render().lines().count(), size);
        TreeNode again = wholeTree(size);
        if (!tree.equals(again) || tree.hashCode() != again.hashCode()) {
            throw new AssertionError("snapshots of one state differ (expected: equal)");
        }
        expect("walked", block(system.events().take(size).count()), size);
    }

    /** A snapshot that nobody was too slow for: on a busy machine the walk may take longer than it is given. */
    private TreeNode wholeTree(int size) {
        TreeNode[] tree = {block(system.tree())};
        await("a whole tree of " + size, () -> {
            if (tree[0].size() != size) {
                tree[0] = block(system.tree());
            }
            return tree[0].size() == size;
        });
        return tree[0];
    }

    /** The leaf fails, and the whole chain with it; the top of the tree starts it again. */
    private void failAndStart(ActorRef<Object> leaf) throws InterruptedException {
        long restarted = count(TreeEvent.Restarted.class);
        leaf.tell("fail");
        await("restarted", () -> count(TreeEvent.Restarted.class) > restarted);
        expect("restarted", count(TreeEvent.Restarted.class), restarted + 1);
    }

    private void stopInTime() {
        ShutdownReport report = block(system.shutdown(Duration.ofSeconds(20)));
        expect("late", report.late().size(), 0);
        expect("killed", killed.sum(), 0);
    }

    private SupervisorSpec chainOfSupervisors() {
        SupervisorSpec spec = SupervisorSpec.named("s" + DEPTH).budget(NONE).child(leafSpec());
        for (int i = DEPTH - 1; i > 0; i--) {
            spec = SupervisorSpec.named("s" + i)
                    .budget(NONE)
                    .restart(Restart.transientOnFailure().backoff(i == 1 ? Backoff.none() : longBackoff()))
                    .child(spec);
        }
        return spec;
    }

    /** Something for {@link Lint} to complain of, on every level. */
    private static Backoff longBackoff() {
        return Backoff.exponential(Duration.ofSeconds(6), Duration.ofSeconds(7));
    }

    private ActorSpec<Object> leafSpec() {
        return ActorSpec.of("leaf", context -> {
            leaves.add(context.self());
            return Behavior.receive((c, message) -> fail());
        });
    }

    /** An actor that has a child made when it is told a number, which is told the next lower one; 0 makes it the leaf. */
    private ActorSpec<Object> linkOfActors() {
        return ActorSpec.<Object>anonymous(() -> Behavior.receive((context, message) -> {
                    if (message.equals(0)) {
                        leaves.add(context.self());
                    } else if (message instanceof Integer below) {
                        context.spawn(linkOfActors()).tell(below - 1);
                    } else {
                        fail();
                    }
                }))
                .supervision(Strategy.ONE_FOR_ONE, NONE);
    }

    private static void fail() {
        throw new IllegalStateException("wanted");
    }

    private ActorRef<Object> leaf() throws InterruptedException {
        return Objects.requireNonNull(leaves.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS), "no leaf");
    }

    private long count(Class<? extends TreeEvent> type) {
        LongAdder count = events.get(type);
        return count == null ? 0 : count.sum();
    }

    private static <T> T block(Mono<T> mono) {
        return Objects.requireNonNull(mono.block(PATIENCE), "no result");
    }

    private static void await(String what, BooleanSupplier condition) {
        Conditions.await(() -> what, PATIENCE, condition);
    }

    private static void expect(String what, long found, long expected) {
        if (found != expected) {
            throw new AssertionError(what + ": " + found + " (expected: " + expected + ")");
        }
    }
}
