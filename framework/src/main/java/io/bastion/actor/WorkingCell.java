package io.bastion.actor;

import io.bastion.mailbox.MailboxOverflowException;
import io.bastion.mailbox.MessageNode;
import io.bastion.scheduler.Home;
import io.bastion.scheduler.WorkFrame;
import io.bastion.supervision.InFlight;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The work of an actor: the processing of its mailbox and of its system lane; the second of the four parts of
 * {@link ActorCell}.
 */
abstract sealed class WorkingCell<M> extends TreeCell<M> permits LivingCell {
    /*
     * All fields but lane and extension belong to the holder of the baton: the activation, or the thread that constructs
     * the cell. Other threads reach the cell by two ways only: a node in the queue (messages, and signals that must keep
     * the order of messages), or a system message in the lane, which the activation empties before each node. The first
     * system message into an empty lane is pushed into the queue as well, which wakes the cell; or it finds the queue
     * closed, and then the cell answers it at its very end. After that the lane is GONE.
     */

    /** Bits of {@link #attention}: why the fast path is not enough. The first group is about the message in work. */
    static final int IN_WORK = 1;

    static final int UNTAKEN = 1 << 1;
    static final int STASHED = 1 << 2;
    static final int END = 1 << 3;
    static final int DROPPED = 1 << 4;
    static final int OF_MESSAGE = IN_WORK | UNTAKEN | STASHED | END | DROPPED;

    static final int BLOCKED = 1 << 5;
    static final int REPLAY = 1 << 6;
    static final int WAITERS = 1 << 7;
    static final int RECEIVE_TIMEOUT = 1 << 8;

    /** The last message that a flow takes is to be known. */
    static final int NOTED = 1 << 9;

    private static final VarHandle LANE;

    /** Stands in the lane of a cell that has ended; never delivered. */
    private static final SystemMessage GONE = new SystemMessage.Plain() {
        @Override
        void deliver(ActorCell<?> cell) {}
    };

