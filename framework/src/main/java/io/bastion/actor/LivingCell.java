package io.bastion.actor;

import io.bastion.mailbox.MessageNode;
import io.bastion.scheduler.Home;
import io.bastion.scheduler.WorkFrame;
import io.bastion.supervision.InFlight;
import io.bastion.supervision.Restart;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.MonoSink;

/**
 * The life of an actor: how its incarnations begin and end, and what it does for its children; the third of the four parts
 * of {@link ActorCell}.
 *
 * <p>The file is long because its phases are one state machine, whose transitions are to be read beside each other.
 */
abstract sealed class LivingCell<M> extends WorkingCell<M> permits ActorCell {
    /*
     *                                       ┌──(start)──────────────────────────────────────────┐
     *                                       ▼                                                   │
     *   (created) ──▶ STARTING ──(hooks, children)──▶ RUNNING                                   │
     *                    │                              │  ▲                                    │
     *             (start fails)              (ends, fails)  (resume)                            │
     *                    ▼                              ▼  │                                    │
     *                 FAILING ──(children gone)───────▶ ENDED ──(restart)──▶ CLOSING ──▶ PARTING ──▶ HELD
     *                    ▲                                                      ▲
     *         (gives up) │ from RUNNING                   (suspend) from RUNNING│
     *
     *   any but DEAD ──(stop)──▶ STOPPING ──(children and work gone)──▶ LEAVING ──(hook)──▶ DEAD
     *
     * STARTING: start hooks run, a supervisor's children are started one after another. ENDED: the parent's decision is
     * awaited, nothing is undone yet; who may restart without asking does not wait. FAILING: children are stopped before
     * the parent hears of the failure. CLOSING: the incarnation's work and children end. PARTING, LEAVING: the hook before
     * a restart, after the end. HELD: between two incarnations, until a back-off is over or the parent says so. But in
     * RUNNING the mailbox is blocked. In DEAD every message becomes a dead letter, the queue is closed, and when the last
     * node is through, closed() tells the world.
     *
     * A phase is left by its own transitions or by a stop; what a left phase was waiting for (a hook, a back-off) is
     * cancelled, and what comes too late finds another phase and does nothing.
     */
    enum Phase {
        STARTING(TreeNode.State.STARTING),
        RUNNING(TreeNode.State.RUNNING),
        FAILING(TreeNode.State.RESTARTING),
        ENDED(TreeNode.State.RESTARTING),
        CLOSING(TreeNode.State.RESTARTING),
        PARTING(TreeNode.State.RESTARTING),
        HELD(TreeNode.State.RESTARTING),
        STOPPING(TreeNode.State.STOPPING),
        LEAVING(TreeNode.State.STOPPING),
        DEAD(TreeNode.State.STOPPING);

        final TreeNode.State shown;

        Phase(TreeNode.State shown) {
            this.shown = shown;
        }

        /** Whether children are supervised and not being ended. */
        boolean supervises() {
            return this == STARTING || this == RUNNING || this == ENDED;
        }

        /** Whether it is coming to its end. */
        boolean isLast() {
            return this == STOPPING || this == LEAVING || this == DEAD;
        }
    }

    private static final long FOREVER = Long.MAX_VALUE;

    LivingCell(
            ActorSystem system,
            @Nullable ActorCell<?> parent,
            @Nullable String name,
            ActorSpec.Template<M> template,
            Home home) {
        super(system, parent, name, template, home);
    }

    // ------------------------------------------------------------------------------------------------ birth

    Behavior.Receive<M> adapt(Behavior<M> behavior) {
        if (behavior == null) {
            throw new IllegalArgumentException(
                    "behavior: null (expected: a Behavior from the factory of " + path() + ")");
        }
        attention &= ~NOTED;
        Behavior<M> outer = template.interception().around(cell(), behavior);
        if (outer instanceof Behavior.Receive<M> receive) {
            return receive;
        }
        if (outer instanceof Behavior.ReceiveAsync<M> async) {
            return new AsyncHandler<>(cell(), async);
        }
        if (template.restart().inFlight() != InFlight.DROP) {
            attention |= NOTED;
        }
        return new FlowHandler<>(cell(), (Behavior.Flow<M>) outer);
    }

