package io.bastion.testkit;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.MessageStats;
import io.bastion.actor.TreeEvent;
import io.bastion.actor.TreeNode;
import io.bastion.scheduler.WorkFrame;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import reactor.core.Disposable;

/**
 * What every system promises, checked at the end of a test; what is broken is collected, so that one failure tells all.
 *
 * <p>Three moments: at rest, while the actors live; when they have ended; when the scheduler is disposed.
 */
final class Promises {
    private final TestKit kit;

    /** Worker threads, of whatever scheduler, that were there before the test. */
    private final Set<Thread> threadsBefore = workerThreads();

    private final List<String> broken = new ArrayList<>();
    private final List<Throwable> causes = new ArrayList<>();

    Promises(TestKit kit) {
        this.kit = kit;
    }

    /** While the actors live and nothing moves. */
    void checkAtRest() {
        attempt(() -> {
            kit.rest();
            checkConserved("at rest", kit.stats());
            checkShape();
        });
    }

    private void checkShape() {
        ActorSystem system = kit.system();
        TreeNode tree = Objects.requireNonNull(kit.result(system.tree()));
        Queue<ActorRef<?>> started = new ConcurrentLinkedQueue<>();
        Disposable events =
                system.events().ofType(TreeEvent.Started.class).subscribe(event -> started.add(event.actor()));
        kit.rest();
        events.dispose();
        Set<ActorRef<?>> shown = Collections.newSetFromMap(new IdentityHashMap<>());
        shown.addAll(started);
        broken.addAll(TreeShape.flaws(tree, shown));
    }

    /**
     * When the system was told to stop, and should have ended.
     *
     * @param stop ends the system; tells whether it did
     */
    void checkEnded(BooleanSupplier stop) {
        AtomicBoolean ended = new AtomicBoolean();
        attempt(() -> {
            ended.set(stop.getAsBoolean());
            if (!ended.get()) {
                broken.add("system: has actors (expected: none within " + Await.BOUND.toSeconds() + " s of its stop)");
            }
        });
        if (!ended.get()) {
            return;
        }
        attempt(() -> {
            MessageStats stats = kit.stats();
            checkConserved("at the end", stats);
            if (stats.queued() != 0) {
                broken.add("queued at the end: " + stats.queued() + " (expected: 0)");
            }
        });
        attempt(() -> {
            kit.rest(); // subscriptions that ended with their actors have cancelled by then
            if (kit.time().pending() != 0) {
                broken.add("timers: " + kit.time().describePending() + " (expected: none pending)");
            }
        });
    }

    /** When everything was let go that belongs to the test. */
    void checkReleased(List<String> hooks, List<Throwable> lostErrors) {
        if (!kit.scheduler().isDisposed()) {
            broken.add("scheduler: " + kit.scheduler() + " runs (expected: disposed)");
        }
        attempt(() -> Await.until(
                () -> "no worker thread left: " + leakedThreads(),
                () -> leakedThreads().isEmpty()));
        if (!hooks.isEmpty()) {
            broken.add("Reactor's hooks: " + hooks + " (expected: none that the test has set)");
        }
        for (Throwable error : lostErrors) {
            broken.add("error that nobody saw: " + error + " (expected: none)");
            causes.add(error);
        }
    }

    /** Throws what has been found, if anything. */
    void verify(String hint) {
        if (!broken.isEmpty()) {
            AssertionError failure = new AssertionError(
                    "broken promises:" + broken.stream().map(b -> "\n - " + b).collect(Collectors.joining()) + hint);
            causes.forEach(failure::addSuppressed);
            throw failure;
        }
    }

    /** Whenever nothing moves. */
    void checkConserved(String when, MessageStats stats) {
        if (!stats.conserved()) {
            broken.add(Conservation.describe(stats) + " " + when);
        }
    }

    private void attempt(Runnable check) {
        try {
            check.run();
        } catch (AssertionError | RuntimeException e) {
            broken.add(String.valueOf(e.getMessage()));
            causes.add(e);
        }
    }

    private Set<String> leakedThreads() {
        Set<Thread> now = workerThreads();
        now.removeAll(threadsBefore);
        return now.stream().map(Thread::getName).collect(Collectors.toSet());
    }

    private static Set<Thread> workerThreads() {
        Set<Thread> threads = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread instanceof WorkFrame.FrameHolder) {
                threads.add(thread);
            }
        }
        return threads;
    }
}
