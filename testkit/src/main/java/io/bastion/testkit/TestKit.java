package io.bastion.testkit;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.DeadLetter;
import io.bastion.actor.MessageStats;
import io.bastion.scheduler.ActivityScheduler;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

/**
 * An actor system for one test, with all that the test needs to control it.
 *
 * <p>Its {@link VirtualTime} stands still until the test moves it on. A {@link #deterministic} kit runs only while the test
 * waits for something, on one thread, in an order that is drawn from a seed; a {@link #concurrent} one runs on real workers.
 * A test that uses nothing but the kit, its probes and references can run on either. Reactor's {@code parallel} and
 * {@code single} schedulers are replaced by the kit's, and so follow its time, as long as it lives.
 *
 * <p>{@link #close()} stops the system and holds it to what every system promises; it fails with an {@code AssertionError}
 * that lists what was broken:
 *
 * <ul>
 *   <li>messages are conserved, at rest and at the end
 *   <li>the tree is well-formed, and its events show it to a new subscriber as it is
 *   <li>all actors end
 *   <li>no timer is left that could still fire, and no worker thread
 *   <li>no hook is left in Reactor
 *   <li>no error has vanished into {@code Hooks.onErrorDropped} or {@code Schedulers.onHandleError}
 * </ul>
 *
 * <p>For one thread, that of the test; and for one test at a time, since Reactor's hooks are global.
 */
public final class TestKit implements AutoCloseable {
    /** The name of the system, with which the paths of its actors begin. */
    public static final String SYSTEM = "test";

    /** How far the time is moved for an end that waits for it, as that of an actor that is slow to stop. */
    private static final Duration PATIENCE = Duration.ofHours(1);

    private static final AtomicInteger KITS = new AtomicInteger();

    private final LostErrors lostErrors = new LostErrors();
    private final Queue<DeadLetter> deadLetters = new ConcurrentLinkedQueue<>();
    private final ReactorState hooksBefore = ReactorState.now();
    private final Promises promises = new Promises(this);
    private final Drive drive;
    private final ActorSystem system;
    private final Schedulers.Snapshot schedulersBefore;
    private final ReactorState hooksOfKit;
    private int probes;
    private boolean closed;

    private TestKit(Function<Thread.UncaughtExceptionHandler, Drive> driver) {
        drive = driver.apply((thread, error) -> lostErrors.add(error));
        lostErrors.install();
        schedulersBefore = Schedulers.setFactoryWithSnapshot(new SharedSchedulers(drive.scheduler()));
        hooksOfKit = ReactorState.now();
        system = ActorSystem.builder(SYSTEM).scheduler(drive.scheduler()).build();
        system.deadLetters().subscribe(deadLetters::add);
    }

    /** A system whose order is drawn from a seed; with {@code -Dbastion.seed} from that one. */
    public static TestKit deterministic(long seed) {
        long drawn = Seed.orElse(seed);
        return new TestKit(handler -> new SeededDrive(DeterministicScheduler.seeded(drawn, handler)));
    }

    /** A system whose order is drawn from a seed that is different each time; with {@code -Dbastion.seed} from that one. */
    public static TestKit deterministic() {
        return deterministic(Seed.any());
    }

    /** A system on real workers. */
    public static TestKit concurrent(int workers) {
        if (workers < 1) {
            throw new IllegalArgumentException("workers: " + workers + " (expected: >= 1)");
        }
        return new TestKit(handler -> WorkerDrive.of("testkit" + KITS.incrementAndGet(), workers, handler));
    }

    /** The system. Its {@code close()} would wait for what only the kit runs: close the kit. */
    public ActorSystem system() {
        return system;
    }

    /** The time of the system. */
    public VirtualTime time() {
        return drive.time();
    }

    /** What the system runs on. */
    public ActivityScheduler scheduler() {
        return drive.scheduler();
    }

    /** The seed, of a deterministic kit. */
    public OptionalLong seed() {
        return drive instanceof SeededDrive seeded
                ? OptionalLong.of(seeded.scheduler().seed())
                : OptionalLong.empty();
    }

    /** Starts an actor at the top of the tree. */
    public <M> ActorRef<M> spawn(ActorSpec<M> spec) {
        return system.spawn(spec);
    }

    /** Starts a probe. */
    public <M> Probe<M> probe() {
        return probe("probe-" + ++probes);
    }

    /**
     * Starts a probe with a name.
     *
     * @param name unique at the top of the tree
     */
    public <M> Probe<M> probe(String name) {
        return Probe.start(system, drive, name);
    }

    /**
     * Lets the system run until a condition is true; the time stands still.
     *
     * @param what the condition in words, for the failure
     * @throws AssertionError if it does not come true: on a deterministic system as soon as nothing is left to run,
     *     otherwise after {@link Await#BOUND}
     */
    public void until(String what, BooleanSupplier condition) {
        drive.until(() -> what, condition);
    }