    /** Links a new child in; if this cell is ending already, the child ends too. */
    void adopt(ActorCell<?> child) {
        adopt(child, null);
    }

    /**
     * The same for one that comes back.
     *
     * @param younger the next one in start order, if there is one
     */
    private void adopt(ActorCell<?> child, @Nullable ActorCell<?> younger) {
        if (younger == null) {
            link(child);
        } else {
            linkBefore(child, younger);
        }
        if (system.isObserved()) {
            system.publish(
                    new TreeEvent.Started(child, child.template.supervision().kind(), 0));
        }
        if (phase != Phase.RUNNING && phase != Phase.STARTING) {
            child.tellSystem(new SystemMessage.Stop(TerminationReason.STOPPED));
        }
    }

    /** Whether an incarnation of it has ever run. */
    private boolean hasBegun() {
        CellExtension<M> x = extension;
        return !template.startsInSteps() || x != null && x.started;
    }

    /** Begins an incarnation whose behavior is still to be made. */
    void beginStart() {
        if (phase != Phase.STARTING && phase != Phase.HELD) {
            return;
        }
        CellExtension<M> x = extension();
        x.stopWaiting();
        phase = Phase.STARTING;
        try {
            Membership.starting(cell());
        } catch (IllegalArgumentException e) {
            startFailed(e);
            return;
        }
        x.startedChildren = 0;
        x.significantEnded = false;
        x.supervision = null; // as new as the incarnation
        if (x.started) {
            x.incarnation++;
            x.endOverflow();
            if (x.draining) { // what it was to finish is gone with the incarnation that failed
                beginStop(TerminationReason.STOPPED);
                return;
            }
            makeBehavior();
        } else {
            startHook("beforeStart", callbacks -> callbacks.beforeStart(cell()), this::makeBehavior);
        }
    }

    private void makeBehavior() {
        try {
            handler = adapt(template.factory().apply(cell()));
        } catch (Throwable t) {
            startFailed(t);
            return;
        }
        startChildren();
    }

    /** Starts the children that this cell is to have from the start, one after another, as far as it can. */
    private void startChildren() {
        CellExtension<M> x = extension();
        List<ActorSpec<?>> specs = template.supervision().children();
        while (x.startedChildren < specs.size()) {
            ActorCell<?> child;
            try {
                child = spawnChild(specs.get(x.startedChildren));
            } catch (Throwable t) {
                startFailed(t);
                return;
            }
            x.startedChildren++;
            if (child.template.startsInSteps()) {
                x.startingChild = child;
                return;
            }
        }
        x.startingChild = null;
        if (x.started) {
            Throwable cause = x.cause;
            startHook("afterRestart", callbacks -> callbacks.afterRestart(cell(), cause), this::running);
        } else {
            startHook("afterStart", callbacks -> callbacks.afterStart(cell()), this::running);
        }
    }

    /** Whether a child with the name of another specification is still to be started. */
    boolean isToStart(ActorSpec<?> other) {
        if (phase != Phase.STARTING) {
            return false;
        }
        List<ActorSpec<?>> specs = template.supervision().children();
        return specs.subList(extension().startedChildren, specs.size()).stream()
                .anyMatch(spec -> Objects.equals(spec.name(), other.name()));
    }

    /** Creates, adopts and launches a child; on the worker. */
    <T> ActorCell<T> spawnChild(ActorSpec<T> spec) {
        ActorCell<T> child = ActorCell.create(system, cell(), spec);
        CellSupervision lists = template.supervision().listsChildren() ? supervision() : null;
        ActorCell<?> younger = lists == null ? null : lists.list(child, spec);
        if (!child.template.startsInSteps()) {
            Membership.started(child);
        }
        adopt(child, younger);
        child.launch();
        return child;
    }

