package io.bastion.actor;

import io.bastion.mailbox.MessageQueue;
import io.bastion.scheduler.Home;
import io.bastion.scheduler.WorkFrame;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The place of an actor in the tree, and the counters of its messages; the first of the four parts of {@link ActorCell}.
 */
abstract sealed class TreeCell<M> extends MessageQueue permits WorkingCell {
    private static final int SHOWN_SEGMENTS = 32;

    private static final VarHandle EXTENSION;

    static {
        try {
            EXTENSION = MethodHandles.lookup().findVarHandle(TreeCell.class, "extension", CellExtension.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final ActorSystem system;
    final ActorSpec.Template<M> template;
    final @Nullable String name;
    final @Nullable ActorCell<?> parent;

    /** Links of the parent's list of children, newest first; they belong to the parent's baton. */
    @Nullable ActorCell<?> nextSibling;

    @Nullable ActorCell<?> previousSibling;

    /** Newest of the children. */
    @Nullable ActorCell<?> firstChild;

    /** Set once, by any thread, with a CAS. */
    volatile @Nullable CellExtension<M> extension;

    /** With whom it is counted; null until somebody wants to know. Written by the worker, read by anybody. */
    @Nullable ActorType type;

    /** Its next message is timed. Written by the worker; read by senders to whom it belongs while the cell is idle. */
    boolean sampled;

    LivingCell.Phase phase = LivingCell.Phase.RUNNING;

    /** Messages taken out of the queue, modulo 2^32; what the frame has not yet counted comes on top. */
    int accepted;

    /** Messages handled without a failure; what the frame has not yet counted comes on top. */
    long handled;

    TreeCell(
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
    }

    /** This cell as what it is. */
    abstract ActorCell<M> cell();

    /** What few cells need; made when it is first needed, by any thread. */
    @SuppressWarnings("unchecked")
    CellExtension<M> extension() {
        CellExtension<M> x = extension;
        if (x == null) {
            x = new CellExtension<>(cell(), template.mailbox());
            CellExtension<M> other = (CellExtension<M>) EXTENSION.compareAndExchange(this, null, x);
            return other == null ? x : other;
        }
        return x;
    }

    /** Links a new child in. */
    void link(ActorCell<?> child) {
        ActorCell<?> second = firstChild;
        child.nextSibling = second;
        if (second != null) {
            second.previousSibling = child;
        }
        firstChild = child;
    }

    /** Links a child in that is older than another one. */
    void linkBefore(ActorCell<?> child, ActorCell<?> younger) {
        ActorCell<?> older = younger.nextSibling;
        child.previousSibling = younger;
        child.nextSibling = older;
        younger.nextSibling = child;
        if (older != null) {
            older.previousSibling = child;
        }
    }

    /** Takes a child out; returns false if it was none any more. */
    boolean unlink(ActorCell<?> child) {
        if (!isChild(child)) {
            return false;
        }
        ActorCell<?> younger = child.previousSibling;
        ActorCell<?> older = child.nextSibling;
        if (younger != null) {
            younger.nextSibling = older;
        } else {
            firstChild = older;
        }
        if (older != null) {
            older.previousSibling = younger;
        }
        child.previousSibling = null;
        child.nextSibling = null;
        return true;
    }

    /** Whether a cell is linked here. */
    boolean isChild(ActorCell<?> child) {
        return firstChild == child || child.previousSibling != null;
    }

    void releaseName() {
        if (name != null && parent != null) {
            parent.extension().names().remove(name, cell());
        }
    }

    @Override
    protected final void count(WorkFrame frame) {
        int n = frame.takeUncounted();
        if (n != 0) {
            accepted += n;
            handled += n;
        }
    }

    @Override
    protected final int begins(WorkFrame frame) {
        frame.timed(); // of one before that handled nothing
        return sampled && type != null ? type.sampleBegins(frame, cell()) : frame.budget();
    }

    @Override
    protected final void arrived() {
        if (sampled && type != null) {
            type.arrived(cell());
        }
    }

    @Override
    protected final void pauses(WorkFrame frame) {
        int n = frame.takeTallied();
        if (n != 0) {
            ActorType t = countedType();
            if (t != null) {
                if (frame.isTimed()) {
                    t.timed(n, frame, cell());
                }
                t.handled(n, frame, cell());
            }
        }
    }

    /** With whom it is counted; null if nobody wants to know, or it has no behavior yet. For its worker. */
    final @Nullable ActorType countedType() {
        ActorType t = type;
        return t != null || !system.metering().isSampling() ? t : findType();
    }

    private @Nullable ActorType findType() {
        String name = TypeNames.of(cell());
        if (name != null) {
            type = system.metering().type(name);
        }
        return type;
    }

    /** See {@link ActorSystem#typeOf}; any thread. */
    final String typeName() {
        ActorType t = type;
        if (t != null) {
            return t.name;
        }
        String name = TypeNames.of(cell());
        if (name == null) {
            return Metering.OTHER;
        }
        ActorType found = system.metering().type(name);
        if (system.metering().isSampling()) {
            type = found; // whoever writes it writes the same
        }
        return found.name;
    }

    /** See {@link ActorRef#stats()}. */
    public MessageStats stats() {
        CellExtension<M> x = extension;
        MessageStats stats = settledOnWorker();
        if (x == null) {
            return stats;
        }
        long evicted = x.evicted();
        long late = x.discardedLate();
        return stats.plus(new MessageStats(evicted, -late, 0, evicted + late, 0, 0, x.refused()));
    }

    /** The counters without those that senders write, which the system counts for itself. */
    MessageStats settledOnWorker() {
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

    /**
     * The counters of this cell and of all that have terminated below it. For its worker; or for anybody once it is known to
     * have terminated, and then they are final.
     */
    MessageStats settledWithEnded() {
        CellExtension<M> x = extension;
        return x == null ? settledOnWorker() : settledOnWorker().plus(x.ended);
    }

    /** Answers for itself and for those that have terminated, and passes the question on to the children. */
    void collect(StatsCollector collector) {
        collector.add(settledWithEnded());
        for (ActorCell<?> child = firstChild; child != null; child = child.nextSibling) {
            collector.entered();
            child.tellSystem(new SystemMessage.Collect(collector));
        }
        collector.left();
    }

    /** A child has counted its last message: from now on this cell counts for it. */
    void countEnded(ActorCell<?> child) {
        MessageStats stats = child.settledWithEnded();
        if (stats.accepted() != 0) {
            CellExtension<M> x = extension();
            x.ended = x.ended.plus(stats);
        }
    }

    /** Its part of its path. */
    String segment() {
        return name == null ? "$" + extension().id() : name;
    }

    /** See {@link ActorRef#path()}. */
    public String path() {
        ArrayDeque<String> segments = new ArrayDeque<>();
        TreeCell<?> cell = this;
        for (ActorCell<?> up; (up = cell.parent) != null; cell = up) {
            segments.addFirst(cell.segment());
        }
        segments.addFirst("bastion://" + cell.name);
        return String.join("/", segments);
    }

    /** The path for lines of the log: of one that is very deep only its end, so that a line costs the same at any depth. */
    final String shownPath() {
        if (!isDeeperThan(SHOWN_SEGMENTS)) {
            return path();
        }
        ArrayDeque<String> segments = new ArrayDeque<>();
        TreeCell<?> cell = this;
        for (ActorCell<?> up; segments.size() < SHOWN_SEGMENTS && (up = cell.parent) != null; cell = up) {
            segments.addFirst(cell.segment());
        }
        segments.addFirst("...");
        return String.join("/", segments);
    }

    /** Whether this is that cell, or below it. */
    final boolean isWithin(ActorCell<?> top) {
        if (top.parent == null) {
            return true;
        }
        for (ActorCell<?> cell = cell(); cell != null; cell = cell.parent) {
            if (cell == top) {
                return true;
            }
        }
        return false;
    }

    /** Whether there are more than so many levels above it. */
    final boolean isDeeperThan(int levels) {
        TreeCell<?> cell = this;
        for (int i = 0; i <= levels; i++) {
            ActorCell<?> up = cell.parent;
            if (up == null) {
                return false;
            }
            cell = up;
        }
        return true;
    }

    @Override
    public String toString() {
        return path();
    }
}
