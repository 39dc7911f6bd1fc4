package io.bastion.io;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A file as a {@code FileChannel}.
 *
 * <p>The JDK has no positional gather. Small buffers are copied together and written as one, large ones are written one by
 * one: so no operation moves the channel's own position, and operations need no lock.
 */
final class NioHandle implements Handle {
    private static final int GATHERED = 64 << 10;

    private final FileChannel channel;
    private final Path path;
    private final Executor pool;
    private final Executor closer;
    private final ByteBufAllocator allocator;

    /** Guarded by this: operations that have begun and not ended, and what waits for the last. */
    private int active;

    private boolean closing;
    private @Nullable Runnable whenIdle;

    /** @param closer runs the close, which must not wait for the operations that it ends */
    NioHandle(FileChannel channel, Path path, Executor pool, Executor closer, ByteBufAllocator allocator) {
        this.channel = channel;
        this.path = path;
        this.pool = pool;
        this.closer = closer;
        this.allocator = allocator;
    }

    @Override
    public Path path() {
        return path;
    }

    @Override
    public Cancel read(ByteBuf[] targets, int from, int count, long position, Completion<Integer> completion) {
        ByteBuf[] kept = Buffers.retained(targets, from, count);
        ByteBuffer[] views = new ByteBuffer[count];
        for (int i = 0; i < count; i++) {
            views[i] = Buffers.isContiguous(kept[i])
                    ? kept[i].nioBuffer(kept[i].writerIndex(), kept[i].writableBytes())
                    : ByteBuffer.allocate(kept[i].writableBytes());
        }
        return start("read", kept, () -> scatter(kept, views, position), completion);
    }

    private int scatter(ByteBuf[] targets, ByteBuffer[] views, long position) throws IOException {
        int total = 0;
        for (int i = 0; i < views.length; i++) {
            ByteBuffer view = views[i];
            if (view.remaining() > Integer.MAX_VALUE - total) {
                break;
            }
            if (view.hasRemaining()) {
                int bytes = readPart(view, position + total, total);
                total += bytes;
                if (!Buffers.isContiguous(targets[i]) && bytes > 0) {
                    targets[i].setBytes(targets[i].writerIndex(), view.array(), 0, bytes);
                }
            }
            if (view.hasRemaining()) {
                break;
            }
        }
        return total;
    }

    /** A failure after the first part counts as its end, as in the kernel: the next operation meets it again. */
    private int readPart(ByteBuffer view, long position, int before) throws IOException {
        try {
            return Math.max(channel.read(view, position), 0);
        } catch (IOException e) {
            if (before == 0) {
                throw e;
            }
            return 0;
        }
    }

    @Override
    public Cancel write(ByteBuf[] sources, int from, int count, long position, Completion<Integer> completion) {
        ByteBuf[] kept = Buffers.retained(sources, from, count);
        return start("write", kept, () -> gather(kept, position), completion);
    }

    private int gather(ByteBuf[] sources, long position) throws IOException {
        int total = 0;
        int i = 0;
        while (i < sources.length) {
            int end = i + 1;
            int bytes = sources[i].readableBytes();
            while (end < sources.length && bytes + (long) sources[end].readableBytes() <= GATHERED) {
                bytes += sources[end++].readableBytes();
            }
            if (bytes > Integer.MAX_VALUE - total) {
                break;
            }
            int written = writePart(sources, i, end, bytes, position + total, total);
            total += written;
            if (written < bytes) {
                break;
            }
            i = end;
        }
        return total;
    }

    private int writePart(ByteBuf[] sources, int from, int to, int bytes, long position, int before)
            throws IOException {
        ByteBuf source = sources[from];
        ByteBuf together = null;
        try {
            if (to - from > 1) {
                together = allocator.directBuffer(bytes, Math.max(bytes, 1));
                for (int i = from; i < to; i++) {
                    together.writeBytes(sources[i], sources[i].readerIndex(), sources[i].readableBytes());
                }
                source = together;
            }
            return channel.write(source.nioBuffer(), position);
        } catch (IOException e) {
            if (before == 0) {
                throw e;
            }
            return 0;
        } finally {
            if (together != null) {
                together.release();
            }
        }
    }

    @Override
    public Cancel sync(boolean dataOnly, Completion<Integer> completion) {
        return start(
                dataOnly ? "fdatasync" : "fsync",
                Buffers.NONE,
                () -> {
                    channel.force(!dataOnly);
                    return 0;
                },
                completion);
    }

    /** The size is the file's; the rest is that of whatever has its path now. */
    @Override
    public Cancel stat(Completion<FileStat> completion) {
        return start(
                "stat",
                Buffers.NONE,
                () -> FileStat.of(Files.readAttributes(path, BasicFileAttributes.class), channel.size()),
                completion);
    }

    @Override
    public Cancel truncate(long size, Completion<Integer> completion) {
        return start(
                "truncate",
                Buffers.NONE,
                () -> {
                    if (size > channel.size()) {
                        throw IoFault.of("truncate", path, Errno.EOPNOTSUPP, "the nio backend makes no file longer");
                    }
                    channel.truncate(size);
                    return 0;
                },
                completion);
    }

    @Override
    public Cancel allocate(long position, long length, Completion<Integer> completion) {
        return start(
                "allocate",
                Buffers.NONE,
                () -> {
                    throw IoFault.of("allocate", path, Errno.EOPNOTSUPP, "the nio backend cannot reserve space");
                },
                completion);
    }

    private <T> Cancel start(String name, ByteBuf[] kept, Callable<T> call, Completion<T> completion) {
        if (begin()) {
            return NioOp.start(pool, name, path, call, new Tracked<>(kept, completion));
        }
        Buffers.release(kept);
        completion.failed(IoFault.closed(name, path));
        return Cancel.NOTHING;
    }

    private synchronized boolean begin() {
        if (!closing) {
            active++;
        }
        return !closing;
    }

    @Override
    public void close(Completion<Integer> completion) {
        synchronized (this) {
            closing = true;
        }
        // Ends reads and writes that block: the channel waits for their threads to come back before it gives the file
        // up.
        NioOp.start(
                closer,
                "close",
                path,
                () -> {
                    channel.close();
                    return 0;
                },
                new Completion<Integer>() {
                    @Override
                    public void done(Integer zero) {
                        whenIdle(() -> completion.done(zero));
                    }

                    @Override
                    public void failed(Throwable fault) {
                        whenIdle(() -> completion.failed(fault));
                    }
                });
    }

    private void whenIdle(Runnable action) {
        synchronized (this) {
            if (active > 0) {
                whenIdle = action;
                return;
            }
        }
        action.run();
    }

    private void ended() {
        Runnable action;
        synchronized (this) {
            action = --active == 0 ? whenIdle : null;
        }
        if (action != null) {
            action.run();
        }
    }

    /** Lets go of the buffers, then tells the operation's owner, then counts it as ended. */
    private final class Tracked<T> implements Completion<T> {
        private final ByteBuf[] kept;
        private final Completion<T> completion;

        Tracked(ByteBuf[] kept, Completion<T> completion) {
            this.kept = kept;
            this.completion = completion;
        }

        @Override
        public void done(T result) {
            Buffers.release(kept);
            try {
                completion.done(result);
            } finally {
                ended();
            }
        }

        @Override
        public void failed(Throwable fault) {
            Buffers.release(kept);
            try {
                completion.failed(fault);
            } finally {
                ended();
            }
        }
    }
}