    private void running() {
        CellExtension<M> x = extension();
        phase = Phase.RUNNING;
        attention &= ~BLOCKED;
        boolean again = x.started;
        x.started = true;
        x.cause = null;
        x.forgetFailedMessage();
        if (x.stash != null) {
            x.replayFirst(x.stash.nodes());
        }
        if (x.hasReplay()) {
            attention |= REPLAY;
        }
        if (again && system.isObserved()) {
            system.publish(new TreeEvent.Restarted(cell(), x.incarnation));
        }
        Membership.started(cell());
        x.announceStart();
        if (parent != null && (x.startAwaited || template.startsInSteps())) {
            x.startAwaited = false;
            parent.tellSystem(new SystemMessage.ChildStarted(cell()));
        }
        if (handler instanceof FlowHandler<M> flow) {
            try {
                flow.wake();
            } catch (Throwable t) {
                endIncarnation(t);
            }
        }
        shutDownWithSignificant();
    }

    /** Completes the sink when the first start is over; the end of the cell fails it. */
    void awaitStart(MonoSink<Void> sink) {
        if (hasBegun()) {
            sink.success();
        } else {
            extension().startWaiters().add(sink);
        }
    }

    /** An incarnation could not be started: the children that it has already are stopped, then the failure is reported. */
    private void startFailed(Throwable t) {
        if (isBeingKilled()) {
            beginStop(TerminationReason.KILLED);
            return;
        }
        ActorCheckpoint.in(this, "in its start", t);
        beginFailing(t, null);
    }

    /** To the parent: a child is up that took more than one step to start. */
    void childStarted(ActorCell<?> child) {
        if (phase == Phase.STARTING && extension().startingChild == child) {
            startChildren();
        }
        CellExtension<M> x = extension();
        if (x.supervision != null) {
            x.supervision.engine().started(child);
        }
    }

    // ------------------------------------------------------------------------------------------------ hooks

    /** Runs a start hook, if there are any; its failure is a failed start. */
    private void startHook(String name, Function<Callbacks, Publisher<?>> hook, Runnable then) {
        hook(name, hook, template.lifecycle().startTimeout(), then, this::startFailed);
    }

    /** Runs a stop hook, if there are any; its failure is reported. */
    private void stopHook(String name, Function<Callbacks, Publisher<?>> hook, Runnable then) {
        hook(name, hook, template.lifecycle().stopHookTimeout(), then, t -> {
            Report.failure(this, t, "in " + name);
            if (system.isObserved()) {
                system.publish(new TreeEvent.HookFailed(cell(), name, t));
            }
            then.run();
        });
    }

    private void hook(
            String name,
            Function<Callbacks, Publisher<?>> hook,
            Duration limit,
            Runnable then,
            Consumer<Throwable> failed) {
        Callbacks callbacks = template.lifecycle().callbacks();
        if (callbacks == null) {
            then.run();
            return;
        }
        HookRun run = new HookRun(cell(), name, then, failed);
        extension().hook = run;
        run.start(() -> hook.apply(callbacks), limit);
    }

    /** A hook has ended; returns whether it is still wanted. */
    boolean hookEnded(HookRun run) {
        CellExtension<M> x = extension();
        if (x.hook != run) {
            return false;
        }
        x.hook = null;
        return true;
    }

    // ------------------------------------------------------------------------------------------------ incarnations

    @Override
    void completed() {
        if (template.restart().type() != Restart.Type.PERMANENT) {
            beginStop(TerminationReason.STOPPED);
        } else if (extension().inWorkSize() > 0) {
            extension().ending = true;
            attention |= BLOCKED;
        } else {
            endIncarnation(null);
        }
    }

    /** Somebody other than the parent stops the actor. */
    void stopRequested() {
        if (phase == Phase.RUNNING) {
            completed();
        } else if (template.restart().type() != Restart.Type.PERMANENT) {
            beginStop(TerminationReason.STOPPED);
        }
    }

