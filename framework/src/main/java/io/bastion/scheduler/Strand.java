package io.bastion.scheduler;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A serial activity with a lock-free queue of its own: any thread pushes nodes, one worker at a time processes them in
 * order.
 *
 * <p>An actor's mailbox is a strand, and so is a Reactor {@code Scheduler.Worker}. Order is kept per pushing thread; what
 * a pusher did before is visible to the processing of its node. Pushing is lock-free and allocates nothing.
 */
public abstract class Strand extends Activity {
    /*
     * One word, top, is both the queue and the state:
     *
     *   idle      empty, no activation exists; a mark, one of IDLE
     *   CLOSED    empty for ever; pushes are refused
     *   any node  an activation exists: queued, running, or parked
     *
     * top is the top of a Treiber stack (R. K. Treiber, "Systems Programming: Coping with Parallelism", IBM RJ 5118,
     * 1986). A producer links its node to the old top and swings top to it with a CAS; whoever replaced idle schedules
     * the strand, so exactly one activation comes into being. The activation never pops: it reads top, reverses the
     * segment down to the newest node that it took before, and goes through it oldest first. Only when top is still that
     * newest node does it swing top back to idle, with a CAS that fails if a node came in between. Hence no lost wake-up:
     * a node is either seen by the activation or finds idle and makes a new one. Closing swaps CLOSED in unconditionally
     * and goes through what was there, so that it ends however fast producers are.
     *
     * The activation is a baton: rest, taken and runner are touched only by the thread that holds it, and only before it
     * is given away by the CAS to idle, by parked = 1, or by reschedule(). Each of those has release semantics and the
     * taking of the baton acquires.
     *
     * Parking: an activation that may not go on (no demand, an unfinished asynchronous message) leaves top as it is and
     * publishes parked = 1. Whoever makes it able to go on calls unpark(), which swings parked back and schedules. Both
     * sides write first and then read what the other wrote, so one of them sees the other.
     *
     * sequence counts nodes, modulo 2^32: a pushed top's is its predecessor's plus the nodes pushed with it, and done is
     * the count of those taken. Their difference is the depth. On an idle strand the count goes on from done, which the
     * producer reads after top. Were there one idle mark only, the strand could live and fall asleep between the two reads
     * and the CAS, and a depth too low would let too many in. So there are 256, taken in turn by the count at which the
     * strand fell asleep: the CAS fails unless that is the same modulo 256.
     */

    /** Nodes that an activation processes before it goes to the back of the run queue, on a frame of which nothing else is said. */
    protected static final int BUDGET = 64;

    /** Tops of idle strands, by the count of nodes taken. */
    private static final Node[] IDLE = new Node[256];

    private static final Node CLOSED = new WeightlessNode();

    /** Top of a strand whose baton is held by the thread that constructs it; never processed. */
    private static final Node HELD = new WeightlessNode();

    private static final VarHandle TOP;
    private static final VarHandle PARKED;
    private static final VarHandle DONE;

