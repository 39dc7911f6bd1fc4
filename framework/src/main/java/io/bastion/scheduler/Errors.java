package io.bastion.scheduler;

import java.util.ArrayList;
import java.util.List;
import reactor.core.scheduler.Schedulers;

/** Hands errors of tasks and activities to Reactor. */
final class Errors {
    private Errors() {}

    /**
     * Tells the thread's uncaught exception handler and {@link Schedulers#onHandleError}; throws what these throw.
     *
     * <p>Reactor's own way there is not public, but its schedulers take it: so a task that throws the error is run, at
     * once and on this thread.
     */
    static void report(Throwable error) {
        List<Throwable> failures = new ArrayList<>(1);
        Schedulers.fromExecutor(task -> runCatching(task, failures))
                .schedule(() -> Errors.<RuntimeException>sneak(error));
        if (!failures.isEmpty()) {
            Errors.<RuntimeException>sneak(failures.get(0));
        }
    }

    private static void runCatching(Runnable task, List<Throwable> failures) {
        try {
            task.run();
        } catch (Throwable e) {
            failures.add(e);
        }
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <E extends Throwable> void sneak(Throwable error) throws E {
        throw (E) error;
    }
}