    @Override
    void endIncarnation(@Nullable Throwable cause) {
        if (isBeingKilled()) {
            beginStop(TerminationReason.KILLED);
            return;
        }
        if (phase != Phase.RUNNING) {
            if (phase == Phase.STARTING && cause != null) {
                startFailed(cause);
            } else if (cause != null) {
                Report.failure(this, cause, "while it was ending");
                if (phase == Phase.ENDED) {
                    extension().whenResumed(() -> endIncarnation(cause)); // it is not excused with the other failure
                }
            }
            return;
        }
        if (parent == null) {
            beginStop(cause == null ? TerminationReason.STOPPED : new TerminationReason.Failed(cause));
        } else {
            ended(cause, null);
        }
    }

    @Override
    void restartOrEnd(Throwable cause) {
        if (phase != Phase.RUNNING || parent == null || !parent.grantsRestart(template.restart(), cause)) {
            endIncarnation(cause);
            return;
        }
        enterEnded(cause);
        Report.failure(this, cause, "restarts");
        beginClose(CellExtension.AfterClose.Restart.AT_ONCE);
        if (attention != 0) {
            wake(); // as a decision of the parent would have done
        }
    }

    /** The incarnation is over, with a failure or without; the parent decides what comes next. */
    private void ended(@Nullable Throwable cause, @Nullable ActorRef<?> origin) {
        enterEnded(cause);
        Objects.requireNonNull(parent).tellSystem(new SystemMessage.ChildEnded(cell(), cause, origin));
    }

    private void enterEnded(@Nullable Throwable cause) {
        phase = Phase.ENDED;
        attention |= BLOCKED;
        CellExtension<M> x = extension();
        x.cause = cause;
        x.ending = false;
        if (cause != null && system.isObserved()) {
            system.publish(new TreeEvent.Failed(cell(), x.incarnation, cause));
        }
    }

    /** The cell cannot go on: its children are stopped first, then its parent decides. */
    private void beginFailing(Throwable cause, @Nullable ActorRef<?> origin) {
        CellExtension<M> x = extension();
        x.stopWaiting();
        x.cause = cause;
        x.origin = origin;
        phase = Phase.FAILING;
        attention |= BLOCKED;
        stopChildren(ChildrenStop.Mode.STOP);
        tryGoOn();
    }

    /** A failure of a child is more than this cell deals with. */
    void giveUp(ActorRef<?> origin, Throwable cause) {
        if (phase == Phase.ENDED) { // it has failed itself meanwhile
            extension().cause = cause;
            extension().origin = origin;
            return;
        }
        if (phase.isLast()) {
            stopChildren(ChildrenStop.Mode.STOP);
            return;
        }
        Report.failure(this, cause, "gives up");
        system.gaveUp(cell(), cause, origin);
        if (parent == null) {
            system.failing(origin, cause);
        }
        beginFailing(cause, origin);
    }

    private void reportFailure() {
        CellExtension<M> x = extension();
        Throwable cause = Objects.requireNonNull(x.cause);
        if (parent == null || !hasBegun() && !template.restart().startRetried()) {
            beginStop(new TerminationReason.Failed(cause));
        } else {
            ended(cause, x.origin);
        }
    }

    /** Whether there is something to go on with; for the parent's worker, which has been told of the end. */
    boolean canResume() {
        return !(handler instanceof FlowHandler) && extension().origin == null && hasBegun();
    }

    /** The parent's decision: the incarnation goes on. */
    void resume() {
        CellExtension<M> x = extension();
        if (phase != Phase.ENDED) {
            return;
        }
        Throwable cause = x.cause;
        phase = Phase.RUNNING;
        x.cause = null;
        x.forgetFailedMessage();
        if (x.hasReplay()) {
            attention |= REPLAY;
        }
        unblock();
        if (cause != null && system.isObserved()) {
            system.publish(new TreeEvent.Resumed(cell(), cause));
        }
        x.resumed();
    }

