package io.bastion.actor;

import io.bastion.supervision.Children;
import io.bastion.supervision.Restart;
import io.bastion.supervision.RestartEngine;
import io.bastion.supervision.RestartHistory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How a cell supervises its children: the hands of its {@link RestartEngine}. Belongs to the cell's worker, but for what the
 * engine offers to all threads.
 */
final class CellSupervision implements Children<ActorCell<?>> {
    private final ActorCell<?> cell;
    private final RestartEngine<ActorCell<?>> engine;

    /** Children of a supervisor by name, in start order; also those that are down. */
    private final Map<String, Listed> listed = new LinkedHashMap<>();

    /** Stop time-outs that run. */
    private final Map<ActorCell<?>, ActorTask> limits = new IdentityHashMap<>(2);

    /** Children that are stopped because they are no longer wanted. */
    private final Map<ActorCell<?>, List<Runnable>> removing = new IdentityHashMap<>(2);

    /** What waits for the end of children that end by themselves. */
    private final Map<ActorCell<?>, List<Runnable>> awaited = new IdentityHashMap<>(2);

    private @Nullable ActorTask delay;

    /** What has been decided last, in words. */
    private String decision = "";

    /** A decision about an ended incarnation is being made. */
    private boolean deciding;

    /** The actor whose failure is being decided about, if it is not the child itself. */
    private @Nullable ActorRef<?> origin;

    /** A child as it is listed; down when it has no cell. */
    static final class Listed {
        final ActorSpec<?> spec;

        @Nullable ActorCell<?> cell;

        Listed(ActorSpec<?> spec, ActorCell<?> cell) {
            this.spec = spec;
            this.cell = cell;
        }
    }

    CellSupervision(ActorCell<?> cell) {
        this.cell = cell;
        SupervisionSettings settings = cell.template.supervision();
        engine = new RestartEngine<>(settings.strategy(), settings.budget(), settings.directives(), this);
    }

    RestartEngine<ActorCell<?>> engine() {
        return engine;
    }

    Map<String, Listed> listed() {
        return listed;
    }

    /**
     * Lists a new child, or one that comes back.
     *
     * @return the child before which it is started in a group: the next younger one that lives; null for the youngest
     */
    @Nullable ActorCell<?> list(ActorCell<?> child, ActorSpec<?> spec) {
        Listed entry = listed.get(nameOf(child));
        if (entry == null) {
            listed.put(nameOf(child), new Listed(spec, child));
            return null;
        }
        entry.cell = child;
        boolean passed = false;
        for (Listed other : listed.values()) {
            if (passed && other.cell != null) {
                return other.cell;
            }
            passed = passed || other == entry;
        }
        return null;
    }

    private static String nameOf(ActorCell<?> child) {
        return Objects.requireNonNull(child.name, "children of supervisors have names");
    }

    void ended(ActorCell<?> child, @Nullable Throwable cause, @Nullable ActorRef<?> origin) {
        this.origin = origin;
        decision = "restarts";
        deciding = true;
        engine.ended(child, cause);
        deciding = false;
        this.origin = null;
        if (cause != null) {
            Report.failure(child, cause, decision);
        }
    }

    /** All children are being stopped: what was under way is at an end. */
    void end() {
        engine.end();
        cancelDelay();
        limits.values().forEach(ActorTask::dispose);
        limits.clear();
    }

    void suspended(ActorCell<?> child) {
        endLimit(child);
        engine.suspended(child);
    }

    /**
     * A child is gone.
     *
     * @return whether it was taken out by a removal, and did not end by itself
     */
    boolean terminated(ActorCell<?> child) {
        endLimit(child);
        List<Runnable> whenGone = removing.remove(child);
        boolean removed = whenGone != null;
        Listed entry = child.name == null ? null : listed.get(child.name);
        if (entry != null && entry.cell == child) {
            entry.cell = null;
            if (removed || policy(child).type() == Restart.Type.TEMPORARY) {
                listed.remove(child.name);
                if (cell.system.isObserved()) {
                    cell.system.publish(new TreeEvent.Removed(child));
                }
            }
        }
        engine.gone(child);
        if (whenGone != null) {
            whenGone.forEach(Report::guard);
        }
        List<Runnable> waiting = awaited.remove(child);
        if (waiting != null) {
            waiting.forEach(Report::guard);
        }
        return removed;
    }

