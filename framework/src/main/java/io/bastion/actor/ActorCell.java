package io.bastion.actor;

import io.bastion.mailbox.MessageNode;
import io.bastion.mailbox.MessageQueue;
import io.bastion.mailbox.MessageStore;
import io.bastion.scheduler.Activity;
import io.bastion.scheduler.Home;
import io.bastion.scheduler.Timer;
import io.bastion.scheduler.WorkFrame;
import io.bastion.supervision.Restart;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * An actor: reference, context, mailbox and activation in one object, so that an idle one costs about a hundred bytes.
 *
 * <p>The file is long because these four share the state that the {@link io.bastion.scheduler.Strand strand's} baton
 * protects: splitting the object would cost memory and indirection for every actor, and splitting the class would hide who
 * may touch what. What can live elsewhere does: see {@link CellExtension}, {@link SystemMessage} and the handlers.
 */
final class ActorCell<M> extends MessageQueue implements ActorRef<M>, ActorContext<M> {
    /*
     * All fields but lane and extension belong to the holder of the baton: the activation, or the thread that constructs
     * the cell. Other threads reach the cell by two ways only: a node in the queue (messages, and signals that must keep
     * the order of messages), or a system message in the lane, which the activation empties before each node. The first
     * system message into an empty lane is pushed into the queue as well, which wakes the cell; or it finds the queue
     * closed, and then its sender empties the lane.
     *
     * Phases:
     *
     *   RUNNING ──(incarnation ends)──▶ ENDED ──(parent: restart)──▶ RESTARTING ──(children gone)──▶ RUNNING
     *      │                              │                              │
     *      └──────────(stop)──────────────┴──────────────────────────────┴──▶ STOPPING ──(children and work gone)──▶ DEAD
     *
     * In ENDED, RESTARTING and STOPPING the mailbox is blocked. In DEAD every message becomes a dead letter, the queue is
     * closed, and when the last node is through, closed() tells the world.
     */
    private enum Phase {
        RUNNING,
        ENDED,
        RESTARTING,
        STOPPING,
        DEAD
    }

    /** Bits of {@link #attention}: why the fast path is not enough. The first group is about the message in work. */
    private static final int IN_WORK = 1;

    private static final int UNTAKEN = 1 << 1;
    private static final int STASHED = 1 << 2;
    private static final int END = 1 << 3;
    private static final int OF_MESSAGE = IN_WORK | UNTAKEN | STASHED | END;

    private static final int BLOCKED = 1 << 4;
    private static final int REPLAY = 1 << 5;
    private static final int WAITERS = 1 << 6;
    private static final int RECEIVE_TIMEOUT = 1 << 7; // the sign of the byte

    private static final VarHandle LANE;
    private static final VarHandle EXTENSION;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            LANE = lookup.findVarHandle(ActorCell.class, "lane", SystemMessage.class);
            EXTENSION = lookup.findVarHandle(ActorCell.class, "extension", CellExtension.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final ActorSystem system;
    private final ActorSpec.Template<M> template;
    private final @Nullable String name;
    private final @Nullable ActorCell<?> parent;

    /** Links of the parent's list of children, newest first; they belong to the parent's baton. */
    private @Nullable ActorCell<?> nextSibling;

    private @Nullable ActorCell<?> previousSibling;
    private @Nullable ActorCell<?> firstChild;

    /** System messages, newest first; pushed by any thread, taken as a whole by the activation. */
    private volatile @Nullable SystemMessage lane;

    /** Set once, by any thread, with a CAS. */
    private volatile @Nullable CellExtension<M> extension;

    private Behavior.Receive<M> handler;
    private Phase phase = Phase.RUNNING;
    private byte attention;

    /** Messages taken out of the queue, modulo 2^32. */
    private int accepted;

    /** Messages handled without a failure. */
    private long handled;

    private ActorCell(
            ActorSystem system,
            @Nullable ActorCell<?> parent,
            @Nullable String name,
            ActorSpec.Template<M> template,
            Home home) {
        super(home, template.mailbox());
        this.system = system;
        this.parent = parent;
        this.name = name;
        this.template = template;
        this.handler = DeadHandler.of(TerminationReason.STOPPED);
    }

    // ------------------------------------------------------------------------------------------------ birth

    /**
     * Creates a cell and makes its first behavior, on the calling thread. The cell is not yet the child of its parent, and
     * runs nothing before {@link #launch()}.
     */
    static <M> ActorCell<M> create(ActorSystem system, @Nullable ActorCell<?> parent, ActorSpec<M> spec) {
        Objects.requireNonNull(spec, "spec: null (expected: an ActorSpec)");
        String name = spec.name();
        ActorSpec.Template<M> template = spec.template();
        ActorCell<M> cell = new ActorCell<>(system, parent, name, template, system.homeFor(template.placement()));
        if (name != null && parent != null && parent.extension().names().putIfAbsent(name, cell) != null) {
            throw new IllegalArgumentException(
                    "name: \"" + name + "\" (expected: no other child of " + parent.path() + " with that name)");
        }
        boolean made = false;
        try {
            Behavior<M> behavior = template.factory().apply(cell);
            made = true;
            cell.handler = cell.adapt(behavior);
        } catch (Throwable t) {
            cell.releaseName();
            cell.abandon();
            if (made && t instanceof IllegalArgumentException refusal) {
                throw refusal;
            }
            throw new ActorStartException(cell.path(), t);
        }
        return cell;
    }

    private Behavior.Receive<M> adapt(Behavior<M> behavior) {
        if (behavior == null) {
            throw new IllegalArgumentException(
                    "behavior: null (expected: a Behavior from the factory of " + path() + ")");
        }
        if (behavior instanceof Behavior.Receive<M> receive) {
            return receive;
        }
        if (behavior instanceof Behavior.ReceiveAsync<M> async) {
            return new AsyncHandler<>(this, async);
        }
        return new FlowHandler<>(this, (Behavior.Flow<M>) behavior);
    }

    /** Lets a new cell run. */
    void launch() {
        if (handler instanceof FlowHandler) {
            wake();
        }
        open();
    }

    /** Ends a cell that was never launched. */
    void abandon() {
        system.outsiderBegins();
        whenTerminated().subscribe(reason -> system.outsiderEnded());
        beginStop(TerminationReason.KILLED);
        wake();
        open();
    }

    @Override
    public <T> ActorRef<T> spawn(ActorSpec<T> spec) {
        checkWorker();
        if (phase != Phase.RUNNING) {
            throw new IllegalStateException("spawn: " + path() + " is ending (expected: a running actor)");
        }
        ActorCell<T> child = create(system, this, spec);
        adopt(child);
        child.launch();
        return child;
    }

    /** Links a new child in; if this cell is ending already, the child ends too. */
    void adopt(ActorCell<?> child) {
        ActorCell<?> second = firstChild;
        child.nextSibling = second;
        if (second != null) {
            second.previousSibling = child;
        }
        firstChild = child;
        if (phase != Phase.RUNNING) {
            child.tellSystem(new SystemMessage.Stop(TerminationReason.STOPPED));
        }
    }

    private void unlink(ActorCell<?> child) {
        ActorCell<?> younger = child.previousSibling;
        ActorCell<?> older = child.nextSibling;
        if (younger != null) {
            younger.nextSibling = older;
        } else if (firstChild == child) {
            firstChild = older;
        } // else it was abandoned before it was linked
        if (older != null) {
            older.previousSibling = younger;
        }
        child.previousSibling = null;
        child.nextSibling = null;
    }

    // ------------------------------------------------------------------------------------------------ processing

    @Override
    protected Step process(Node node, WorkFrame frame) {
        if (lane != null) {
            drainLane(frame);
        }
        if (attention == 0 && node.getClass() == MessageNode.class) {
            return deliver((MessageNode) node, frame);
        }
        return processAttentively(node, frame);
    }

    @Override
    protected boolean takes(Node node, WorkFrame frame) {
        if (lane != null) {
            drainLane(frame);
        }
        if (phase == Phase.DEAD) {
            return true;
        }
        if (isBlocked() || (attention & REPLAY) != 0 && replay(frame) || isBlocked()) {
            return false;
        }
        return hasDemand();
    }

    /** Whether a message would be taken, by what is known before it is offered. */
    private boolean hasDemand() {
        return !(handler instanceof FlowHandler<M> flow) || flow.ready();
    }

    @SuppressWarnings("unchecked") // only messages of type M get into the queue
    private Step deliver(MessageNode node, WorkFrame frame) {
        accepted++;
        frame.work(node);
        try {
            handler.receive(this, (M) node.message());
        } catch (Throwable t) {
            return messageFailed(node, t);
        } finally {
            Thread.interrupted(); // a flag left set must not leak to the next message
        }
        if (attention != 0 || node.getClass() != MessageNode.class) {
            return settle(node);
        }
        handled++;
        return Step.CONSUMED;
    }

    private Step processAttentively(Node node, WorkFrame frame) {
        if (phase == Phase.DEAD) {
            bury(node);
            return Step.CONSUMED;
        }
        if (node instanceof SystemMessage || node.getClass() == WeightlessNode.class) {
            return woken(frame) ? Step.RETAINED : next();
        }
        if (isBlocked() || (attention & REPLAY) != 0 && replay(frame) || isBlocked()) {
            return Step.RETAINED;
        }
        if (node instanceof SignalNode signal) {
            return deliverSignal(signal.watched(), frame);
        }
        if (node instanceof DrainNode) {
            drained();
            return next();
        }
        return deliverQueued(node, frame);
    }

    private Step deliverQueued(Node node, WorkFrame frame) {
        CellExtension<M> x = extension;
        MessageNode message;
        if (node.getClass() != MessageNode.class && !hasDemand()) {
            return Step
                    .RETAINED; // what is first in the store, and whether a tick is due, is settled when there is demand
        }
        if (x != null && x.untakenTicket != null) {
            message = x.untakenTicket;
            x.untakenTicket = null;
        } else {
            message = messageOf(node);
        }
        if (message == null || message instanceof TickNode tick && !isDue(tick)) {
            if ((attention & WAITERS) != 0) {
                admitWaiters();
            }
            return Step.CONSUMED;
        }
        Step step = deliver(message, frame);
        if (step == Step.RETAINED && message != node) {
            extension().untakenTicket = message;
        }
        return step;
    }

    private boolean isDue(TickNode tick) {
        return extension().timers().isDueOf(tick.timer());
    }

    /** Does what the cell may have been woken for; returns whether a flow left a replayed message. */
    private boolean woken(WorkFrame frame) {
        if (phase == Phase.RUNNING && handler instanceof FlowHandler<M> flow) {
            try {
                flow.wake();
            } catch (Throwable t) {
                endIncarnation(t);
            }
        }
        boolean left = (attention & REPLAY) != 0 && replay(frame);
        if ((attention & WAITERS) != 0) {
            admitWaiters();
        }
        return left;
    }

    /** Handles the messages that come before the mailbox; returns whether a flow left one. */
    private boolean replay(WorkFrame frame) {
        ArrayDeque<MessageNode> nodes = extension().replay();
        while (!isBlocked()) {
            MessageNode node = nodes.poll();
            if (node == null) {
                attention &= ~REPLAY;
                return false;
            }
            accepted--; // counted when it first came
            if (deliver(node, frame) == Step.RETAINED) {
                accepted++;
                nodes.addFirst(node);
                return true;
            }
        }
        return false;
    }

    /** After a message whose handling did more than return. */
    private Step settle(MessageNode node) {
        int a = attention;
        attention &= ~OF_MESSAGE;
        if ((a & UNTAKEN) != 0) {
            accepted--;
            return Step.RETAINED;
        }
        if ((a & (IN_WORK | STASHED)) == 0) {
            handled++;
            finished(node);
        } else if ((a & (IN_WORK | STASHED)) == (IN_WORK | STASHED)) {
            extension().stashedInWork();
        }
        if ((a & RECEIVE_TIMEOUT) != 0
                && !(node instanceof TickNode tick && CellTimers.isReceiveTimeout(tick.timer()))) {
            extension().timers().messageHandled();
        }
        if ((a & END) != 0) {
            completed();
        }
        if ((a & WAITERS) != 0) {
            admitWaiters();
        }
        return next();
    }

    /** A message has been handled, or has failed. */
    private void finished(MessageNode node) {
        if (node instanceof AskNode ask) {
            ask.ask().requestHandled();
        }
        node.done();
    }

    private Step messageFailed(MessageNode node, Throwable t) {
        if ((attention & STASHED) != 0) {
            extension().unstash(node); // it may have been put back already
        }
        attention &= ~OF_MESSAGE;
        fail(node, t);
        endIncarnation(t);
        return next();
    }

    /** A message was not handled because of a failure, or because the actor was killed. */
    private void fail(MessageNode node, @Nullable Throwable t) {
        extension().failed++;
        if (node instanceof AskNode ask) {
            ask.ask().fail(t == null ? new ActorTerminatedException(this) : new AskFailedException(this, t));
        }
        finished(node);
    }

    /** A bug of ours, or no memory for what was to be done: the incarnation cannot be trusted any more. */
    @Override
    protected Step processFailed(Throwable failure) {
        try {
            endIncarnation(failure);
        } catch (Throwable again) {
            // nothing is left to report it with
        }
        return next();
    }

    private Step next() {
        return isBlocked() && phase != Phase.DEAD ? Step.PARK : Step.CONSUMED;
    }

    private boolean isBlocked() {
        return (attention & BLOCKED) != 0;
    }

    @Override
    protected boolean ready() {
        return lane != null || phase == Phase.DEAD || !isBlocked() && hasDemand();
    }

    // ------------------------------------------------------------------------------------------------ handlers' side

    /** The message that is being handled. */
    MessageNode currentNode() {
        MessageNode node = currentNodeOrNull();
        if (node == null) {
            throw new IllegalStateException("message: none in work (expected: a call from within a handler)");
        }
        return node;
    }

    private @Nullable MessageNode currentNodeOrNull() {
        WorkFrame frame = WorkFrame.current();
        return frame != null && frame.activity() == this && frame.work() instanceof MessageNode node ? node : null;
    }

    /** Whether the calling thread is this actor's worker and is handling that very message. */
    boolean isInWork(Object message) {
        if (!isRunByCurrentThread()) {
            return false;
        }
        MessageNode node = currentNodeOrNull();
        return node != null && node.message() == message;
    }

    /** The flow has no demand for the message. */
    void untaken() {
        attention |= UNTAKEN;
    }

    void enterWork(InWork work) {
        CellExtension<M> x = extension();
        x.inWork().add(work);
        x.latestWork = work;
        attention |= IN_WORK;
        if (!hasRoom()) {
            attention |= BLOCKED;
        }
    }

    /** Whether another message may begin: a handler whose message ends with it begins none beside the work of others. */
    private boolean hasRoom() {
        CellExtension<M> x = extension;
        if (x != null && x.ending) {
            return false;
        }
        int inWork = x == null ? 0 : x.inWorkSize();
        return handler instanceof AsyncHandler<M> async ? async.hasRoom(inWork) : inWork == 0;
    }

    /** The work has ended before its handler returned: the message is treated as any other. */
    void leaveWork(InWork work) {
        extension().inWork().remove(work);
        extension().clearWaits();
        attention &= ~IN_WORK;
        unblock();
    }

    /** The work of a message has ended. */
    void workEnded(InWork work) {
        CellExtension<M> x = extension();
        if (!x.inWork().remove(work)) {
            return;
        }
        x.clearWaits();
        boolean stashed = x.forgetStashed(work);
        Throwable error = work.error();
        if (error != null) {
            if (!stashed) {
                fail(work.node(), error);
            }
            endIncarnation(error);
        } else {
            if (!stashed) {
                handled++;
                finished(work.node());
            }
            if (x.ending) {
                completed();
            }
        }
        unblock();
        tryFinish();
    }

    private void unblock() {
        if (phase == Phase.RUNNING && hasRoom()) {
            attention &= ~BLOCKED;
        }
    }

    /** A flow has ended by itself. */
    void flowEnded(FlowHandler<?> flow, @Nullable Throwable error) {
        Object failing = flow.failing();
        boolean stale = flow != handler || phase != Phase.RUNNING;
        if (failing != null && (stale || error == null)) {
            discarded(failing, true);
        }
        if (stale) {
            return;
        }
        if (error == null) {
            if (extension().draining) {
                beginStop(TerminationReason.STOPPED);
            } else {
                completed();
            }
            return;
        }
        if (handled > 0) {
            handled--; // the last message that the flow took is held to have failed it
            extension().failed++;
        }
        endIncarnation(error);
    }

    void discarded(Object message, boolean alive) {
        if (alive && handled > 0) {
            handled--;
            extension().discarded++;
        }
        deadLetter(message, null, DeadLetter.Reason.DISCARDED);
    }

    // ------------------------------------------------------------------------------------------------ ends

    /** The incarnation has ended normally. */
    private void completed() {
        if (template.restart().type() != Restart.Type.PERMANENT) {
            beginStop(TerminationReason.STOPPED);
        } else if (extension().inWorkSize() > 0) {
            extension().ending = true;
            attention |= BLOCKED;
        } else {
            endIncarnation(null);
        }
    }

    /** The incarnation is over, with a failure or without; the parent decides what comes next. */
    private void endIncarnation(@Nullable Throwable cause) {
        if (phase != Phase.RUNNING) {
            if (cause != null) {
                Report.failure(path(), cause, "while it was ending");
            }
            return;
        }
        phase = Phase.ENDED;
        attention |= BLOCKED;
        CellExtension<M> x = extension();
        x.cause = cause;
        x.ending = false;
        cancelWork(cause);
        x.endIncarnation();
        if (parent != null) {
            parent.tellSystem(new SystemMessage.ChildEnded(this, cause));
        } else {
            beginStop(cause == null ? TerminationReason.STOPPED : new TerminationReason.Failed(cause));
        }
    }

    void overflowed() {
        endIncarnation(new io.bastion.mailbox.MailboxOverflowException(capacity()));
    }

    private void cancelWork(@Nullable Throwable cause) {
        if (handler instanceof FlowHandler<M> flow) {
            flow.cancel();
        }
        CellExtension<M> x = extension;
        if (x != null && x.inWorkSize() > 0) {
            List<InWork> work = List.copyOf(x.inWork());
            x.inWork().clear();
            x.clearWaits();
            for (InWork w : work) {
                w.cancel();
                if (!x.forgetStashed(w)) {
                    fail(w.node(), cause);
                }
            }
        }
    }

    /** To the parent: decides about a child whose incarnation ended. */
    void childEnded(ActorCell<?> child, @Nullable Throwable cause) {
        Restart restart = child.template.restart();
        Restart.Verdict verdict = phase == Phase.RUNNING
                ? restart.decide(cause != null, child.extension().budget(restart), timer().nanoTime())
                : Restart.Verdict.STOP;
        if (cause != null) {
            Report.failure(child.path(), cause, verdict == Restart.Verdict.RESTART ? "restarts" : "stays down");
        }
        child.tellSystem(
                switch (verdict) {
                    case RESTART -> new SystemMessage.Restart();
                    case STOP ->
                        new SystemMessage.Stop(
                                cause == null ? TerminationReason.STOPPED : new TerminationReason.Failed(cause));
                });
    }

    void beginRestart() {
        if (phase != Phase.ENDED) {
            return;
        }
        phase = Phase.RESTARTING;
        signal(new Signal.Restarting(extension().cause));
        if (firstChild == null) {
            incarnate();
        } else {
            stopChildren(TerminationReason.STOPPED);
        }
    }

    private void incarnate() {
        CellExtension<M> x = extension();
        phase = Phase.RUNNING;
        attention &= ~(BLOCKED | RECEIVE_TIMEOUT);
        x.incarnation++;
        x.endOverflow();
        x.cause = null;
        if (x.draining) { // what it was to finish is gone with the incarnation that failed
            beginStop(TerminationReason.STOPPED);
            return;
        }
        if (x.stash != null) {
            x.replayFirst(x.stash.nodes());
        }
        if (!x.replay().isEmpty()) {
            attention |= REPLAY;
        }
        try {
            handler = adapt(template.factory().apply(this));
            if (handler instanceof FlowHandler<M> flow) {
                flow.wake();
            }
        } catch (Throwable t) {
            endIncarnation(t);
        }
    }

    void beginStop(TerminationReason reason) {
        boolean kill = reason == TerminationReason.KILLED;
        if (phase == Phase.DEAD || phase == Phase.STOPPING && !kill) {
            return;
        }
        phase = Phase.STOPPING;
        attention |= BLOCKED;
        CellExtension<M> x = extension;
        if (reason != TerminationReason.STOPPED) {
            x = extension();
            x.endReason = reason;
        }
        if (x != null) {
            x.endIncarnation();
        }
        if (kill || handler instanceof FlowHandler) {
            cancelWork(null);
        }
        stopChildren(kill ? TerminationReason.KILLED : TerminationReason.STOPPED);
        tryFinish();
    }

    private void stopChildren(TerminationReason reason) {
        for (ActorCell<?> child = firstChild; child != null; child = child.nextSibling) {
            child.tellSystem(new SystemMessage.Stop(reason));
        }
    }

    void childTerminated(ActorCell<?> child) {
        unlink(child);
        if (firstChild == null && phase == Phase.RESTARTING) {
            incarnate();
        }
        tryFinish();
    }

    /** Ends the cell when it is stopping and nothing is left to wait for. */
    private void tryFinish() {
        CellExtension<M> x = extension;
        if (phase != Phase.STOPPING || firstChild != null || x != null && x.inWorkSize() > 0) {
            return;
        }
        TerminationReason reason = x == null || x.endReason == null ? TerminationReason.STOPPED : x.endReason;
        if (reason != TerminationReason.KILLED) {
            signal(new Signal.Stopped(reason));
            x = extension; // the signal may have been the first to need it
        }
        phase = Phase.DEAD;
        handler = DeadHandler.of(reason);
        if (x != null) {
            buryHeld(x);
        }
        closeQueue();
    }

    private void buryHeld(CellExtension<M> x) {
        x.endIncarnation();
        List<MessageNode> held = new ArrayList<>(x.replay());
        x.replay().clear();
        if (x.stash != null) {
            held.addAll(x.stash.nodes());
            x.stash.nodes().clear();
        }
        held.forEach(this::buryMessage);
        MessageNode untaken = x.untakenTicket;
        if (untaken != null) {
            x.untakenTicket = null;
            accepted++;
            buryMessage(untaken);
        }
        x.waiters().forEach(waiter -> waiter.undeliverable(this));
        x.waiters().clear();
    }

    private void bury(Node node) {
        MessageNode message = messageOf(node);
        if (message != null && !(message instanceof TickNode)) {
            accepted++;
            buryMessage(message);
        }
    }

    private void buryMessage(MessageNode node) {
        extension().deadLettered++;
        if (node instanceof AskNode ask) {
            ask.ask().fail(new ActorTerminatedException(this));
        }
        deadLetter(node.message(), null, DeadLetter.Reason.STOPPED);
    }

    @Override
    protected void closed() {
        system.terminated(settledOnWorker());
        releaseName();
        CellExtension<M> x = extension;
        if (x != null) {
            x.announceEnd(terminationReason());
        }
        if (parent != null) {
            parent.tellSystem(new SystemMessage.ChildTerminated(this));
        } else {
            system.rootTerminated();
        }
    }

    private void releaseName() {
        if (name != null && parent != null) {
            parent.extension().names().remove(name, this);
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
            handler.onSignal(this, signal);
        } catch (Throwable t) {
            Report.failure(path(), t, "in its handling of " + signal.getClass().getSimpleName());
        }
    }

    // ------------------------------------------------------------------------------------------------ system lane

    /** Sends a system message; any thread. */
    void tellSystem(SystemMessage message) {
        SystemMessage head;
        do {
            head = lane;
            message.nextInLane = head;
        } while (!LANE.compareAndSet(this, head, message));
        if (head == null) {
            if (push(message)) {
                unpark();
            } else {
                emptyClosedLane();
            }
        }
    }

    private void drainLane(WorkFrame frame) {
        frame.work(null);
        for (SystemMessage s = takeLane(); s != null; ) {
            SystemMessage next = s.nextInLane;
            s.nextInLane = null;
            try {
                s.deliver(this);
            } catch (Throwable t) {
                endIncarnation(t);
            }
            s = next;
        }
        Thread.interrupted(); // as after a message
    }

    private void emptyClosedLane() {
        for (SystemMessage s = takeLane(); s != null; s = s.nextInLane) {
            SystemMessage message = s;
            Report.guard(() -> message.undeliverable(this)); // may call a subscriber
        }
    }

    /** Takes all system messages, oldest first. */
    private @Nullable SystemMessage takeLane() {
        SystemMessage s = (SystemMessage) LANE.getAndSet(this, null);
        SystemMessage oldest = null;
        while (s != null) {
            SystemMessage older = s.nextInLane;
            s.nextInLane = oldest;
            oldest = s;
            s = older;
        }
        return oldest;
    }

    void collect(StatsCollector collector) {
        collector.add(settledOnWorker());
        for (ActorCell<?> child = firstChild; child != null; child = child.nextSibling) {
            collector.entered();
            child.tellSystem(new SystemMessage.Collect(collector));
        }
        collector.left();
    }

    // ------------------------------------------------------------------------------------------------ messages in

    @Override
    public TellResult tell(M message) {
        Objects.requireNonNull(message, "message: null (expected: a message)");
        return told(new MessageNode(message));
    }

    @Override
    public TellResult tell(M message, ContextView context) {
        Objects.requireNonNull(message, "message: null (expected: a message)");
        Objects.requireNonNull(context, "context: null (expected: a ContextView)");
        return told(new ContextNode(message, context));
    }

    private TellResult told(MessageNode node) {
        Offer offer = offer(node);
        return offer == Offer.ACCEPTED ? TellResult.ACCEPTED : rejected(List.of(node), offer);
    }

    @Override
    public TellResult tellAll(List<? extends M> messages) {
        for (M message : messages) {
            Objects.requireNonNull(message, "message: null (expected: a message)");
        }
        if (messages.isEmpty()) {
            return isClosed() ? TellResult.TERMINATED : TellResult.ACCEPTED;
        }
        Offer offer = offerAll(messages);
        return offer == Offer.ACCEPTED
                ? TellResult.ACCEPTED
                : rejected(messages.stream().map(MessageNode::new).toList(), offer);
    }

    private TellResult rejected(List<MessageNode> nodes, Offer offer) {
        if (offer == Offer.CLOSED) {
            nodes.forEach(this::refusedAfterEnd);
            return TellResult.TERMINATED;
        }
        nodes.forEach(node -> refused());
        return switch (template.mailbox().overflow()) {
            case BACKPRESSURE, DROP_OLDEST -> TellResult.REFUSED;
            case DROP_NEWEST -> {
                nodes.forEach(node -> deadLetter(node.message(), sender(), DeadLetter.Reason.MAILBOX_FULL));
                yield TellResult.DROPPED;
            }
            case FAIL -> {
                nodes.forEach(node -> deadLetter(node.message(), sender(), DeadLetter.Reason.MAILBOX_FULL));
                if (extension().beginOverflow()) {
                    tellSystem(new SystemMessage.Overflowed());
                }
                yield TellResult.DROPPED;
            }
        };
    }

    private void refused() {
        extension().countRefused();
        system.countRefused();
    }

    /** A message waited for room when the actor ended. */
    void refusedWaiting(MessageNode node) {
        refused();
        deadLetter(node.message(), sender(), DeadLetter.Reason.STOPPED);
    }

    /** A message came to the closed queue. */
    void refusedAfterEnd(MessageNode node) {
        refused();
        deadLetter(node.message(), sender(), DeadLetter.Reason.TERMINATED);
    }

    /** A request did not get in; the asker is told by its ask. */
    void askRejected() {
        refused();
    }

    @Override
    protected void evicted(MessageNode node) {
        extension().countEvicted();
        system.countEvicted();
        if (node instanceof AskNode ask) {
            ask.ask().fail(new AskRefusedException(this));
        }
        if (node instanceof Feed<?>.FeedNode) { // these only: the credit of their feed bounds them
            tellSystem(new ActorTask(node::done));
        }
        deadLetter(node.message(), null, DeadLetter.Reason.EVICTED);
    }

    @Override
    protected void orphaned(MessageNode node) {
        if (node instanceof AskNode ask) {
            ask.ask().fail(new ActorTerminatedException(this));
        }
        system.countOrphaned();
        deadLetter(node.message(), null, DeadLetter.Reason.STOPPED);
    }

    Offer offerNow(MessageNode node) {
        return offer(node);
    }

    /** Puts a message into the mailbox past its bound; returns whether the actor lives. */
    boolean forceMessage(MessageNode node) {
        return force(node);
    }

    @Override
    protected MessageStore store() {
        return Objects.requireNonNull(extension().store);
    }

    void addWaiter(SendMono.Waiter waiter) {
        if (phase == Phase.DEAD) {
            waiter.undeliverable(this);
            return;
        }
        extension().waiters().add(waiter);
        attention |= WAITERS;
        admitWaiters();
    }

    void removeWaiter(SendMono.Waiter waiter) {
        if (extension().waiters().remove(waiter)) {
            extension().countWaiting(-1);
        }
    }

    /** Whether a sender that can wait must do so, because others wait before it; any thread. */
    boolean mustWait() {
        CellExtension<M> x = extension;
        return x != null && x.isAwaited();
    }

    private void admitWaiters() {
        if (phase == Phase.DEAD) {
            return;
        }
        for (Iterator<SendMono.Waiter> i = extension().waiters().iterator(); i.hasNext(); ) {
            SendMono.Waiter waiter = i.next();
            Throwable error = null;
            try {
                if (!waiter.isCancelled() && offer(waiter.node()) == Offer.FULL) {
                    return;
                }
            } catch (Throwable t) { // of the order of the mailbox: the sender's
                error = t;
            }
            i.remove();
            extension().countWaiting(-1);
            if (error != null) {
                waiter.failed(error);
            } else if (!waiter.isCancelled()) {
                waiter.accepted();
            }
        }
        attention &= ~WAITERS;
    }

    private @Nullable ActorRef<?> sender() {
        WorkFrame frame = WorkFrame.current();
        Activity activity = frame == null ? null : frame.activity();
        return activity instanceof ActorCell<?> cell ? cell : null;
    }

    private void deadLetter(Object message, @Nullable ActorRef<?> sender, DeadLetter.Reason reason) {
        system.publish(new DeadLetter(message, this, sender, reason));
    }

    void lateReply(Object message, ActorRef<?> recipient) {
        system.publish(new DeadLetter(message, recipient, sender(), DeadLetter.Reason.LATE_REPLY));
    }

    @Override
    public Mono<Boolean> send(M message) {
        Objects.requireNonNull(message, "message: null (expected: a message)");
        return SendMono.of(this, message);
    }

    @Override
    public Mono<Void> feed(Publisher<? extends M> source) {
        Objects.requireNonNull(source, "source: null (expected: a Publisher)");
        return Feed.of(this, source, capacity());
    }

    @Override
    public <R> Mono<R> ask(Function<? super ActorRef<R>, ? extends M> request, Duration timeout) {
        Objects.requireNonNull(request, "request: null (expected: a function that makes the request)");
        return new AskMono<>(this, request, timeout, request.getClass());
    }

    @Override
    public void stop() {
        if (isRunByCurrentThread() && phase == Phase.RUNNING && currentNodeOrNull() != null) {
            attention |= END;
        } else {
            tellSystem(new SystemMessage.Stop(TerminationReason.STOPPED));
        }
    }

    @Override
    public void drain() {
        if (push(new DrainNode())) {
            unpark();
        }
    }

    @Override
    public void kill() {
        tellSystem(new SystemMessage.Stop(TerminationReason.KILLED));
    }

    private void drained() {
        if (handler instanceof FlowHandler<M> flow) {
            extension().draining = true;
            try {
                flow.complete();
            } catch (Throwable t) {
                endIncarnation(t);
            }
        } else {
            beginStop(TerminationReason.STOPPED);
        }
    }

    @Override
    public Mono<TerminationReason> whenTerminated() {
        return Mono.create(sink -> {
            tellSystem(new SystemMessage.AwaitEnd(sink));
            sink.onCancel(() -> tellSystem(new SystemMessage.EndNotAwaited(sink)));
        });
    }

    // ------------------------------------------------------------------------------------------------ context

    void checkWorker() {
        if (!isRunByCurrentThread()) {
            throw new IllegalStateException(
                    "context: used on " + Thread.currentThread().getName() + " (expected: within " + path() + ")");
        }
    }

    /** Whether it is over, but for the messages that it still finds; for its worker. */
    boolean isDead() {
        return phase == Phase.DEAD;
    }

    boolean isMyWorker() {
        return isRunByCurrentThread();
    }

    @Override
    public ActorRef<M> self() {
        return this;
    }

    @Override
    public ActorSystem system() {
        return system;
    }

    @Override
    public int incarnation() {
        checkWorker();
        return incarnationNumber();
    }

    private int incarnationNumber() {
        CellExtension<M> x = extension;
        return x == null ? 0 : x.incarnation;
    }

    @Override
    public ContextView contextView() {
        checkWorker();
        return currentNodeOrNull() instanceof ContextNode node ? node.context() : Context.empty();
    }

    @Override
    public Scheduler scheduler() {
        return extension().scheduler();
    }

    @Override
    public List<ActorRef<?>> children() {
        checkWorker();
        List<ActorRef<?>> children = new ArrayList<>();
        for (ActorCell<?> child = firstChild; child != null; child = child.nextSibling) {
            children.add(child);
        }
        Collections.reverse(children);
        return children;
    }

    @Override
    public @Nullable ActorRef<?> child(String name) {
        checkWorker();
        return extension().names().get(name);
    }

    @Override
    public void become(Behavior<M> behavior) {
        checkWorker();
        Objects.requireNonNull(behavior, "behavior: null (expected: a Behavior)");
        if (handler instanceof FlowHandler || behavior instanceof Behavior.Flow) {
            throw new IllegalArgumentException(
                    "become: a flow (expected: handlers; a flow lasts as long as its incarnation)");
        }
        handler = adapt(behavior);
        if (!hasRoom()) {
            attention |= BLOCKED;
        } else {
            unblock();
        }
    }

    @Override
    public <T> TellResult forward(ActorRef<T> target, T message) {
        ContextView context = contextView();
        return context.isEmpty() ? target.tell(message) : target.tell(message, context);
    }

    @Override
    public void watch(ActorRef<?> actor) {
        startWatch(actor, null);
    }

    @Override
    public void watchWith(ActorRef<?> actor, M message) {
        startWatch(actor, Objects.requireNonNull(message, "message: null (expected: a message)"));
    }

    private void startWatch(ActorRef<?> actor, @Nullable M message) {
        checkWorker();
        ActorCell<?> watched = cellOf(actor);
        if (watched == this) {
            throw new IllegalArgumentException("watch: " + path() + " itself (expected: another actor)");
        }
        Object old = extension().watching().put(watched, message == null ? watched : message);
        if (old == null) {
            watched.tellSystem(new SystemMessage.Watch(this));
        }
    }

    @Override
    public void unwatch(ActorRef<?> actor) {
        checkWorker();
        ActorCell<?> watched = cellOf(actor);
        if (extension().watching().remove(watched) != null) {
            watched.tellSystem(new SystemMessage.Unwatch(this));
        }
    }

    private static ActorCell<?> cellOf(ActorRef<?> actor) {
        Objects.requireNonNull(actor, "actor: null (expected: an ActorRef)");
        if (actor instanceof ActorCell<?> cell) {
            return cell;
        }
        if (actor instanceof AdapterRef<?, ?> adapter) {
            return adapter.owner();
        }
        throw new IllegalArgumentException("actor: " + actor.path() + " (expected: an actor, not a reply reference)");
    }

    /** A watched actor has ended; any thread. Goes through the queue: it must not overtake that actor's messages. */
    void watchedTerminated(ActorCell<?> watched) {
        if (push(new SignalNode(watched))) {
            unpark();
        }
    }

    private Step deliverSignal(ActorCell<?> watched, WorkFrame frame) {
        Object wanted = extension().watching().remove(watched);
        if (wanted == null) {
            return next();
        }
        if (wanted != watched) {
            Step step = deliver(new MessageNode(wanted), frame);
            if (step == Step.RETAINED) {
                extension().watching().put(watched, wanted);
            }
            return step;
        }
        frame.work(null);
        try {
            handler.onSignal(this, new Signal.Terminated(watched, watched.terminationReason()));
        } catch (Throwable t) {
            endIncarnation(t);
        } finally {
            Thread.interrupted();
        }
        return next();
    }

    @Override
    public Timers<M> timers() {
        checkWorker();
        return extension().timers();
    }

    @Override
    public Stash<M> stash() {
        checkWorker();
        return extension().stash(template.stash());
    }

    /** Takes the message in work out of it. */
    MessageNode stashCurrent() {
        if (handler instanceof FlowHandler || (attention & STASHED) != 0) {
            throw new IllegalStateException(
                    "stash: the message is stashed already, or in a flow (expected: once, in a handler)");
        }
        MessageNode node = currentNode();
        attention |= STASHED;
        return node;
    }

    /** Puts stashed messages before the mailbox. */
    void replay(ArrayDeque<MessageNode> nodes) {
        extension().replayFirst(nodes);
        attention |= REPLAY;
        wake();
    }

    @Override
    public void receiveTimeout(Duration timeout, M message) {
        checkWorker();
        extension().timers().receiveTimeout(timeout, message);
        attention |= RECEIVE_TIMEOUT;
    }

    @Override
    public void cancelReceiveTimeout() {
        checkWorker();
        extension().timers().cancelReceiveTimeout();
        attention &= ~RECEIVE_TIMEOUT;
    }

    @Override
    public <T> ActorRef<T> adapter(Function<? super T, ? extends M> adaption) {
        return new AdapterRef<>(this, Objects.requireNonNull(adaption, "adaption: null (expected: a function)"));
    }

    @Override
    public <T> void pipeToSelf(
            Publisher<? extends T> source,
            BiFunction<? super @Nullable T, ? super @Nullable Throwable, ? extends M> message) {
        checkWorker();
        Objects.requireNonNull(source, "source: null (expected: a Publisher)");
        Objects.requireNonNull(message, "message: null (expected: a function that makes a message)");
        PipeToSelf<T, M> pipe = new PipeToSelf<>(this, incarnationNumber(), message);
        extension().subscriptions().add(pipe);
        source.subscribe(pipe);
    }

    /** A piped publisher has ended; on the worker. */
    void piped(PipeToSelf<?, M> pipe, int incarnation, Supplier<? extends M> message) {
        if (phase == Phase.RUNNING && incarnationNumber() == incarnation) {
            extension().subscriptions().remove(pipe);
            force(new MessageNode(Objects.requireNonNull(message.get(), "message: null (expected: a message)")));
        }
    }

    // ------------------------------------------------------------------------------------------------ parts

    /** What few cells need; made when it is first needed, by any thread. */
    @SuppressWarnings("unchecked")
    CellExtension<M> extension() {
        CellExtension<M> x = extension;
        if (x == null) {
            x = new CellExtension<>(this, template.mailbox());
            CellExtension<M> other = (CellExtension<M>) EXTENSION.compareAndExchange(this, null, x);
            return other == null ? x : other;
        }
        return x;
    }

    /** Asks from within this actor's work. */
    List<PendingAsk<?, ?>> waits() {
        CellExtension<M> x = extension;
        return x == null ? List.of() : x.waits();
    }

    /** Whether this actor takes no other message while a publisher of its handler waits for a reply. */
    boolean waitsSerially() {
        return handler instanceof AsyncHandler<M> async && async.isSerial();
    }

    Home homeWorker() {
        return home();
    }

    Timer timer() {
        return system.timer();
    }

    @Override
    public MessageStats stats() {
        CellExtension<M> x = extension;
        MessageStats stats = settledOnWorker();
        return x == null ? stats : stats.plus(new MessageStats(x.evicted(), 0, 0, x.evicted(), 0, 0, x.refused()));
    }

    /** The counters without those that senders write, which the system counts for itself. */
    private MessageStats settledOnWorker() {
        CellExtension<M> x = extension;
        long depth = depth();
        if (x == null) {
            return new MessageStats(acceptedNear(handled) + depth, handled, 0, 0, 0, depth, 0);
        }
        long settled = handled + x.failed + x.discarded + x.deadLettered;
        return new MessageStats(
                acceptedNear(settled) + depth, handled, x.failed, x.discarded, x.deadLettered, depth + x.held(), 0);
    }

    /** {@link #accepted} with all its bits, of which the lower ones are counted and the upper ones are those of a near number. */
    private long acceptedNear(long near) {
        return near + (accepted - (int) near);
    }

    /** What the actor is doing, for people; any thread, as good as can be seen from outside. */
    String describe() {
        StringBuilder text = new StringBuilder()
                .append(phase.name().toLowerCase(java.util.Locale.ROOT))
                .append(" in incarnation ")
                .append(incarnationNumber())
                .append(" with ")
                .append(depth())
                .append(" queued");
        Object busy = busyWith();
        return busy == null
                ? text.toString()
                : text.append(", busy with ").append(Report.shown(busy)).toString();
    }

    private @Nullable Object busyWith() {
        for (WorkFrame frame : system.scheduler().frames()) {
            if (frame.activity() == this && frame.work() instanceof MessageNode node) {
                return node.message();
            }
        }
        CellExtension<M> x = extension;
        InWork work = x == null ? null : x.latestWork;
        return work == null || work.isEnded() ? null : work.node().message();
    }

    @Override
    public String path() {
        ArrayDeque<String> segments = new ArrayDeque<>();
        ActorCell<?> cell = this;
        for (ActorCell<?> up; (up = cell.parent) != null; cell = up) {
            segments.addFirst(cell.name == null ? "$" + cell.extension().id() : cell.name);
        }
        segments.addFirst("bastion://" + cell.name);
        return String.join("/", segments);
    }

    @Override
    public String toString() {
        return path();
    }
}