    /**
     * The parent's decision: the incarnation is undone.
     *
     * @param then what comes after that
     */
    void beginClose(CellExtension.AfterClose then) {
        if (phase.isLast()) {
            return;
        }
        CellExtension<M> x = extension();
        x.afterClose = then;
        if (phase == Phase.CLOSING || phase == Phase.PARTING) {
            return;
        }
        system.restarting(cell(), x.cause, Duration.ofNanos(then.delayNanos()));
        x.stopWaiting();
        if (phase == Phase.HELD) {
            held();
            return;
        }
        boolean failed = x.cause != null;
        phase = Phase.CLOSING;
        attention |= BLOCKED;
        attention &= ~RECEIVE_TIMEOUT;
        x.endTimers();
        if (failed || handler instanceof FlowHandler) {
            cancelWork(x.cause);
        }
        endIfIdle(x);
        stopChildren(ChildrenStop.Mode.STOP);
        tryGoOn();
        Duration limit = template.lifecycle().stopTimeout();
        if ((phase == Phase.CLOSING || phase == Phase.PARTING) && !limit.equals(LifecycleSettings.FOREVER)) {
            x.delay = new ActorTask(() -> cutShort(limit));
            x.delay.startIn(cell(), TimeUnit.NANOSECONDS.convert(limit));
        }
    }

    /** The incarnation takes too long to end: its work is cancelled and its children are killed. */
    private void cutShort(Duration limit) {
        system.overdue(cell(), limit);
        if (phase == Phase.CLOSING) {
            cancelWork(new TimeoutException("restart: work not ended after " + limit + " (expected: an end in time)"));
            stopChildren(ChildrenStop.Mode.KILL);
            tryGoOn();
        } else if (phase == Phase.PARTING) {
            held();
        }
    }

    private void part() {
        CellExtension<M> x = extension();
        phase = Phase.PARTING;
        Throwable cause = x.cause;
        Object message = x.failedMessage;
        if (hasBegun()) {
            x.started = true;
            signal(new Signal.Restarting(cause, message));
            stopHook("beforeRestart", callbacks -> callbacks.beforeRestart(cell(), cause, message), this::held);
        } else {
            held();
        }
    }

    /** The incarnation is undone. */
    private void held() {
        CellExtension<M> x = extension();
        x.stopWaiting();
        x.forgetFailedMessage(); // it has been told
        phase = Phase.HELD;
        if (x.afterClose instanceof CellExtension.AfterClose.Restart restart) {
            if (restart.delayNanos() > 0) {
                x.delay = new ActorTask(this::beginStart);
                x.delay.startIn(cell(), restart.delayNanos());
            } else {
                beginStart();
            }
        } else {
            Objects.requireNonNull(parent).tellSystem(new SystemMessage.ChildSuspended(cell()));
        }
    }

    /** The parent's word that a held cell may start. */
    void startHeld() {
        if (phase == Phase.HELD) {
            extension().startAwaited = true;
            beginStart();
        }
    }

    @Override
    void cancelWork(@Nullable Throwable cause) {
        if (handler instanceof FlowHandler<M> flow) {
            flow.cancel();
        }
        CellExtension<M> x = extension;
        if (x != null && x.inWorkSize() > 0) {
            List<InWork> work = x.inWork().first(Integer.MAX_VALUE);
            work.forEach(x.inWork()::remove);
            for (InWork w : work) {
                w.cut();
                w.forgetAsks();
                if (!x.forgetStashed(w)) {
                    fail(w.node(), cause);
                }
            }
        }
    }

    // ------------------------------------------------------------------------------------------------ the end

    @Override
    void beginStop(TerminationReason reason) {
        beginStop(reason, FOREVER);
    }

