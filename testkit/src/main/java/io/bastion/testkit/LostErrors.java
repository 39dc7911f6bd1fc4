package io.bastion.testkit;

import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Hooks;
import reactor.core.scheduler.Schedulers;

/**
 * Errors that reached nobody: those that Reactor dropped, and those that tasks threw at their scheduler. Thread-safe; one at
 * a time, since Reactor's hooks are global.
 */
final class LostErrors {
    private static final String KEY = "io.bastion.testkit";

    private final List<Throwable> errors = new ArrayList<>();

    void install() {
        Hooks.onErrorDropped(this::add);
        Schedulers.onHandleError(KEY, (thread, error) -> add(error));
    }

    void uninstall() {
        Hooks.resetOnErrorDropped();
        Schedulers.resetOnHandleError(KEY);
    }

    /** Takes an error, which may come by way of a thread's handler and of the hook. */
    synchronized void add(Throwable error) {
        if (errors.stream().noneMatch(known -> known == error)) {
            errors.add(error);
        }
    }

    /** The errors so far; they are forgotten. */
    synchronized List<Throwable> take() {
        List<Throwable> taken = List.copyOf(errors);
        errors.clear();
        return taken;
    }
}