    static {
        try {
            LANE = MethodHandles.lookup().findVarHandle(WorkingCell.class, "lane", SystemMessage.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /*
     * What is read for every message stands last in the object and the top of the queue, which every sender writes, first:
     * they are at least a cache line apart, or each message would cost both sides a transfer of the line.
     */

    int attention;

    /** System messages, newest first; pushed by any thread, taken as a whole by the activation. */
    private volatile @Nullable SystemMessage lane;

    Behavior.Receive<M> handler = DeadHandler.of(TerminationReason.STOPPED);

    WorkingCell(
            ActorSystem system,
            @Nullable ActorCell<?> parent,
            @Nullable String name,
            ActorSpec.Template<M> template,
            Home home) {
        super(system, parent, name, template, home);
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
        if (phase == LivingCell.Phase.DEAD) {
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
        frame.work(node);
        try {
            handler.receive(cell(), (M) node.message());
        } catch (Throwable t) {
            count(frame);
            accepted++;
            return messageFailed(node, t, frame);
        } finally {
            Thread.interrupted(); // a flag left set must not leak to the next message
        }
        if (attention != 0 || node.getClass() != MessageNode.class) {
            count(frame);
            return settle(node, frame);
        }
        frame.finished();
        return Step.CONSUMED;
    }

    private Step processAttentively(Node node, WorkFrame frame) {
        if (phase == LivingCell.Phase.DEAD) {
            bury(node);
            return Step.CONSUMED;
        }
        if (node instanceof SystemMessage || node.getClass() == WeightlessNode.class) {
            return woken(frame) ? Step.RETAINED : next();
        }
        if (isBlocked() || (attention & REPLAY) != 0 && replay(frame) || isBlocked()) {
            return Step.RETAINED;
        }
        if (node instanceof Feed<?>.Pull source) {
            return pull(source, frame);
        }
        if (node instanceof SignalNode signal) {
            return deliverSignal(signal.signal(), frame);
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
            // what is first in the store, and whether a tick is due, is settled when there is demand
            return Step.RETAINED;
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

    /** Handles the next element of a source that is pulled. */
    private Step pull(Feed<?>.Pull source, WorkFrame frame) {
        if (!hasDemand()) {
            return Step.RETAINED;
        }
        MessageNode node = source.take();
        if (node == null) {
            return next();
        }
        Step step = deliver(node, frame);
        if (step == Step.RETAINED) {
            source.untaken = node;
            return Step.RETAINED;
        }
        if (source.hasHadItsTurn()) {
            push(source.rest());
            return step;
        }
        return step == Step.PARK ? Step.RETAINED : Step.AGAIN;
    }

    private boolean isDue(TickNode tick) {
        return extension().timers().isDueOf(tick.timer());
    }

    private Step deliverSignal(Signal.Terminated signal, WorkFrame frame) {
        ActorRef<?> watched = signal.actor();
        Object wanted = extension().watching().remove(watched);
        if (wanted == null) {
            return next();
        }
        if (wanted != CellExtension.SIGNAL) {
            Step step = deliver(new MessageNode(wanted), frame);
            if (step == Step.RETAINED) {
                extension().watching().put(watched, wanted);
            }
            return step;
        }
        frame.work(null);
        try {
            handler.onSignal(cell(), signal);
        } catch (Throwable t) {
            ActorCheckpoint.in(this, "at the end of " + watched.path(), t);
            endIncarnation(t);
        } finally {
            Thread.interrupted();
        }
        return next();
    }

    void admitWaiters() {
        if (phase == LivingCell.Phase.DEAD) {
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

    /** Does what the cell may have been woken for; returns whether a flow left a replayed message. */
    private boolean woken(WorkFrame frame) {
        if (phase == LivingCell.Phase.RUNNING && handler instanceof FlowHandler<M> flow) {
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
    private Step settle(MessageNode node, WorkFrame frame) {
        int a = attention;
        attention &= ~OF_MESSAGE;
        if ((a & UNTAKEN) != 0) {
            return Step.RETAINED;
        }
        accepted++;
        if ((a & (IN_WORK | STASHED)) == 0) {
            if ((a & DROPPED) != 0) {
                dropped(node);
            } else {
                accepted--; // count() adds it to both
                frame.finished();
                count(frame);
            }
            if (handler instanceof FlowHandler<M> flow) {
                taken(node, flow.last(), (a & DROPPED) == 0);
            }
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

    private void taken(MessageNode node, LastTaken last, boolean byFlow) {
        CellExtension<M> x = extension;
        if (byFlow) {
            last.took(node, accepted, x != null && x.isRedelivered(node));
        } else {
            last.passedOver();
        }
    }

    /** A message has been handled, or has failed. */
    private void finished(MessageNode node) {
        CellExtension<M> x = extension;
        if (x != null) {
            x.forgetRedelivered(node);
        }
        if (node instanceof ContextNode c && c.request() != null) {
            c.request().handledBy(cell());
        }
        node.done();
    }

    /** An interceptor has dropped the message instead of having it handled. */
    private void dropped(MessageNode node) {
        extension().discarded++;
        if (node instanceof AskNode ask) {
            ask.ask().fail(AskRefusedException.intercepted(cell()));
        }
        deadLetter(node.message(), Contexts.sender(node), DeadLetter.Reason.INTERCEPTED);
    }

    private Step messageFailed(MessageNode node, Throwable t, WorkFrame frame) {
        if ((attention & STASHED) != 0) {
            extension().unstash(node); // it may have been put back already
        }
        attention &= ~OF_MESSAGE;
        boolean killed = isBeingKilled();
        if (killed) {
            fail(node, null);
        } else {
            ActorCheckpoint.handling(this, node.message(), Contexts.sender(node), t);
            fail(node, t);
        }
        frame.work(null);
        Thread.interrupted(); // not the next incarnation's
        if (lane == null && !killed) {
            restartOrEnd(t);
        } else {
            endIncarnation(t); // what it has been told comes first: it may be a stop
        }
        return next();
    }

    /**
     * A message was not handled because of a failure, or because the actor was killed.
     *
     * @return whether it comes back or is a dead letter, instead of being counted only
     */
    boolean fail(MessageNode node, @Nullable Throwable t) {
        CellExtension<M> x = extension();
        if (t != null && phase == LivingCell.Phase.RUNNING) {
            x.failedMessage = node.message();
            x.failedContext = Contexts.of(node);
        }
        InFlight policy = t == null ? InFlight.DROP : template.restart().inFlight();
        if (policy == InFlight.REDELIVER_ONCE && !(node instanceof TickNode) && x.redeliver(node)) {
            return true;
        }
        ActorType counted = countedType();
        if (counted != null) {
            counted.failed();
        }
        if (policy == InFlight.DEAD_LETTER) {
            x.deadLettered++;
            deadLetter(node.message(), Contexts.sender(node), DeadLetter.Reason.FAILED);
        } else {
            x.failed++;
        }
        if (node instanceof AskNode ask) {
            ask.ask().fail(t == null ? new ActorTerminatedException(cell()) : new AskFailedException(cell(), t));
        }
        finished(node);
        return policy == InFlight.DEAD_LETTER;
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
        return isBlocked() && phase != LivingCell.Phase.DEAD ? Step.PARK : Step.CONSUMED;
    }

    private boolean isBlocked() {
        return (attention & BLOCKED) != 0;
    }

    @Override
    protected boolean ready() {
        return lane != null || phase == LivingCell.Phase.DEAD || !isBlocked() && hasDemand();
    }

    /** Whether a kill interrupts it, so that what it throws is no failure. */
    final boolean isBeingKilled() {
        CellExtension<M> x = extension;
        return x != null && x.killed;
    }

    int incarnationNumber() {
        CellExtension<M> x = extension;
        return x == null ? 0 : x.incarnation;
    }

    void deadLetter(Object message, @Nullable ActorRef<?> sender, DeadLetter.Reason reason) {
        system.publish(new DeadLetter(message, cell(), sender, reason));
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

    @Nullable MessageNode currentNodeOrNull() {
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

    /** An interceptor drops the message in work. */
    void dropCurrent() {
        attention |= DROPPED;
    }

    /** The flow has no demand for the message. */
    void untaken() {
        attention |= UNTAKEN;
    }

    void enterWork(InWork work) {
        CellExtension<M> x = extension();
        x.inWork().add(work);
        x.latestWork = work;
        if (system.metering().isSampling()) {
            WorkFrame frame = WorkFrame.current();
            if (frame != null && frame.isTimed()) {
                work.time(frame.begun());
                sampled = false;
            }
        }
        attention |= IN_WORK;
        if (!hasRoom()) {
            attention |= BLOCKED;
        }
    }

    /** Whether another message may begin. */
    boolean hasRoom() {
        CellExtension<M> x = extension;
        return hasRoom(x == null ? 0 : x.inWorkSize());
    }

    /**
     * Whether another message may begin beside the work of so many: a handler whose message ends with it begins none beside
     * the work of others, and an incarnation that is ending none at all. Any thread, which may see what was a moment ago.
     */
    boolean hasRoom(int inWork) {
        CellExtension<M> x = extension;
        if (x != null && x.ending || phase == LivingCell.Phase.CLOSING || phase == LivingCell.Phase.STOPPING) {
            return false;
        }
        return handler instanceof AsyncHandler<M> async ? async.hasRoom(inWork) : inWork == 0;
    }

    /**
     * The work that keeps the messages in the mailbox waiting; any thread.
     *
     * @param all whether all of it is wanted, or so much that one of it must end before another message begins
     */
    List<InWork> blocking(boolean all) {
        CellExtension<M> x = extension;
        if (x == null) {
            return List.of();
        }
        int size = x.inWorkSize();
        int some = 0;
        while (some < size && !hasRoom(size - some)) {
            some++;
        }
        return some == 0 ? List.of() : x.inWork().first(all ? Integer.MAX_VALUE : some);
    }

    /** The work has ended before its handler returned: the message is treated as any other. */
    void leaveWork(InWork work) {
        extension().inWork().remove(work);
        work.forgetAsks();
        attention &= ~IN_WORK;
        unblock();
    }

    /** The work of a message has ended. */
    void workEnded(InWork work) {
        CellExtension<M> x = extension();
        Throwable error = work.error();
        if (!x.inWork().remove(work)) {
            if (error != null) {
                Report.late(this, error);
            }
            return;
        }
        work.forgetAsks();
        boolean stashed = x.forgetStashed(work);
        if (error != null) {
            ActorCheckpoint.handling(this, work.node().message(), Contexts.sender(work.node()), error);
            if (!stashed) {
                fail(work.node(), error);
            }
            endIncarnation(error);
        } else {
            if (!stashed) {
                handled++;
                countLate(work);
                finished(work.node());
            }
            if (x.ending) {
                completed();
            }
        }
        unblock();
        tryGoOn();
    }

    /** Counts a message whose work has ended by its type. */
    private void countLate(InWork work) {
        ActorType t = countedType();
        if (t != null) {
            WorkFrame frame = WorkFrame.current();
            t.handled(1, frame, cell());
            if (work.isTimed()) {
                t.processed(cell().timer().nanoTime() - work.begun());
            }
        }
    }

    void unblock() {
        if (phase == LivingCell.Phase.RUNNING && hasRoom()) {
            attention &= ~BLOCKED;
        }
    }

    /** A flow has ended by itself. */
    void flowEnded(FlowHandler<?> flow, @Nullable Throwable error) {
        if (flow.hasFailedTaking()) {
            return;
        }
        Object failing = flow.failing();
        boolean stale = flow != handler || phase != LivingCell.Phase.RUNNING;
        if (failing != null && (stale || error == null)) {
            discarded(flow, failing, true);
        }
        if (stale) {
            if (error != null) {
                Report.late(this, error);
            }
            return;
        }
        if (error == null) {
            if (extension().draining) {
                beginDrain();
            } else {
                completed();
            }
            return;
        }
        if (flow.last().isAny(accepted) && handled > 0) {
            handled--; // the last message that the flow took is held to have failed it
            failLast(flow.last(), error);
        }
        ActorCheckpoint.in(this, "in its flow", error);
        endIncarnation(error);
    }

    private void failLast(LastTaken last, Throwable error) {
        CellExtension<M> x = extension();
        MessageNode node = last.node(accepted);
        if (node == null) {
            x.failed++;
            return;
        }
        if (last.isRedelivered()) {
            x.noteRedelivered(node); // forgotten when the flow had taken it
        }
        if (fail(node, error)) {
            last.treated();
        }
    }

    void overflowed() {
        endIncarnation(new MailboxOverflowException(capacity()));
    }

    /** Operators of a flow have given up what it had taken. */
    void discarded(FlowHandler<?> flow, Object message, boolean alive) {
        boolean treated = flow.last().isTreated(message);
        if (alive && handled > 0) {
            handled--;
            if (treated) {
                extension().failed++; // another one has failed the flow, nobody knows which
            } else {
                extension().discarded++;
            }
        } else if (!alive && !treated && stats().handled() > 0) {
            extension().countDiscardedLate();
            system.countDiscardedLate();
        }
        if (!treated) {
            deadLetter(message, null, DeadLetter.Reason.DISCARDED);
        }
    }

    // ------------------------------------------------------------------------------------------------ system lane

    /** Sends a system message; any thread. */
    void tellSystem(SystemMessage message) {
        SystemMessage head;
        do {
            head = lane;
            if (head == GONE) {
                undeliverable(message);
                return;
            }
            message.nextInLane = head;
        } while (!LANE.compareAndSet(this, head, message));
        if (head == null && push(message)) {
            unpark();
        }
    }

    private void drainLane(WorkFrame frame) {
        count(frame);
        frame.work(null);
        for (SystemMessage s = takeLane(null); s != null; ) {
            SystemMessage next = s.nextInLane;
            s.nextInLane = null;
            try {
                s.deliver(cell());
            } catch (Throwable t) {
                endIncarnation(t);
            }
            s = next;
        }
        Thread.interrupted(); // as after a message
    }

    /** The end is told: from now on senders answer what comes. Returns what came before, oldest first, to be answered here. */
    @Nullable SystemMessage endLane() {
        return takeLane(GONE);
    }

    void answerUndelivered(@Nullable SystemMessage oldest) {
        for (SystemMessage s = oldest; s != null; s = s.nextInLane) {
            undeliverable(s);
        }
    }

    private void undeliverable(SystemMessage message) {
        Report.guard(() -> message.undeliverable(cell())); // may call a subscriber
    }

    /** Takes all system messages, oldest first, and leaves something in their place. */
    private @Nullable SystemMessage takeLane(@Nullable SystemMessage rest) {
        SystemMessage s = (SystemMessage) LANE.getAndSet(this, rest);
        SystemMessage oldest = null;
        while (s != null) {
            SystemMessage older = s.nextInLane;
            s.nextInLane = oldest;
            oldest = s;
            s = older;
        }
        return oldest;
    }

    // ------------------------------------------------------------------------------------------------ its life

    /** The incarnation has ended normally. */
    abstract void completed();

    /** The incarnation has ended by itself, with a failure or without. */
    abstract void endIncarnation(@Nullable Throwable cause);

    /** The same with a failure between two messages: the next incarnation begins at once, if the parent has nothing against it. */
    abstract void restartOrEnd(Throwable cause);

    /** Cancels the work that goes on; its messages have failed with the cause, if there is one. */
    abstract void cancelWork(@Nullable Throwable cause);

    /** All that was in the mailbox when it was drained has been taken. */
    abstract void drained();

    /** Ends the actor, and drains its children. */
    abstract void beginDrain();

    /** Ends the actor. */
    abstract void beginStop(TerminationReason reason);

    /** Takes a message that a dead actor finds. */
    abstract void bury(Node node);

    /** Something has ended that the present phase may have waited for. */
    abstract void tryGoOn();
}
