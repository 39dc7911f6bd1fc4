package io.bastion.actor;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.CoreSubscriber;
import reactor.core.scheduler.Schedulers;

/**
 * Brings errors home that Reactor throws past {@code onError}: those of the JVM and of linkage, when an operator of an actor
 * meets them on a thread that is not the actor's.
 *
 * <p>Nothing in a pipeline hears of such an error; it ends at the top of the thread. So what the pipeline schedules is noted
 * there as the actor's, and with it what that schedules, by the hook for scheduled tasks, which is global to the JVM: see
 * {@link ActorSystem.Builder#superviseFatalErrors}.
 */
final class FatalErrors {
    private static final String HOOK = "io.bastion.fatalErrors";

    private static final ThreadLocal<@Nullable Victim> VICTIM = new ThreadLocal<>();

    /** Systems that have asked for the hook; guarded by the class. */
    private static int users;

    /** Whether the hook is installed. */
    private static volatile boolean watching;

    /** The work of an actor that goes on elsewhere. */
    interface Victim {
        /** It is over; any thread. */
        void failFatally(Throwable error);
    }

    private FatalErrors() {}

    static synchronized void install() {
        if (users++ == 0) {
            Schedulers.onScheduleHook(HOOK, FatalErrors::noted);
            watching = true;
        }
    }

    static synchronized void uninstall() {
        if (--users == 0) {
            watching = false;
            Schedulers.resetOnScheduleHook(HOOK);
        }
    }

    static boolean isWatching() {
        return watching;
    }

    /** Subscribes, and notes what is scheduled meanwhile as the subscriber's. */
    static <S extends CoreSubscriber<Object> & Victim> void subscribe(Publisher<?> source, S subscriber) {
        if (watching) {
            run(() -> source.subscribe(subscriber), subscriber);
        } else {
            source.subscribe(subscriber);
        }
    }

    /** Runs something, and notes what is scheduled meanwhile as somebody's. */
    static void run(Runnable work, Victim victim) {
        Victim before = VICTIM.get();
        VICTIM.set(victim);
        try {
            work.run();
        } finally {
            if (before == null) {
                VICTIM.remove();
            } else {
                VICTIM.set(before);
            }
        }
    }

    private static Runnable noted(Runnable task) {
        Victim victim = VICTIM.get();
        return victim == null ? task : () -> runFor(task, victim);
    }

    private static void runFor(Runnable task, Victim victim) {
        try {
            run(task, victim);
        } catch (Throwable t) {
            victim.failFatally(t);
            throw t;
        }
    }
}
