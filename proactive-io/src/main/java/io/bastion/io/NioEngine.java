package io.bastion.io;

import io.netty.buffer.ByteBufAllocator;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.Set;
import reactor.core.publisher.Mono;

/** Files as {@code FileChannel}s whose operations run on a pool of threads. */
final class NioEngine implements Engine {
    private final BlockingPool pool;
    private final BlockingPool closer;
    private final ByteBufAllocator allocator;

    NioEngine(BlockingPool pool, String name, ByteBufAllocator allocator) {
        this.pool = pool;
        this.closer = new BlockingPool(name + "-close", 1);
        this.allocator = allocator;
    }

    @Override
    public Backend backend() {
        return Backend.NIO;
    }

    @Override
    public Cancel open(Path path, Set<OpenOption> options, Completion<Handle> completion) {
        return NioOp.start(
                pool,
                "open",
                path,
                () -> new NioHandle(FileChannel.open(path, options), path, pool, closer, allocator),
                completion);
    }

    @Override
    public Mono<Void> shutdown() {
        return closer.shutdown();
    }
}
