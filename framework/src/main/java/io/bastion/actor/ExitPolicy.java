package io.bastion.actor;

import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;
import java.util.function.Predicate;

/**
 * When a system is to end by itself, and whether the process ends with it. Immutable.
 *
 * <p>The condition is asked about every {@link TreeEvent}, on the workers. At the first one that fulfils it the system is
 * stopped, within its shutdown time-out; when it has terminated the process exits, if there is a code.
 */
public final class ExitPolicy {
    private final Predicate<? super TreeEvent> condition;
    private final OptionalInt code;
    private final IntConsumer exit;

    private ExitPolicy(Predicate<? super TreeEvent> condition, OptionalInt code, IntConsumer exit) {
        this.condition = Objects.requireNonNull(condition, "condition: null (expected: a Predicate)");
        this.code = code;
        this.exit = exit;
    }

    /** The system ends at the first event that fulfils the condition. */
    public static ExitPolicy when(Predicate<? super TreeEvent> condition) {
        return new ExitPolicy(condition, OptionalInt.empty(), Runtime.getRuntime()::exit);
    }

    /** The system ends, as it does in any case, when its top gives up; this is for the code. */
    public static ExitPolicy whenFailed() {
        return when(event -> event instanceof TreeEvent.GaveUp gaveUp
                && gaveUp.actor() instanceof ActorCell<?> cell
                && cell.parent == null);
    }

    /** This policy with an end of the process, with a code, when the system has terminated. */
    public ExitPolicy code(int code) {
        return new ExitPolicy(condition, OptionalInt.of(code), exit);
    }

    /** This policy with something else in the place of {@code Runtime.exit}. */
    public ExitPolicy by(IntConsumer exit) {
        return new ExitPolicy(condition, code, Objects.requireNonNull(exit, "exit: null (expected: an IntConsumer)"));
    }

    private boolean isFulfilledBy(TreeEvent event) {
        try {
            return condition.test(event);
        } catch (Throwable t) {
            Report.warn("condition of an exit failed", t);
            return false;
        }
    }

    void install(ActorSystem system) {
        AtomicBoolean fulfilled = new AtomicBoolean();
        system.events().subscribe(event -> {
            if (!fulfilled.get() && isFulfilledBy(event) && fulfilled.compareAndSet(false, true)) {
                system.stop();
            }
        });
        system.whenTerminated().onErrorComplete().subscribe(none -> {}, e -> {}, () -> {
            if (fulfilled.get() && code.isPresent()) {
                // exit waits for shutdown hooks, which may wait for the thread that has ended the system
                Thread thread = new Thread(() -> exit.accept(code.getAsInt()), "bastion-exit");
                thread.setDaemon(false); // unlike workers: a main that returns meanwhile must not decide on the code
                thread.start();
            }
        });
    }
}