    /**
     * Stops the actor for good.
     *
     * @param allowanceNanos how long it may take; {@code Long.MAX_VALUE} for no limit but its own
     */
    void beginStop(TerminationReason reason, long allowanceNanos) {
        beginStop(
                reason,
                reason == TerminationReason.KILLED ? ChildrenStop.Mode.KILL : ChildrenStop.Mode.STOP,
                allowanceNanos);
    }

    @Override
    void beginDrain() {
        beginStop(TerminationReason.STOPPED, ChildrenStop.Mode.DRAIN, FOREVER);
    }

    private void beginStop(TerminationReason reason, ChildrenStop.Mode mode, long allowanceNanos) {
        boolean kill = mode == ChildrenStop.Mode.KILL;
        if (phase == Phase.DEAD) {
            return;
        }
        if (phase.isLast() && !kill) {
            hasten(mode, allowanceNanos);
            return;
        }
        Membership.ending(cell());
        Phase before = phase;
        CellExtension<M> x = extension;
        if (before == Phase.LEAVING) { // what has been said in the stop hook stays true
            extension().stopWaiting();
            die(reasonOfEnd());
            return;
        }
        if (before == Phase.ENDED && x != null && x.cause != null && reason == TerminationReason.STOPPED) {
            reason = new TerminationReason.Failed(x.cause); // the parent ends without a decision about it
        }
        phase = Phase.STOPPING;
        attention |= BLOCKED;
        if (reason != TerminationReason.STOPPED) {
            x = extension();
            x.endReason = reason;
        }
        if (allowanceNanos != FOREVER) {
            x = extension();
            x.deadline = system.timer().nanoTime() + allowanceNanos;
        }
        if (x != null) {
            x.stopWaiting();
            x.endTimers();
        }
        if (kill || handler instanceof FlowHandler) {
            cancelWork(null);
        } else if (before == Phase.ENDED && x != null && x.cause != null) {
            cancelWork(x.cause);
        }
        endIfIdle(x);
        stopChildren(mode);
        tryGoOn();
    }

    /** Subscriptions last as long as a message is in work, which may need what hangs on them, such as files. */
    private static void endIfIdle(@Nullable CellExtension<?> x) {
        if (x != null && x.inWorkSize() == 0) {
            x.endIncarnation();
        }
    }

    /** It is ending already: a stop overtakes a drain, and the earlier deadline counts. */
    private void hasten(ChildrenStop.Mode mode, long allowanceNanos) {
        CellExtension<M> x = extension();
        long deadline = allowanceNanos == FOREVER ? FOREVER : system.timer().nanoTime() + allowanceNanos;
        boolean earlier = deadline < x.deadline;
        if (earlier) {
            x.deadline = deadline;
        }
        ChildrenStop stop = x.childrenStop;
        if (mode == ChildrenStop.Mode.STOP
                && stop != null
                && (stop.mode() == ChildrenStop.Mode.DRAIN || earlier && stop.mode() == ChildrenStop.Mode.STOP)) {
            stopChildren(mode);
        }
    }

    private void stopChildren(ChildrenStop.Mode mode) {
        CellExtension<M> before = extension;
        if (before != null && before.supervision != null && mode != ChildrenStop.Mode.DRAIN) {
            before.supervision.end();
        }
        Membership.stoppingChildren(cell());
        if (firstChild == null) {
            return;
        }
        CellExtension<M> x = extension();
        if (x.supervision != null && mode != ChildrenStop.Mode.DRAIN) { // what is drained still needs its restart
            x.supervision.cancelDelay();
        }
        long allowance = x.deadline == FOREVER
                ? FOREVER
                : childrenShare(x.deadline - system.timer().nanoTime());
        if (x.childrenStop != null) {
            x.childrenStop.end();
        }
        x.childrenStop = new ChildrenStop(cell(), mode, allowance);
        x.childrenStop.begin();
    }

    /**
     * What a parent leaves its children of its time; the rest is for its own stop hook, and for saying who of them was late.
     * Far down it is next to nothing, since thousands of tenths would leave the deepest no time at all.
     */
    private long childrenShare(long nanos) {
        return Math.max(0, nanos - nanos / (isDeeperThan(16) ? 100_000 : 10));
    }

