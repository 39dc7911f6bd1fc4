package io.bastion.io;

import io.netty.buffer.ByteBuf;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** A file descriptor whose operations go through one {@link UringLoop}. */
final class UringHandle implements Handle {
    private static final int STATX_SIZE = 256;
    private static final int MODE_KIND = 0xf000;

    private final UringEngine engine;
    private final UringLoop loop;
    private final int fd;
    private final Path path;

    /** Written by the loop. */
    private volatile boolean closing;

    /** Operations between begin and end; by the loop only. */
    private int active;

    private @Nullable Runnable whenIdle;

    UringHandle(UringEngine engine, UringLoop loop, int fd, Path path) {
        this.engine = engine;
        this.loop = loop;
        this.fd = fd;
        this.path = path;
    }

    /** Counts an operation, unless the file is being closed; on the loop. */
    boolean begin() {
        if (closing) {
            return false;
        }
        active++;
        return true;
    }

    /** An operation has ended, and its memory is no longer the kernel's; on the loop. */
    void ended() {
        if (--active == 0 && whenIdle != null) {
            whenIdle.run();
        }
    }

    @Override
    public Path path() {
        return path;
    }

    @Override
    public Cancel read(ByteBuf[] targets, int from, int count, long position, Completion<Integer> completion) {
        Pinned memory = Pinned.targets(targets, from, count, engine.allocator());
        return transfer("read", memory.isVector() ? Opcode.READV : Opcode.READ, position, memory, completion);
    }

    @Override
    public Cancel write(ByteBuf[] sources, int from, int count, long position, Completion<Integer> completion) {
        Pinned memory = Pinned.sources(sources, from, count, engine.allocator());
        return transfer("write", memory.isVector() ? Opcode.WRITEV : Opcode.WRITE, position, memory, completion);
    }

    private Cancel transfer(String name, byte opcode, long position, Pinned memory, Completion<Integer> completion) {
        return start(opcode, position, memory.address(), memory.length(), 0, memory.bytes(), result -> {
            memory.landed(result);
            end(name, result, completion);
        });
    }

    @Override
    public Cancel sync(boolean dataOnly, Completion<Integer> completion) {
        return start(
                Opcode.FSYNC,
                0,
                0,
                0,
                dataOnly ? Opcode.FSYNC_DATASYNC : 0,
                0,
                result -> end(dataOnly ? "fdatasync" : "fsync", result, completion));
    }

    @Override
    public Cancel stat(Completion<FileStat> completion) {
        // The answer, and behind it an empty path: the file descriptor itself.
        ByteBuf memory = engine.allocator().directBuffer(STATX_SIZE + 1).setZero(0, STATX_SIZE + 1);
        long address = Pinned.address(memory, 0, STATX_SIZE + 1);
        return start(
                Opcode.STATX,
                address,
                address + STATX_SIZE,
                Opcode.STATX_BASIC_STATS,
                Opcode.AT_EMPTY_PATH,
                0,
                result -> {
                    FileStat stat = parse(memory);
                    memory.release();
                    if (result < 0) {
                        completion.failed(fault("stat", result));
                    } else {
                        completion.done(stat);
                    }
                });
    }

    /** Offsets in the kernel's {@code struct statx}. */
    private static FileStat parse(ByteBuf statx) {
        FileStat.Kind kind = switch (statx.getUnsignedShortLE(28) & MODE_KIND) {
            case 0x8000 -> FileStat.Kind.REGULAR;
            case 0x4000 -> FileStat.Kind.DIRECTORY;
            default -> FileStat.Kind.OTHER;
        };
        return new FileStat(
                statx.getLongLE(40), Instant.ofEpochSecond(statx.getLongLE(112), statx.getUnsignedIntLE(120)), kind);
    }

    @Override
    public Cancel truncate(long size, Completion<Integer> completion) {
        if (engine.truncates()) {
            return start(Opcode.FTRUNCATE, size, 0, 0, 0, 0, result -> end("truncate", result, completion));
        }
        // A kernel before 6.9: the same file through its descriptor's entry in /proc, on a thread that may block.
        return new UringDetour<>(
                        loop,
                        this,
                        "truncate",
                        path,
                        () -> {
                            try (RandomAccessFile file = new RandomAccessFile("/proc/self/fd/" + fd, "rw")) {
                                file.setLength(size);
                                return 0;
                            }
                        },
                        completion)
                .start(engine.pool());
    }

    @Override
    public Cancel allocate(long position, long length, Completion<Integer> completion) {
        return start(Opcode.FALLOCATE, position, length, 0, 0, 0, result -> end("allocate", result, completion));
    }

    private Cancel start(
            byte opcode, long offset, long address, int length, int flags, int bytes, UringOp.Landing landing) {
        return new UringOp(loop, opcode, fd, offset, address, length, flags, bytes, false, this, landing).start();
    }

    private void end(String name, int result, Completion<Integer> completion) {
        if (result < 0) {
            completion.failed(fault(name, result));
        } else {
            completion.done(result);
        }
    }

    IoFault fault(String name, int result) {
        return closing ? IoFault.closed(name, path) : IoFault.of(name, path, -result);
    }

    @Override
    public void close(Completion<Integer> completion) {
        UringOp close = new UringOp(loop, Opcode.CLOSE, fd, 0, 0, 0, 0, 0, true, null, result -> {
            if (result < 0) {
                completion.failed(IoFault.of("close", path, -result));
            } else {
                completion.done(result);
            }
        });
        try {
            loop.execute(() -> {
                closing = true;
                if (active == 0) {
                    loop.submit(close);
                } else {
                    // The number of a file descriptor must not go to another file while an operation is pending on it.
                    whenIdle = () -> loop.submit(close);
                    loop.cancelAll(this);
                }
            });
        } catch (RejectedExecutionException e) {
            completion.failed(IoFault.of("close", path, Errno.ESHUTDOWN, "the proactor has been closed"));
        }
    }
}
