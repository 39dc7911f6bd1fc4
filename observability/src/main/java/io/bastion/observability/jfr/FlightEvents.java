package io.bastion.observability.jfr;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Census;
import io.bastion.actor.DeadLetter;
import io.bastion.actor.Instrument;
import io.bastion.scheduler.NumaScheduler;
import io.bastion.supervision.Strategy;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import jdk.jfr.FlightRecorder;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;

/**
 * Writes what happens in a system into the recordings of the JDK's Flight Recorder: {@code bastion.Restart}, {@code
 * bastion.GaveUp}, {@code bastion.DroppedMessage}, {@code bastion.SlowHandler}, {@code bastion.MailboxStall} and {@code
 * bastion.Steal}. Thread-safe.
 *
 * <p>It costs nothing while nothing is recorded: slow handlers and stalls are looked for by the recorder's own thread, as
 * often as the period of the event says. Ends with the system.
 */
public final class FlightEvents implements AutoCloseable {
    /** How long a handler may take before it counts as slow when nothing is said. */
    public static final Duration DEFAULT_SLOW = Duration.ofMillis(100);

    private final ActorSystem system;
    private final SlowHandlers slow;
    private final Disposable.Swap underWay = Disposables.swap();
    private final Disposable.Composite open = Disposables.composite(underWay);
    private volatile @Nullable Census before;

    private FlightEvents(ActorSystem system, Duration slow) {
        this.system = system;
        this.slow = new SlowHandlers(system, slow);
    }

    /** Begins, with {@link #DEFAULT_SLOW}. */
    public static FlightEvents of(ActorSystem system) {
        return of(system, DEFAULT_SLOW);
    }

    /**
     * Begins.
     *
     * @param slow how long a handler may take, to within the period of {@code bastion.SlowHandler}
     * @throws IllegalStateException if this JVM has no Flight Recorder
     */
    public static FlightEvents of(ActorSystem system, Duration slow) {
        Objects.requireNonNull(system, "system: null (expected: an ActorSystem)");
        if (slow.isNegative() || slow.isZero()) {
            throw new IllegalArgumentException("slow: " + slow + " (expected: > 0)");
        }
        FlightEvents events = new FlightEvents(system, slow);
        events.start();
        system.whenTerminated().onErrorComplete().subscribe(null, null, events::close);
        return events;
    }

    private void start() {
        open.add(system.instrument(new Recorder()));
        if (system.scheduler() instanceof NumaScheduler scheduler) {
            open.add(scheduler.onSteal(FlightEvents::stolen));
        }
        addPeriodic(Events.SlowHandler.class, slow::look);
        addPeriodic(Events.MailboxStall.class, this::lookForStalls);
    }

    private void addPeriodic(Class<? extends jdk.jfr.Event> event, Runnable look) {
        FlightRecorder.addPeriodicEvent(event, look);
        open.add(() -> FlightRecorder.removePeriodicEvent(look));
    }

    @Override
    public void close() {
        open.dispose();
    }

    private static void stolen(int thief, int victim) {
        Events.Steal event = new Events.Steal();
        if (event.isEnabled()) {
            event.thief = thief;
            event.victim = victim;
            event.commit();
        }
    }

    private void lookForStalls() {
        underWay.update(system.census().subscribe(this::compare));
    }

    private void compare(Census now) {
        Census earlier = before;
        before = now;
        if (earlier != null) {
            for (Census.Backlog stalled : now.stalledSince(earlier)) {
                Events.MailboxStall event = new Events.MailboxStall();
                event.actor = stalled.actor().path();
                event.type = stalled.type();
                event.queued = stalled.queued();
                event.commit();
            }
        }
    }

    /** What happens at a moment. */
    private static final class Recorder implements Instrument {
        @Override
        public void restarting(ActorRef<?> actor, Strategy strategy, @Nullable Throwable cause, Duration delay) {
            Events.Restart event = new Events.Restart();
            if (event.isEnabled()) {
                about(event, actor);
                event.strategy = strategy.name().toLowerCase(Locale.ROOT);
                event.cause = cause == null ? null : cause.getClass().getName();
                event.message = cause == null ? null : cause.getMessage();
                event.backoff = delay.toNanos();
                event.commit();
            }
        }

        @Override
        public void gaveUp(ActorRef<?> supervisor, Throwable cause, ActorRef<?> origin) {
            Events.GaveUp event = new Events.GaveUp();
            if (event.isEnabled()) {
                about(event, supervisor);
                event.origin = origin.path();
                event.cause = cause.getClass().getName();
                event.commit();
            }
        }

        @Override
        public void deadLetter(DeadLetter letter) {
            Events.DroppedMessage event = new Events.DroppedMessage();
            if (event.isEnabled()) {
                event.actor = letter.recipient().path();
                event.message = letter.message().getClass().getName();
                event.reason = letter.reason().name().toLowerCase(Locale.ROOT);
                event.commit();
            }
        }

        private static void about(Events.OfActor event, ActorRef<?> actor) {
            event.actor = actor.path();
            event.type = ActorSystem.typeOf(actor);
        }
    }
}
