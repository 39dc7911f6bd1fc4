package io.bastion.observability;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Census;
import io.bastion.actor.DeadLetter;
import io.bastion.actor.Instrument;
import io.bastion.actor.SystemCounters;
import io.bastion.scheduler.NumaScheduler;
import io.bastion.supervision.Strategy;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;

/** The meters of a system in one registry. */
final class SystemBinding implements Instrument {
    private static final int MAX_CAUSES = 64;

    private final ActorSystem system;
    private final MeterBook book;
    private final Disposable.Swap underWay = Disposables.swap();
    private final Disposable.Composite open = Disposables.composite(underWay);
    private final Map<String, Timer> waits = new ConcurrentHashMap<>();
    private final Map<String, Timer> processings = new ConcurrentHashMap<>();
    private final Set<String> counted = ConcurrentHashMap.newKeySet();
    private final Set<String> budgeted = ConcurrentHashMap.newKeySet();
    private final Set<String> causes = ConcurrentHashMap.newKeySet();
    private volatile Stalls stalls = Stalls.NONE;

    SystemBinding(ActorSystem system, MeterBook book) {
        this.system = system;
        this.book = book;
    }

    void start(Duration every) {
        whole(BastionMeters.MESSAGES_REFUSED, SystemCounters::refused);
        whole(BastionMeters.ASKS_TIMED_OUT, SystemCounters::asksTimedOut);
        whole(BastionMeters.ASKS_CYCLES, SystemCounters::askCycles);
        book.gauge(BastionMeters.ASKS_PENDING, () -> system.counters().asksPending());
        for (DeadLetter.Reason reason : DeadLetter.Reason.values()) {
            book.counter(
                    BastionMeters.DEAD_LETTERS,
                    () -> system.counters().deadLetters().getOrDefault(reason, 0L),
                    MeterKey.REASON.of(lower(reason)));
        }
        if (system.scheduler() instanceof NumaScheduler scheduler) {
            SchedulerMeters.register(scheduler, book);
        }
        open.add(system.instrument(this));
        open.add(Every.start(system.scheduler(), every, this::look));
        look();
    }

    void close() {
        open.dispose();
        book.close();
    }

    private void whole(BastionMeters meter, ToLongFunction<SystemCounters> counter) {
        book.counter(meter, () -> counter.applyAsLong(system.counters()));
    }

    // ------------------------------------------------------------------------------------------------ samples

    @Override
    public boolean samples() {
        return true;
    }

    @Override
    public void typeSeen(String type) {
        Tag tag = MeterKey.TYPE.of(type);
        book.counter(
                BastionMeters.MESSAGES_HANDLED,
                () -> system.counters().type(type).handled(),
                tag);
        book.counter(
                BastionMeters.MESSAGES_FAILED,
                () -> system.counters().type(type).failed(),
                tag);
        waits.computeIfAbsent(type, t -> book.timer(BastionMeters.MAILBOX_WAIT, tag));
        processings.computeIfAbsent(type, t -> book.timer(BastionMeters.MESSAGES_PROCESSING, tag));
    }

    @Override
    public void waited(String type, long nanos) {
        record(waits.get(type), nanos);
    }

    @Override
    public void processed(String type, long nanos) {
        record(processings.get(type), nanos);
    }

    private static void record(@Nullable Timer timer, long nanos) {
        if (timer != null) {
            timer.record(nanos, TimeUnit.NANOSECONDS);
        }
    }

    // ------------------------------------------------------------------------------------------------ supervision

    @Override
    public void restarting(ActorRef<?> actor, Strategy strategy, @Nullable Throwable cause, Duration delay) {
        book.counter(
                        BastionMeters.RESTARTS,
                        typeOf(actor),
                        MeterKey.STRATEGY.of(lower(strategy)),
                        MeterKey.CAUSE.of(nameOf(cause)))
                .increment();
    }

    @Override
    public void gaveUp(ActorRef<?> supervisor, Throwable cause, ActorRef<?> origin) {
        book.counter(BastionMeters.GIVEN_UP, typeOf(supervisor), MeterKey.CAUSE.of(nameOf(cause)))
                .increment();
    }

    private static Tag typeOf(ActorRef<?> actor) {
        return MeterKey.TYPE.of(ActorSystem.typeOf(actor));
    }

    private String nameOf(@Nullable Throwable cause) {
        if (cause == null) {
            return "none";
        }
        String name = cause.getClass().getName();
        name = name.substring(name.lastIndexOf('.') + 1);
        return causes.contains(name) || causes.size() < MAX_CAUSES && causes.add(name) ? name : "other";
    }

    // ------------------------------------------------------------------------------------------------ census

    private void look() {
        underWay.update(system.census().subscribe(this::took));
    }

    private void took(Census census) {
        stalls = stalls.then(census);
        census.types().forEach((type, count) -> {
            if (count.living() > 0 && counted.add(type)) {
                of(BastionMeters.ACTORS, type, Census.OfType::living);
                of(BastionMeters.RESTARTS_PENDING, type, Census.OfType::awaitingRestart);
                of(BastionMeters.MAILBOX_QUEUED, type, Census.OfType::queued);
                of(BastionMeters.MAILBOX_LONGEST, type, Census.OfType::longestQueue);
                book.gauge(BastionMeters.MAILBOX_STALLED, () -> stalls.of(type), MeterKey.TYPE.of(type));
            }
            if (count.remainingBudget() != Integer.MAX_VALUE && budgeted.add(type)) {
                of(BastionMeters.RESTART_BUDGET, type, SystemBinding::budget);
            }
        });
    }

    private void of(BastionMeters meter, String type, ToDoubleFunction<Census.OfType> value) {
        book.gauge(meter, () -> value.applyAsDouble(stalls.census().type(type)), MeterKey.TYPE.of(type));
    }

    /** Without a number while there is none whose budget is limited. */
    private static double budget(Census.OfType count) {
        return count.remainingBudget() == Integer.MAX_VALUE ? Double.NaN : count.remainingBudget();
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