    void childTerminated(ActorCell<?> child) {
        if (!isChild(child)) {
            system.terminated(child.settledWithEnded()); // it was left behind, or never began to live
            return;
        }
        countEnded(child);
        childGone(child);
    }

    private void childGone(ActorCell<?> child) {
        unlink(child);
        Membership.ending(child);
        CellExtension<M> x = extension();
        if (x.childrenStop != null) {
            x.childrenStop.childGone(child);
        }
        boolean removed = x.supervision != null && x.supervision.terminated(child);
        if (phase == Phase.STARTING && x.startingChild == child) {
            if (removed) {
                startChildren();
            } else {
                startFailed(ActorStartException.of(child));
            }
        }
        if (!removed && child.template.lifecycle().significant()) {
            x.significantEnded = true;
            shutDownWithSignificant();
        }
        tryGoOn();
    }

    /** A child does not even end when it is killed: its handler does not return. The others go on without it. */
    void abandon(ActorCell<?> child) {
        if (isChild(child)) {
            Report.warn("{} does not return from its handler: it is left behind", child.shownPath());
            childGone(child);
        }
    }

    /** Stops when the significant children that have ended by themselves are reason enough; once it runs. */
    private void shutDownWithSignificant() {
        if (phase != Phase.RUNNING || !extension().significantEnded) {
            return;
        }
        boolean shuts = switch (template.supervision().autoShutdown()) {
            case NEVER -> false;
            case ANY_SIGNIFICANT -> true;
            case ALL_SIGNIFICANT -> {
                boolean none = true;
                for (ActorCell<?> c = firstChild; c != null; c = c.nextSibling) {
                    none &= !c.template.lifecycle().significant();
                }
                yield none;
            }
        };
        if (shuts) {
            beginStop(TerminationReason.STOPPED);
        }
    }

    /** Goes on to the next phase when nothing is left to wait for. */
    @Override
    void tryGoOn() {
        CellExtension<M> x = extension;
        if (firstChild != null || phase == Phase.RUNNING) {
            return;
        }
        boolean idle = x == null || x.inWorkSize() == 0;
        switch (phase) {
            case FAILING -> reportFailure();
            case CLOSING -> {
                if (idle) {
                    endIfIdle(x);
                    part();
                }
            }
            case STOPPING -> {
                if (idle) {
                    endIfIdle(x);
                    leave();
                }
            }
            default -> {}
        }
    }

    @Override
    void drained() {
        if (handler instanceof FlowHandler<M> flow) {
            extension().draining = true;
            try {
                flow.complete();
            } catch (Throwable t) {
                endIncarnation(t);
            }
        } else {
            beginDrain();
        }
    }

    private TerminationReason reasonOfEnd() {
        CellExtension<M> x = extension;
        return x == null || x.endReason == null ? TerminationReason.STOPPED : x.endReason;
    }

    private void leave() {
        TerminationReason reason = reasonOfEnd();
        if (reason == TerminationReason.KILLED || !hasBegun()) {
            die(reason);
            return;
        }
        phase = Phase.LEAVING;
        signal(new Signal.Stopped(reason));
        stopHook("afterStop", callbacks -> callbacks.afterStop(cell(), reason), () -> die(reason));
    }

    private void die(TerminationReason reason) {
        CellExtension<M> x = extension;
        phase = Phase.DEAD;
        handler = DeadHandler.of(reason);
        if (x != null) {
            buryHeld(x);
        }
        closeQueue();
    }

    private void buryHeld(CellExtension<M> x) {
        x.endIncarnation();
        List<MessageNode> held = new ArrayList<>();
        if (x.hasReplay()) {
            held.addAll(x.replay());
            x.replay().clear();
        }
        if (x.stash != null) {
            held.addAll(x.stash.nodes());
            x.stash.nodes().clear();
        }
        for (MessageNode node : held) {
            if (Membership.handedOn(cell(), node)) {
                accepted--; // the other actor counts it
            } else {
                buryMessage(node, ActorTerminatedException.Progress.TAKEN);
            }
        }
        MessageNode untaken = x.untakenTicket;
        if (untaken != null) {
            x.untakenTicket = null;
            buryUnseen(untaken);
        }
        x.refuseWaiters();
    }

