package io.bastion.actor;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;

/** A run of one of {@link Callbacks}. */
final class HookRun extends PublisherRun {
    private final String name;
    private final Runnable then;
    private final Consumer<Throwable> failed;
    private @Nullable ActorTask timeout;

    /**
     * @param then what comes when the hook has completed
     * @param failed what comes when it has failed
     */
    HookRun(ActorCell<?> cell, String name, Runnable then, Consumer<Throwable> failed) {
        super(cell);
        this.name = name;
        this.then = then;
        this.failed = failed;
    }

    /** Runs the hook; on the worker. */
    void start(Supplier<? extends Publisher<?>> hook, Duration limit) {
        boolean goesOn;
        try {
            goesOn = run(Objects.requireNonNull(hook.get(), name + ": returned null (expected: a Publisher)"));
        } catch (Throwable t) {
            cut();
            finish(t);
            return;
        }
        if (!goesOn) {
            finish(error());
        } else if (!limit.equals(LifecycleSettings.FOREVER)) {
            timeout = new ActorTask(() -> timedOut(limit));
            timeout.startIn(cell, TimeUnit.NANOSECONDS.convert(limit));
        }
    }

    private void timedOut(Duration limit) {
        if (cut()) {
            finish(new TimeoutException(name + ": not ended after " + limit + " (expected: an end in time)"));
        }
    }

    /** Cancels the hook; its end does not come any more. */
    void cancel() {
        cut();
        endTimeout();
    }

    private void endTimeout() {
        if (timeout != null) {
            timeout.dispose();
        }
    }

    private void finish(@Nullable Throwable error) {
        endTimeout();
        if (cell.hookEnded(this)) {
            if (error == null) {
                then.run();
            } else {
                failed.accept(error);
            }
        }
    }

    @Override
    void deliver(ActorCell<?> cell) {
        finish(error());
    }
}