    /**
     * Subscribes to a {@code Mono}, and lets the system run until it has its result. In the place of {@code block()}, during
     * which a deterministic system would stand still.
     *
     * @return the element, or null when there is none
     * @throws AssertionError if there is no result, as with {@link #until}
     */
    public <T> @Nullable T result(Mono<T> mono) {
        CompletableFuture<@Nullable T> future = mono.toFuture();
        drive.until(() -> "a result of " + mono, future::isDone);
        try {
            return future.join();
        } catch (CompletionException e) {
            throw TestKit.<RuntimeException>sneaky(e.getCause() == null ? e : e.getCause());
        }
    }

    /**
     * Lets the system come to rest; the time stands still. Messages may be left that wait for the time or for the test.
     *
     * @throws AssertionError if it does not come to rest within {@link Await#BOUND}
     */
    public void rest() {
        drive.rest();
    }

    /** Moves the time on; at each due time on the way the system runs. */
    public void advanceBy(Duration duration) {
        time().advanceBy(duration);
    }

    /** The counters of all actors that live or have lived. */
    public MessageStats stats() {
        return Objects.requireNonNull(result(system.stats()));
    }

    /** The dead letters so far. */
    public List<DeadLetter> deadLetters() {
        return List.copyOf(deadLetters);
    }

    /**
     * The errors so far that reached nobody, at {@code Hooks.onErrorDropped} and {@code Schedulers.onHandleError}. They are
     * forgotten: a test that expects some takes them, or it fails for them.
     */
    public List<Throwable> takeLostErrors() {
        return lostErrors.take();
    }

    /**
     * A verifier of a publisher, whose {@code thenAwait} and {@code expectNoEvent} move this kit's time. On a deterministic
     * system nothing runs but at the subscription and in those steps: after a step that causes something add
     * {@code thenAwait()}. Give {@code verify} a time-out, as it waits for ever for what does not come.
     *
     * @param source makes the publisher, when the verification begins
     */
    public <T> StepVerifier.FirstStep<T> verify(Supplier<? extends Publisher<? extends T>> source) {
        return verify(source, Long.MAX_VALUE);
    }

    /**
     * The same with a demand.
     *
     * @param initialRequest how many elements are requested at the subscription
     */
    public <T> StepVerifier.FirstStep<T> verify(
            Supplier<? extends Publisher<? extends T>> source, long initialRequest) {
        return StepBridge.verify(time(), scheduler(), source, initialRequest);
    }

    /**
     * Ends the system, and holds it to its promises. A second call does nothing.
     *
     * @throws AssertionError if a promise is broken
     */
    @Override
    public void close() {
        end(true);
    }

    /** Ends the system of a test that has failed already: what it leaves behind is no news. */
    void abandon() {
        end(false);
    }

    private void end(boolean check) {
        if (closed) {
            return;
        }
        closed = true;
        List<String> hooks;
        try {
            if (check) {
                promises.checkAtRest();
            }
            promises.checkEnded(this::stop);
        } finally {
            hooks = release();
        }
        promises.checkReleased(hooks, lostErrors.take());
        if (check) {
            promises.verify(seed().isPresent() ? "\n" + Seed.replay(seed().getAsLong()) : "");
        }
    }

    /** Stops all actors; returns whether they have ended. Those that have not are killed. */
    private boolean stop() {
        AtomicBoolean ended = new AtomicBoolean();
        system.whenTerminated().subscribe(nothing -> {}, failure -> ended.set(true), () -> ended.set(true));
        system.stop();
        try {
            drive.rest();
            Duration limit = time().now().plus(PATIENCE);
            // work on threads that are not the system's takes real time; what waits for a timer takes the system's
            for (long end = System.nanoTime() + Await.BOUND.toNanos(); !ended.get() && System.nanoTime() < end; ) {
                Optional<Duration> due = time().nextDue().filter(next -> next.compareTo(limit) <= 0);
                due.ifPresentOrElse(time()::advanceTo, () -> LockSupport.parkNanos(1_000_000));
                drive.rest();
            }
            return ended.get();
        } finally {
            if (!ended.get()) {
                system.kill();
                drive.rest();
            }
        }
    }

    /** Ends what is not the system; returns the hooks that the test has left. */
    private List<String> release() {
        List<String> hooks = hooksOfKit.setSince(hooksBefore);
        drive.scheduler().dispose();
        VirtualTimeScheduler.reset();
        Schedulers.resetFrom(schedulersBefore);
        lostErrors.uninstall();
        hooksBefore.restore();
        return hooks;
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <E extends Throwable> E sneaky(Throwable error) throws E {
        throw (E) error;
    }
}
