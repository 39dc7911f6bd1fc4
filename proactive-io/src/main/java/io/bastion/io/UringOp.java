package io.bastion.io;

import io.netty.channel.uring.IoUringIoOps;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * One operation on its way through a {@link UringLoop}: numbers for the kernel, the memory that they point to, and what is
 * to happen at its completion. Everything but {@link #cancel} and {@link #start} belongs to the loop's thread.
 */
final class UringOp implements Runnable, Cancel {
    /** What follows a completion. Called once, on the loop unless that has ended. */
    interface Landing {
        /** @param result the kernel's: not negative, or the negative number of an error */
        void landed(int result);
    }

    /** Where it is. */
    enum Stage {
        QUEUED,
        IN_KERNEL,
        LANDED
    }

    private final UringLoop loop;
    final byte opcode;
    private final int fd;
    private final long offset;
    private final long address;
    private final int length;
    private final int flags;
    private final Landing landing;

    /** What it costs the loop's thread when it is in the page cache. */
    final int bytes;

    /** Goes before others and beyond the limit: what ends operations must not wait for them. */
    final boolean urgent;

    Stage stage = Stage.QUEUED;
    short slot;
    long token;

    /** Counts an operation of a file; null for what is nobody's, and once it was refused. */
    @Nullable UringHandle owner;

    UringOp(
            UringLoop loop,
            byte opcode,
            int fd,
            long offset,
            long address,
            int length,
            int flags,
            int bytes,
            boolean urgent,
            @Nullable UringHandle owner,
            Landing landing) {
        this.loop = loop;
        this.opcode = opcode;
        this.fd = fd;
        this.offset = offset;
        this.address = address;
        this.length = length;
        this.flags = flags;
        this.bytes = bytes;
        this.urgent = urgent;
        this.owner = owner;
        this.landing = landing;
    }

    /** Brings it to the loop; any thread. */
    UringOp start() {
        if (loop.isHere()) {
            run();
        } else {
            try {
                loop.execute(this);
            } catch (RejectedExecutionException e) {
                owner = null;
                land(-Errno.EBADF.number);
            }
        }
        return this;
    }

    @Override
    public void run() {
        if (owner != null && !owner.begin()) {
            owner = null;
            land(-Errno.EBADF.number);
        } else {
            loop.submit(this);
        }
    }

    IoUringIoOps ops() {
        return new IoUringIoOps(
                opcode,
                (byte) 0,
                (short) 0,
                fd,
                offset,
                address,
                length,
                flags,
                (long) slot,
                (short) 0,
                (short) 0,
                0,
                0);
    }

    void land(int result) {
        stage = Stage.LANDED;
        try {
            landing.landed(result);
        } finally {
            if (owner != null) {
                owner.ended();
            }
        }
    }

    @Override
    public void cancel() {
        if (loop.isHere()) {
            loop.cancel(this);
        } else {
            try {
                loop.execute(() -> loop.cancel(this));
            } catch (RejectedExecutionException e) {
                // The loop has ended, and with it every operation.
                return;
            }
        }
    }
}