    /** Does something once a child is gone that is ending for good. */
    void whenGone(ActorCell<?> child, Runnable work) {
        awaited.computeIfAbsent(child, c -> new ArrayList<>(1)).add(work);
    }

    @Override
    public long now() {
        return cell.timer().nanoTime();
    }

    @Override
    public double random() {
        return cell.system.scheduler().random();
    }

    @Override
    public Restart policy(ActorCell<?> child) {
        return child.template.restart();
    }

    @Override
    public RestartHistory history(ActorCell<?> child) {
        return child.extension().history(policy(child));
    }

    @Override
    public List<ActorCell<?>> inStartOrder() {
        List<ActorCell<?>> children = new ArrayList<>();
        for (ActorCell<?> child = cell.firstChild; child != null; child = child.nextSibling) {
            children.add(child);
        }
        Collections.reverse(children);
        return children;
    }

    @Override
    public boolean isGone(ActorCell<?> child) {
        return !cell.isChild(child);
    }

    @Override
    public boolean canResume(ActorCell<?> child) {
        return child.canResume();
    }

    @Override
    public void resume(ActorCell<?> child) {
        decision = "resumes";
        child.tellSystem(new SystemMessage.Resume());
    }

    @Override
    public void restart(ActorCell<?> child, long delayNanos) {
        child.tellSystem(new SystemMessage.Restart(delayNanos, deciding));
    }

    @Override
    public void suspend(ActorCell<?> child, long delayNanos) {
        child.tellSystem(new SystemMessage.Suspend(delayNanos));
        limit(child, ChildrenStop.GRACE_NANOS); // a child that can end in time does so by itself
    }

    @Override
    public void start(ActorCell<?> child) {
        child.tellSystem(new SystemMessage.StartHeld());
    }

    /**
     * The same for somebody who waits for it.
     *
     * @param whenGone what comes when the child is no longer listed
     */
    void remove(ActorCell<?> child, Runnable whenGone) {
        remove(child);
        Objects.requireNonNull(removing.get(child)).add(whenGone);
    }

    @Override
    public void remove(ActorCell<?> child) {
        if (removing.putIfAbsent(child, new ArrayList<>(1)) != null) {
            return;
        }
        Membership.ending(child);
        child.tellSystem(new SystemMessage.Stop(TerminationReason.STOPPED));
        limit(child, 0);
    }

    /** Takes a member out of its group, which handles what it has and stops then. */
    void retire(ActorCell<?> member) {
        removing.putIfAbsent(member, new ArrayList<>(1));
        member.retire();
        Membership.ending(member);
        member.drain(); // after the others: what comes behind this is handed on
    }

    /** Kills a child that is not suspended, or has not ended, within its stop time-out and some time more. */
    private void limit(ActorCell<?> child, long moreNanos) {
        endLimit(child);
        Duration limit = child.template.lifecycle().stopTimeout();
        if (!limit.equals(LifecycleSettings.FOREVER)) {
            Duration waited = limit.plusNanos(moreNanos);
            startLimit(child, TimeUnit.NANOSECONDS.convert(waited), () -> {
                cell.system.overdue(child, waited);
                child.kill();
                startLimit(child, ChildrenStop.GRACE_NANOS, () -> cell.abandon(child));
            });
        }
    }

    private void startLimit(ActorCell<?> child, long nanos, Runnable work) {
        ActorTask task = new ActorTask(work);
        limits.put(child, task);
        task.startIn(cell, nanos);
    }

    private void endLimit(ActorCell<?> child) {
        ActorTask task = limits.remove(child);
        if (task != null) {
            task.dispose();
        }
    }

    @Override
    public void stayDown(ActorCell<?> child, @Nullable Throwable cause, WhyDown why) {
        decision = "stays down";
        Membership.ending(child);
        if (why == WhyDown.CAP && cell.system.isObserved()) {
            cell.system.publish(new TreeEvent.TriesSpent(child, cause));
        }
        child.tellSystem(new SystemMessage.Stop(
                cause == null ? TerminationReason.STOPPED : new TerminationReason.Failed(cause)));
    }

    @Override
    public void delay(long delayNanos) {
        delay = new ActorTask(engine::delayOver);
        delay.startIn(cell, delayNanos);
    }

    @Override
    public void cancelDelay() {
        if (delay != null) {
            delay.dispose();
            delay = null;
        }
    }

    @Override
    public void giveUp(ActorCell<?> child, Throwable cause) {
        decision = "is more than its supervisor bears";
        cell.giveUp(origin != null ? origin : child, cause);
    }
}