    @Override
    void bury(Node node) {
        MessageNode message = node instanceof Feed<?>.Pull source ? source.untaken : messageOf(node);
        if (message != null && !(message instanceof TickNode)) {
            buryUnseen(message);
        }
    }

    private void buryUnseen(MessageNode node) {
        if (!Membership.handedOn(cell(), node)) {
            accepted++;
            buryMessage(node, ActorTerminatedException.Progress.QUEUED);
        }
    }

    private void buryMessage(MessageNode node, ActorTerminatedException.Progress progress) {
        extension().deadLettered++;
        if (node instanceof AskNode ask) {
            ask.ask().fail(new ActorTerminatedException(cell(), progress));
        }
        deadLetter(node.message(), Contexts.sender(node), DeadLetter.Reason.STOPPED);
    }

    @Override
    protected void closed() {
        if (parent == null) {
            system.terminated(settledWithEnded());
        }
        Membership.closed(cell());
        releaseName();
        if (system.isObserved()) {
            system.publish(new TreeEvent.Stopped(cell(), terminationReason()));
        }
        CellExtension<M> x = extension;
        if (x != null) {
            x.announceEnd(terminationReason());
        }
        SystemMessage late = endLane(); // what those who wait for the end do then finds nobody here
        if (x != null) {
            x.answerEnds(terminationReason());
        }
        answerUndelivered(late);
        if (parent != null) {
            parent.tellSystem(new SystemMessage.ChildTerminated(cell()));
        } else {
            system.rootTerminated();
        }
    }

    TerminationReason terminationReason() {
        return handler instanceof DeadHandler<M> dead ? dead.reason() : TerminationReason.STOPPED;
    }

    private void signal(Signal signal) {
        WorkFrame frame = WorkFrame.current();
        if (frame != null) {
            frame.work(null);
        }
        try {
            handler.onSignal(cell(), signal);
        } catch (Throwable t) {
            Report.failure(this, t, "in its handling of " + signal.getClass().getSimpleName());
        }
    }

    // ------------------------------------------------------------------------------------------------ children

    /** How this cell supervises; made when the first child fails or is listed. */
    CellSupervision supervision() {
        CellExtension<M> x = extension();
        if (x.supervision == null) {
            x.supervision = new CellSupervision(cell());
        }
        return x.supervision;
    }

    /** Whether a child that has failed may restart without a decision of this cell; any thread. */
    boolean grantsRestart(Restart policy, Throwable cause) {
        CellExtension<M> x = extension;
        CellSupervision supervision = x == null ? null : x.supervision;
        return supervision != null && supervision.engine().grantsRestart(policy, cause);
    }

    /** An incarnation of a child has ended and waits for a decision. */
    void childEnded(ActorCell<?> child, @Nullable Throwable cause, @Nullable ActorRef<?> origin) {
        if (phase.supervises() || isDrainingChildren()) {
            supervision().ended(child, cause, origin);
        } else {
            child.tellSystem(new SystemMessage.Stop(
                    cause == null ? TerminationReason.STOPPED : new TerminationReason.Failed(cause)));
        }
    }

    /** A child has undone its incarnation and waits to be started. */
    void childSuspended(ActorCell<?> child) {
        if (phase.supervises() || isDrainingChildren()) {
            supervision().suspended(child);
        }
    }

    /** Whether children are to handle what they have, for which they may need further incarnations. */
    private boolean isDrainingChildren() {
        ChildrenStop stop = extension().childrenStop;
        return phase == Phase.STOPPING && stop != null && stop.mode() == ChildrenStop.Mode.DRAIN;
    }
}
