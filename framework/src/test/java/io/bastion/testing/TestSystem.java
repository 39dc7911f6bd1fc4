package io.bastion.testing;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.DeadLetter;
import io.bastion.actor.MessageStats;
import io.bastion.actor.TerminationReason;
import io.bastion.scheduler.NumaScheduler;
import io.bastion.scheduler.NumaTopology;
import io.bastion.scheduler.SchedulerStats;
import io.bastion.scheduler.VirtualTimer;
import io.bastion.supervision.Budget;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Hooks;
import reactor.core.scheduler.Schedulers;

/**
 * An actor system with virtual time for one test: {@code @RegisterExtension final TestSystem test = new TestSystem();}.
 *
 * <p>After the test the system is closed and held to what every system promises: it ends, all messages are accounted for,
 * no timer and no thread is left, and no error has vanished into Reactor's hooks. What the runtime logs is kept, not printed.
 */
public final class TestSystem implements AfterEachCallback {
    private static final String NAME = "test";
    private static final AtomicInteger SYSTEMS = new AtomicInteger();

    /** Meetings of the workers, at most, of which one is to find that nothing was run since the one before. */
    private static final int MEETINGS = 20;

    /** The time of the system; it stands still. */
    public final VirtualTimer time = new VirtualTimer();

    public final NumaScheduler scheduler;
    public final ActorSystem system;
    public final Queue<DeadLetter> deadLetters = new ConcurrentLinkedQueue<>();

    private final Queue<Throwable> lostErrors = new ConcurrentLinkedQueue<>();

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger("io.bastion.actor");
    private final @Nullable Level level = logger.getLevel();
    private final Logger fatal = (Logger) LoggerFactory.getLogger("reactor.core.Exceptions");
    private final String threads = NAME + SYSTEMS.incrementAndGet() + "-";
    private final int workers;

    /** A system of two workers. */
    public TestSystem() {
        this(NumaTopology.of(2));
    }

    /** A system with as many workers as the topology has processors. */
    public TestSystem(NumaTopology topology) {
        Hooks.onErrorDropped(lostErrors::add);
        Schedulers.onHandleError((thread, error) -> lostErrors.add(error));
        logger.setAdditive(false);
        logger.addAppender(log);
        logger.setLevel(Level.ALL); // nothing is printed; a configuration may have silenced it
        log.start();
        fatal.setLevel(Level.OFF);
        workers = topology.parallelism();
        scheduler = NumaScheduler.builder()
                .name(threads.substring(0, threads.length() - 1))
                .topology(topology)
                .pinned(false)
                .timer(time)
                .uncaughtExceptionHandler((thread, error) -> lostErrors.add(error))
                .build();
        system = ActorSystem.builder(NAME)
                .scheduler(scheduler)
                .budget(Budget.unlimited())
                .build();
        system.deadLetters().subscribe(deadLetters::add);
    }

    public <M> ActorRef<M> spawn(ActorSpec<M> spec) {
        return system.spawn(spec);
    }

    /** Messages of the dead letters of one reason, in the order of their coming. */
    public List<Object> deadLetters(DeadLetter.Reason reason) {
        return deadLetters.stream()
                .filter(letter -> letter.reason() == reason)
                .map(DeadLetter::message)
                .toList();
    }

    /** What the runtime has logged. */
    public List<String> logged() {
        List<ILoggingEvent> events;
        synchronized (log) { // as it is while a thread logs
            events = List.copyOf(log.list);
        }
        return events.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    /**
     * Waits for errors that come to {@code Hooks.onErrorDropped}, {@code Schedulers.onHandleError} or the workers' handler
     * of uncaught exceptions, and removes them. Whoever is failed by such an error may know of it before it comes there.
     */
    public void takeLostErrors(int count) {
        Conditions.await(() -> count + " lost errors, not " + lostErrors, () -> lostErrors.size() >= count);
        assertThat(lostErrors).as("lost errors").hasSize(count);
        lostErrors.clear();
    }

    /** The runtime's log, for appenders of a test's own. */
    public Logger logger() {
        return logger;
    }

    /** Waits for the end of an actor. */
    public static TerminationReason end(ActorRef<?> actor) {
        return Objects.requireNonNull(actor.whenTerminated().block(Conditions.BOUND), () -> actor + " has not ended");
    }

    /** Waits until no message is queued or in work and no worker has anything to do. */
    public MessageStats rest() {
        MessageStats last = MessageStats.NONE;
        for (int same = 0; same < 2; ) {
            passWorkers();
            MessageStats stats = stats();
            same = stats.queued() == 0 && stats.equals(last) ? same + 1 : 0;
            last = stats;
        }
        return last;
    }

    /** Waits until the workers have run what they had to run; messages may be left that wait for something else. */
    public void settle() {
        for (int i = 0; i < 3; i++) {
            passWorkers();
            stats();
        }
    }

    /** Waits until the workers have run what they can while an actor blocks one of them. */
    public void settleAll() {
        for (int i = 0; i < 6; i++) {
            CountDownLatch passed = new CountDownLatch(2 * workers);
            for (int n = 0; n < 2 * workers; n++) {
                scheduler.schedule(passed::countDown);
            }
            await(passed);
        }
    }

    /** Moves the time on, and waits until what this caused is done. */
    public void advance(Duration duration) {
        time.advance(duration);
        settle();
    }

    public MessageStats stats() {
        return Objects.requireNonNull(system.stats().block(Conditions.BOUND), "no statistics");
    }

    /** Waits until the workers run nothing any more, or for some time if somebody keeps them busy. */
    private synchronized void passWorkers() {
        long last = meet();
        for (int i = 0; i < MEETINGS; i++) {
            long activations = meet();
            if (activations == last + workers) {
                return;
            }
            last = activations;
        }
    }

    /** Brings all workers together, so that none has anything else in hand; returns how many activities have been run. */
    private long meet() {
        CountDownLatch present = new CountDownLatch(workers);
        CountDownLatch over = new CountDownLatch(1);
        for (int i = 0; i < workers; i++) {
            scheduler.schedule(() -> {
                present.countDown();
                await(over);
            });
        }
        try {
            await(present);
            return scheduler.stats().nodes().stream()
                    .mapToLong(SchedulerStats.NodeStats::activations)
                    .sum();
        } finally {
            over.countDown();
        }
    }

    /** Waits for a latch, for a bounded time. */
    public static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(Conditions.BOUND.toNanos(), TimeUnit.NANOSECONDS))
                    .as("latch open in time")
                    .isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted while waiting", e);
        }
    }

    @Override
    public void afterEach(ExtensionContext context) {
        try {
            system.close();
            system.whenTerminated().block(Conditions.BOUND);
            if (context.getExecutionException().isEmpty()) {
                checkPromises();
            }
        } finally {
            scheduler.dispose();
            logger.detachAppender(log);
            logger.setAdditive(true);
            logger.setLevel(level);
            fatal.setLevel(null);
            Hooks.resetOnErrorDropped();
            Schedulers.resetOnHandleError();
        }
        Conditions.await(
                "no thread of the system left",
                () -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().startsWith(threads)));
    }

    private void checkPromises() {
        MessageStats stats = stats();
        assertThat(stats.conserved()).as("conserved: %s", stats).isTrue();
        assertThat(stats.queued()).as("queued after the end: %s", stats).isZero();
        Conditions.await("no timer left", () -> time.pending() == 0);
        assertThat(lostErrors).as("errors that nobody saw").isEmpty();
    }
}
