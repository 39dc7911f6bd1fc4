package io.bastion.io;

import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.uring.IoUringIoEvent;
import io.netty.channel.uring.IoUringIoHandle;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file operations of one event loop, as one registration with it. At most {@code limit} of them are in the kernel, the
 * others wait here in order. All but {@link #execute} and {@link #isHere} belongs to the loop's thread.
 */
final class UringLoop implements IoUringIoHandle, Executor {
    private static final Logger LOG = LoggerFactory.getLogger(UringLoop.class);

    /*
     * What is in the page cache is copied on the loop's thread when it is submitted, and a completion submits the next:
     * without an end other tasks of the loop would wait for all of it. So after this much the rest waits for a turn of its
     * own among the tasks.
     */
    static final int TURN_OPERATIONS = 32;
    static final int TURN_BYTES = 256 << 10;

    private final IoEventLoop executor;
    private final int limit;
    private final Deque<UringOp> urgent = new ArrayDeque<>();
    private final Deque<UringOp> waiting = new ArrayDeque<>();
    private final @Nullable UringOp[] slots;
    private final short[] freeSlots;
    private int inKernel;
    private int turnOperations;
    private long turnBytes;
    private boolean turnScheduled;
    private boolean closed;
    private @Nullable IoRegistration registration;

    /** The most operations that were in the kernel at a time. */
    private int peak;

    private UringLoop(IoEventLoop executor, int limit) {
        this.executor = executor;
        this.limit = limit;
        // As many again for what is urgent: there is one cancel an operation at most, and the closes wait among
        // themselves.
        this.slots = new UringOp[2 * limit];
        this.freeSlots = new short[slots.length];
        for (short i = 0; i < freeSlots.length; i++) {
            freeSlots[i] = i;
        }
    }

    /** Registers with a loop; waits for that. */
    static UringLoop on(IoEventLoop executor, int limit) {
        UringLoop loop = new UringLoop(executor, limit);
        IoRegistration registration =
                executor.register(loop).syncUninterruptibly().getNow();
        executor.submit(() -> loop.registration = registration).syncUninterruptibly();
        return loop;
    }

    boolean isHere() {
        return executor.inEventLoop();
    }

    @Override
    public void execute(Runnable task) {
        executor.execute(task);
    }

    int peak() {
        return peak;
    }

    int inKernel() {
        return inKernel;
    }

    void submit(UringOp operation) {
        if (closed) {
            operation.land(-Errno.EBADF.number);
            return;
        }
        (operation.urgent ? urgent : waiting).add(operation);
        pump();
    }

    private void pump() {
        while (!urgent.isEmpty() && inKernel < slots.length) {
            toKernel(urgent.remove());
        }
        while (!waiting.isEmpty() && inKernel < limit) {
            if (isTurnSpent(waiting.element())) {
                scheduleTurn();
                return;
            }
            UringOp operation = waiting.remove();
            turnOperations++;
            turnBytes += operation.bytes;
            toKernel(operation);
        }
    }

    private boolean isTurnSpent(UringOp next) {
        return turnOperations >= TURN_OPERATIONS || turnOperations > 0 && turnBytes + next.bytes > TURN_BYTES;
    }

    private void scheduleTurn() {
        if (!turnScheduled) {
            turnScheduled = true;
            executor.execute(this::turn);
        }
    }

    private void turn() {
        turnScheduled = false;
        turnOperations = 0;
        turnBytes = 0;
        pump();
    }

    private void toKernel(UringOp operation) {
        short slot = freeSlots[inKernel];
        operation.slot = slot;
        try {
            operation.token = registration == null ? 0 : registration.submit(operation.ops());
        } catch (Throwable e) {
            LOG.error("io_uring took no operation {}", operation.opcode, e);
            operation.token = 0;
        }
        if (operation.token == 0) {
            operation.land(-Errno.ECANCELED.number);
            return;
        }
        slots[slot] = operation;
        operation.stage = UringOp.Stage.IN_KERNEL;
        peak = Math.max(peak, ++inKernel);
    }

    @Override
    public void handle(IoRegistration registration, IoEvent event) {
        IoUringIoEvent completion = (IoUringIoEvent) event;
        int slot = (int) completion.userData();
        UringOp operation = slots[slot];
        if (operation == null) {
            LOG.error("a completion of io_uring that nobody waits for: {}", completion);
            return;
        }
        slots[slot] = null;
        freeSlots[--inKernel] = (short) slot;
        // What is thrown here would stop Netty's account of the registration, and its loop for a while.
        try {
            operation.land(completion.res());
        } catch (Throwable e) {
            LOG.error("a subscriber threw at the completion of a file operation", e);
        }
        pump();
        if (closed && inKernel == 0) {
            registration.cancel();
        }
    }

    /** Asks for the early end of one operation. */
    void cancel(UringOp operation) {
        if (operation.stage == UringOp.Stage.QUEUED) {
            if ((operation.urgent ? urgent : waiting).remove(operation)) {
                operation.land(-Errno.ECANCELED.number);
            }
        } else if (operation.stage == UringOp.Stage.IN_KERNEL) {
            long token = operation.token;
            urgent.add(new UringOp(this, Opcode.ASYNC_CANCEL, -1, 0, token, 0, 0, 0, true, null, result -> {}));
            pump();
        }
    }

    /** Asks for the early end of all operations on a file but that of its close. */
    void cancelAll(UringHandle owner) {
        for (UringOp operation : new ArrayList<>(waiting)) {
            if (operation.owner == owner) {
                cancel(operation);
            }
        }
        for (UringOp operation : slots.clone()) {
            if (operation != null && operation.owner == owner) {
                cancel(operation);
            }
        }
    }

    /** Called by the event loop when it ends; every file has been closed by then, unless its operations did not end in time. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        while (!waiting.isEmpty()) {
            waiting.remove().land(-Errno.ECANCELED.number);
        }
        for (UringOp operation : slots.clone()) {
            if (operation != null && operation.opcode != Opcode.ASYNC_CANCEL) {
                cancel(operation);
            }
        }
        if (inKernel == 0 && registration != null) {
            registration.cancel();
        }
    }
}
