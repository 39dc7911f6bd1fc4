package io.bastion.io;

import io.netty.buffer.ByteBuf;

/** Writes all of some buffers, which it takes over, in as many operations as the kernel makes of it. */
final class WriteAll implements Completion<Integer>, Cancel {
    private final Handle handle;
    private final ByteBuf[] sources;
    private final int count;
    private final Completion<Long> whole;
    private long position;
    private long written;
    private int first;
    private volatile Cancel running = Cancel.NOTHING;
    private volatile boolean cancelled;

    private WriteAll(Handle handle, ByteBuf[] sources, int count, long position, Completion<Long> whole) {
        this.handle = handle;
        this.sources = sources;
        this.count = count;
        this.position = position;
        this.whole = whole;
    }

    static Cancel start(Handle handle, ByteBuf[] sources, int count, long position, Completion<Long> whole) {
        WriteAll write = new WriteAll(handle, sources, count, position, whole);
        write.next();
        return write;
    }

    private void next() {
        while (first < count && !sources[first].isReadable()) {
            sources[first++].release();
        }
        if (first == count) {
            whole.done(written);
            return;
        }
        Cancel begun;
        try {
            begun = handle.write(sources, first, Math.min(count - first, Handle.MAX_BUFFERS), position, this);
        } catch (Throwable e) {
            failed(e);
            return;
        }
        running = begun;
        if (cancelled) {
            begun.cancel();
        }
    }

    @Override
    public void done(Integer bytes) {
        written += bytes;
        position += bytes;
        int left = bytes;
        while (left > 0) {
            ByteBuf source = sources[first];
            int part = Math.min(left, source.readableBytes());
            source.skipBytes(part);
            left -= part;
            if (!source.isReadable()) {
                source.release();
                first++;
            }
        }
        if (first == count || (bytes > 0 && !cancelled)) {
            next();
        } else {
            failed(IoFault.of("write", handle.path(), cancelled ? Errno.ECANCELED : Errno.EIO));
        }
    }

    @Override
    public void failed(Throwable fault) {
        while (first < count) {
            sources[first++].release();
        }
        whole.failed(fault);
    }

    @Override
    public void cancel() {
        cancelled = true;
        running.cancel();
    }
}
