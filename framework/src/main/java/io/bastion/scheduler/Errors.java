package io.bastion.scheduler;

import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Hands errors of tasks and activities to Reactor. */
final class Errors {
    /**
     * Runs its tasks at once on the calling thread. Reactor has no other public way to its error handling, which tells the
     * thread's uncaught exception handler and {@link Schedulers#onHandleError}.
     */
    private static final Scheduler HANDLER = Schedulers.fromExecutor(Runnable::run);

    private Errors() {}

    /** Tells the thread's uncaught exception handler and Reactor's hook. Throws what these throw. */
    static void report(Throwable error) {
        HANDLER.schedule(() -> Errors.<RuntimeException>sneak(error));
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <E extends Throwable> void sneak(Throwable error) throws E {
        throw (E) error;
    }
}
