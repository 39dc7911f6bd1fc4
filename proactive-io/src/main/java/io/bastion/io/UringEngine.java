package io.bastion.io;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.IoEventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringIoHandlerConfig;
import io.netty.util.concurrent.EventExecutor;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.file.FileSystems;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Files whose operations go through the rings of a few event loops of their own. */
final class UringEngine implements Engine {
    private static final int READ_WRITE_FOR_ALL = 0666;
    private static final byte[] REQUIRED = {
        Opcode.READV,
        Opcode.WRITEV,
        Opcode.FSYNC,
        Opcode.FALLOCATE,
        Opcode.OPENAT,
        Opcode.CLOSE,
        Opcode.STATX,
        Opcode.READ,
        Opcode.WRITE
    };

    private final MultiThreadIoEventLoopGroup group;
    private final List<UringLoop> loops;
    private final NioEngine nio;
    private final BlockingPool pool;
    private final ByteBufAllocator allocator;
    private final boolean truncates;
    private final Charset pathCharset = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
    private final AtomicInteger opened = new AtomicInteger();

    private UringEngine(
            MultiThreadIoEventLoopGroup group,
            List<UringLoop> loops,
            NioEngine nio,
            BlockingPool pool,
            ByteBufAllocator allocator,
            boolean truncates) {
        this.group = group;
        this.loops = loops;
        this.nio = nio;
        this.pool = pool;
        this.allocator = allocator;
        this.truncates = truncates;
    }

    /** How large rings are and how much goes into them. */
    record Limits(int loops, int inFlight, int ringSize, int completions, boolean truncate) {
        static final int MOST_IN_FLIGHT = 8_192;

        /** A completion queue that holds all that may be in flight, with room for cancels. */
        static Limits of(int loops, int inFlight) {
            return new Limits(loops, inFlight, 256, Math.max(1_024, Integer.highestOneBit(inFlight) * 4), true);
        }

        /** As if the kernel were an older one. */
        Limits withoutTruncate() {
            return new Limits(loops, inFlight, ringSize, completions, false);
        }
    }

    /**
     * Starts the loops.
     *
     * @param nio opens what the rings cannot
     * @throws UnsupportedOperationException if the platform or the kernel has no io_uring that can do it, with the cause
     */
    static UringEngine start(
            LoopThreads threads, Limits limits, NioEngine nio, BlockingPool pool, ByteBufAllocator allocator) {
        Throwable cause = IoUring.unavailabilityCause();
        if (cause != null) {
            throw new UnsupportedOperationException(rootMessage(cause), cause);
        }
        MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(
                limits.loops(),
                threads,
                IoUringIoHandler.newFactory(new IoUringIoHandlerConfig()
                        .setRingSize(limits.ringSize())
                        .setCqSize(limits.completions())));
        try {
            List<UringLoop> loops = new ArrayList<>();
            for (EventExecutor executor : group) {
                loops.add(UringLoop.on((IoEventLoop) executor, limits.inFlight()));
            }
            for (byte opcode : REQUIRED) {
                if (!knows(loops.get(0), opcode)) {
                    throw new UnsupportedOperationException("the kernel's io_uring has no operation " + opcode);
                }
            }
            return new UringEngine(
                    group,
                    List.copyOf(loops),
                    nio,
                    pool,
                    allocator,
                    limits.truncate() && knows(loops.get(0), Opcode.FTRUNCATE));
        } catch (Throwable e) {
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            throw e;
        }
    }

    /** The message of the innermost cause: what is around it says where Netty met it. */
    private static String rootMessage(Throwable thrown) {
        Throwable cause = thrown;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.toString();
    }

    /** An operation on no file and no memory is invalid to a kernel that does not know it, and otherwise fails differently. */
    private static boolean knows(UringLoop loop, byte opcode) {
        CompletableFuture<Integer> result = new CompletableFuture<>();
        new UringOp(loop, opcode, -1, 0, 0, 0, 0, 0, true, null, result::complete).start();
        try {
            return result.get(5, TimeUnit.SECONDS) != -Errno.EINVAL.number;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnsupportedOperationException("interrupted while the kernel's io_uring was asked", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new UnsupportedOperationException("the kernel's io_uring does not answer", e);
        }
    }

    @Override
    public Backend backend() {
        return Backend.IO_URING;
    }

    ByteBufAllocator allocator() {
        return allocator;
    }

    Executor pool() {
        return pool;
    }

    List<UringLoop> loops() {
        return loops;
    }

    boolean truncates() {
        return truncates;
    }

    @Override
    public Cancel open(Path path, Set<OpenOption> options, Completion<Handle> completion) {
        OptionalInt flags = OpenFlags.of(options);
        ByteBuf name = flags.isEmpty() ? null : name(path);
        if (name == null) {
            return nio.open(path, options, completion);
        }
        UringLoop loop = loops.get(Math.floorMod(opened.getAndIncrement(), loops.size()));
        long address = Pinned.address(name, 0, name.readableBytes());
        return new UringOp(
                        loop,
                        Opcode.OPENAT,
                        Opcode.AT_FDCWD,
                        0,
                        address,
                        READ_WRITE_FOR_ALL,
                        flags.getAsInt(),
                        0,
                        false,
                        null,
                        result -> {
                            name.release();
                            if (result < 0) {
                                completion.failed(IoFault.of("open", path, -result));
                            } else {
                                completion.done(new UringHandle(this, loop, result, path));
                            }
                        })
                .start();
    }

    /** The name in the kernel's form; null when it is a name of the JDK's own. */
    private @Nullable ByteBuf name(Path path) {
        if (path.getFileSystem() != FileSystems.getDefault()) {
            return null;
        }
        String text = path.toAbsolutePath().toString();
        if (text.indexOf('\uFFFD') >= 0) {
            return null;
        }
        try {
            return allocator
                    .directBuffer(text.length() + 1)
                    .writeBytes(pathCharset.newEncoder().encode(CharBuffer.wrap(text)))
                    .writeByte(0);
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    @Override
    public Mono<Void> shutdown() {
        return Mono.<Void>create(sink ->
                        group.shutdownGracefully(0, 10, TimeUnit.SECONDS).addListener(ended -> sink.success()))
                .then(nio.shutdown());
    }
}