    static {
        Arrays.setAll(IDLE, i -> new IdleMark());
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            TOP = lookup.findVarHandle(Strand.class, "top", Node.class);
            PARKED = lookup.findVarHandle(Strand.class, "parked", byte.class);
            DONE = lookup.findVarHandle(Strand.class, "done", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** A link in a strand's queue. A node is pushed once. */
    public static class Node {
        @Nullable Node next;

        int sequence;

        protected Node() {}
    }

    /** A node that does not count towards the depth. */
    public static class WeightlessNode extends Node {
        protected WeightlessNode() {}
    }

    /** See {@link #IDLE}. */
    private static final class IdleMark extends Node {}

    /** What {@link #process} did with a node. */
    protected enum Step {
        /** The node was consumed; go on. */
        CONSUMED,
        /** The node was consumed; park before the next one unless {@link #ready()}. */
        PARK,
        /** The node was not consumed; park, and process it again afterwards. */
        RETAINED,
        /** The node was not consumed; process it again. For weightless nodes. */
        AGAIN
    }

    /** Written by CAS only; see the essay above. */
    private volatile Node top;

    /** First node of the reversed segment that is still to be processed; baton holder only. */
    private @Nullable Node rest;

    /** Newest node that was taken over from top; baton holder only. */
    private @Nullable Node taken;

    /** Low 32 bits of the id of the thread that holds the baton, 0 when none; written by the holder. */
    private int runner;

    /** Count of the nodes taken, published every few nodes by the baton holder; read opaquely by producers. */
    private int done;

    /** 1: the activation is nobody's until somebody swings this to 0 and schedules. */
    private volatile byte parked;

    /** The next time the queue is empty it is closed instead of going idle; baton holder only. */
    private boolean closing;

    /** Creates an idle strand. */
    protected Strand(Home home) {
        this(home, false);
    }

    /**
     * Creates a strand.
     *
     * @param held whether the calling thread holds the baton until {@link #open()}: nodes may be pushed, none is processed
     */
    @SuppressWarnings("NullAway.Init") // top is set without the cost of a volatile write
    protected Strand(Home home, boolean held) {
        super(home);
        if (held) {
            taken = HELD;
            runner = currentThreadId();
        }
        TOP.set(this, held ? HELD : IDLE[0]);
    }

    /** For the thread that has constructed a held strand: another one will {@link #open} it, and acts as its owner until then. */
    protected final void handOver() {
        release(done);
    }

    /** Gives the baton of a new strand away. */
    protected final void open() {
        release(done);
        if (!TOP.compareAndSet(this, HELD, idle(done))) {
            schedule();
        }
    }

    /**
     * Processes one node. Called serially, oldest node first.
     *
     * @return what became of the node
     */
    protected abstract Step process(Node node, WorkFrame frame);

    /**
     * Whether {@link #process} would consume the node just now; if not, it is retained. Called before those nodes whose
     * place in the queue {@code done} is about to give away, so that a bound is kept while a strand retains.
     */
    protected boolean takes(Node node, WorkFrame frame) {
        return true;
    }

    /**
     * Called when {@link #process} has thrown, which it should not; must not throw itself, whatever is left of memory.
     *
     * @return what became of the node
     */
    protected Step processFailed(Throwable failure) {
        try {
            Errors.report(failure);
        } catch (Throwable again) {
            // nothing is left to report it with
        }
        return Step.CONSUMED;
    }

    /** Whether a parked strand has reason to run. Called on any thread: reads only volatile state. */
    protected boolean ready() {
        return true;
    }

    /** Takes account of what {@link #process} has left in the frame; called before the baton is given away, and at times between. */
    protected void count(WorkFrame frame) {}

    /** Called when a worker takes the strand up; returns how many nodes it may process before it gives way to others. */
    protected int begins(WorkFrame frame) {
        return frame.budget();
    }

    /** Called after {@link #count} when the strand pauses or is about to end: not for each message, so it may do more. */
    protected void pauses(WorkFrame frame) {}

    /** Nodes that have come so far, modulo 2<sup>32</sup>; those that were taken if none waits. */
    protected final int arrivedSoFar() {
        Node p = top;
        return p instanceof IdleMark || p == CLOSED || p == HELD ? taken() : p.sequence;
    }

    /** The number of nodes between two publications of {@code done} is this plus one; one less than a power of two. */
    protected int depthLag() {
        return 15;
    }

    /** A node that counts has come to the idle strand, which is about to be scheduled; called by whoever brought it. */
    protected void arrived() {}

    /** Nodes taken so far, modulo 2<sup>32</sup>, to within {@link #depthLag}. */
    public final int taken() {
        return (int) DONE.getOpaque(this);
    }

    /**
     * Appends a node.
     *
     * @return false if the strand is closed
     */
    protected final boolean push(Node node) {
        return append(node, node, node instanceof WeightlessNode ? 0 : 1, Integer.MAX_VALUE) == Push.ACCEPTED;
    }

    /**
     * Appends a chain of nodes in one step.
     *
     * @param oldest first of the chain, whose link is free
     * @param newest last of the chain; each is linked to its elder by {@link #link}
     * @param count the number of nodes that count towards the depth
     * @param capacity the depth that must not be exceeded
     */
    protected final Push append(Node oldest, Node newest, int count, int capacity) {
        for (; ; ) {
            Node p = top;
            if (p == CLOSED) {
                return Push.CLOSED;
            }
            int d = (int) DONE.getOpaque(this);
            boolean idle = p instanceof IdleMark;
            int sequence = (idle ? d : p.sequence) + count;
            if (sequence - d > capacity) {
                return Push.FULL;
            }
            newest.sequence = sequence;
            // also on a retry: a link left from the last try would resurrect consumed nodes
            oldest.next = idle ? null : p;
            if (TOP.compareAndSet(this, p, newest)) {
                if (idle) {
                    if (count != 0) {
                        arrived();
                    }
                    schedule();
                }
                return Push.ACCEPTED;
            }
        }
    }

    /** Links a node of a chain to the one that was sent just before it. */
    protected static void link(Node newer, Node older) {
        newer.next = older;
    }

    /** What became of an append. */
    protected enum Push {
        ACCEPTED,
        FULL,
        CLOSED
    }

    /**
     * Brings about an activation, whether the strand is idle or parked; {@link #process} gets a plain weightless node. A
     * strand that is just parking must find {@link #ready()} true, or it parks all the same.
     */
    protected final void wake() {
        push(new WeightlessNode());
        unpark();
    }

    /** Lets a parked activation go on, if it is parked. Call after making {@link #ready()} true. */
    protected final void unpark() {
        if (parked == 1 && PARKED.compareAndSet(this, (byte) 1, (byte) 0)) {
            schedule();
        }
    }

    @Override
    protected final void run(WorkFrame frame) {
        Node n = rest;
        Node t = taken;
        rest = null;
        taken = null;
        int count = done;
        int lag = depthLag();
        int budget = begins(frame);
        acquire();
        for (; ; ) {
            if (n == null) {
                if (t != null && t != HELD) {
                    count = t.sequence;
                }
                count(frame);
                DONE.setOpaque(this, count);
                pauses(frame);
                if (closing) {
                    close((Node) TOP.getAndSet(this, CLOSED), t, frame);
                    return;
                }
                Node newest = top; // a node: this activation exists
                if (newest == t) {
                    release(count);
                    if (TOP.compareAndSet(this, t, idle(count))) {
                        return;
                    }
                    acquire();
                    continue;
                }
                n = reverse(newest, t);
                t = newest;
            }
            int weight = n instanceof WeightlessNode ? 0 : 1;
            count += weight;
            boolean told = (count & lag) == 0 && weight != 0;
            Node next = n.next;
            Step step;
            try {
                // its place in the queue is given away only when it leaves
                if (told && !takes(n, frame)) {
                    step = Step.RETAINED;
                } else {
                    if (told) {
                        count(frame);
                        DONE.setOpaque(this, count);
                    }
                    step = process(n, frame);
                }
            } catch (Throwable failure) {
                step = processFailed(failure);
            }
            if (step == Step.RETAINED) {
                count -= weight;
            } else if (step != Step.AGAIN) {
                n.next = null; // an old node must not keep younger ones alive
                n = next;
            }
            if (step == Step.PARK || step == Step.RETAINED) {
                count(frame);
                DONE.setOpaque(this, count);
                pauses(frame);
                if (park(n, t, count)) {
                    return;
                }
                n = rest;
                t = taken;
                rest = null;
                taken = null;
                count = done; // others may have run it since
                acquire();
            } else if (--budget <= 0 && (n != null || top != t)) {
                rest = n;
                taken = t;
                count(frame);
                DONE.setOpaque(this, count);
                pauses(frame);
                release(count);
                reschedule();
                return;
            }
        }
    }

    /** Processes what was queued when the strand was closed; nothing can be pushed, nobody else can get the baton. */
    private void close(Node newest, @Nullable Node stop, WorkFrame frame) {
        Node n = newest == stop ? null : reverse(newest, stop);
        while (n != null) {
            Node next = n.next;
            try {
                process(n, frame);
            } catch (Throwable failure) {
                processFailed(failure);
            }
            n.next = null;
            n = next;
        }
        count(frame);
        pauses(frame);
        closed();
        release(done);
    }

    /** Gives the baton away unless there is reason to go on; returns whether it did. */
    private boolean park(@Nullable Node n, @Nullable Node t, int count) {
        rest = n;
        taken = t;
        release(count);
        parked = 1;
        return !(ready() && PARKED.compareAndSet(this, (byte) 1, (byte) 0));
    }

    private static Node idle(int count) {
        return IDLE[count & IDLE.length - 1];
    }

    private void acquire() {
        runner = currentThreadId();
    }

    private void release(int count) {
        DONE.setOpaque(this, count);
        runner = 0;
    }

    /** Turns the links from newest to oldest, down to but without {@code stop}, round; returns the oldest. */
    private static Node reverse(Node newest, @Nullable Node stop) {
        Node oldest = newest;
        Node older = newest.next;
        newest.next = null;
        while (older != stop && older != null) {
            Node n = older;
            older = n.next;
            n.next = oldest;
            oldest = n;
        }
        return oldest;
    }

    /**
     * Closes the strand: what is queued is still processed and must be consumed, without parking, and {@link #closed} ends
     * it. For the holder of the baton.
     */
    protected final void closeQueue() {
        closing = true;
    }

    /** Called once, by the last holder of the baton, when the last node of a closed strand was processed. */
    protected void closed() {}

    /** Whether the calling thread is inside {@link #process} of this strand, or constructs it. */
    protected final boolean isRunByCurrentThread() {
        return runner == currentThreadId();
    }

    /** Nodes pushed and not yet taken, to within {@link #depthLag}; the node in process is not counted. */
    public final int depth() {
        Node p = top;
        return p instanceof IdleMark || p == CLOSED ? 0 : Math.max(0, p.sequence - (int) DONE.getOpaque(this));
    }

    /** Whether nothing is queued or in process. */
    public final boolean isIdle() {
        Node p = top;
        return p instanceof IdleMark || p == CLOSED;
    }

    /** Whether nothing is queued or in process and no more can be pushed. */
    public final boolean isClosed() {
        return top == CLOSED;
    }

    @SuppressWarnings("deprecation") // threadId() came after 17; worker threads do not override getId()
    private static int currentThreadId() {
        return (int) Thread.currentThread().getId();
    }
}
