package io.bastion.actor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The stopping of all children of a cell: one after another, the youngest first, or all at a time, as the cell's settings
 * say. Who is late is killed; who does not even end then, because its handler does not return, is left behind.
 *
 * <p>Belongs to the parent's worker.
 */
final class ChildrenStop {
    /** How children end. */
    enum Mode {
        STOP,
        DRAIN,
        KILL
    }

    /** How long a killed actor may take to return from its handler before it is left behind. */
    static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final long FOREVER = Long.MAX_VALUE;

    private final ActorCell<?> parent;
    private final Mode mode;
    private final boolean ordered;

    /** When all are to have ended, by the timer's clock; {@link #FOREVER} for no limit. */
    private final long deadline;

    /** How many still have a share in the time that is left. */
    private int left;

    /** The one whose turn it is, if they end one after another. */
    private @Nullable ActorCell<?> current;

    private final List<ActorTask> timers = new ArrayList<>(1);

    /**
     * @param allowanceNanos how long all may take together; {@code Long.MAX_VALUE} for no limit
     */
    ChildrenStop(ActorCell<?> parent, Mode mode, long allowanceNanos) {
        this.parent = parent;
        this.mode = mode;
        ordered = mode != Mode.KILL && parent.template.supervision().stopsInOrder();
        deadline = allowanceNanos == FOREVER ? FOREVER : parent.timer().nanoTime() + allowanceNanos;
    }

    /** How they end; children that are drained may still fail and be restarted. */
    Mode mode() {
        return mode;
    }

    void begin() {
        for (ActorCell<?> child = parent.firstChild; child != null; child = child.nextSibling) {
            left++;
        }
        if (ordered) {
            stopYoungest();
        } else {
            stopAll();
        }
    }

    /** A child has ended; it may be one that did so by itself. */
    void childGone(ActorCell<?> child) {
        left--;
        if (parent.firstChild == null) {
            end();
        } else if (ordered && child == current) {
            stopYoungest();
        }
    }

    /** Another one comes after it; or no child is left. */
    void end() {
        timers.forEach(ActorTask::dispose);
        timers.clear();
    }

    private void stopYoungest() {
        end();
        ActorCell<?> child = parent.firstChild;
        current = child;
        if (child != null) {
            long allowance = allowance(child, deadline == FOREVER ? FOREVER : remaining() / Math.max(1, left));
            tell(child, allowance);
            watch(allowance, child);
        }
    }

    private void stopAll() {
        long remaining = mode == Mode.KILL ? 0 : remaining(); // the same for all, so that few timers serve many
        Map<Long, List<ActorCell<?>>> byAllowance = new HashMap<>(2);
        for (ActorCell<?> child = parent.firstChild; child != null; child = child.nextSibling) {
            long allowance = allowance(child, remaining);
            tell(child, allowance);
            if (allowance != FOREVER) {
                byAllowance.computeIfAbsent(allowance, a -> new ArrayList<>()).add(child);
            }
        }
        byAllowance.forEach((allowance, children) -> watch(allowance, children.toArray(ActorCell<?>[]::new)));
    }

    private void tell(ActorCell<?> child, long allowance) {
        switch (mode) {
            case STOP -> child.tellSystem(new SystemMessage.Stop(TerminationReason.STOPPED, allowance));
            case DRAIN -> child.drain();
            case KILL -> child.kill();
        }
    }

    /** The child's own limit, or what is left for it if that is less. */
    private static long allowance(ActorCell<?> child, long available) {
        return Math.min(
                available,
                TimeUnit.NANOSECONDS.convert(child.template.lifecycle().stopTimeout()));
    }

    private long remaining() {
        return deadline == FOREVER
                ? FOREVER
                : Math.max(0, deadline - parent.timer().nanoTime());
    }

    private void watch(long allowance, ActorCell<?>... children) {
        if (mode == Mode.KILL) {
            in(GRACE_NANOS, () -> abandon(children));
        } else if (allowance != FOREVER) {
            in(allowance, () -> overdue(allowance, children));
        }
    }

    private void in(long nanos, Runnable work) {
        ActorTask task = new ActorTask(work);
        timers.add(task);
        task.startIn(parent, nanos);
    }

    /** Those that are still there are killed. */
    private void overdue(long allowance, ActorCell<?>... children) {
        for (ActorCell<?> child : children) {
            if (parent.isChild(child)) {
                parent.system.overdue(child, Duration.ofNanos(allowance));
                child.kill();
            }
        }
        in(GRACE_NANOS, () -> abandon(children));
    }

    private void abandon(ActorCell<?>... children) {
        for (ActorCell<?> child : children) {
            parent.abandon(child);
        }
    }
}
